"""Which team each user is assigned to. Events keep the team that they were recorded with."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from tokentally.models.core import app_user, team
from tokentally.models.plain_text import plain_text
from tokentally.store.dialect import insert_rows
from tokentally.store.names import UNASSIGNED
from tokentally.store.users import User, user_named
from tokentally.store.version import raise_version


@dataclass(frozen=True)
class TeamMembers:
    """A team and how many users are assigned to it."""

    name: str
    members: int


def assign_team(connection: Connection, user: str, team_name: str | None) -> User:
    """Assign a user to a team, made if it is new; None takes them out of theirs.

    Raises `UnknownUser` and `InvalidText`.
    """
    raise_version(connection)
    found = user_named(connection, user)
    team_id = None if team_name is None else _team_id(connection, team_name)
    connection.execute(update(app_user).where(app_user.c.id == found.id).values(team_id=team_id))
    return user_named(connection, user)


def all_teams(connection: Connection) -> list[TeamMembers]:
    """Every team, by name."""
    members = func.count(app_user.c.id)
    joined = team.outerjoin(app_user, app_user.c.team_id == team.c.id)
    rows = select(team.c.name, members).select_from(joined).group_by(team.c.id, team.c.name)
    return [TeamMembers(*row) for row in connection.execute(rows.order_by(team.c.name))]


def _team_id(connection: Connection, name: str) -> int | None:
    """The id of a team, made if it is new; `Unassigned` is to have none."""
    name = plain_text("team", name, least=1)
    if name == UNASSIGNED:
        return None
    insert_rows(connection, team, ("name",), [(name,)], identity=("name",))
    return int(connection.execute(select(team.c.id).where(team.c.name == name)).scalar_one())
