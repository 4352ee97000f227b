"""Which events are stored with the same counts already."""

from collections.abc import Sequence

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


def stored_alike(connection: Connection, events: Sequence[Event]) -> set[str]:
    """The ids of those `events` that are stored with these counts, whatever the revision."""
    keys = {event.event_id: pack(event.event_id) for event in events}
    statement = (
        select(
            token_event.c.event_key,
            source.c.name,
            app_user.c.name,
            *(token_event.c[name] for name in _COUNTS),
        )
        .join(source, source.c.id == token_event.c.source_id)
        .join(app_user, app_user.c.id == token_event.c.user_id)
        .where(token_event.c.event_key.in_(keys.values()))
    )
    stored = {tuple(row) for row in connection.execute(statement)}
    return {
        event.event_id
        for event in events
        if (keys[event.event_id], event.source, event.user, *_counts(event)) in stored
    }


def _counts(event: Event) -> list[int]:
    return [getattr(event, name) for name in _COUNTS]
