"""Which of two deliveries of one event stands: a join, so order and repetition never matter.

The higher revision wins whole. With equal revisions the greater content stands, with the earlier
of the two times: a streamed partial never beats its final, and the first occurrence dates it.

An event that names no team was given its user's own, and users move: that team is the least, so
that sending again moves no event after its user, and a named team stands against none.
"""

from functools import partial

import msgspec

from tokentally.models.event import Event


def join(stored: Event, sent: Event, own_team: str) -> Event:
    """The event that stands after `sent` meets `stored`; both have the same identity.

    `own_team` is the one that their user is in now.
    """
    if sent.revision != stored.revision:
        return max(stored, sent, key=lambda event: event.revision)
    greater = max(stored, sent, key=partial(_content, own_team=own_team))
    earlier = min(stored.occurred_at, sent.occurred_at)
    return msgspec.structs.replace(greater, occurred_at=earlier)


def is_repeat(stored: Event, sent: Event, own_team: str) -> bool:
    """Whether `sent` says what is stored, but for a team that it may not have named."""
    if sent.team == own_team:
        sent = msgspec.structs.replace(sent, team=stored.team)
    return sent == stored


def _content(event: Event, own_team: str) -> tuple[object, ...]:
    cost = event.reported_cost
    return (
        event.input_tokens + event.output_tokens,
        event.input_tokens,
        event.output_tokens,
        event.cached_input_tokens,
        event.cache_write_tokens,
        event.cache_write_1h_tokens,
        event.reasoning_output_tokens,
        -1 if cost is None else cost,
        event.model,
        event.success,
        event.mode,
        event.team != own_team,
        event.team,
    )
