"""An import as a command: with progress, a summary, and on request going on as logs grow."""

from collections.abc import Sequence
from pathlib import Path

from watchfiles import watch as changes_in

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.importing import ImportReport, Reader, import_logs
from tokentally_jobs.terminal import backend_from, fail, progress_of_bytes, remark, say

PROBLEMS_SHOWN = 20
LOOKED_AGAIN_MS = 5_000
"""Logs are looked at this often even without a notice of change: notices can get lost."""


def run_import(
    name: str, roots: Sequence[Path], reader: Reader, *, watch: bool, dry_run: bool
) -> None:
    """Import once, or until interrupted, and print a summary line each time something came."""
    if watch and dry_run:
        fail("--watch and --dry-run can't go together", 2)
    existing = [root for root in roots if root.exists()]
    if not existing:
        fail(f"there is nothing to import: {', '.join(map(str, roots))} not found", 2)
    with backend_from() as backend:
        summarise(name, import_once(backend, name, reader, dry_run=dry_run), dry_run=dry_run)
        if watch:
            _follow(backend, name, reader, existing)


def import_once(
    backend: Backend, name: str, reader: Reader, *, dry_run: bool = False
) -> ImportReport:
    """Import with a progress bar, then fold."""
    with progress_of_bytes(f"importing {name}") as progress:
        try:
            report = import_logs(backend, name, reader, dry_run=dry_run, progress=progress)
        except (ValueError, OSError) as error:
            fail(str(error), 2)
    if not dry_run:
        fold_pending(backend)
    return report


def summarise(name: str, report: ImportReport, *, dry_run: bool = False) -> None:
    """Say what was skipped and why, then in one line what was imported."""
    for path, problem in report.skipped.problems[:PROBLEMS_SHOWN]:
        remark(f"{path}: {problem}")
    unshown = len(report.skipped.problems) - PROBLEMS_SHOWN
    if unshown > 0:
        remark(f"and {unshown:,} more problems")
    say(f"{name}: {_counts(report, dry_run=dry_run)}")


def _counts(report: ImportReport, *, dry_run: bool) -> str:
    outcomes = [f"{n:,} {outcome}" for outcome, n in sorted(report.outcomes.items())]
    skipped = [f"{reason} ({n:,})" for reason, n in report.skipped.counts.most_common()]
    parts = [
        ", ".join(outcomes) or "nothing new",
        f"{report.tokens:,} tokens",
        f"{report.bytes_read / 1e6:,.1f} MB read",
        *([f"skipped: {', '.join(skipped)}"] if skipped else []),
        *(["nothing stored (dry run)"] if dry_run else []),
    ]
    return "; ".join(parts)


def _follow(backend: Backend, name: str, reader: Reader, roots: Sequence[Path]) -> None:
    remark(f"watching {', '.join(map(str, roots))}; Ctrl-C ends it")
    changes = changes_in(
        *roots, raise_interrupt=False, rust_timeout=LOOKED_AGAIN_MS, yield_on_timeout=True
    )
    for _ in changes:
        report = import_once(backend, name, reader)
        if report.outcomes:
            summarise(name, report)
