"""`python -m benchmarks`: measures speed, size and memory, and writes them down.

Figures of different machines can't be compared, ratios to a reference of the same run can.
"""

import argparse
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import folds, imports, ingest, own_reads, postgresql, reads, telemetry
from benchmarks.database import file_url, fill_file
from benchmarks.measure import Figure
from benchmarks.report import write_report
from benchmarks.server import running_server
from tokentally_jobs.memory import collect_less


def main() -> None:
    """Run every benchmark and write `benchmarks/results/` and the table in the README."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000_000, help="size of the large database")
    options.add_argument("--megabytes", type=int, default=1024, help="size of the log corpus")
    options.add_argument("--keep", type=Path, help="a folder that keeps what was made")
    chosen = options.parse_args()
    collect_less()
    with TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        write_report(_figures(folder, chosen.rows, chosen.megabytes), chosen.rows)


def _figures(folder: Path, rows: int, megabytes: int) -> list[Figure]:
    small_file, large_file = folder / "100000.db", folder / f"{rows}.db"
    fill_file(small_file, 100_000)
    fill_file(large_file, rows)
    small, large = file_url(small_file), file_url(large_file)
    with TemporaryDirectory(dir=folder) as scratch:
        parts: list[Callable[[], list[Figure]]] = [
            partial(_size_and_start, folder / "empty.db", large_file, rows),
            partial(reads.queries, large),
            partial(own_reads.own_queries, large),
            partial(reads.kept_answers, large, ">= 5,000"),
            partial(folds.folds, small, large, rows),
            partial(ingest.in_process, Path(scratch)),
            partial(ingest.single_events, file_url(Path(scratch) / "single.db")),
            partial(ingest.through_http, large, ordered=True, rows=rows, goal=">= 50,000"),
            partial(ingest.through_http, large, ordered=False, rows=rows, goal=">= 25,000"),
            partial(telemetry.spans_through_http, Path(scratch)),
            partial(imports.imports, Path(scratch), folder, megabytes),
            partial(folds.rebuild, large, rows),
            partial(postgresql.figures, rows // 5),
        ]
        return [figure for part in parts for figure in _shown(part())]


def _shown(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        print(f"{figure.what}: {figure.value:,.1f} {figure.unit} (goal {figure.goal})", flush=True)
    return figures


def _size_and_start(empty: Path, large: Path, rows: int) -> list[Figure]:
    with sqlite3.connect(large) as connection:
        [events] = connection.execute("SELECT count(*) FROM token_event").fetchone()
    with running_server(file_url(empty)) as server:
        empty_start, idle = server.cold_start, server.rss_mb()
    with running_server(file_url(large)) as server:
        large_start = server.cold_start
    return [
        Figure("size on disk, all in", large.stat().st_size / events, "bytes/event", "<= 120"),
        Figure("memory of serve, idle", idle, "MB", "<= 120"),
        Figure("cold start to the first answer, empty", empty_start, "s", "<= 1.5"),
        Figure(f"cold start to the first answer, {rows:,} rows", large_start, "s", "<= 2"),
    ]


if __name__ == "__main__":
    main()
