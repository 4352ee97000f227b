"""The scheduler alone, for a server that runs without one or a second machine."""

from collections.abc import Callable
from queue import SimpleQueue

from tokentally.api.backend import Backend
from tokentally_jobs.ending import end_in_order
from tokentally_jobs.fold import fold_pending
from tokentally_jobs.scheduler import running_scheduler


def work(backend: Backend, announce: Callable[[], None]) -> None:
    """Run the jobs until SIGINT or SIGTERM, then fold what is left; `announce` at the start."""
    ended: SimpleQueue[bool] = SimpleQueue()  # may be put to from within a signal handler
    end_in_order(lambda: ended.put(True))
    with running_scheduler(backend):
        announce()
        ended.get()
    fold_pending(backend)
