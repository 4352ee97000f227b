"""The scheduler alone, for a server that runs without one or a second machine."""

import signal
from threading import Event

from tokentally.api.backend import Backend
from tokentally_jobs.scheduler import running_scheduler


def work(backend: Backend) -> None:
    """Run the jobs until SIGINT or SIGTERM."""
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with running_scheduler(backend):
        ended.wait()
