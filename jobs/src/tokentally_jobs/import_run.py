"""An import as a command: with progress, a summary, and on request going on as logs grow."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.filesize import decimal
from sqlalchemy.exc import DBAPIError
from watchfiles import watch as changes_in

from tokentally.api.backend import Backend
from tokentally.sources.files import is_there
from tokentally.store.database import StoreUnavailable
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.importing import ImportReport, Reader, import_logs
from tokentally_jobs.progress import progress_of_bytes
from tokentally_jobs.terminal import backend_from, fail, remark, say

PROBLEMS_SHOWN = 20
LOOKED_AGAIN_MS = 5_000
"""Logs are looked at this often even without a notice of change: notices can get lost."""


class Logs(NamedTuple):
    """What is imported under a name: the folders or files that it is in, and how they are read."""

    name: str
    roots: Sequence[Path]
    reader: Reader


def run_import(sources: Sequence[Logs], *, watch: bool, dry_run: bool) -> None:
    """Import once, or until interrupted, and print a summary line each time something came."""
    if watch and dry_run:
        fail("--watch and --dry-run can't go together", 2)
    here = [logs for logs in sources if any(is_there(root) for root in logs.roots)]
    if not here:
        roots = ", ".join(str(root) for logs in sources for root in logs.roots)
        fail(f"there is nothing to import: {roots} not found, or not readable", 2)
    with backend_from() as backend:
        for logs in here:
            try:
                report = import_once(backend, logs.name, logs.reader, dry_run=dry_run)
            except (ValueError, OSError) as error:
                fail(str(error), 2)
            summarise(logs.name, report, dry_run=dry_run)
        if watch:
            _follow(backend, sources)


def import_once(
    backend: Backend, name: str, reader: Reader, *, dry_run: bool = False
) -> ImportReport:
    """Import with a progress bar, then fold."""
    with progress_of_bytes(f"importing {name}") as progress:
        report = import_logs(backend, name, reader, dry_run=dry_run, progress=progress)
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
        f"{decimal(report.bytes_read)} read",
        *([f"skipped: {', '.join(skipped)}"] if skipped else []),
        *(["nothing stored (dry run)"] if dry_run else []),
    ]
    return "; ".join(parts)


def _follow(backend: Backend, sources: Sequence[Logs]) -> None:
    """Import what comes, for good. Folders that appear later are looked into as well."""
    roots = [root for logs in sources for root in logs.roots if is_there(root)]
    remark(f"watching {', '.join(map(str, roots))}; Ctrl-C ends it")
    folders = {root if root.is_dir() else root.parent for root in roots}
    changes = changes_in(
        *folders, raise_interrupt=False, rust_timeout=LOOKED_AGAIN_MS, yield_on_timeout=True
    )
    failed = ""
    for _ in changes:
        failed = _import_new(backend, sources, failed)


def _import_new(backend: Backend, sources: Sequence[Logs], failed: str) -> str:
    """Import what is new; why that can't be done now, which is said once: it is tried again."""
    try:
        for logs in sources:
            report = import_once(backend, logs.name, logs.reader)
            if report.outcomes:
                summarise(logs.name, report)
    except (ValueError, OSError, DBAPIError, StoreUnavailable) as error:
        why = str(error.orig if isinstance(error, DBAPIError) else error)
        if why != failed:
            remark(f"will try again: {why}")
        return why
    return ""
