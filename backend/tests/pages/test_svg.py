"""Numbers and names in pictures."""

import pytest

from tokentally.api.svg import compact, shortened, width_of


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_099, "1k"),
        (1_999, "1.9k"),
        (99_999, "99.9k"),
        (999_999, "999k"),
        (1_000_000, "1M"),
        (2_500_000_000, "2.5B"),
        (10**12, "1T"),
        (10**19, "10,000,000T"),
    ],
)
def test_a_number_is_rounded_down_to_few_characters(number: int, said: str) -> None:
    assert compact(number) == said


def test_a_name_is_one_short_line() -> None:
    assert shortened(" a\n b ") == "a b"
    assert shortened("x" * 99) == "x" * 39 + "…"


def test_a_wide_letter_takes_more_room_than_a_narrow_one_and_an_accent_none() -> None:
    assert width_of("模") > width_of("W") > width_of("e") > width_of("i") > 0
    assert width_of("e\u0301") == width_of("e")
