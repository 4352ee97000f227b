"""What `tokentally doctor` finds wrong, and the command that it says mends each."""

from pathlib import Path

import pytest
from backend.tests.engines.plain import change
from backend.tests.factories import no_price
from jobs.tests.conftest import Run, Send
from jobs.tests.usage_rows import march

from tokentally.store.schema import HEAD

ATTENTION = "  needs attention: "
QUOTED = "'in house'"


def test_unpriced_models_are_listed_with_the_command_that_prices_each(
    tokentally: Run, send: Send
) -> None:
    send(march(1, model="in house"), march(2, model="openai/gpt-4.1", input_tokens=5_000))
    send(march(3, model="m", cost_usd="1"), march(4, model="zero", input_tokens=0, output_tokens=0))

    said = tokentally("doctor", price_book="genai-prices")

    priced = "`tokentally reprice --model openai/gpt-4.1` prices them"
    lines = said.out.splitlines()
    assert lines[lines.index("unpriced, and so missing in every cost:") + 1 : -1] == [
        f"  openai/gpt-4.1: 5,020 tokens; {priced}",
        f"  in house: 120 tokens; {no_price(QUOTED)}",
    ]


@pytest.mark.parametrize(
    ("damage", "name", "line", "fix"),
    [
        (
            "UPDATE pending_usage SET received_seconds = received_seconds - 1000000",
            "pending",
            "1 rows, the oldest for 1,000,",
            "`tokentally fold` folds them",
        ),
        (
            "UPDATE job_run SET started_at = started_at - 90000000000 WHERE job = 'verify'",
            "last verify",
            "0 differences",
            "`tokentally verify` does it",
        ),
        (
            "UPDATE job_run SET rows = 3 WHERE job = 'verify'",
            "last verify",
            "3 differences",
            "`tokentally backfill` mends them",
        ),
        (
            "UPDATE job_run SET job = 'fold', started_at = started_at - 3700000000"
            " WHERE job = 'verify'",
            "last verify",
            "never",
            "`tokentally verify`",
        ),
        (
            "DROP TABLE user_daily_usage",
            "user_daily_usage",
            "missing or being rebuilt",
            "`tokentally backfill` rebuilds it",
        ),
        (
            "UPDATE alembic_version SET version_num = '0001'",
            "schema",
            f"0001, and this version needs {HEAD}",
            "brings it there",
        ),
        (
            "UPDATE alembic_version SET version_num = '9999'",
            "schema",
            f"9999, and this version needs {HEAD}",
            "upgrade this one",
        ),
        ("DROP TABLE alembic_version", "schema", "none, and this version", "brings it there"),
    ],
)
def test_what_is_wrong_is_told_with_what_mends_it(
    tokentally: Run, send: Send, database_path: Path, damage: str, name: str, line: str, fix: str
) -> None:
    send(march(1))
    tokentally("fold")
    tokentally("verify")
    send(march(2))
    change(database_path, damage)

    said = tokentally("doctor")

    lines = said.out.splitlines()
    [wrong] = [n for n, each in enumerate(lines) if each.startswith(ATTENTION)]
    assert said.status == 1
    assert lines[wrong - 1].startswith(f"{name}: ")
    assert line in lines[wrong - 1]
    assert fix in lines[wrong]
    assert lines[-1] == "1 needs attention"
