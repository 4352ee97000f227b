"""Following the logs of agents on this machine, and sending what is new to a server elsewhere."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
from watchfiles import watch as changes_in

from tokentally.sources.files import is_there
from tokentally.sources.reading import Skipped
from tokentally_jobs.import_run import LOOKED_AGAIN_MS, Logs
from tokentally_jobs.outbox import Outbox
from tokentally_jobs.sending import FIRST_PAUSE, LONGEST_PAUSE, NotNow, Sent, send_all
from tokentally_jobs.terminal import remark, say


@dataclass
class Pauses:
    """How long to wait after failures in a row; some more or less, so that not all come at once."""

    failures: int = 0
    until: float = 0.0
    said: str = ""

    def begin(self, failure: NotNow) -> None:
        """Wait from now on, for as long as the server asks for if it does."""
        usual = min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        seconds = min(failure.seconds or usual, LONGEST_PAUSE) * random.uniform(0.75, 1.25)
        self.failures += 1
        self.until = time.monotonic() + seconds
        if str(failure) != self.said:
            self.said = str(failure)
            remark(f"{failure}; what is new is kept, and sent later")

    def end(self) -> None:
        """The server takes deliveries."""
        if self.failures:
            remark("the server takes deliveries again")
        self.failures, self.until, self.said = 0, 0.0, ""

    @property
    def over(self) -> bool:
        """Whether it is time to try again."""
        return time.monotonic() >= self.until


def collect(outbox: Outbox, client: httpx.Client, sources: Sequence[Logs], *, once: bool) -> bool:
    """Read what is new and send it: once, or for good. Returns whether all of it was sent."""
    pauses, told = Pauses(), set[str]()
    for _ in _moments(sources, once=once):
        for logs in sources:
            _read(outbox, logs, told)
        if not pauses.over:
            continue
        try:
            send_all(outbox, client, _tell)
        except NotNow as failure:
            pauses.begin(failure)
        else:
            pauses.end()
    return outbox.oldest() is None


def _moments(sources: Sequence[Logs], *, once: bool) -> Iterator[None]:
    """Now, and unless `once` again after every change, and every few seconds without one."""
    yield
    if once:
        return
    roots = {root for logs in sources for root in logs.roots if is_there(root)}
    folders = {root if root.is_dir() else root.parent for root in roots}
    if not folders:
        while True:
            time.sleep(LOOKED_AGAIN_MS / 1000)
            yield
    for _ in changes_in(
        *folders, raise_interrupt=False, rust_timeout=LOOKED_AGAIN_MS, yield_on_timeout=True
    ):
        yield


def _read(outbox: Outbox, logs: Logs, told: set[str]) -> None:
    """Keep what is new in the logs; each problem is told once."""
    skipped = Skipped()
    try:
        for chunk in logs.reader(outbox.cursors(logs.name), skipped):
            outbox.put(logs.name, chunk)
    except OSError as error:
        skipped.file(logs.name, str(error))
    for path, problem in skipped.problems:
        line = f"{path}: {problem}"
        if line not in told:
            remark(line)
            told.add(line)


def _tell(sent: Sent) -> None:
    counts = ", ".join(f"{n:,} {kind}" for kind, n in sorted(sent.outcomes.items()))
    say(f"sent: {counts or 'nothing'}")
    for reason, n in Counter(sent.reasons).most_common():
        remark(f"not taken ({n:,}): {reason}")
