"""Local days: in every zone, and where clocks do what nobody expects."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from tokentally.clock import microseconds
from tokentally.days import QUARTER_MICROS, DayRange
from tokentally.local_days import (
    LocalDays,
    Run,
    fixed_zone,
    iana_zone,
    runs_between,
    start_of,
    today_in,
    wall_clock,
    zone_names,
)

FIRST = datetime(2013, 1, 1, tzinfo=UTC)
LAST = datetime(2038, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)


def quarter_at(text: str) -> int:
    return microseconds(datetime.fromisoformat(text)) // QUARTER_MICROS


def starts(zone: str, first: str, days: int = 3) -> list[str]:
    """When days begin, in UTC."""
    found = iana_zone(zone)
    assert found is not None
    since = date.fromisoformat(first)
    quarters = [start_of(since + n * A_DAY, found) for n in range(days)]
    return [f"{wall_clock(quarter, UTC):%m-%dT%H:%M}" for quarter in quarters]


def changes(name: str) -> Iterator[tuple[datetime, timedelta]]:
    """When the clocks of a zone change, to the minute, and how far from UTC they are then."""
    zone = iana_zone(name)
    assert zone is not None
    at, before = FIRST, FIRST.astimezone(zone).utcoffset()
    assert before is not None
    yield at, before
    while at < LAST:
        later = at + A_DAY
        after = later.astimezone(zone).utcoffset()
        assert after is not None
        if after != before:
            low, high = at, later
            while high - low > A_MINUTE:
                middle = low + (high - low) // 2 // A_MINUTE * A_MINUTE
                same = middle.astimezone(zone).utcoffset() == before
                low, high = (middle, high) if same else (low, middle)
            yield high, after
        at, before = later, after


def every_zone() -> list[str]:
    """A name of each zone; many have several."""
    folder = files("tzdata") / "zoneinfo"
    return sorted({(folder / name).read_bytes(): name for name in sorted(zone_names())}.values())


def test_in_every_zone_days_are_whole_quarters() -> None:
    within_a_quarter = []
    for name in every_zone():
        zone = iana_zone(name)
        assert zone is not None
        for at, offset in changes(name):
            assert offset % timedelta(minutes=15) == timedelta(0), (name, at)
            quarter, rest = divmod(microseconds(at), QUARTER_MICROS)
            if rest:
                within_a_quarter.append((name, f"{at:%Y-%m-%d %H:%M}"))
            shown = [wall_clock(quarter + n, zone).date() for n in range(-100, 100)]
            assert shown == sorted(shown), (name, at)
            for day in set(shown) - {shown[0]}:
                begins = start_of(day, zone)
                assert wall_clock(begins, zone).date() == day, (name, day)
                assert wall_clock(begins - 1, zone).date() == day - A_DAY, (name, day)

    assert within_a_quarter == [
        ("Antarctica/Casey", "2020-10-03 16:01"),
        ("Antarctica/Casey", "2021-10-02 16:01"),
        ("Antarctica/Casey", "2022-10-01 16:01"),
    ]


@pytest.mark.parametrize(
    ("zone", "first", "expected"),
    [
        ("America/New_York", "2026-03-07", ["03-07T05:00", "03-08T05:00", "03-09T04:00"]),
        ("America/New_York", "2026-10-31", ["10-31T04:00", "11-01T04:00", "11-02T05:00"]),
        ("America/Santiago", "2025-09-06", ["09-06T04:00", "09-07T04:00", "09-08T03:00"]),
        ("America/Sao_Paulo", "2017-10-14", ["10-14T03:00", "10-15T03:00", "10-16T02:00"]),
        ("Asia/Beirut", "2025-03-29", ["03-28T22:00", "03-29T22:00", "03-30T21:00"]),
        ("America/Havana", "2025-11-01", ["11-01T04:00", "11-02T04:00", "11-03T05:00"]),
        ("Australia/Lord_Howe", "2026-04-04", ["04-03T13:00", "04-04T13:00", "04-05T13:30"]),
        ("Asia/Kathmandu", "2026-01-01", ["12-31T18:15", "01-01T18:15", "01-02T18:15"]),
        ("Pacific/Chatham", "2026-04-04", ["04-03T10:15", "04-04T10:15", "04-05T11:15"]),
        ("Pacific/Kiritimati", "2026-01-01", ["12-31T10:00", "01-01T10:00", "01-02T10:00"]),
        ("Africa/Casablanca", "2026-02-14", ["02-13T23:00", "02-14T23:00", "02-16T00:00"]),
        ("Antarctica/Troll", "2026-03-28", ["03-28T00:00", "03-29T00:00", "03-29T22:00"]),
        ("America/Nuuk", "2024-03-30", ["03-30T02:00", "03-31T01:00", "04-01T01:00"]),
        ("Etc/GMT+12", "2026-01-01", ["01-01T12:00", "01-02T12:00", "01-03T12:00"]),
    ],
)
def test_a_day_begins_with_the_first_instant_of_its_date(
    zone: str, first: str, expected: list[str]
) -> None:
    assert starts(zone, first) == expected


def test_a_window_reaches_from_the_first_midnight_to_the_one_after_the_last_day() -> None:
    havana = iana_zone("America/Havana")
    assert havana is not None
    days = LocalDays(DayRange(date(2025, 11, 1), date(2025, 11, 2)), havana)

    assert days.window == range(
        quarter_at("2025-11-01T04:00:00Z"), quarter_at("2025-11-03T05:00:00Z")
    )
    assert days.bounds(days.days) == [
        days.window.start,
        quarter_at("2025-11-02T04:00:00Z"),
        days.window.stop,
    ]


def test_the_days_of_a_year_with_summer_time_are_five_runs() -> None:
    berlin = iana_zone("Europe/Berlin")
    assert berlin is not None
    days = LocalDays(DayRange(date(2026, 1, 1), date(2026, 12, 31)), berlin)
    bounds = days.bounds(days.days)

    runs = runs_between(bounds)

    assert [(run.first, run.length) for run in runs] == [
        (0, 96), (87, 92), (88, 96), (297, 100), (298, 96),
    ]  # fmt: skip
    assert [bounds[run.first] for run in runs] == [run.start for run in runs]
    assert [run.stop for run in runs] == [*(run.start for run in runs[1:]), bounds[-1]]


def test_a_day_that_a_zone_left_out_is_in_no_run() -> None:
    apia = iana_zone("Pacific/Apia")
    assert apia is not None
    days = LocalDays(DayRange(date(2011, 12, 29), date(2011, 12, 31)), apia)

    first, left_out, last, end = days.bounds(days.days)

    assert left_out == last
    assert runs_between([first, left_out, last, end]) == [
        Run(first, last, 0, 96),
        Run(last, end, 2, 96),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "America",
        "america/new_york",
        " UTC",
        "UTC ",
        "Mars/Olympus",
        "../etc/passwd",
        "/etc/localtime",
        "localtime",
        "posixrules",
        "tzdata.zi",
        "zone.tab",
        "Europe/Berlin\0",
        "\0",
        "a" * 100_000,
        "Europe/../Europe/Berlin",
    ],
)
def test_what_is_no_zone_is_none(name: str) -> None:
    assert iana_zone(name) is None


def test_every_name_has_a_zone_on_a_machine_without_files_of_them() -> None:
    assert len(zone_names()) > 500
    assert {"UTC", "America/New_York", "Asia/Kolkata", "Etc/GMT-14"} <= zone_names()
    assert None not in {iana_zone(name) for name in zone_names()}


def test_today_is_today_in_the_zone() -> None:
    now = datetime(2026, 11, 21, 10, tzinfo=UTC)

    def today(zone: str) -> str:
        found = iana_zone(zone)
        assert found is not None
        return today_in(found, now).isoformat()

    assert today("Pacific/Kiritimati") == "2026-11-22"
    assert today("Etc/GMT+12") == "2026-11-20"
    assert today_in(fixed_zone(14 * 60), now) == date(2026, 11, 22)
    assert today_in(fixed_zone(-840), now) == date(2026, 11, 20)


def test_a_fixed_offset_has_days_of_its_own() -> None:
    day = date(2026, 3, 29)

    assert start_of(day, fixed_zone(345)) == quarter_at("2026-03-28T18:15:00Z")
    assert start_of(day, fixed_zone(-840)) == quarter_at("2026-03-29T14:00:00Z")
    assert start_of(day, fixed_zone(0)) == start_of(day, UTC) == quarter_at("2026-03-29T00:00:00Z")


def test_wall_clocks_show_an_hour_twice_where_they_are_put_back() -> None:
    new_york = iana_zone("America/New_York")
    assert new_york is not None
    first = quarter_at("2026-11-01T05:30:00Z")

    shown = [f"{wall_clock(first + n, new_york):%H:%M}" for n in range(5)]

    assert shown == ["01:30", "01:45", "01:00", "01:15", "01:30"]


def test_zones_are_those_of_the_package_whatever_the_machine_has(tmp_path: Path) -> None:
    (tmp_path / "Europe").mkdir()
    tokyo = (files("tzdata") / "zoneinfo" / "Asia/Tokyo").read_bytes()
    (tmp_path / "Europe" / "Berlin").write_bytes(tokyo)
    ask = (
        "from datetime import date; from tokentally.local_days import iana_zone, start_of;"
        "berlin = iana_zone('Europe/Berlin');"
        "print(start_of(date(2026, 1, 1), berlin) % 96, berlin)"
    )

    said = subprocess.run(
        [sys.executable, "-c", ask],
        env={"PYTHONTZPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "92 Europe/Berlin\n"
