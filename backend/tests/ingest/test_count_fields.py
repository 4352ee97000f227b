"""What a count may be, and what a sender is told who sends something else."""

import pytest
from backend.tests.factories import event_text, parsed

from tokentally.ingest.parse import Parsed, Refusal

COUNT_FIELDS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
COUNT_RULE = "must be an integer from 0 to 1000000000000"
TOTAL_RULE = "must be an integer from 0 to 5000000000000"


def refused(field: str, message: str) -> Parsed:
    return Parsed(refusals=[Refusal(0, "req-1", field, message)])


@pytest.mark.parametrize(
    "raw",
    [
        "-1",
        "1.0",
        "0.5",
        "1e3",
        "1e400",
        "-0.0",
        "true",
        "false",
        "[]",
        "{}",
        "1000000000001",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "9" * 400,
        '""',
        '" "',
        '" 7"',
        '"-1"',
        '"-0"',
        '"+1"',
        '"1.0"',
        '"1e3"',
        '"0x1f"',
        '"1_000"',
        '"٣"',
        '"²"',
        '"NaN"',
        '"1000000000001"',
        f'"{"9" * 5000}"',
    ],
)
@pytest.mark.parametrize("field", COUNT_FIELDS)
def test_a_count_is_an_integer_within_bounds(field: str, raw: str) -> None:
    assert parsed(event_text(field, raw)) == refused(field, COUNT_RULE)


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        ("0", 0),
        ("-0", 0),
        ("1", 1),
        ("1000000000000", 10**12),
        ('"0"', 0),
        ('"007"', 7),
        ('"1000000000000"', 10**12),
        ("null", 0),
    ],
)
def test_a_count_may_be_an_integer_or_digits_or_null(raw: str, count: int) -> None:
    [found] = parsed(event_text("input_tokens", raw)).events

    assert found.input_tokens == count


@pytest.mark.parametrize("raw", ["-1", "1.0", "true", "5000000000001", '"5000000000001"', '"x"'])
def test_a_total_is_an_integer_within_the_bounds_of_all_channels_together(raw: str) -> None:
    assert parsed(event_text("total_tokens", raw)) == refused("total_tokens", TOTAL_RULE)


@pytest.mark.parametrize("raw", ["0", "120", '"120"', "5000000000000"])
def test_a_total_may_be_anything_within_its_bounds(raw: str) -> None:
    [found] = parsed(event_text("total_tokens", raw)).events

    assert found.input_tokens + found.output_tokens == 120


@pytest.mark.parametrize("field", [*COUNT_FIELDS, "total_tokens"])
def test_a_count_that_is_missing_or_null_is_zero(field: str) -> None:
    missing = b'{"event_id": "req-1", "occurred_at": "2026-11-21T10:15:00Z"}'
    null = b'{"event_id": "req-1", "occurred_at": "2026-11-21T10:15:00Z", "%b": null}'

    [from_missing, from_null] = parsed(missing, null % field.encode()).events

    assert from_missing == from_null
    assert from_missing.input_tokens == from_missing.output_tokens == 0
