"""Speed and memory of reading agent logs, on a made-up corpus that is shaped like real ones.

    python benchmarks/scan_logs.py [--megabytes 256] [--keep FOLDER]

Half of the bytes are Claude Code transcripts, half Codex rollouts, in files of 1 to 16 MB. A
Claude response is 1 to 4 lines with usage (0.5 to 8 KB each) between tool results of 0.2 to 64 KB
(some 2 MB). A Codex call is a `token_count` line, repeated once, between items of the same sizes.
That makes about one call per 29 KB; how many there were is printed. Reading is measured with the
files in the page cache: scanning only looks for the lines, parsing also makes the events.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tokentally.sources.claude import read_claude
from tokentally.sources.claude_lines import may_matter as claude_hits
from tokentally.sources.codex import read_codex
from tokentally.sources.codex_lines import may_matter as is_codex_hit
from tokentally.sources.files import list_logs
from tokentally.sources.reading import Skipped
from tokentally.sources.windows import open_log

WORDS = [
    "the",
    "usage",
    "token",
    "context",
    "def",
    "return",
    'say "hi"',
    "\n    ",
    "path/to",
    "été",
]


def main() -> None:
    """Make the corpus, then measure each way of reading in a process of its own."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--megabytes", type=int, default=256)
    arguments.add_argument("--keep", type=Path, help="make the corpus here and leave it")
    arguments.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.measure:
        measure(given.measure[0], Path(given.measure[1]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        if not (folder / "projects").exists():
            write_corpus(folder, given.megabytes << 20)
        for what in ("scan", "parse", "nothing-new"):
            subprocess.run([sys.executable, __file__, "--measure", what, str(folder)], check=True)


def measure(what: str, folder: Path) -> None:
    """Print the speed of one way of reading all of the corpus, and this process's peak memory."""
    claude, codex = [folder / "projects"], [folder / "sessions"]
    files = list_logs([*claude, *codex], (".jsonl",), Skipped())
    for file in files:
        Path(file.path).read_bytes()
    size = sum(file.size for file in files) / 1e6
    cursors = {}
    if what == "nothing-new":
        for chunk in (*read_claude(claude, {}, Skipped()), *read_codex(codex, {}, Skipped())):
            cursors.update({cursor.path: cursor for cursor in chunk.cursors})
    start = time.perf_counter()
    if what == "scan":
        found = scan(folder)
    else:
        found = 0
        for chunk in read_claude(claude, cursors, Skipped()):
            found += len(chunk.events)
        for chunk in read_codex(codex, cursors, Skipped()):
            found += len(chunk.events)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:12} {size / seconds:9,.0f} MB/s  {seconds:7.3f} s  {size:,.0f} MB in {len(files)}"
        f" files  {found:,} hits  peak {peak:,.0f} MB"
    )


def scan(folder: Path) -> int:
    """Find the lines that may matter, as the readers do, and leave them undecoded."""
    found = 0
    for file in list_logs([folder / "projects"], (".jsonl",), Skipped()):
        with open_log(file, None) as log:
            for window in log.windows(Skipped()):
                found += len(claude_hits(window.lines))
    for file in list_logs([folder / "sessions"], (".jsonl",), Skipped()):
        with open_log(file, None) as log:
            for window in log.windows(Skipped()):
                found += sum(map(is_codex_hit, window.lines))
    return found


def write_corpus(folder: Path, size: int) -> None:
    """Write `size` bytes of transcripts and rollouts below `folder`."""
    dice = random.Random(7)
    text = " ".join(dice.choice(WORDS) for _ in range(1_000_000))
    for kind, lines in (("projects", claude_lines), ("sessions", codex_lines)):
        written = number = 0
        while written < size // 2:
            path = folder / kind / f"p{number % 20}" / f"rollout-{number:08}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            limit = min(dice.choice([1, 2, 4, 16]) << 20, size // 2 - written)
            with path.open("w", encoding="utf-8") as file:
                for line in lines(dice, text, number):
                    written += file.write(json.dumps(line, separators=(",", ":")) + "\n")
                    limit -= len(str(line))
                    if limit <= 0:
                        break
            number += 1


def claude_lines(dice: random.Random, text: str, file: int) -> Iterator[dict[str, object]]:
    """Yield the endless transcript of a session."""
    common = {
        "isSidechain": file % 4 == 3,
        "cwd": "/p",
        "sessionId": f"s{file}",
        "version": "2.1.197",
    }
    call = 0
    while True:
        call += 1
        usage = {
            "input_tokens": dice.randrange(1, 200),
            "cache_creation_input_tokens": dice.randrange(5_000),
            "cache_read_input_tokens": dice.randrange(150_000),
            "output_tokens": dice.randrange(1, 4_000),
            "service_tier": "standard",
        }
        for block in range(dice.randrange(1, 5)):
            content = [{"type": "text", "text": piece(dice, text, 500, 8_000)}]
            message = {
                "id": f"msg_01{file:08}{call:012}",
                "role": "assistant",
                "model": "claude-opus-4-8",
                "content": content,
                "usage": usage,
            }
            yield {
                **common,
                "parentUuid": f"{file:08}-{call}",
                "message": message,
                "requestId": f"req_011{file:08}{call:012}",
                "type": "assistant",
                "uuid": f"{file:08}-{call}-{block}",
                "timestamp": f"2026-10-{call % 28 + 1:02}T10:00:{block:02}.000Z",
            }
        yield {
            **common,
            "type": "user",
            "message": {"role": "user", "content": result(dice, text)},
            "timestamp": "2026-10-01T10:00:00.000Z",
        }


def codex_lines(dice: random.Random, text: str, file: int) -> Iterator[dict[str, object]]:
    """Yield the endless rollout of a session."""
    total = dict.fromkeys(
        ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens"), 0
    )
    yield codex_line("session_meta", {"id": f"session-{file:08}", "source": "exec"})
    yield codex_line("turn_context", {"model": "gpt-5.2-codex", "summary": "none"})
    while True:
        last = {
            "input_tokens": dice.randrange(20_000, 100_000),
            "cached_input_tokens": dice.randrange(20_000),
            "output_tokens": dice.randrange(100, 3_000),
            "reasoning_output_tokens": dice.randrange(100),
        }
        total = {name: count + last[name] for name, count in total.items()}
        info = {
            "total_token_usage": with_total(total),
            "last_token_usage": with_total(last),
            "model_context_window": 258_400,
        }
        for _ in range(2):
            item = {"type": "reasoning", "encrypted_content": piece(dice, text, 500, 8_000)}
            yield codex_line("response_item", item)
            yield codex_line("event_msg", {"type": "token_count", "info": info})
        output = {"type": "function_call_output", "output": result(dice, text)}
        yield codex_line("response_item", output)


def codex_line(kind: str, payload: Mapping[str, object]) -> dict[str, object]:
    """Return one line of a rollout."""
    return {"timestamp": "2026-10-01T10:00:00.000Z", "type": kind, "payload": payload}


def with_total(counts: dict[str, int]) -> dict[str, int]:
    """Return the counts with their sum."""
    return {**counts, "total_tokens": counts["input_tokens"] + counts["output_tokens"]}


def result(dice: random.Random, text: str) -> str:
    """Return what a tool answered: mostly little, at times a lot."""
    if dice.random() < 0.002:
        return piece(dice, text, 1_500_000, 2_500_000)
    return piece(dice, text, 200, 64_000 if dice.random() < 0.2 else 8_000)


def piece(dice: random.Random, text: str, least: int, most: int) -> str:
    """Return a piece of the text of a length between the two."""
    start = dice.randrange(len(text) - most)
    return text[start : start + dice.randrange(least, most)]


if __name__ == "__main__":
    main()
