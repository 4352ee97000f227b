"""One request's events: what its body must be, and what is answered once they are stored."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tokentally.ingest.body import unzip
from tokentally.ingest.normalise import Sender
from tokentally.ingest.parse import Parsed, Refusal, parse_json, parse_ndjson
from tokentally.store import capacity, sealed
from tokentally.store.deliver import Delivery
from tokentally.store.outcomes import (
    ACCEPTED,
    COSTLY,
    DUPLICATE,
    REJECTED,
    SEALED,
    SUPERSEDED,
    UPDATED,
)

MAX_ERRORS_LISTED = 100

_REFUSED = {
    REJECTED: (None, capacity.REFUSED),
    SEALED: ("occurred_at", sealed.REASON),
    COSTLY: (None, capacity.COSTLY),
}
"""Field and message of the events that the store refuses."""

_READERS = {"application/json": parse_json, "application/x-ndjson": parse_ndjson}
EVENT_TYPES = tuple(_READERS)
"""The content types of events."""


class UnsupportedBody(ValueError):
    """A content type or encoding that can't be read; the message says which can."""


@dataclass(frozen=True)
class IngestAnswer:
    """How the events of a request ended; at most 100 errors are listed, all are counted."""

    accepted: int
    duplicate: int
    updated: int
    superseded: int
    rejected: int
    errors: list[Refusal]


@dataclass(frozen=True)
class BodyForm:
    """How a body is to be read: its content type, and whether it is gzipped."""

    content_type: str
    gzipped: bool


def content_type_of(headers: Mapping[str, str]) -> str:
    """The content type that a request's headers state, without parameters."""
    return headers.get("content-type", "").split(";")[0].strip().lower()


def body_form(headers: Mapping[str, str], types: Collection[str] = EVENT_TYPES) -> BodyForm:
    """The form that a request's headers state, if it's of `types`; raises `UnsupportedBody`."""
    content_type = content_type_of(headers)
    if content_type not in types:
        raise UnsupportedBody(f"Content-Type {content_type or 'none'!r}: send {' or '.join(types)}")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise UnsupportedBody(f"Content-Encoding {encoding!r}: send gzip or none")
    return BodyForm(content_type, gzipped=encoding == "gzip")


def parse_body(body: bytes, form: BodyForm, by: Sender) -> Parsed:
    """The events of a body as sent, and those refused."""
    return _READERS[form.content_type](unzip(body) if form.gzipped else body, by)


def delivery_of(parsed: Parsed, sender: str | None) -> Delivery:
    """What is to be stored: the events, and statistics of the refused ones."""
    return Delivery(parsed.events, parsed.refused, sender)


def reason_against(outcome: str) -> str | None:
    """Why the store refused an event, if it did."""
    return _REFUSED[outcome][1] if outcome in _REFUSED else None


def ingest_answer(parsed: Parsed, outcomes: Sequence[str]) -> IngestAnswer:
    """What is answered, from one outcome for each of the parsed events."""
    counts = Counter(outcomes)
    refused = [
        Refusal(place, event.event_id, *_REFUSED[outcome])
        for place, event, outcome in zip(parsed.places, parsed.events, outcomes, strict=True)
        if outcome in _REFUSED
    ]
    errors = sorted(parsed.refusals + refused, key=lambda refusal: refusal.index)
    return IngestAnswer(
        accepted=counts[ACCEPTED],
        duplicate=counts[DUPLICATE],
        updated=counts[UPDATED],
        superseded=counts[SUPERSEDED],
        rejected=len(errors),
        errors=errors[:MAX_ERRORS_LISTED],
    )
