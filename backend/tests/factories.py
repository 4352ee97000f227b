"""What tests send, set and expect, with defaults: a test names only what matters to it."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from tokentally.ingest.normalise import sender
from tokentally.ingest.parse import Parsed, parse_ndjson

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""Where the clock of a test stands until it is set."""

NOTHING_STORED: dict[str, Any] = {"models": [], "as_of": None}
"""What `/tokens/models` answers while nothing was ever stored."""


ORGANISATION = (
    "/tokens",
    "/tokens/models",
    "/tokens/users",
    "/tokens/timeseries",
    "/tokens/success-rate",
    "/tokens/cost-efficiency",
    "/tokens/hourly",
)
"""Where everybody's usage is asked for."""


class SettableClock:
    """A clock that shows `now` until it is set to something else."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def event(**overrides: Any) -> dict[str, Any]:
    """An event as a sender states it, with `overrides` in place of the defaults."""
    return {
        "event_id": "req-1",
        "occurred_at": "2026-11-21T10:15:00Z",
        "source": "codex",
        "model": "openai/gpt-4.1",
        "input_tokens": 100,
        "output_tokens": 20,
    } | overrides


def event_text(field: str, raw: str) -> bytes:
    """The default event as JSON, with `field` spelled `raw`."""
    others = {name: value for name, value in event().items() if name != field}
    return f'{json.dumps(others)[:-1]}, "{field}": {raw}}}'.encode()


def parsed(*texts: bytes, user: str = "local", may_name_users: bool = True) -> Parsed:
    """What the door makes of events spelled `texts`, sent at `NOW`."""
    return parse_ndjson(b"\n".join(texts), sender(user, NOW, may_name_users=may_name_users))


def answer(**counts: Any) -> dict[str, Any]:
    """The whole answer to `POST /v1/events`: zero and no errors where nothing is stated."""
    zeros = dict.fromkeys(("accepted", "duplicate", "updated", "superseded", "rejected"), 0)
    return {**zeros, "errors": [], **counts}


def refusal(index: int, event_id: str | None, field: str | None, message: str) -> dict[str, Any]:
    """One entry of the errors in an ingest answer."""
    return {"index": index, "event_id": event_id, "field": field, "message": message}


def problem(status: int, detail: str) -> dict[str, Any]:
    """The whole body of an error in the form of RFC 9457."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def no_price(model: str) -> str:
    """What is advised for a model without a price."""
    return (
        f"`tokentally prices set {model} --effective-from DAY --input USD --output USD` or "
        f"`tokentally aliases set {model} OTHER`, then `tokentally reprice --model {model}`"
    )
