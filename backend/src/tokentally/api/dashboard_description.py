"""What the OpenAPI document says of `/functions/*`, and of its questions beyond their answers."""

from typing import Any

from pydantic import BaseModel

from tokentally.api.dashboard_parameters import (
    MOST_MONTHS,
    MOST_OFFSET,
    MOST_WEEKS,
    USUAL_DAYS,
    USUAL_WEEKS,
)
from tokentally.api.description import ALWAYS, OF_USER_HEADER, Responses, parameter


class ErrorLine(BaseModel):
    """An error of `/functions/*`: one line for people."""

    error: str


_SAID = ALWAYS | {
    400: "A parameter breaks its rule.",
    405: "The path takes another method.",
    503: "The database is unavailable, or a rollup is missing that nothing can take the place of.",
}
_EXAMPLES = {
    400: "Invalid from date",
    401: "Missing bearer token",
    403: "this needs the scope read, which your credentials lack",
    405: "Method Not Allowed",
    500: "Internal server error",
    503: "the database is unavailable",
}


def error_line(description: str, example: str) -> dict[str, Any]:
    """An answer of the form `{"error": …}`."""
    content = {"application/json": {"example": {"error": example}}}
    return {"model": ErrorLine, "description": description, "content": content}


ERRORS: Responses = {
    status: error_line(_SAID[status], example) for status, example in _EXAMPLES.items()
}
"""What every path of the dashboard may answer."""

_KNOWN: Responses = {
    304: {"description": "The caller has the answer already: its tag is in `If-None-Match`."}
}


def answered(example: dict[str, Any], *, tagged: bool = True) -> Responses:
    """An answer by its example, and that tagged ones need not be sent again."""
    good: Responses = {200: {"content": {"application/json": {"example": example}}}}
    return good | _KNOWN if tagged else good


def _text(name: str, description: str, example: str) -> dict[str, Any]:
    return {**parameter(name, description, example), "example": example}


def _integer(name: str, description: str, example: int, **schema: int) -> dict[str, Any]:
    stated = _text(name, description, "")
    return {**stated, "example": example, "schema": {"type": "integer", **schema}}


_OF_ALL = [
    _text("source", "Only this source, in any case of letters; blank for all.", "codex"),
    _text("tz", "The time zone of all days, by its IANA name.", "America/Los_Angeles"),
    _integer(
        "tz_offset_minutes",
        "Minutes ahead of UTC, a multiple of 15. It counts without a known `tz`; if it is no "
        "number from -840 to 840 either, days are those of UTC.",
        -480,
        minimum=-MOST_OFFSET,
        maximum=MOST_OFFSET,
        multipleOf=15,
    ),
    OF_USER_HEADER,
]
_MODEL = _text(
    "model",
    "Only this model, by its whole id in any case of letters, and what counts as it by an alias; "
    "blank for all.",
    "openai/gpt-4.1",
)
_TAGS = {
    **_text("If-None-Match", "Tags (`ETag`) of answers that the caller has.", '"5f2c"'),
    "in": "header",
}
_TO = _text("to", "The last local day, included; without it today.", "2026-11-21")
_FROM = _text(
    "from", f"The first local day; without it {USUAL_DAYS} days end with `to`.", "2026-11-01"
)
_WEEK_STARTS_ON = _text("week_starts_on", "The day on which weeks begin.", "mon")
_WEEK_STARTS_ON["schema"] = {"type": "string", "enum": ["sun", "mon"], "default": "sun"}

_NAMES = _text("names", "`true` adds `names`: the name under which each model id is shown.", "true")
_NAMES["schema"] = {"type": "string", "enum": ["true", "false"], "default": "false"}

RANGE: dict[str, Any] = {"parameters": [_FROM, _TO, _MODEL, *_OF_ALL, _TAGS]}
"""A question about a range of days; the others likewise."""
GROUPS: dict[str, Any] = {"parameters": [_FROM, _TO, _NAMES, *_OF_ALL, _TAGS]}
DAY: dict[str, Any] = {
    "parameters": [_text("day", "Without it today.", "2026-11-21"), _MODEL, *_OF_ALL],
}
MONTHS: dict[str, Any] = {
    "parameters": [
        _integer("months", "How many.", 12, default=MOST_MONTHS, minimum=1, maximum=MOST_MONTHS),
        _TO,
        _MODEL,
        *_OF_ALL,
        _TAGS,
    ],
}
WEEKS: dict[str, Any] = {
    "parameters": [
        _integer("weeks", "How many.", 26, default=USUAL_WEEKS, minimum=1, maximum=MOST_WEEKS),
        _TO,
        _WEEK_STARTS_ON,
        _MODEL,
        *_OF_ALL,
        _TAGS,
    ],
}
