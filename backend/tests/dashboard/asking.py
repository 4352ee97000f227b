"""Asking the dashboard's questions, and answers with nothing in them."""

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

SUMMARY = "usage-summary"
BREAKDOWN = "usage-model-breakdown"
DAILY = "usage-daily"
HOURLY = "usage-hourly"
MONTHLY = "usage-monthly"
HEATMAP = "usage-heatmap"
RANGES = (SUMMARY, BREAKDOWN, DAILY)
QUESTIONS = (*RANGES, HOURLY, MONTHLY, HEATMAP)

NO_TOKENS = dict.fromkeys(
    (
        "total_tokens",
        "input_tokens",
        "cached_input_tokens",
        "output_tokens",
        "reasoning_output_tokens",
    ),
    "0",
)
NO_TOTALS = {
    **NO_TOKENS,
    "total_cost_usd": "0.000000",
    "cache_write_tokens": "0",
    "unpriced_tokens": "0",
    "requests": "0",
}
BUILT_IN = {
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


def path(question: str) -> str:
    """Where a question is asked."""
    return f"/functions/vibeusage-{question}"


def sent(client: TestClient, question: str, query: str = "", **params: Any) -> Response:
    """The response to a question."""
    return client.get(f"{path(question)}?{query}", params=params or None)


def told(client: TestClient, question: str, query: str = "") -> Any:
    """The answer to a question."""
    response = sent(client, question, query)
    assert response.status_code == 200, response.text
    return response.json()


def tokens(input_: int, output: int, cached: int = 0, reasoning: int = 0) -> dict[str, str]:
    """Counts as answers tell them."""
    counts = (input_ + output, input_, cached, output, reasoning)
    return dict(zip(NO_TOKENS, map(str, counts), strict=True))


def used(rows: list[Any], name: str = "day") -> dict[str, str]:
    """The total tokens of those rows that have any."""
    return {row[name]: row["total_tokens"] for row in rows if row["total_tokens"] != "0"}
