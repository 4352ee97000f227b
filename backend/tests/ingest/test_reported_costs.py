"""The cost that a source reports: a decimal in USD, kept to the nano-USD without a float."""

import pytest
from backend.tests.factories import event_text, parsed

from tokentally.ingest.parse import Parsed, Refusal

NO_COST = "must be a decimal number that is not negative"
TOO_MUCH = "must not exceed 1000000 USD"


@pytest.mark.parametrize(
    ("raw", "nano_usd"),
    [
        ("null", None),
        ("0", 0),
        ("-0", 0),
        ('"-0"', 0),
        ("-0.0", 0),
        ("0.1", 100_000_000),
        ('"0.1"', 100_000_000),
        ("0.3", 300_000_000),
        ("12.345678912", 12_345_678_912),
        ("1e-9", 1),
        ("1E+2", 100_000_000_000),
        ("1e-400", 0),
        ('"1e-999999"', 0),
        ('"0.0000000004999"', 0),
        ('"0.0000000005"', 0),
        ("0.0000000005", 0),
        ('"0.0000000015"', 2),
        ('"0.0000000025"', 2),
        ('"0.00000000250000001"', 3),
        (f'"0.0000000005{"0" * 40}1"', 1),
        (f'"{"0" * 5000}1"', 10**9),
        (f"0.{'1' * 5000}", 111_111_111),
        ("123456.123456789499999999999999999999999", 123_456_123_456_789),
        ("999999.9999999994", 10**15 - 1),
        ("1000000", 10**15),
        ('"1000000.000000000"', 10**15),
        ('"1e6"', 10**15),
    ],
)
def test_a_cost_is_kept_to_nine_decimals_half_even(raw: str, nano_usd: int | None) -> None:
    found = parsed(event_text("cost_usd", raw))

    assert [event.reported_cost for event in found.events] == [nano_usd]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("-1", NO_COST),
        ("-1e-12", NO_COST),
        ('"-0.01"', NO_COST),
        ('"NaN"', NO_COST),
        ('"sNaN"', NO_COST),
        ('"Infinity"', NO_COST),
        ('"-Infinity"', NO_COST),
        ('""', NO_COST),
        ('"free"', NO_COST),
        ('"1,5"', NO_COST),
        ('"$1"', NO_COST),
        ('"0x10"', NO_COST),
        ("true", NO_COST),
        ("false", NO_COST),
        ("[]", NO_COST),
        ("{}", NO_COST),
        ("1000000.000000001", TOO_MUCH),
        ('"1000000.00000000000000000000000000000000000001"', TOO_MUCH),
        ("1e400", TOO_MUCH),
        ('"1e400"', TOO_MUCH),
        ("9" * 400, TOO_MUCH),
    ],
)
def test_what_is_no_cost_is_refused_with_its_reason(raw: str, message: str) -> None:
    found = parsed(event_text("cost_usd", raw))

    assert found == Parsed(refusals=[Refusal(0, "req-1", "cost_usd", message)])
