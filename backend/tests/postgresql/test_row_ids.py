"""Row ids come from a sequence; one that is taken by another event is replaced."""

from backend.tests.engines.plain import change, rows
from backend.tests.exactness.handle import Handle
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import assert_exact
from backend.tests.factories import NOW, SettableClock, event


def test_events_are_stored_once_when_the_sequence_has_come_round(
    database_url: str, clock: SettableClock
) -> None:
    oracle, handle = Oracle(), Handle(database_url, clock)
    first = [event(event_id=f"first-{n}") for n in range(3)]
    assert handle.send(first) == [oracle.deliver(sent, NOW) for sent in first]
    [[lowest]] = rows(database_url, "SELECT min(id) % 4294967296 FROM token_event")

    change(database_url, f"SELECT setval('token_event_id_seq', {lowest} + 4294967296 - 1)")
    later = [event(event_id=f"later-{n}", input_tokens=n) for n in range(5)]
    outcomes = handle.send(later)

    assert outcomes == [oracle.deliver(sent, NOW) for sent in later]
    assert_exact(database_url, oracle)
    handle.close()
