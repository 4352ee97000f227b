"""When an event occurred: RFC 3339 with a zone, kept in UTC with microseconds, within bounds."""

from datetime import UTC, datetime

import pytest
from backend.tests.factories import event_text, parsed

from tokentally.clock import microseconds
from tokentally.ingest.parse import Parsed, Refusal

NO_TIME = "must be an RFC 3339 time with a zone, such as 2026-11-21T10:15:00Z"
TOO_EARLY = "must not be before 2015-01-01"
TOO_LATE = "must not be more than 24 hours in the future"


def at(text: str) -> Parsed:
    return parsed(event_text("occurred_at", f'"{text}"'))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-21T10:15:00Z", (2026, 11, 21, 10, 15)),
        ("2026-11-21t10:15:00z", (2026, 11, 21, 10, 15)),
        ("2026-11-21T10:15:00z", (2026, 11, 21, 10, 15)),
        ("2026-11-21T10:15:59.9Z", (2026, 11, 21, 10, 15, 59, 900_000)),
        ("2026-11-21T10:15:00.123Z", (2026, 11, 21, 10, 15, 0, 123_000)),
        ("2026-11-21T10:15:00.123456Z", (2026, 11, 21, 10, 15, 0, 123_456)),
        ("2026-11-21T10:15:00.1234569Z", (2026, 11, 21, 10, 15, 0, 123_456)),
        ("2026-11-21T10:15:00.9999999999999999999999Z", (2026, 11, 21, 10, 15, 0, 999_999)),
        ("2026-11-21T10:15:00+00:00", (2026, 11, 21, 10, 15)),
        ("2026-11-21T10:15:00-00:00", (2026, 11, 21, 10, 15)),
        ("2026-11-21T10:15:00+05:45", (2026, 11, 21, 4, 30)),
        ("2026-11-21T01:15:00-11:00", (2026, 11, 21, 12, 15)),
        ("2026-11-21T00:15:00+14:00", (2026, 11, 20, 10, 15)),
        ("2026-11-21T10:15:00+23:59", (2026, 11, 20, 10, 16)),
        ("2024-02-29T00:00:00Z", (2024, 2, 29)),
        ("2016-12-31T23:59:59.999999Z", (2016, 12, 31, 23, 59, 59, 999_999)),
        ("2015-01-01T00:00:00Z", (2015, 1, 1)),
        ("2014-12-31T23:00:00-01:00", (2015, 1, 1)),
        ("2026-11-22T12:00:00Z", (2026, 11, 22, 12)),
        ("2026-11-22T12:00:00.0000009Z", (2026, 11, 22, 12)),
        ("2026-11-22T17:45:00+05:45", (2026, 11, 22, 12)),
    ],
)
def test_a_time_is_kept_in_utc_with_microseconds(text: str, instant: tuple[int, ...]) -> None:
    expected = microseconds(datetime(*instant, tzinfo=UTC))  # type: ignore[arg-type, misc]

    assert [event.occurred_at for event in at(text).events] == [expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", NO_TIME),
        ("now", NO_TIME),
        ("2026-11-21", NO_TIME),
        ("2026-11-21T10:15:00", NO_TIME),
        ("2026-11-21T10:15Z", NO_TIME),
        ("2026-11-21 10:15:00Z", NO_TIME),
        (" 2026-11-21T10:15:00Z", NO_TIME),
        ("2026-11-21T10:15:00Z ", NO_TIME),
        (r"2026-11-21T10:15:00Z\n", NO_TIME),
        ("2026-11-21T10:15:00.Z", NO_TIME),
        ("2026-11-21T10:15:00,5Z", NO_TIME),
        ("2026-11-21T10:15:60Z", NO_TIME),
        ("2016-12-31T23:59:60Z", NO_TIME),
        ("2026-11-21T10:60:00Z", NO_TIME),
        ("2026-11-21T24:00:00Z", NO_TIME),
        ("2026-11-21T10:15:00+0545", NO_TIME),
        ("2026-11-21T10:15:00+05", NO_TIME),
        ("2026-11-21T10:15:00+24:00", NO_TIME),
        ("2026-11-21T10:15:00+10:60", NO_TIME),
        ("2026-11-21T10:15:00-10:99", NO_TIME),
        ("2026-11-21T10:15:00UTC", NO_TIME),
        ("2026-W47-6T10:15:00Z", NO_TIME),
        ("20261121T101500Z", NO_TIME),
        ("+2026-11-21T10:15:00Z", NO_TIME),
        ("２026-11-21T10:15:00Z", NO_TIME),  # noqa: RUF001  (a full-width digit)
        ("2026-02-30T00:00:00Z", NO_TIME),
        ("2023-02-29T00:00:00Z", NO_TIME),
        ("2026-13-01T00:00:00Z", NO_TIME),
        ("2026-00-01T00:00:00Z", NO_TIME),
        ("0000-01-01T00:00:00Z", NO_TIME),
        ("0001-01-01T00:00:00Z", TOO_EARLY),
        ("0001-01-01T00:00:00+23:59", TOO_EARLY),
        ("1969-12-31T23:59:59.999999Z", TOO_EARLY),
        ("2014-12-31T23:59:59.999999Z", TOO_EARLY),
        ("2015-01-01T00:00:00+00:01", TOO_EARLY),
        ("2026-11-22T12:00:00.000001Z", TOO_LATE),
        ("2026-11-22T11:00:00-01:01", TOO_LATE),
        ("9999-12-31T23:59:59-23:59", TOO_LATE),
    ],
)
def test_what_is_no_time_within_bounds_is_refused_with_its_reason(text: str, message: str) -> None:
    assert at(text) == Parsed(refusals=[Refusal(0, "req-1", "occurred_at", message)])


@pytest.mark.parametrize("raw", ["null", "1795256100", "1795256100.5", "true", "[]", "{}"])
def test_a_time_is_text(raw: str) -> None:
    found = parsed(event_text("occurred_at", raw))

    assert found == Parsed(refusals=[Refusal(0, "req-1", "occurred_at", NO_TIME)])
