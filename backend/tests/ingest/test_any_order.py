"""Order and repetition of deliveries never matter: one identity ends in one stored event."""

from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tokentally.api.backend import Backend
from tokentally.models.core import token_event
from tokentally.models.event import Event
from tokentally.store.conflict import join
from tokentally.store.deliver import Delivery
from tokentally.store.event_ids import day_of
from tokentally.store.event_keys import pack
from tokentally.store.verify import differences

pytestmark = pytest.mark.every_engine

MIDNIGHT = 20_000 * 86_400_000_000
FEW = st.integers(0, 2)

deliveries = st.lists(
    st.builds(
        Event,
        event_id=st.just("x"),
        occurred_at=st.integers(-2, 2).map(lambda micros: MIDNIGHT + micros),
        source=st.just("api"),
        model=st.sampled_from(["a", "b", "é"]),
        user=st.just("ada"),
        team=st.sampled_from(["Blue", "Red"]),
        mode=st.integers(0, 1),
        input_tokens=FEW | st.just(2**31),
        cached_input_tokens=FEW,
        cache_write_tokens=FEW,
        cache_write_1h_tokens=FEW,
        output_tokens=FEW,
        reasoning_output_tokens=FEW,
        reported_cost=st.none() | FEW,
        success=st.booleans(),
        revision=st.integers(0, 1),
    ),
    min_size=1,
    max_size=5,
)


@given(deliveries, st.data())
def test_the_rule_of_conflicts_takes_deliveries_in_any_order(
    events: list[Event], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations([*events, *events[:2]]))

    assert joined(shuffled) == joined(events)
    assert joined([*events, joined(events)]) == joined(events)


def joined(events: list[Event]) -> Event:
    standing, *others = events
    for event in others:
        standing = join(standing, event, own_team="Red")
    return standing


def test_the_stored_event_does_not_depend_on_order_repetition_or_batches(
    backend: Backend,
) -> None:
    numbers = count()

    @settings(max_examples=100, deadline=None)
    @given(deliveries, st.data())
    def check(events: list[Event], data: st.DataObject) -> None:
        shuffled = data.draw(st.permutations([*events, *events[:2]]))
        cut = data.draw(st.integers(0, len(shuffled)))
        n = next(numbers)

        deliver(backend, f"{n} straight", [[event] for event in events])
        deliver(backend, f"{n} shuffled", [shuffled[:cut], shuffled[cut:]])

        assert stored(backend, f"{n} straight") == stored(backend, f"{n} shuffled")

    check()
    with backend.database.readers.connect() as connection:
        assert [list(differences(connection, 20_000 + day)) for day in (-1, 0)] == [[], []]


def deliver(backend: Backend, event_id: str, batches: list[list[Event]]) -> None:
    for batch in batches:
        named = [msgspec.structs.replace(event, event_id=event_id) for event in batch]
        backend.writer.submit(Delivery(named)).result()


def stored(backend: Backend, event_id: str) -> tuple[int, tuple[Any, ...]]:
    """The day in the row's id, and all that the row says but its id, key and time of receipt."""
    apart = ("id", "event_key", "received_at")
    kept = [column for column in token_event.columns if column.name not in apart]
    statement = select(token_event.c.id, *kept).where(token_event.c.event_key == pack(event_id))
    with backend.database.readers.connect() as connection:
        row = connection.execute(statement).one()
    return day_of(row.id), tuple(row[1:])
