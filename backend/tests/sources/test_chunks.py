from decimal import Decimal
from itertools import permutations

import pytest

from tokentally.models.event import SentEvent
from tokentally.sources import chunks
from tokentally.sources.chunks import ChunkInProgress
from tokentally.sources.reading import Chunk, Cursor


def event(
    output: int = 1, input: int = 1, at: str = "2026-11-21T10:00:00Z", **more: object
) -> SentEvent:
    total = input + output
    sent = SentEvent("a", at, input_tokens=input, output_tokens=output, total_tokens=total)
    for name, value in more.items():
        setattr(sent, name, value)
    return sent


def collected(*events: SentEvent) -> list[SentEvent]:
    chunk = ChunkInProgress()
    for each in events:
        chunk.add_event(each)
    return chunk.take().events


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_records_of_one_call_are_merged_whatever_their_order(order: tuple[int, ...]) -> None:
    records = [
        event(output=5, at="2026-11-21T10:00:00Z"),
        event(output=90, at="2026-11-21T10:00:07Z", pricing_mode="add"),
        event(output=90, at="2026-11-21T10:00:03Z"),
    ]

    merged = collected(*(records[place] for place in order))

    assert [(e.output_tokens, e.occurred_at) for e in merged] == [(90, "2026-11-21T10:00:00Z")]


@pytest.mark.parametrize(
    "other",
    [
        event(cost_usd=Decimal(1)),
        event(model="m"),
        event(at="2026-11-21T10:00:00.5Z"),
        event(at="1970-01-01T00:00:07Z"),
    ],
    ids=["cost", "model", "time", "day"],
)
def test_records_that_differ_in_more_than_counts_are_left_to_the_store(other: SentEvent) -> None:
    assert len(collected(event(), other)) == 2


def test_a_chunk_is_full_by_events_files_or_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "ENOUGH_EVENTS", 1)
    monkeypatch.setattr(chunks, "ENOUGH_FILES", 1)
    monkeypatch.setattr(chunks, "ENOUGH_BYTES", 1)
    by_events, by_files, by_bytes, empty = (ChunkInProgress() for _ in range(4))
    cursor = Cursor("log", "1", 0)
    by_events.add_event(event())
    by_files.add_cursor(cursor)
    by_bytes.add_bytes(1)

    full = [each.is_full() for each in (by_events, by_files, by_bytes, empty)]

    assert full == [True, True, True, False]
    assert by_files.take() == Chunk([], [cursor], 0)
    assert by_files.is_empty()
