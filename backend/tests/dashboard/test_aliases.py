"""Aliases for usage: they widen what a question about a model takes in, and nothing else."""

import pytest
from backend.tests.dashboard.asking import BREAKDOWN, DAILY, MONTHLY, SUMMARY, sent, told, used
from backend.tests.factories import event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.days import day_number, iso_date
from tokentally.store.prices import Alias, Change, all_changes, set_alias
from tokentally.store.usage_aliases import all_usage_aliases, set_usage_alias

pytestmark = pytest.mark.every_engine

CHANGE = Change(changed_at=1, who="test", what="alias", why="", details="")


def alias(backend: Backend, name: str, other: str, since: str, *, for_usage: bool = True) -> None:
    day = iso_date(since)
    assert day is not None
    made = Alias(name, other, day_number(day))
    add = set_usage_alias if for_usage else set_alias
    backend.writer.run(lambda connection: add(connection, made, CHANGE)).result()


@pytest.fixture
def served(client: TestClient) -> TestClient:
    """A week of two models, at 22:00 UTC; the tokens tell model and day."""
    calls = [
        event(
            event_id=f"{model}-{day}",
            occurred_at=f"2026-11-{day}T22:00:00Z",
            model=model,
            input_tokens=day * factor,
            output_tokens=0,
        )
        for model, factor in (("old", 1), ("new", 100))
        for day in range(14, 21)
    ]
    client.post("/v1/events", json=calls)
    return client


def counted(client: TestClient, model: str, query: str = "") -> dict[str, str]:
    return used(told(client, DAILY, f"from=2026-11-14&model={model}&{query}")["data"])


def days(first: int, last: int, factor: int) -> dict[str, str]:
    return {f"2026-11-{day}": str(day * factor) for day in range(first, last + 1)}


def test_without_an_alias_a_model_is_itself_alone(served: TestClient) -> None:
    assert counted(served, "new") == days(14, 20, 100)
    assert counted(served, "old") == days(14, 20, 1)


def test_from_its_day_on_a_model_counts_as_another_too(
    served: TestClient, backend: Backend
) -> None:
    alias(backend, "old", "new", "2026-11-17")

    assert counted(served, "new") == days(14, 16, 100) | days(17, 20, 101)
    assert counted(served, "NEW") == counted(served, "new")
    assert counted(served, "old") == days(14, 20, 1)


def test_the_latest_alias_in_force_decides(served: TestClient, backend: Backend) -> None:
    alias(backend, "old", "new", "2026-11-19")
    alias(backend, "old", "new", "2026-11-15")
    alias(backend, "old", "other", "2026-11-17")

    assert counted(served, "new") == {
        **days(14, 14, 100), **days(15, 16, 101), **days(17, 18, 100), **days(19, 20, 101)
    }  # fmt: skip
    assert counted(served, "other") == days(17, 18, 1)


def test_of_those_with_the_same_day_the_last_one_stands(
    served: TestClient, backend: Backend
) -> None:
    alias(backend, "old", "new", "2026-11-17")
    alias(backend, "old", "other", "2026-11-17")

    assert counted(served, "new") == days(14, 20, 100)
    assert counted(served, "other") == days(17, 20, 1)


def test_an_alias_to_itself_ends_the_one_before(served: TestClient, backend: Backend) -> None:
    alias(backend, "old", "new", "2026-11-15")
    alias(backend, "old", "old", "2026-11-18")

    assert counted(served, "new") == {
        **days(14, 14, 100), **days(15, 17, 101), **days(18, 20, 100)
    }  # fmt: skip
    assert counted(served, "old") == days(14, 20, 1)


def test_aliases_begin_with_utc_days_and_answers_with_local_ones(
    served: TestClient, backend: Backend
) -> None:
    alias(backend, "old", "new", "2026-11-17")

    local = counted(served, "new", "tz=Asia/Tokyo")

    assert local == {
        f"2026-11-{day + 1}": str(day * (101 if day >= 17 else 100)) for day in range(14, 21)
    }


def test_aliases_are_not_followed_further(served: TestClient, backend: Backend) -> None:
    alias(backend, "old", "new", "2026-11-14")
    alias(backend, "new", "newest", "2026-11-14")

    assert counted(served, "newest") == days(14, 20, 100)
    assert counted(served, "new") == days(14, 20, 101)


def test_aliases_for_prices_count_for_nothing_here(served: TestClient, backend: Backend) -> None:
    alias(backend, "old", "new", "2026-11-14", for_usage=False)

    assert counted(served, "new") == days(14, 20, 100)


def test_every_question_about_a_model_takes_them_in(served: TestClient, backend: Backend) -> None:
    before = told(served, BREAKDOWN)
    alias(backend, "old", "new", "2026-11-14")

    total = str(101 * sum(range(14, 21)))
    assert told(served, SUMMARY, "model=new")["totals"]["total_tokens"] == total
    assert used(told(served, MONTHLY, "model=new")["data"], "month") == {"2026-11": total}
    assert told(served, BREAKDOWN) == before


def test_an_alias_changes_answers_at_once_and_is_kept_for_the_audit(
    served: TestClient, backend: Backend
) -> None:
    before = sent(served, SUMMARY, "model=new")

    alias(backend, "old", "new", "2026-11-14")

    after = sent(served, SUMMARY, "model=new")
    assert before.headers["etag"] != after.headers["etag"]
    assert before.json()["totals"] != after.json()["totals"]
    with backend.database.readers.connect() as connection:
        assert all_changes(connection) == [CHANGE]
        assert [row[:2] for row in all_usage_aliases(connection)] == [("old", "new")]
