"""`tokentally reprice`: old, new and delta, and what an interruption leaves to do."""

import re
from pathlib import Path
from typing import Any

from backend.tests.engines.plain import change
from jobs.tests.conftest import Run, Said, Send
from jobs.tests.usage_rows import march, rows

PRICE = ("--effective-from", "2024-01-01", "--input", "10", "--output", "100")
COSTS = "SELECT cost_nano_usd, cost_source FROM token_event ORDER BY id"


def table(said: Said) -> list[list[str]]:
    """The cells of every line."""
    return [re.split(r"\s{2,}", line) for line in said.out.splitlines()]


def test_a_dry_run_tells_by_model_and_month_and_changes_nothing(
    tokentally: Run, send: Send, database_path: Path
) -> None:
    april: dict[str, Any] = {"occurred_at": "2024-04-01T00:00:00+00:00", "event_id": "april"}
    send(march(1, model="a"), march(2, model="a"), march(3, model="b"), march(model="a", **april))
    tokentally("prices", "set", "a", *PRICE)

    said = tokentally("reprice", "--dry-run")

    assert said.status == 0
    assert table(said) == [
        ["model", "month", "events", "old USD", "new USD", "delta USD"],
        ["a", "2024-03", "2", "0.000000", "0.006000", "0.006000"],
        ["a", "2024-04", "1", "0.000000", "0.003000", "0.003000"],
        ["would change the cost of 3 events from 0.000000 to 0.009000 USD"],
    ]
    assert rows(database_path, COSTS) == [(0, 0)] * 4


def test_a_run_changes_costs_is_kept_in_the_audit_and_verified(
    tokentally: Run, send: Send, database_path: Path
) -> None:
    send(march(1, model="a"), march(2, model="a", cost_usd="5"), march(3, model="a"))
    tokentally("fold")
    tokentally("prices", "set", "a", *PRICE)

    said = tokentally("reprice", "--from", "2024-03-01", "--to", "2024-03-02", "--why", "late")

    assert said.out.splitlines()[-1] == (
        "changed the cost of 1 events from 0.000000 to 0.003000 USD"
    )
    assert rows(database_path, COSTS) == [(3_000_000, 1), (5_000_000_000, 2), (0, 0)]
    assert rows(database_path, "SELECT sum(cost_nano_usd) FROM model_daily_usage") == [
        (5_003_000_000,)
    ]
    assert [row[2:] for row in table(tokentally("prices", "log"))[2:]] == [
        ["reprice", "2024-03-01: 1 events, 0.000000 -> 0.003000 USD", "late"]
    ]
    assert tokentally("verify").status == 0
    assert tokentally("reprice", "--to", "2024-03-02").out == (
        "changed the cost of 0 events from 0.000000 to 0.000000 USD\n"
    )


def test_one_model_can_be_named(tokentally: Run, send: Send, database_path: Path) -> None:
    send(march(1, model="a"), march(2, model="b"))
    for model in ("a", "b"):
        tokentally("prices", "set", model, *PRICE)

    tokentally("reprice", "--model", "B")

    assert rows(database_path, COSTS) == [(0, 0), (3_000_000, 1)]


def test_what_the_package_knows_is_looked_up(
    tokentally: Run, send: Send, database_path: Path
) -> None:
    send(march(1, model="openai/gpt-4.1"), march(2, model="in-house/x"))

    dry = tokentally("reprice", "--dry-run", price_book="genai-prices")
    kept = rows(database_path, "SELECT count(*) FROM price")
    tokentally("reprice", price_book="genai-prices")

    assert dry.out.splitlines()[-1].endswith("of 1 events from 0.000000 to 0.000360 USD")
    assert kept == [(0,)]
    assert rows(database_path, COSTS) == [(360_000, 1), (0, 0)]
    assert tokentally("verify").status == 0


def test_sealed_days_are_left_and_told(tokentally: Run, send: Send, database_path: Path) -> None:
    send(march(1, model="a"), march(2, model="a"))
    tokentally("fold")
    change(database_path, "INSERT INTO sealed_day VALUES (19783, 0)")  # 2024-03-01
    tokentally("prices", "set", "a", *PRICE)

    said = tokentally("reprice")

    assert said.out.splitlines()[-2:] == [
        "1 days are sealed by retention and were left as they are",
        "changed the cost of 1 events from 0.000000 to 0.003000 USD",
    ]
    assert rows(database_path, COSTS) == [(0, 0), (3_000_000, 1)]
