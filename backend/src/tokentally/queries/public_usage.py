"""What everybody may see of a user who chose to be public: name, total, and days by level."""

from dataclasses import dataclass
from datetime import UTC, date

from sqlalchemy import ColumnElement, Subquery, select

from tokentally.days import ALL_DAYS
from tokentally.local_days import LocalDays
from tokentally.queries.local_heatmap import LocalHeatmap, local_heatmap, weeks_until
from tokentally.queries.local_usage import LocalUsage
from tokentally.queries.shown_names import shown_name
from tokentally.store.rollups import PEOPLE_DAILY
from tokentally.store.usage import Snapshot
from tokentally.store.users import User, find_user

WEEKS = 52


class NotPublic(LookupError):
    """No user of that name is to be seen; it isn't told whether there is one."""

    def __init__(self) -> None:
        super().__init__("there is no public user of that name")


@dataclass(frozen=True)
class PublicTotal:
    """All tokens that a user ever used, and the name that may be shown."""

    name: str
    tokens: int


@dataclass(frozen=True)
class PublicYear:
    """The last 52 weeks of a user in UTC days, and the name that may be shown."""

    name: str
    heatmap: LocalHeatmap


def public_total(now: Snapshot, user: str) -> PublicTotal:
    """The total of `user` (a login); raises `NotPublic`."""
    found = _public_user(now, user)

    def where(usage: Subquery) -> list[ColumnElement[bool]]:
        return [usage.c.user_id == found.id]

    of = ("input_tokens", "output_tokens")
    sums = now.sums(PEOPLE_DAILY, ALL_DAYS, by=("user_id",), of=of, where=where)
    row = now.connection.execute(select(*(sums.c[name] for name in of))).first()
    return PublicTotal(_shown(found), sum(map(int, row or ())))


def public_year(now: Snapshot, user: str, today: date) -> PublicYear:
    """The days of `user` (a login) up to `today`; raises `NotPublic`."""
    found = _public_user(now, user)
    days = LocalDays(weeks_until(today, WEEKS, "sun"), UTC)
    return PublicYear(_shown(found), local_heatmap(now, LocalUsage(found.name, days), "sun"))


def _public_user(now: Snapshot, name: str) -> User:
    """The one look that is taken at whoever is named, whether or not they are to be seen."""
    user = find_user(now.connection, name)
    if user is None or user.disabled or not user.leaderboard_public:
        raise NotPublic
    return user


def _shown(user: User) -> str:
    return shown_name(user.name, user.display_name.strip(), public=True, show_all_names=False)
