"""Importing agent logs with the real command: 1 GB of Claude Code and Codex, into SQLite."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Figure, seconds
from benchmarks.peers import peers
from benchmarks.scan_logs import scan, write_corpus
from tokentally.sources.files import list_logs
from tokentally.sources.reading import Skipped


class Run(NamedTuple):
    """A finished command: wall clock seconds, and the peak of its memory in MB."""

    seconds: float
    peak_mb: float


def imports(scratch: Path, folder: Path, megabytes: int) -> list[Figure]:
    """Scanning alone, a first `import all`, and one with nothing new (files in the cache)."""
    corpus = folder / f"logs-{megabytes}"
    if not corpus.exists():
        write_corpus(corpus, megabytes << 20)
    size = sum(file.size for file in list_logs([corpus], (".jsonl",), Skipped())) / 1e6
    scan(corpus)
    scanning = seconds(lambda: scan(corpus))
    first, again = _import_all(scratch, corpus), _import_all(scratch, corpus)
    return [
        Figure("scanning logs alone", size / scanning, "MB/s", ">= 524"),
        Figure(
            f"first import of {size:,.0f} MB, start included",
            size / first.seconds,
            "MB/s",
            ">= 300",
            "scanning alone",
            scanning / first.seconds,
        ),
        Figure("memory of an import, peak", first.peak_mb, "MB", "<= 175"),
        Figure("an import with nothing new", again.seconds, "s", "<= 0.3"),
        *peers(scratch, corpus, size, first.seconds),
    ]


_MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=2)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Run by a small process: what a child is forked from counts into the peak of its memory."""


def _import_all(scratch: Path, corpus: Path) -> Run:
    tokentally = str(Path(sys.executable).parent / "tokentally")
    environment = {
        **os.environ,
        "HOME": str(scratch),  # where the logs of further agents would be
        "CLAUDE_CONFIG_DIR": str(corpus),
        "CODEX_HOME": str(corpus),
        "TOKENTALLY_DATABASE_URL": f"sqlite:///{scratch / 'imports.db'}",
    }
    command = [sys.executable, "-c", _MEASURE, tokentally, "import", "all"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    took, peak = done.stdout.split()
    return Run(float(took), int(peak) / 1024)
