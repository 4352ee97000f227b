from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from backend.tests.sources.conftest import Write

from tokentally.models.event import SentEvent
from tokentally.sources.csv_rows import CsvMapping, parse_columns, read_csv
from tokentally.sources.reading import Chunk, Cursor, Skipped

AZURE = Path(__file__).parents[1] / "data" / "azure"
COLUMNS = "occurred_at=TIMESTAMP,input_tokens=ContextTokens,output_tokens=GeneratedTokens"
SMALL = CsvMapping({"occurred_at": "at", "input_tokens": "in"}, source="lab", model="m")


def read(path: Path, mapping: CsvMapping, skipped: Skipped | None = None) -> list[SentEvent]:
    chunks = read_csv(path, mapping, {}, skipped or Skipped())
    return [event for chunk in chunks for event in chunk.events]


@pytest.mark.parametrize(
    ("name", "input", "output"), [("code", 414_215, 4_907), ("conv", 180_695, 47_050)]
)
def test_the_azure_traces_add_up(name: str, input: int, output: int) -> None:
    mapping = CsvMapping(parse_columns(COLUMNS), source="azure", model=name)

    events = read(AZURE / f"{name}.csv", mapping)

    assert len({event.event_id for event in events}) == 200
    assert sum(int(event.input_tokens or 0) for event in events) == input
    assert sum(int(event.output_tokens or 0) for event in events) == output


def test_a_row_becomes_an_event_with_the_fixed_values() -> None:
    mapping = CsvMapping(parse_columns(COLUMNS), "azure", "code-model", "ada", "kettle")

    first = read(AZURE / "code.csv", mapping)[0]

    assert first == SentEvent(
        event_id=first.event_id,
        occurred_at="2023-11-16T18:17:03.979960+00:00",
        source="azure",
        model="code-model",
        input_tokens=4808,
        output_tokens=10,
        user="ada",
        team="kettle",
    )


def test_times_without_a_zone_are_in_the_given_one(write: Write) -> None:
    path = write("a.csv", b"at,in\n2026-07-01 12:00:00,1\n2026-07-01T12:00:00+05:00,2\n")
    mapping = CsvMapping(SMALL.columns, zone=ZoneInfo("Europe/Berlin"))

    events = read(path, mapping)

    assert [event.occurred_at for event in events] == [
        "2026-07-01T10:00:00+00:00",
        "2026-07-01T07:00:00+00:00",
    ]


def test_equal_rows_are_different_events_and_keep_their_ids_elsewhere(write: Write) -> None:
    data = b"at,in\n2026-07-01,1\n2026-07-01,1\n"

    here = read(write("a.csv", data), SMALL)
    moved = read(write("folder/a.csv", data), SMALL)

    assert here == moved
    assert len({event.event_id for event in here}) == 2


def test_a_file_that_did_not_change_is_not_read_again(write: Write) -> None:
    path = write("a.csv", b"at,in\n2026-07-01,1\n")
    chunks: list[Chunk] = [*read_csv(path, SMALL, {}, Skipped())]
    cursors: dict[str, Cursor] = {c.path: c for chunk in chunks for c in chunk.cursors}

    again = [*read_csv(path, SMALL, cursors, Skipped())]
    write("a.csv", b"2026-07-02,2\n", mode="ab")
    grown = [*read_csv(path, SMALL, cursors, Skipped())]

    assert again == []
    assert [event.input_tokens for chunk in grown for event in chunk.events] == [1, 2]


def test_quotes_line_breaks_a_mark_and_blank_lines_are_tolerated(write: Write) -> None:
    path = write("a.csv", b'\xef\xbb\xbf"at",note,in\r\n2026-07-01,"a,\r\nb""c",1\r\n\r\n')

    events = read(path, SMALL)

    assert [event.input_tokens for event in events] == [1]


def test_bad_rows_are_passed_over_with_reason_and_number(write: Write) -> None:
    path = write(
        "a.csv",
        b"at,in\n2026-07-01,1\nyesterday,1\n2026-07-01,1.5\n2026-07-01,-1\n2026-07-01\n"
        b"2026-07-01,\xff\n2026-07-01,2\n",
    )
    skipped = Skipped()

    events = read(path, SMALL, skipped)

    assert [event.input_tokens for event in events] == [1, 2]
    assert [message for _, message in skipped.problems] == [
        "row 2: time is not ISO 8601",
        "row 3: count is not a whole number from 0 to 10^12",
        "row 4: count is not a whole number from 0 to 10^12",
        "row 5: row is too short",
        "row 6: not UTF-8",
    ]
    assert skipped.counts.total() == 5


def test_every_kind_of_column_can_be_mapped(write: Write) -> None:
    path = write("a.csv", b"id,at,c,ok,who\nx,2026-07-01,0.10,false,ada\ny,2026-07-01,,,\n")
    columns = parse_columns("event_id=id,occurred_at=at,cost_usd=c,success=ok,user=who")

    events = read(path, CsvMapping(columns, user="someone"))

    assert [(e.event_id, str(e.cost_usd), e.success, e.user) for e in events] == [
        ("x", "0.10", False, "ada"),
        ("y", "None", None, "someone"),
    ]


def test_a_header_that_is_no_csv_is_said(write: Write) -> None:
    path = write("a.csv", b'"when"ever,in\n2026-11-21 10:00:00,1\n')

    with pytest.raises(ValueError, match="the header is not CSV"):
        read(path, SMALL)


def test_a_column_that_is_missing_is_named_with_those_that_are_there(write: Write) -> None:
    path = write("a.csv", b"time,tokens\n")

    with pytest.raises(ValueError, match="no column 'at' for occurred_at; the columns are time, t"):
        read(path, SMALL)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("occurred_at", "'occurred_at' is not of the form field=column"),
        ("occurred_at=a,tokens=b", "there is no field 'tokens'"),
        ("input_tokens=a", "the time is missing"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_columns(text)


def test_costs_and_outcomes_that_make_no_sense_are_reported(write: Write) -> None:
    path = write(
        "a.csv", b"at,c,ok\n2026-07-01,x,\n2026-07-01,-1,\n2026-07-01,NaN,\n2026-07-01,,no\n"
    )
    skipped = Skipped()

    events = read(path, CsvMapping(parse_columns("occurred_at=at,cost_usd=c,success=ok")), skipped)

    assert events == []
    assert skipped.counts == {
        "cost is not a number": 1,
        "cost is not a number from 0": 2,
        "success is neither true nor false": 1,
    }


def test_broken_quotes_cost_only_their_row(write: Write) -> None:
    path = write("a.csv", b'at,in\n2026-07-01,"1"x\n2026-07-01,2\n')
    skipped = Skipped()

    events = read(path, SMALL, skipped)

    assert [event.input_tokens for event in events] == [2]
    assert [message[:14] for _, message in skipped.problems] == ["row 1: not CSV"]
