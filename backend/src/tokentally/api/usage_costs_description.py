"""What the OpenAPI document says of `/api/usage/costs*` beyond the answers' own types."""

from typing import Any

from pydantic import BaseModel

from tokentally.api.description import ALWAYS, OF_USER_HEADER, Responses, parameter
from tokentally.api.usage_costs_parameters import (
    DAYS_BACK,
    LARGEST_PAGE,
    MOST_TOP_MODELS,
    PAGE_SIZE,
    TOP_MODELS,
)
from tokentally.queries.usage_costs_periods import Granularity


class CodedError(BaseModel):
    """An error: one line for people, and a code for programs."""

    error: str
    code: str


def _one_of(
    name: str, description: str, *values: str, default: str | None = None
) -> dict[str, Any]:
    stated = parameter(name, f"{description} In any case of letters.", values[0])
    stated["schema"] |= {"enum": list(values)} | ({"default": default} if default else {})
    return stated


def _integer(name: str, description: str, default: int, **limits: int) -> dict[str, Any]:
    stated = parameter(name, description, "")
    stated["schema"] = {"type": "integer", "default": default, **limits}
    return stated


def _header(name: str, description: str) -> dict[str, Any]:
    return {**parameter(name, description, '"5f2c"'), "in": "header"}


_OWN = [
    _one_of(
        "range",
        "UTC days; 7d is today and the six days before.",
        *DAYS_BACK,
        "custom",
        default="7d",
    ),
    parameter("start", "First UTC day, YYYY-MM-DD; needed for range=custom.", "2026-11-01"),
    parameter("end", "Last UTC day, included; needed for range=custom.", "2026-11-21"),
    parameter("model_id", "Only this model, by its whole id.", "openai/gpt-4.1"),
    _header("If-None-Match", "Tags (`ETag`) of answers that the caller has."),
    OF_USER_HEADER,
]
_CHARTS = [
    _integer(
        "top_models",
        f"Models shown by themselves, at least 1 and at most {MOST_TOP_MODELS}: more or fewer are "
        "taken for the nearest.",
        TOP_MODELS,
    ),
    _one_of(
        "granularity", "Length of a period; weeks begin on Monday.", *Granularity, default="day"
    ),
    _one_of("include", "`stats` adds least, greatest and average of each model.", "stats"),
    _one_of("format", "In place of `Accept`.", "json", "csv"),
]
_PAGE = [
    _integer("page", "Which page; past the last one it is empty.", 1, minimum=1),
    _integer("page_size", "Events a page.", PAGE_SIZE, minimum=1, maximum=LARGEST_PAGE),
]
OWN: dict[str, Any] = {"parameters": _OWN}
"""The parameters of every question about one's own usage."""
EVENTS: dict[str, Any] = {"parameters": [*_OWN, *_PAGE]}
"""The same by page."""
CHARTS: dict[str, Any] = {"parameters": [*_OWN, *_CHARTS]}
"""The same for charts."""

_EXAMPLE = {
    "range": {"start": "2026-11-21", "end": "2026-11-21", "key": "today"},
    "charts": {
        "tokens": {
            "models": ["anthropic/claude-3", "openai/gpt-4o-mini"],
            "days": [
                {
                    "date": "2026-11-21",
                    "segments": {"anthropic/claude-3": 1200, "openai/gpt-4o-mini": 800},
                    "others": 0,
                    "total": 2000,
                }
            ],
        },
        "cost": {
            "models": ["openai/gpt-4o-mini", "anthropic/claude-3"],
            "days": [
                {
                    "date": "2026-11-21",
                    "segments": {"openai/gpt-4o-mini": 0.0021, "anthropic/claude-3": 0.0012},
                    "others": 0,
                    "total": 0.0033,
                }
            ],
        },
    },
}
_CSV = "date,chart,model,value\n2026-11-21,tokens,openai/gpt-4o-mini,800\n"

CHARTS_FORMS: Responses = {
    200: {
        "content": {
            "application/json": {"example": _EXAMPLE},
            "text/csv": {"schema": {"type": "string"}, "example": _CSV},
        }
    }
}

_SAID = ALWAYS | {
    400: "A parameter breaks its rule; the code names it.",
    405: "Only GET is answered.",
    503: "The database is unavailable, or a rollup is missing that nothing can take the place of.",
}
_EXAMPLES = {
    400: {"error": "start must not be after end", "code": "invalid_start"},
    401: {"error": "Unauthorized", "code": "unauthorized"},
    403: {
        "error": "this needs the scope read, which your credentials lack",
        "code": "forbidden",
    },
    405: {"error": "Method Not Allowed", "code": "method_not_allowed"},
    500: {"error": "Internal server error", "code": "internal_server_error"},
    503: {"error": "the database is unavailable", "code": "service_unavailable"},
}
ERRORS: Responses = {
    304: {"description": "The caller has the answer already: its tag is in `If-None-Match`."},
    **{
        status: {
            "model": CodedError,
            "description": _SAID[status],
            "content": {"application/json": {"example": _EXAMPLES[status]}},
        }
        for status in sorted(_SAID)
    },
}
