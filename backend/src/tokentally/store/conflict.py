"""Which of two deliveries of one event stands: a join, so order and repetition never matter.

The higher revision wins whole. With equal revisions the greater content stands, with the earlier
of the two times: a streamed partial never beats its final, and the first occurrence dates it.
"""

import msgspec

from tokentally.models.event import Event


def join(stored: Event, sent: Event) -> Event:
    """The event that stands after `sent` meets `stored`; both have the same identity."""
    if sent.revision != stored.revision:
        return max(stored, sent, key=lambda event: event.revision)
    greater = max(stored, sent, key=_content)
    earlier = min(stored.occurred_at, sent.occurred_at)
    return msgspec.structs.replace(greater, occurred_at=earlier)


def _content(event: Event) -> tuple[object, ...]:
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
        event.team,
    )
