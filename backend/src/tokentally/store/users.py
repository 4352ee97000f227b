"""Users: who there is, what is known of each, and how that changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, update

from tokentally.clock import microseconds
from tokentally.models.core import app_user, team
from tokentally.models.plain_text import is_name, plain_text
from tokentally.store.dialect import insert_rows
from tokentally.store.version import raise_version


class UnknownUser(LookupError):
    """There is no user of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no user {name!r}")


class UserExists(ValueError):
    """A user of that name is here already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a user {name!r} already")


class LastAdmin(RuntimeError):
    """A change that would leave nobody who may change users."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is the last enabled admin; make another one first")


@dataclass(frozen=True)
class User:
    """A user as stored; `team` is None for those who have none, `leaderboard_changed_at` (when they
    last said whether they are public, in microseconds since 1970) for those who never did.
    """

    id: int
    name: str
    display_name: str
    team: str | None
    leaderboard_public: bool
    is_admin: bool
    disabled: bool
    avatar_url: str
    time_zone: str
    leaderboard_changed_at: int | None


def find_user(connection: Connection, name: str) -> User | None:
    """The user called `name`, if there is one."""
    if not is_name(name):
        return None
    row = connection.execute(_user_by_name(), {"name": name}).first()
    return None if row is None else _user(row)


def user_named(connection: Connection, name: str) -> User:
    """The user called `name`; raises `UnknownUser`."""
    user = find_user(connection, name)
    if user is None:
        raise UnknownUser(name)
    return user


def all_users(connection: Connection) -> list[User]:
    """Every user, by name."""
    return [_user(row) for row in connection.execute(_users().order_by(app_user.c.name))]


def create_user(connection: Connection, name: str) -> bool:
    """Make a user called `name`; False if there is one. Raises `InvalidText`."""
    name = plain_text("name", name, least=1)
    if find_user(connection, name) is not None:
        return False
    raise_version(connection)  # first: it makes others who change users wait for this
    columns = ("name", "display_name", "leaderboard_public")
    return insert_rows(connection, app_user, columns, [(name, "", 0)], identity=("name",)) > 0


def change_user(connection: Connection, name: str, changes: Mapping[str, str | int]) -> User:
    """Set columns of a user to new values. Raises `UnknownUser`, and `LastAdmin` if nobody is left
    who may change users.
    """
    if not changes:
        return user_named(connection, name)
    raise_version(connection)
    before = user_named(connection, name)
    values = {key: int(v) if isinstance(v, bool) else v for key, v in changes.items()}
    connection.execute(update(app_user).where(app_user.c.id == before.id).values(values))
    if before.is_admin and not before.disabled and not _enabled_admins(connection):
        raise LastAdmin(name)
    return user_named(connection, name)


def shown_on_boards(public: bool, now: datetime) -> dict[str, str | int]:
    """The change by which a user's name is told with their usage, or no longer."""
    return {"leaderboard_public": public, "leaderboard_changed_at": microseconds(now)}


def _enabled_admins(connection: Connection) -> int:
    admins = select(func.count()).where(app_user.c.is_admin == 1, app_user.c.disabled == 0)
    return int(connection.execute(admins).scalar_one())


@cache  # asked at every request of a signed-in user
def _user_by_name() -> Select[Any]:
    return _users().where(app_user.c.name == bindparam("name", type_=app_user.c.name.type))


def _users() -> Select[Any]:
    columns = [column for column in app_user.c if column.name not in ("name", "team_id")]
    named = (app_user.c.name.label("name"), team.c.name.label("team"))
    return select(*columns, *named).join(team, team.c.id == app_user.c.team_id, isouter=True)


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        team=row.team,
        leaderboard_public=bool(row.leaderboard_public),
        is_admin=bool(row.is_admin),
        disabled=bool(row.disabled),
        avatar_url=row.avatar_url,
        time_zone=row.time_zone,
        leaderboard_changed_at=row.leaderboard_changed_at,
    )
