"""Writing the figures down: JSON for machines, a table for people."""

import json
import os
import platform
import re
import sqlite3
from dataclasses import asdict
from pathlib import Path

from benchmarks.measure import Figure
from tokentally.clock import utc_now

FOLDER = Path(__file__).parent


def write_report(figures: list[Figure], rows: int) -> None:
    """Write `results/<date>.json` and the table in `README.md`."""
    today = utc_now().date().isoformat()
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "rows": rows,
    }
    results = {"date": today, **machine, "figures": [asdict(figure) for figure in figures]}
    target = FOLDER / "results" / f"{today}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=2) + "\n")
    readme = FOLDER / "README.md"
    heading = f"Measured {today}: {', '.join(f'{k} {v}' for k, v in machine.items())}.\n\n"
    table = heading + "\n".join(_table(figures)) + "\n"
    between = re.compile(r"(<!-- table -->\n).*(<!-- end -->)", re.DOTALL)
    readme.write_text(between.sub(lambda found: found[1] + table + found[2], readme.read_text()))


def _table(figures: list[Figure]) -> list[str]:
    lines = ["| what | measured | goal | against |", "|---|--:|---|---|"]
    for each in figures:
        against = f"{each.ratio:,.2f}x {each.reference}" if each.ratio is not None else ""
        value = f"{each.value:,.0f}" if each.value >= 100 else f"{each.value:,.2f}"
        lines.append(f"| {each.what} | {value} {each.unit} | {each.goal} | {against} |")
    return lines
