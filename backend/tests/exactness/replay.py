"""Everything that was sent, sent again in another order and twice, ends in the same state."""

from collections.abc import Callable, Sequence
from datetime import datetime

from backend.tests.engines.engine import Engine
from backend.tests.engines.plain import opened
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Sent
from backend.tests.exactness.stored import ready_rollups, stored_events, stored_sums

from tokentally.store.fold import fold


def assert_replay_ends_the_same(
    engine: Engine, url: str, sent: Sequence[Sent], clock: Callable[[], datetime]
) -> None:
    """Compare the database at `url` with a new one that gets what was sent backwards."""
    replayed = engine.fresh()
    handle = Handle(replayed, clock)
    backwards = [*reversed(sent), *sent[::2]]
    for start in range(0, len(backwards), 7):
        handle.send(backwards[start : start + 7])
        handle.change_rollups(lambda connection: fold(connection, 3))
    handle.close()
    with opened(url) as here, opened(replayed) as there:
        assert stored_events(there) == stored_events(here)
        for table in ready_rollups(here):
            sums = stored_sums(here, table, pending=True)
            assert stored_sums(there, table, pending=True) == sums
    engine.drop(replayed)
