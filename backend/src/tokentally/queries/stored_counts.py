"""What is stored of events already: which with the same counts, in which team, which revision."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from tokentally.models.core import app_user, source, team, token_event
from tokentally.models.event import Event
from tokentally.store.event_keys import pack

_COUNTS = (
    "mode",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)


class Stored(NamedTuple):
    """The ids of events that are stored with the same counts, the teams of those that are stored,
    and the newest revision of any.
    """

    alike: set[str]
    teams: dict[str, str]
    newest: int


def stored_of(connection: Connection, events: Sequence[Event]) -> Stored:
    """What is stored of `events`, whatever the revision."""
    keys = {event.event_id: pack(event.event_id) for event in events}
    statement = (
        select(
            token_event.c.event_key,
            source.c.name,
            app_user.c.name,
            team.c.name.label("team"),
            token_event.c.revision,
            *(token_event.c[name] for name in _COUNTS),
        )
        .join(source, source.c.id == token_event.c.source_id)
        .join(app_user, app_user.c.id == token_event.c.user_id)
        .join(team, team.c.id == token_event.c.team_id)
        .where(token_event.c.event_key.in_(keys.values()))
    )
    found = {tuple(row[:3]): row for row in connection.execute(statement)}
    of_event = {e: found.get((keys[e.event_id], e.source, e.user)) for e in events}
    stored = {event: row for event, row in of_event.items() if row is not None}
    return Stored(
        alike={e.event_id for e, row in stored.items() if tuple(row[5:]) == _counts(e)},
        teams={e.event_id: row.team for e, row in stored.items()},
        newest=max((row.revision for row in found.values()), default=0),
    )


def _counts(event: Event) -> tuple[int, ...]:
    return tuple(getattr(event, name) for name in _COUNTS)
