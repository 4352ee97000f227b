"""An event as a row of `token_event`, and back."""

from typing import Any

from sqlalchemy import Row

from tokentally.models.event import Cost, CostSource, Event
from tokentally.store.event_keys import pack
from tokentally.store.names import Names

EVENT_COLUMNS = (
    "id",
    "event_key",
    "source_id",
    "user_id",
    "team_id",
    "model_id",
    "occurred_at",
    "received_seconds",
    "mode",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "cost_nano_usd",
    "cost_source",
    "price_id",
    "success",
    "revision",
)

IDENTITY = ("event_key", "source_id", "user_id")
"""What tells events apart; stands behind the id in `EVENT_COLUMNS`."""


def event_row(
    row_id: int, event: Event, cost: Cost, names: Names, received_seconds: int
) -> tuple[Any, ...]:
    """Values for `EVENT_COLUMNS`."""
    return (
        row_id,
        pack(event.event_id),
        names.sources.ids[event.source],
        names.users.ids[event.user],
        names.teams.ids[event.team],
        names.models.ids[event.model],
        event.occurred_at,
        received_seconds,
        event.mode,
        event.input_tokens,
        event.cached_input_tokens,
        event.cache_write_tokens,
        event.cache_write_1h_tokens,
        event.output_tokens,
        event.reasoning_output_tokens,
        cost.nano_usd,
        cost.source,
        cost.price_id,
        1 if event.success else 0,
        event.revision,
    )


def stored_event(row: Row[Any], identity: Event) -> Event:
    """The event in a row of `EVENT_COLUMNS`, `model` and `team`.

    What the row doesn't hold, its identity and whether a stated total differed, is taken from
    `identity`, an event of the same identity.
    """
    return Event(
        event_id=identity.event_id,
        source=identity.source,
        user=identity.user,
        occurred_at=row.occurred_at,
        model=row.model,
        team=row.team,
        mode=row.mode,
        input_tokens=row.input_tokens,
        cached_input_tokens=row.cached_input_tokens,
        cache_write_tokens=row.cache_write_tokens,
        cache_write_1h_tokens=row.cache_write_1h_tokens,
        output_tokens=row.output_tokens,
        reasoning_output_tokens=row.reasoning_output_tokens,
        reported_cost=row.cost_nano_usd if row.cost_source == CostSource.reported else None,
        success=bool(row.success),
        revision=row.revision,
        total_mismatch=identity.total_mismatch,
    )
