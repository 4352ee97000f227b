"""Filters that organisation-wide answers take."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, Table, select

from tokentally.models.core import source, team


@dataclass(frozen=True)
class Filter:
    """Only usage of this team or source (by name); None for all."""

    team: str | None = None
    source: str | None = None


class InvalidFilter(ValueError):
    """A name that nothing can have; the message is for the caller."""


def filter_of(team: str, source: str) -> Filter:
    """The filter that parameters ask for; blank ones ask for all. Raises `InvalidFilter`."""
    named = team.strip(), source.strip().lower()
    for name, text, longest in (("team", named[0], 200), ("source", named[1], 64)):
        if len(text) > longest:
            raise InvalidFilter(f"{name} must be text of at most {longest} characters")
        if "\0" in text:
            raise InvalidFilter(f"{name} must be text without NUL")
    return Filter(team=named[0] or None, source=named[1] or None)


def matching(usage: Subquery, only: Filter) -> list[ColumnElement[bool]]:
    """The conditions on usage rows that `only` stands for."""
    wanted = (("team_id", team, only.team), ("source_id", source, only.source))
    return [
        usage.c[column] == _id_of(table, name) for column, table, name in wanted if name is not None
    ]


def _id_of(table: Table, name: str) -> ColumnElement[int]:
    return select(table.c.id).where(table.c.name == name).scalar_subquery()
