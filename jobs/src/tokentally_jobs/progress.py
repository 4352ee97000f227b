"""Progress on standard error, where that is a terminal. rich is loaded only there."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int], None]
"""Is told how many more steps, or bytes, are done."""


@contextmanager
def progress_of(what: str, total: int) -> Iterator[Progress]:
    """A bar over `total` steps."""
    with _bar(what, total) as told:
        yield told


@contextmanager
def progress_of_bytes(what: str) -> Iterator[Progress]:
    """A count of bytes."""
    with _bar(what, None) as told:
        yield told


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress
    from rich.console import Console

    steps = (progress.MofNCompleteColumn(),)
    size = (progress.DownloadColumn(), progress.TransferSpeedColumn())
    with progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        *(size if total is None else steps),
        progress.TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, advance=done)
