"""Days on which something happens to the clock, worked out by hand from the announcements."""

from typing import NamedTuple


class Day(NamedTuple):
    """A local day: the instants (UTC) it starts and ends at, and its first and last half hour."""

    zone: str
    day: str
    start: str
    end: str
    first: str = "00:00"
    last: str = "23:30"


class Twice(NamedTuple):
    """Two instants (UTC) that a clock shows as one and the same half hour."""

    zone: str
    day: str
    slot: str
    instants: tuple[str, str]


DAYS = [
    # Midnight doesn't exist: clocks go from 00:00 to 01:00.
    Day("America/Santiago", "2025-09-07", "2025-09-07T04:00", "2025-09-08T03:00", first="01:00"),
    Day("America/Sao_Paulo", "2017-10-15", "2017-10-15T03:00", "2017-10-16T02:00", first="01:00"),
    Day("Asia/Beirut", "2025-03-30", "2025-03-29T22:00", "2025-03-30T21:00", first="01:00"),
    Day("Asia/Tehran", "2022-03-22", "2022-03-21T20:30", "2022-03-22T19:30", first="01:00"),
    # Midnight comes twice: clocks go from 01:00 to 00:00 of the same day.
    Day("America/Havana", "2025-11-02", "2025-11-02T04:00", "2025-11-03T05:00"),
    # The last hour of the day before comes twice: clocks go from 24:00 to 23:00.
    Day("America/Santiago", "2025-04-05", "2025-04-05T03:00", "2025-04-06T04:00"),
    Day("America/Santiago", "2025-04-06", "2025-04-06T04:00", "2025-04-07T04:00"),
    Day("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00", "2018-02-18T03:00"),
    # An hour less, an hour more.
    Day("America/New_York", "2025-03-09", "2025-03-09T05:00", "2025-03-10T04:00"),
    Day("America/New_York", "2025-11-02", "2025-11-02T04:00", "2025-11-03T05:00"),
    Day("Europe/Dublin", "2025-03-30", "2025-03-30T00:00", "2025-03-30T23:00"),
    Day("Europe/Dublin", "2025-10-26", "2025-10-25T23:00", "2025-10-27T00:00"),
    Day("Asia/Gaza", "2025-04-12", "2025-04-11T22:00", "2025-04-12T21:00"),
    Day("Asia/Gaza", "2025-10-25", "2025-10-24T21:00", "2025-10-25T22:00"),
    Day("Pacific/Apia", "2021-04-04", "2021-04-03T10:00", "2021-04-04T11:00"),
    Day("Pacific/Chatham", "2025-09-28", "2025-09-27T11:15", "2025-09-28T10:15"),
    Day("Pacific/Chatham", "2026-04-05", "2026-04-04T10:15", "2026-04-05T11:15"),
    # Back to winter time for Ramadan, and forth again.
    Day("Africa/Casablanca", "2025-02-23", "2025-02-22T23:00", "2025-02-24T00:00"),
    Day("Africa/Casablanca", "2025-04-06", "2025-04-06T00:00", "2025-04-06T23:00"),
    # Half an hour, two hours, three hours.
    Day("Australia/Lord_Howe", "2025-04-06", "2025-04-05T13:00", "2025-04-06T13:30"),
    Day("Australia/Lord_Howe", "2025-10-05", "2025-10-04T13:30", "2025-10-05T13:00"),
    Day("Antarctica/Troll", "2025-03-30", "2025-03-30T00:00", "2025-03-30T22:00"),
    Day("Antarctica/Troll", "2025-10-26", "2025-10-25T22:00", "2025-10-27T00:00"),
    Day("Antarctica/Casey", "2020-10-04", "2020-10-03T16:00", "2020-10-04T13:00"),
    # A new standard time: back from 24:00 to 23:30, and three years later on from 23:30 to 24:00.
    Day("Asia/Pyongyang", "2015-08-14", "2015-08-13T15:00", "2015-08-14T15:30"),
    Day("Asia/Pyongyang", "2015-08-15", "2015-08-14T15:30", "2015-08-15T15:30"),
    Day("Asia/Pyongyang", "2018-05-04", "2018-05-03T15:30", "2018-05-04T15:00", last="23:00"),
    Day("Asia/Pyongyang", "2018-05-05", "2018-05-04T15:00", "2018-05-05T15:00"),
    # Nothing happens, far from Greenwich or by a quarter of an hour.
    Day("Asia/Kathmandu", "2025-06-15", "2025-06-14T18:15", "2025-06-15T18:15"),
    Day("Pacific/Kiritimati", "2025-01-01", "2024-12-31T10:00", "2025-01-01T10:00"),
    Day("Etc/GMT+12", "2025-01-01", "2025-01-01T12:00", "2025-01-02T12:00"),
]

TWICE = [
    Twice("America/New_York", "2025-11-02", "01:00", ("2025-11-02T05:00", "2025-11-02T06:00")),
    Twice("America/New_York", "2025-11-02", "01:30", ("2025-11-02T05:45", "2025-11-02T06:30")),
    Twice("America/Havana", "2025-11-02", "00:00", ("2025-11-02T04:00", "2025-11-02T05:00")),
    Twice("America/Santiago", "2025-04-05", "23:30", ("2025-04-06T02:30", "2025-04-06T03:59")),
    Twice("Australia/Lord_Howe", "2025-04-06", "01:30", ("2025-04-05T14:30", "2025-04-05T15:00")),
    Twice("Antarctica/Troll", "2025-10-26", "02:30", ("2025-10-26T00:30", "2025-10-26T02:30")),
    Twice("Africa/Casablanca", "2025-02-23", "02:00", ("2025-02-23T01:00", "2025-02-23T02:00")),
    Twice("Asia/Pyongyang", "2015-08-14", "23:30", ("2015-08-14T14:30", "2015-08-14T15:00")),
    Twice("Pacific/Chatham", "2026-04-05", "03:00", ("2026-04-04T13:29", "2026-04-04T14:15")),
]

GAPS = {
    ("America/New_York", "2025-03-09", "2025-03-09T07:00"): ("01:30", "03:00"),
    ("America/Sao_Paulo", "2017-10-15", "2017-10-15T03:30"): ("01:00", "01:30"),
    ("Europe/Dublin", "2025-03-30", "2025-03-30T01:00"): ("00:30", "02:00"),
    ("Australia/Lord_Howe", "2025-10-05", "2025-10-04T15:30"): ("01:30", "02:30"),
    ("Antarctica/Troll", "2025-03-30", "2025-03-30T01:00"): ("00:30", "03:00"),
    ("Pacific/Chatham", "2025-09-28", "2025-09-27T14:00"): ("02:30", "03:30"),
    ("Asia/Gaza", "2025-04-12", "2025-04-12T00:00"): ("01:30", "03:00"),
}
"""By zone, day and instant: the half hours just before the instant and from it on."""
