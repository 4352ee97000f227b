"""What the OpenAPI document says of the leaderboard beyond the answers' own types."""

from typing import Any

from tokentally.api.dashboard_description import ErrorLine
from tokentally.api.description import ALWAYS, Responses, parameter
from tokentally.api.leaderboard_parameters import FURTHEST, MOST_ENTRIES, USUAL_ENTRIES
from tokentally.queries.leaderboard import Metric
from tokentally.queries.leaderboard_window import Period


def error_lines(said: dict[int, tuple[str, str]]) -> Responses:
    """Errors as `{"error": …}`: what each status means, and an example."""
    return {
        status: {
            "model": ErrorLine,
            "description": text,
            "content": {"application/json": {"example": {"error": example}}},
        }
        for status, (text, example) in sorted(said.items())
    }


def usual(needs: str) -> dict[int, tuple[str, str]]:
    """What every route of the family may answer that needs the scope `needs`."""
    examples = {
        401: "Missing bearer token",
        403: f"this needs the scope {needs}, which your credentials lack",
        500: "Internal server error",
    }
    return {
        **{status: (text, examples[status]) for status, text in ALWAYS.items()},
        405: ("Another method than those described.", "Method Not Allowed"),
        503: ("The database is unavailable; try again.", "the database is unavailable"),
    }


def example_answer(content: dict[str, Any]) -> dict[str, Any]:
    """An example of an answer."""
    return {"responses": {"200": {"content": {"application/json": {"example": content}}}}}


ERRORS = error_lines(usual("read"))

_CLAMPED = "An integer beyond a bound counts as the bound, what is no integer as not given."
_BOARD = [
    {
        **parameter(
            "period",
            "Today, the week (from Sunday) or month that it lies in, or everything up to it; in "
            "days of UTC, in any case of letters.",
            "week",
        ),
        "required": True,
        "schema": {"type": "string", "enum": list(Period)},
    },
    {
        **parameter("limit", f"Entries of a page. {_CLAMPED}", ""),
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_ENTRIES,
            "default": USUAL_ENTRIES,
        },
    },
    {
        **parameter("offset", f"Entries passed over. {_CLAMPED}", ""),
        "schema": {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0},
    },
    {
        **parameter(
            "metric",
            "What people are ranked by; entries then tell it as `value`. Without it by all tokens.",
            "cost",
        ),
        "schema": {"type": "string", "enum": list(Metric)},
    },
    parameter("team", "Only what was used for this team, by name.", "Platform"),
]
_SEEN = {
    "period": "week",
    "from": "2026-11-15",
    "to": "2026-11-21",
    "generated_at": "2026-11-21T10:15:02.417000Z",
    "entries": [
        {
            "rank": 1,
            "is_me": False,
            "display_name": "Grace",
            "avatar_url": "https://example.com/grace.png",
            "total_tokens": "48211093",
        },
        {
            "rank": 2,
            "is_me": True,
            "display_name": "Ada",
            "avatar_url": "https://example.com/ada.png",
            "total_tokens": "31870442",
        },
    ],
    "me": {"rank": 2, "total_tokens": "31870442"},
}
BOARD: dict[str, Any] = {
    "parameters": _BOARD,
    "responses": {
        "200": example_answer(_SEEN)["responses"]["200"],
        "400": {
            "description": "A parameter breaks its rule.",
            "content": {"application/json": {"example": {"error": "Invalid period"}}},
        },
    },
}

_CHOSEN = {"leaderboard_public": True, "updated_at": "2026-11-21T10:15:02.417000Z"}
CHOSEN = example_answer(_CHOSEN)
CHOICE: dict[str, Any] = {
    **CHOSEN,
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["leaderboard_public"],
                    "properties": {"leaderboard_public": {"type": "boolean"}},
                },
                "example": {"leaderboard_public": True},
            }
        },
    },
}
NOT_CHOSEN = error_lines(
    {
        400: ("The body is malformed, or no boolean.", "leaderboard_public must be boolean"),
        413: ("The body is larger than 64 KiB.", "the body is larger than 64 KiB"),
        415: (
            "The body is not JSON.",
            "Content-Type 'text/plain': send application/json",
        ),
    }
)
