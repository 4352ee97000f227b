"""Filters that organisation-wide answers take."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, Table, select

from tokentally.models.core import source, team


@dataclass(frozen=True)
class Filter:
    """Only usage of this team or source (by name); None for all."""

    team: str | None = None
    source: str | None = None


def matching(usage: Subquery, only: Filter) -> list[ColumnElement[bool]]:
    """The conditions on usage rows that `only` stands for."""
    wanted = ((usage.c.team_id, team, only.team), (usage.c.source_id, source, only.source))
    return [column == _id_of(table, name) for column, table, name in wanted if name is not None]


def _id_of(table: Table, name: str) -> ColumnElement[int]:
    return select(table.c.id).where(table.c.name == name).scalar_subquery()
