"""Example answers of the dashboard's questions, for the OpenAPI document."""

from typing import Any

_TOKENS = {
    "total_tokens": "1500",
    "input_tokens": "1200",
    "cached_input_tokens": "200",
    "output_tokens": "300",
    "reasoning_output_tokens": "50",
}
_TOTALS = {
    **_TOKENS,
    "total_cost_usd": "0.005985",
    "cache_write_tokens": "0",
    "unpriced_tokens": "0",
    "requests": "1",
}
_PRICING = {
    "model": "gpt-5.2-codex",
    "pricing_mode": "overlap",
    "source": "openrouter",
    "effective_from": "2025-12-23",
    "rates_per_million_usd": {
        "input": "1.750000",
        "cached_input": "0.175000",
        "output": "14.000000",
        "reasoning_output": "14.000000",
    },
}
_DAY = {"from": "2026-11-21", "to": "2026-11-21"}

SUMMARY: dict[str, Any] = {
    **_DAY,
    "days": 1,
    "totals": _TOTALS,
    "pricing": _PRICING,
    "as_of": "2026-11-21T12:00:00.000000Z",
}
BREAKDOWN: dict[str, Any] = {
    **_DAY,
    "days": 1,
    "sources": [
        {
            "source": "codex",
            "totals": _TOTALS,
            "models": [{"model": "gpt-5.2-codex", "totals": _TOTALS}],
        }
    ],
    "pricing": _PRICING,
}
DAILY: dict[str, Any] = {
    **_DAY,
    "data": [{"day": "2026-11-21", **_TOKENS, "total_cost_usd": "0.005985", "requests": "1"}],
    "summary": {"totals": _TOTALS, "pricing": _PRICING},
}
HOURLY: dict[str, Any] = {
    "day": "2026-11-21",
    "data": [
        {"hour": "2026-11-21T00:00:00", **_TOKENS},
        {"hour": "2026-11-21T00:30:00", **dict.fromkeys(_TOKENS, "0"), "missing": True},
    ],
    "sync": {"last_sync_at": "2026-11-21T00:15:00.000000Z", "min_interval_minutes": 30},
}
MONTHLY: dict[str, Any] = {
    "from": "2026-11-01",
    "to": "2026-11-21",
    "months": 1,
    "data": [{"month": "2026-11", **_TOKENS}],
}
HEATMAP: dict[str, Any] = {
    "from": "2026-11-15",
    "to": "2026-11-16",
    "week_starts_on": "sun",
    "thresholds": {"t1": "1500", "t2": "1500", "t3": "1500"},
    "active_days": 1,
    "streak_days": 1,
    "weeks": [
        [
            {"day": "2026-11-15", "value": "0", "level": 0},
            {"day": "2026-11-16", "value": "1500", "level": 1},
            *[None] * 5,
        ]
    ],
}
