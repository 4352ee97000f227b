"""The TypeScript compiler of the page, and the contract's types that it holds answers against."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FRONTEND = Path(__file__).parents[3] / "frontend"
CONTRACT = FRONTEND / "src/api/vibeusage.ts"
COMPILER = FRONTEND / "node_modules/typescript/bin/tsc"
OPTIONS = {
    "noEmit": True,
    "strict": True,
    "exactOptionalPropertyTypes": True,
    "target": "es2023",
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": [],
}

HINT = "the page's TypeScript is missing: install Node 20.19 or newer with npm, then make install"


class Recorded(NamedTuple):
    """An answer, and the name of the type that it must have."""

    of: str
    answer: Any


def can_compile() -> bool:
    """Whether the compiler is there, and what it needs to run."""
    return shutil.which("node") is not None and COMPILER.exists()


def refused(folder: Path, recorded: Sequence[Recorded]) -> dict[int, str]:
    """By its place among the `recorded`, what the compiler says against an answer."""
    shutil.copy(CONTRACT, folder / "vibeusage.ts")
    names = ", ".join(sorted({each.of for each in recorded}))
    lines = [
        f"export const _{number} = {json.dumps(each.answer)} satisfies {each.of}"
        for number, each in enumerate(recorded)
    ]
    lines.insert(0, f"import type {{ {names} }} from './vibeusage'")
    (folder / "recorded.ts").write_text("\n".join(lines))
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": OPTIONS}))
    command = ["node", str(COMPILER), "--pretty", "false"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    found = re.findall(r"^recorded\.ts\((\d+),\d+\): (.+)$", ran.stdout, re.MULTILINE)
    assert bool(found) == bool(ran.returncode), ran.stdout + ran.stderr
    return {int(line) - 2: said for line, said in found}


def spoilt(answer: Any) -> Iterator[Any]:
    """The answer with one thing wrong: a field renamed, added, or of another type."""
    if isinstance(answer, list):
        for number, each in enumerate(answer):
            for worse in spoilt(each):
                yield [*answer[:number], worse, *answer[number + 1 :]]
    if isinstance(answer, dict):
        yield {**answer, "undeclared": "0"}
        for name, value in answer.items():
            yield {f"{of}_" if of == name else of: each for of, each in answer.items()}
            yield {**answer, name: {"of": "another type"}}
            for worse in spoilt(value):
                yield {**answer, name: worse}
