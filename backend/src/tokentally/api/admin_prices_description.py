"""What the OpenAPI document says of prices and aliases beyond the answers' own types."""

from typing import Any

from tokentally.api.description import parameter, problems

ERRORS = problems(
    {400: "A parameter breaks its rule.", 503: "The database is unavailable; try again."}
)
MALFORMED = problems(
    {
        400: "The body is malformed or breaks a rule.",
        413: "The body is larger than 64 KiB.",
        415: "The body is not JSON.",
    }
)
UNKNOWN = problems({404: "No such price holds."})


def _required(stated: dict[str, Any]) -> dict[str, Any]:
    return {**stated, "required": True}


def _example(status: int, content: dict[str, Any]) -> dict[str, Any]:
    return {"responses": {str(status): {"content": {"application/json": {"example": content}}}}}


_PRICE = {
    "model": "in-house/llama",
    "source": "manual",
    "effective_from": "2026-01-01",
    "tier_from_input_tokens": 0,
    "input": "0.2",
    "cached_input": None,
    "cache_write": None,
    "cache_write_1h": None,
    "output": "0.6",
    "reasoning_output": None,
}
_TIER = {
    "from_input_tokens": 0,
    "input": "0.2",
    "cached_input": "0.2",
    "cache_write": "0.2",
    "cache_write_1h": "0.2",
    "output": "0.6",
    "reasoning_output": "0.6",
}
_IN_FORCE = {
    "model": "in-house/llama",
    "priced_as": "in-house/llama",
    "source": "manual",
    "effective_from": "2026-01-01",
    "tiers": [_TIER],
}
_STORED = {
    "unpriced_tokens": 5_020,
    "requests": 3,
    "fix": "tokentally reprice --model in-house/llama --from 2026-01-01",
}
_ALIAS = {
    "kind": "price",
    "from_model": "prod-gpt",
    "to_model": "openai/gpt-4.1",
    "effective_from": "2015-01-01",
}

_TIER_ASKED = parameter("tier_from_input_tokens", "The input tokens that its tier begins at.", "0")
_TIER_ASKED["schema"] = {"type": "integer", "minimum": 0, "default": 0}
QUESTION: dict[str, Any] = {
    "parameters": [
        parameter("model", "Only this model, as events carry it.", "in-house/llama"),
        parameter("day", "The UTC day, YYYY-MM-DD; today without.", "2026-11-21"),
    ],
    **_example(200, {"day": "2026-11-21", "prices": [_IN_FORCE]}),
}
WISH: dict[str, Any] = {
    "model": "in-house/llama",
    "effective_from": "2026-01-01",
    "input": "0.2",
    "output": "0.6",
    "why": "GPU hours",
}
SET = _example(201, {"price": _PRICE, "replaced": None, "stored": _STORED})
WITHDRAWAL: dict[str, Any] = {
    "parameters": [
        _required(parameter("model", "Whose price, as events carry it.", "in-house/llama")),
        _required(parameter("effective_from", "The UTC day that it has.", "2026-01-01")),
        parameter("source", "The source that it has; `manual` without.", "manual"),
        _TIER_ASKED,
        parameter("why", "The reason, for the audit.", "a typo"),
    ],
    **_example(200, {"withdrawn": [_PRICE]}),
}

ALIASES = _example(200, {"aliases": [_ALIAS]})
ALIAS_WISH: dict[str, Any] = {"from_model": "prod-gpt", "to_model": "openai/gpt-4.1"}
ALIAS_SET = _example(
    201,
    {
        "alias": _ALIAS,
        "says": "prod-gpt is priced as openai/gpt-4.1 from 2015-01-01",
        "stored": _STORED,
    },
)
