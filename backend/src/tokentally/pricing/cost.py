"""What an event cost."""

from tokentally.models.event import UNPRICED, Cost, CostSource, Event

MAX_COST_NANO_USD = 10**15
"""The most that one event may cost; a greater cost is a mistake of its sender."""

_REPORTED = int(CostSource.reported)


def cost_of(event: Event) -> Cost:
    """The cost that the event's source reported; without one the event is unpriced."""
    if event.reported_cost is None:
        return UNPRICED
    return Cost(event.reported_cost, _REPORTED, None)
