"""What a user used in each half hour of a local day, by the clock on the wall."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

from tokentally.clock import rfc3339
from tokentally.days import QUARTER_MICROS
from tokentally.local_days import wall_clock
from tokentally.queries.local_totals import COUNTED, Tokens, tokens
from tokentally.queries.local_usage import LocalUsage, Used, added, local_sums
from tokentally.store.syncs import last_sync
from tokentally.store.usage import Snapshot
from tokentally.store.users import find_user

SLOTS = 48
MIN_INTERVAL_MINUTES = 30
_SLOT = timedelta(minutes=30)


@dataclass(frozen=True)
class _OfSlot:
    hour: str


@dataclass(frozen=True)
class HalfHour(Tokens, _OfSlot):
    """A half hour by its beginning, local and without a zone. Where the clock is put back, both
    passes are in it; what it skips stays zero.
    """


@dataclass(frozen=True)
class MissingHalfHour(HalfHour):
    """A half hour after the last sync: what was used in it may not have come in yet."""

    missing: Literal[True]


@dataclass(frozen=True)
class Sync:
    """When usage of the user came in last, and after how many minutes it should again."""

    last_sync_at: str | None
    min_interval_minutes: int


@dataclass(frozen=True)
class LocalHourly:
    """What `usage-hourly` answers: 48 half hours, ascending."""

    day: str
    data: list[HalfHour | MissingHalfHour]
    sync: Sync


def local_hourly(now: Snapshot, own: LocalUsage) -> LocalHourly:
    """The half hours of the one day."""
    day, zone = own.days.days.first, own.days.zone
    user = find_user(now.connection, own.user)
    synced = None if user is None else last_sync(now.connection, user.id)
    slots: defaultdict[int, list[Used]] = defaultdict(list)
    for (quarter,), used in local_sums(now, own, by=("quarter",), of=COUNTED).items():
        slots[_slot(quarter, zone)].append(used)
    known = SLOTS if synced is None else _known(synced // QUARTER_MICROS, own)
    midnight = datetime.combine(day, time())
    rows: list[HalfHour | MissingHalfHour] = []
    for slot in range(SLOTS):
        fields = {"hour": (midnight + slot * _SLOT).isoformat(), **tokens(added(slots[slot]))}
        rows.append(HalfHour(**fields) if slot < known else MissingHalfHour(**fields, missing=True))
    told = None if synced is None else rfc3339(synced)
    return LocalHourly(day.isoformat(), rows, Sync(told, MIN_INTERVAL_MINUTES))


def _slot(quarter: int, zone: tzinfo) -> int:
    shown = wall_clock(quarter, zone)
    return (shown.hour * 60 + shown.minute) // 30


def _known(synced: int, own: LocalUsage) -> int:
    """How many half hours from midnight on began before, or with, the quarter of the last sync."""
    window = own.days.window
    if synced not in window:
        return 0 if synced < window.start else SLOTS
    return _slot(synced, own.days.zone) + 1
