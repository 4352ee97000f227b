"""What the OpenAPI document says of the VibeUsage CLI's door beyond the answers' own types."""

from typing import Any

from tokentally.api.leaderboard_description import error_lines, example_answer, usual
from tokentally.ingest.half_hours import COUNTS, MAX_BUCKETS, NO_COUNT

ERRORS = error_lines(usual("ingest"))

_BUCKET = {
    "hour_start": "2026-11-21T10:30:00.000Z",
    "source": "codex",
    "model": "gpt-5.2-codex",
    "input_tokens": 1200,
    "cached_input_tokens": 200,
    "output_tokens": 300,
    "reasoning_output_tokens": 50,
    "total_tokens": 1500,
}
_COUNT = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]}
_BUCKETS = {
    "type": "array",
    "maxItems": MAX_BUCKETS,
    "items": {
        "type": "object",
        "required": ["hour_start", *COUNTS],
        "properties": {
            "hour_start": {
                "type": "string",
                "format": "date-time",
                "description": "Exactly on a half hour of UTC.",
            },
            "source": {"type": ["string", "null"], "maxLength": 64, "default": "codex"},
            "model": {"type": ["string", "null"], "maxLength": 200, "default": "unknown"},
            **dict.fromkeys(COUNTS, _COUNT),
        },
    },
}


def _object_of(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: schema}}


_HOURLY = _object_of("hourly", _BUCKETS)
BUCKETS: dict[str, Any] = {
    **example_answer({"success": True, "inserted": 1, "skipped": 0}),
    "description": (
        "A bucket takes the place of what the same device (API key) said before of the same "
        "source, model and half hour, whether it is more or less; the last one of a request "
        "counts. One bad bucket refuses all; those of days that retention sealed are skipped."
    ),
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [_HOURLY, _BUCKETS, _object_of("data", {"anyOf": [_HOURLY, _BUCKETS]})]
                },
                "example": {"hourly": [_BUCKET]},
            }
        },
    },
}
NOT_STORED = error_lines(
    {
        400: (
            "The body is malformed, or a bucket breaks a rule.",
            NO_COUNT,
        ),
        413: (
            f"More than 1 MiB or {MAX_BUCKETS} buckets; nothing was stored.",
            f"Too many buckets (max {MAX_BUCKETS})",
        ),
        415: (
            "A content type or encoding that can't be read.",
            "Content-Encoding 'br': send gzip or none",
        ),
        503: ("The store is down or full; send it again later.", "the database is unavailable"),
    }
)
PINGED: dict[str, Any] = {
    **example_answer(
        {
            "success": True,
            "updated": True,
            "last_sync_at": "2026-11-21T10:45:00.000000Z",
            "min_interval_minutes": 30,
        }
    ),
    "description": (
        "Noted if nothing came in for the caller for 30 minutes; `last_sync_at` is told either way."
    ),
}
