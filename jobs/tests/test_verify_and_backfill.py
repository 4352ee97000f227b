"""`tokentally verify` finds what is not exact, and `tokentally backfill` mends it."""

import pytest
from backend.tests.exactness.oracle import Oracle
from backend.tests.exactness.stored import OF_DAYS, ROLLUPS, assert_exact
from backend.tests.factories import NOW
from jobs.tests.conftest import Run, Send
from jobs.tests.usage_rows import change, march, rows

pytestmark = [pytest.mark.every_engine, pytest.mark.usefixtures("oracle")]

DAMAGE = "UPDATE {} SET input_tokens = input_tokens + 5, requests = 7"


@pytest.fixture
def oracle(tokentally: Run, send: Send) -> Oracle:
    """Three days with usage, the last one not folded."""
    oracle = Oracle()
    for day in (1, 2, 3):
        send(march(day))
        oracle.deliver(march(day), NOW)
        if day < 3:
            tokentally("fold")
    return oracle


def test_verify_of_an_exact_database_says_so(tokentally: Run) -> None:
    said = tokentally("verify")

    assert said == (0, "0 differences found in 3 days\n", "")


def test_verify_compares_quarters_with_events_and_prints_each_difference(
    tokentally: Run, database_url: str
) -> None:
    change(database_url, DAMAGE.format("user_quarter_usage"))

    said = tokentally("verify", "--to", "2024-03-01")

    *differences, summary = said.out.splitlines()
    assert said.status == 1
    assert summary == "8 differences found in 1 days"
    assert [(line.split()[1], line.rpartition(": ")[2]) for line in differences] == [
        ("user_quarter_usage", "requests is 7, and 1 in the events"),
        ("user_quarter_usage", "input_tokens is 105, and 100 in the events"),
        ("user_daily_usage", "requests is 1, and 7 in user_quarter_usage"),
        ("user_daily_usage", "input_tokens is 100, and 105 in user_quarter_usage"),
        ("model_daily_usage", "requests is 1, and 7 in user_quarter_usage"),
        ("model_daily_usage", "input_tokens is 100, and 105 in user_quarter_usage"),
        ("people_daily_usage", "requests is 1, and 7 in user_quarter_usage"),
        ("people_daily_usage", "input_tokens is 100, and 105 in user_quarter_usage"),
    ]


@pytest.mark.parametrize("table", OF_DAYS[1:])
def test_verify_compares_days_with_quarters_and_prints_each_difference(
    table: str, tokentally: Run, database_url: str
) -> None:
    change(database_url, DAMAGE.format(table))

    said = tokentally("verify")

    *lines, summary = said.out.splitlines()
    differences = [line for line in lines if not line.startswith("total people_total_usage")]
    assert said.status == 1
    assert summary == f"{len(lines)} differences found in 3 days"
    assert [line.split()[:2] for line in differences] == [
        [day, table] for day in ("2024-03-01", "2024-03-01", "2024-03-02", "2024-03-02")
    ]
    assert [line.rpartition(": ")[2] for line in differences] == 2 * [
        "requests is 7, and 1 in user_quarter_usage",
        "input_tokens is 105, and 100 in user_quarter_usage",
    ]


@pytest.mark.parametrize("days", [(), ("--from", "2024-03-03")])
def test_verify_compares_totals_with_days_and_prints_each_difference(
    days: tuple[str, ...], tokentally: Run, database_url: str
) -> None:
    change(database_url, DAMAGE.format("people_total_usage"))
    [[user, team]] = rows(database_url, "SELECT user_id, team_id FROM people_total_usage")

    said = tokentally("verify", *days)

    named = f"total people_total_usage user_id={user} team_id={team}"
    *differences, summary = said.out.splitlines()
    assert said.status == 1
    assert differences == [
        f"{named}: requests is 7, and 2 in people_daily_usage",
        f"{named}: input_tokens is 205, and 200 in people_daily_usage",
    ]
    assert summary.startswith("2 differences found in ")


def test_verify_finds_totals_without_days_and_days_without_totals(
    tokentally: Run, database_url: str
) -> None:
    change(database_url, "UPDATE people_total_usage SET team_id = team_id + 100")

    said = tokentally("verify")

    assert said.status == 1
    assert "requests is 0, and 2 in people_daily_usage" in said.out
    assert "requests is 2, and 0 in people_daily_usage" in said.out


def test_backfill_of_any_day_mends_totals(
    tokentally: Run, oracle: Oracle, database_url: str
) -> None:
    change(database_url, DAMAGE.format("people_total_usage"))

    tokentally("backfill", "--from", "2024-03-02", "--to", "2024-03-02")

    assert tokentally("verify").status == 0
    assert_exact(database_url, oracle)


def test_verify_finds_rows_without_events_and_events_without_rows(
    tokentally: Run, database_url: str
) -> None:
    change(database_url, "DELETE FROM user_daily_usage WHERE day % 2 = 1")
    change(database_url, "UPDATE model_daily_usage SET day = day + 100 WHERE day % 2 = 0")

    said = tokentally("verify")

    assert said.status == 1
    for part in ("2024-03-01 user_daily_usage", "2024-03-02 model_daily_usage", "2024-06-10 model"):
        assert part in said.out


def test_verify_looks_only_at_the_days_asked_for(tokentally: Run, database_url: str) -> None:
    change(database_url, DAMAGE.format("user_daily_usage"))

    second = tokentally("verify", "--from", "2024-03-02", "--to", "2024-03-02")
    third = tokentally("verify", "--from", "2024-03-03")

    assert (second.status, second.out.splitlines()[-1]) == (1, "2 differences found in 1 days")
    assert third == (0, "0 differences found in 1 days\n", "")


def test_a_dry_run_of_backfill_prints_the_differences_and_changes_nothing(
    tokentally: Run, database_url: str
) -> None:
    change(database_url, DAMAGE.format("model_daily_usage"))
    damaged = rows(database_url, "SELECT * FROM model_daily_usage")

    said = tokentally("backfill", "--from", "2024-03-01", "--to", "2024-03-31", "--dry-run")

    assert said.status == 0
    assert said.out.splitlines()[-1] == "4 differences would be mended in 3 days"
    assert len(said.out.splitlines()) == 5
    assert rows(database_url, "SELECT * FROM model_daily_usage") == damaged


def test_backfill_mends_every_rollup_and_folds_what_is_pending(
    tokentally: Run, oracle: Oracle, database_url: str
) -> None:
    for table in ROLLUPS:
        change(database_url, DAMAGE.format(table))
    change(database_url, "DELETE FROM user_quarter_usage")

    said = tokentally("backfill", "--from", "2024-03-01", "--to", "2024-03-31")

    assert said == (0, "rebuilt 3 days from 3 events\n", "")
    assert tokentally("verify").status == 0
    assert_exact(database_url, oracle)


def test_backfill_of_some_days_leaves_the_others(tokentally: Run, database_url: str) -> None:
    change(database_url, DAMAGE.format("user_daily_usage"))

    tokentally("backfill", "--from", "2024-03-02", "--to", "2024-03-02")

    assert tokentally("verify", "--from", "2024-03-02").status == 0
    assert tokentally("verify", "--to", "2024-03-01").status == 1


def test_backfill_removes_rows_of_days_without_events(
    tokentally: Run, oracle: Oracle, database_url: str
) -> None:
    change(database_url, "UPDATE model_daily_usage SET day = day + 100")

    tokentally("backfill")

    assert tokentally("verify").status == 0
    assert_exact(database_url, oracle)


def test_commands_work_while_a_rollup_is_missing(
    tokentally: Run, oracle: Oracle, database_url: str
) -> None:
    change(database_url, "DROP TABLE user_daily_usage")

    verified, folded, rebuilt = tokentally("verify"), tokentally("fold"), tokentally("backfill")

    assert [said.status for said in (verified, folded, rebuilt)] == [1, 0, 0]
    assert "user_daily_usage is missing or being rebuilt" in verified.out
    assert "Traceback" not in rebuilt.err
    assert_exact(database_url, oracle)
