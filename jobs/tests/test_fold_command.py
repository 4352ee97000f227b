import pytest
from jobs.tests.conftest import Run, Send
from jobs.tests.usage_rows import march, rows, tokens

pytestmark = pytest.mark.every_engine


def test_fold_moves_what_is_pending_and_a_second_run_finds_nothing(
    tokentally: Run, send: Send, database_url: str
) -> None:
    send(march(1), march(2))
    send(march(1, revision=1, output_tokens=5))

    first, second = tokentally("fold"), tokentally("fold")

    assert (first.status, first.err) == (0, "")
    assert first.out.startswith("folded ")
    assert (second.status, second.out) == (0, "folded 0 pending rows\n")
    assert tokens(database_url) == [("codex", "openai/gpt-4.1", 200, 25)]
    assert rows(database_url, "SELECT count(*) FROM pending_usage") == [(0,)]


def test_each_fold_that_did_something_is_recorded(
    tokentally: Run, send: Send, database_url: str
) -> None:
    send(march(1), march(2))

    tokentally("fold")
    tokentally("fold")

    assert rows(database_url, "SELECT job, rows FROM job_run") == [("fold", 2)]
