"""What is stored of events already: which with the same counts, and up to which revision."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from tokentally.models.core import app_user, source, token_event
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
    """The ids of events that are stored with the same counts, and the newest revision of any."""

    alike: set[str]
    newest: int


def stored_of(connection: Connection, events: Sequence[Event]) -> Stored:
    """What is stored of `events`, whatever the revision."""
    keys = {event.event_id: pack(event.event_id) for event in events}
    statement = (
        select(
            token_event.c.revision,
            token_event.c.event_key,
            source.c.name,
            app_user.c.name,
            *(token_event.c[name] for name in _COUNTS),
        )
        .join(source, source.c.id == token_event.c.source_id)
        .join(app_user, app_user.c.id == token_event.c.user_id)
        .where(token_event.c.event_key.in_(keys.values()))
    )
    found = connection.execute(statement).all()
    stored = {tuple(row[1:]) for row in found}
    alike = {
        event.event_id
        for event in events
        if (keys[event.event_id], event.source, event.user, *_counts(event)) in stored
    }
    return Stored(alike, newest=max((row.revision for row in found), default=0))


def _counts(event: Event) -> list[int]:
    return [getattr(event, name) for name in _COUNTS]
