"""What must hold in the database after a trial, whatever happened to the processes."""

from collections.abc import Sequence
from pathlib import Path

from backend.tests.engines.plain import assert_sound, opened
from backend.tests.exactness.oracle import Identity, Kept, Oracle, joined
from backend.tests.exactness.stored import assert_exact, stored_events

from tokentally.clock import EPOCH
from trials.batches import Batch
from trials.load import Sent
from trials.programs import environment, launch


def assert_nothing_lost(database: Path | str, all_sent: Sequence[Sent], output: Path) -> int:
    """Every acknowledged event once and unchanged, sums right, the file sound, verify clean.

    Batches of which the outcome was never known are there whole or not at all. Returns how many
    events there are.
    """
    failures = [failure for sent in all_sent for failure in sent.failures]
    assert not failures, failures[:5]
    assert all(sent.ended for sent in all_sent), "a client broke off"
    oracle = together([sent.acknowledged for sent in all_sent])
    with opened(database) as connection:
        stored = stored_events(connection)
    for sent in all_sent:
        for batch in sent.abandoned:
            oracle.events.update(_if_stored(batch, stored))
    assert_exact(database, oracle)
    verify = launch(["verify"], environment(database), output)
    assert verify.wait() == 0, verify.said()
    with opened(database) as connection:
        assert_sound(connection)
    return len(stored)


def together(oracles: Sequence[Oracle]) -> Oracle:
    """What several senders' deliveries come to: the order in which they came never matters."""
    whole = Oracle()
    for oracle in oracles:
        for identity, kept in oracle.events.items():
            other = whole.events.get(identity)
            whole.events[identity] = joined(other, kept) if other else kept
    return whole


def _if_stored(batch: Batch, stored: dict[Identity, Kept]) -> dict[Identity, Kept]:
    """The events of a batch that is stored; none if none of them is."""
    alone = Oracle()
    for event in batch:
        alone.deliver(event, EPOCH)
    found = alone.events.keys() & stored.keys()
    assert not found or found == alone.events.keys(), "a batch is stored in part"
    return alone.events if found else {}
