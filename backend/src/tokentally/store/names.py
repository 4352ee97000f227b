"""Names and their ids: users, teams, sources and models are stored once each."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, select

from tokentally.models.core import app_user, data_version, model, source, team
from tokentally.models.display_name import display_name
from tokentally.models.event import Event
from tokentally.store.dialect import insert_rows


class UnknownSender(PermissionError):
    """Who sent events is no user any more."""


UNASSIGNED = "Unassigned"
"""The team of users who have none."""

_LOOKED_UP_AT_ONCE = 500


@dataclass
class NameIds:
    """Ids of one kind of name, as far as they have been asked for."""

    table: Table
    further_columns: Callable[[str], dict[str, object]] = lambda _name: {}
    ids: dict[str, int] = field(default_factory=dict)

    def look_up(self, connection: Connection, wanted: Iterable[str]) -> list[str]:
        """Learn the ids of `wanted`; returns, sorted, the names that have none."""
        unknown = sorted(set(wanted) - self.ids.keys())
        for start in range(0, len(unknown), _LOOKED_UP_AT_ONCE):
            some = unknown[start : start + _LOOKED_UP_AT_ONCE]
            columns = select(self.table.c.id, self.table.c.name)
            for row in connection.execute(columns.where(self.table.c.name.in_(some))):
                self.ids[row.name] = row.id
        return [name for name in unknown if name not in self.ids]

    def create(self, connection: Connection, names: list[str]) -> None:
        """Insert rows for `names`; those that exist by now stay as they are."""
        rows = [{"name": name, **self.further_columns(name)} for name in names]
        if rows:
            values = [tuple(row.values()) for row in rows]
            insert_rows(connection, self.table, list(rows[0]), values, identity=["name"])


@cache
def _names_version() -> Select[Any]:
    return select(data_version.c.names_version)


class Names:
    """The ids of every kind of name that events carry."""

    def __init__(self) -> None:
        self.users = NameIds(app_user, lambda _: {"display_name": "", "leaderboard_public": 0})
        self.teams = NameIds(team)
        self.sources = NameIds(source)
        self.models = NameIds(model, lambda name: {"display_name": display_name(name)})
        self._version = 0

    def are_current(self, connection: Connection) -> bool:
        """Whether the ids still hold; if names were deleted meanwhile, all are forgotten."""
        version: int = connection.execute(_names_version()).scalar_one()
        if version == self._version:
            return True
        self._version = version
        for kind in (self.users, self.teams, self.sources, self.models):
            kind.ids.clear()
        return False

    def ensure(
        self, writer: Engine, events: Sequence[Event], senders: Collection[str] = ()
    ) -> None:
        """Make sure that every name in `events` has an id here.

        Users who are among the `senders` must have been stored before: else who was deleted a
        moment ago would be made anew. Raises `UnknownSender`.

        New names are committed before the events are written, in a transaction of their own, and
        read back after it: no id can be known here that was rolled back in the database.
        """
        kinds = (
            (self.users, {event.user for event in events}.union(senders)),
            (self.teams, {event.team or UNASSIGNED for event in events} | {UNASSIGNED}),
            (self.sources, {event.source for event in events}),
            (self.models, {event.model for event in events}),
        )
        if all(names <= kind.ids.keys() for kind, names in kinds):
            return
        with writer.begin() as connection:
            for kind, names in kinds:
                unknown = kind.look_up(connection, names)
                if kind is self.users and not set(unknown).isdisjoint(senders):
                    raise UnknownSender
                kind.create(connection, unknown)
        with writer.begin() as connection:
            for kind, names in kinds:
                kind.look_up(connection, names)
