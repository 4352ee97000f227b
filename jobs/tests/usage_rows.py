"""Events of 2024 for the tests of jobs, and what their database holds."""

import sqlite3
from pathlib import Path
from typing import Any

from backend.tests.factories import event


def march(day: int = 1, **overrides: Any) -> dict[str, Any]:
    """An event of March 2024: 100 tokens in, 20 out."""
    at = {"occurred_at": f"2024-03-{day:02}T10:15:00+00:00"}
    return event(**{"event_id": f"march-{day}", "team": "Kettle", **at, **overrides})


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a database file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def change(path: Path, statement: str) -> None:
    """Change a database file by hand, as a defect would."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


def tokens(path: Path) -> list[tuple[str, str, int, int]]:
    """(source, model, input, output) sums of the folded per-model rollup."""
    return rows(
        path,
        "SELECT source.name, model.name, sum(input_tokens), sum(output_tokens)"
        " FROM model_daily_usage u JOIN source ON source.id = source_id"
        " JOIN model ON model.id = model_id GROUP BY 1, 2 ORDER BY 1, 2",
    )
