"""Events of 2024 for the tests of jobs, and what their database holds."""

from pathlib import Path
from typing import Any

from backend.tests.engines.plain import change, rows
from backend.tests.factories import event

__all__ = ["change", "march", "rows", "tokens"]


def march(day: int = 1, **overrides: Any) -> dict[str, Any]:
    """An event of March 2024: 100 tokens in, 20 out."""
    at = {"occurred_at": f"2024-03-{day:02}T10:15:00+00:00"}
    return event(**{"event_id": f"march-{day}", "team": "Kettle", **at, **overrides})


def tokens(database: Path | str) -> list[tuple[str, str, int, int]]:
    """(source, model, input, output) sums of the folded per-model rollup."""
    return rows(
        database,
        "SELECT source.name, model.name, sum(input_tokens), sum(output_tokens)"
        " FROM model_daily_usage u JOIN source ON source.id = source_id"
        " JOIN model ON model.id = model_id GROUP BY 1, 2 ORDER BY 1, 2",
    )
