"""Lines of a rollout of Codex, and what is read from them."""

from tokentally.models.event import SentEvent

TIME = "2026-11-21T10:00:00.000Z"
LOG = "sessions/2026/11/21/rollout-2026-11-21T10-00-00-s1.jsonl"


def line(kind: str, /, **payload: object) -> dict[str, object]:
    return {"timestamp": TIME, "type": kind, "payload": payload}


def usage(total: int) -> dict[str, int]:
    return {"input_tokens": total, "output_tokens": 0, "total_tokens": total}


def count(total: int | None, last: int | None = None) -> dict[str, object]:
    """A cumulative count, all of it input, and that of the last call."""
    info = {
        "total_token_usage": None if total is None else usage(total),
        "last_token_usage": None if last is None else usage(last),
    }
    return line("event_msg", type="token_count", info=info)


META = line("session_meta", id="s1")


def inputs(events: dict[str, SentEvent]) -> dict[str, object]:
    """Input tokens by event id."""
    return {event_id: event.input_tokens for event_id, event in events.items()}
