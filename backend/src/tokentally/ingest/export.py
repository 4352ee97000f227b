"""What an export request of OpenTelemetry became: events, refusals, and what is ignored."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tokentally.ingest.normalise import InvalidEvent, Sender
from tokentally.ingest.parse import MAX_EVENTS, Parsed, Refusal, TooManyEvents
from tokentally.ingest.receive import reason_against
from tokentally.models.event import Event
from tokentally.store.deliver import Delivery
from tokentally.store.outcomes import IGNORED
from tokentally.store.streams import Reading

_REASONS_TOLD = 5


@dataclass(frozen=True)
class Receiver:
    """Who sends, and the sources whose metrics count instead of their logs and spans.

    `is_owner`: the sender owns this server, and what their own agents tell is theirs.
    """

    by: Sender
    metrics_sources: frozenset[str]
    is_owner: bool


@dataclass
class Export:
    """The events of a request, the places of the records that each is made of, and the refusals."""

    parsed: Parsed = field(default_factory=Parsed)
    places: list[Sequence[int]] = field(default_factory=list)
    readings: list[Sequence[Reading]] = field(default_factory=list)

    def add(self, event: Event, places: Sequence[int], readings: Sequence[Reading] = ()) -> None:
        """Add an event; raises `TooManyEvents`."""
        if len(self.places) == MAX_EVENTS:
            raise TooManyEvents(f"more than {MAX_EVENTS} calls in one request")
        self.parsed.events.append(event)
        self.places.append(places)
        self.readings.append(readings)

    def refuse(self, place: int, error: InvalidEvent, source: str) -> None:
        """Refuse the record at `place`."""
        refusal = Refusal(place, None, error.field, error.reason)
        self.parsed.refuse(refusal, source, error.reason)

    def ignore(self, source: str, what: str) -> None:
        """Count a record that doesn't count."""
        self.parsed.refused[source, IGNORED, what] += 1

    def delivery(self, sender: str | None) -> Delivery:
        """What is to be stored."""
        readings = self.readings if any(self.readings) else ()
        return Delivery(self.parsed.events, self.parsed.refused, sender, readings=readings)

    def rejected(self, outcomes: Sequence[str]) -> tuple[int, str]:
        """How many records were refused, here or by the store, and why the first of them were."""
        faults = [(refusal.index, refusal.message) for refusal in self.parsed.refusals]
        for places, outcome in zip(self.places, outcomes, strict=True):
            reason = reason_against(outcome)
            faults += [(place, reason) for place in places if reason]
        told = [f"record {place}: {reason}" for place, reason in sorted(faults)[:_REASONS_TOLD]]
        return len(faults), "; ".join(told)
