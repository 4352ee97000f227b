"""`compare=previous`: the tokens of as many days right before, beside those of the range."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from backend.tests.factories import event
from backend.tests.queries.plain_sums import Plain
from backend.tests.queries.test_against_plain_sums import FIRST, folded_stages, history
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend

pytestmark = pytest.mark.every_engine

LISTS = {"/models": "models", "": "teams", "/users": "users", "/cost-efficiency": "cells"}
NAMED_BY = {
    "models": ("model",),
    "teams": ("name",),
    "users": ("name", "team"),
    "cells": ("team", "model"),
}
"""What tells the entries of a list apart."""
TWO_DAYS = {"start_date": "2026-11-20", "end_date": "2026-11-21"}
PREVIOUS = {"compare": "previous"}
OTHERS = ("/timeseries", "/success-rate", "/hourly")


def told(client: TestClient, path: str, params: dict[str, str]) -> Any:
    response = client.get(f"/tokens{path}", params=params)
    assert response.status_code == 200
    return response.json()


def tokens(entry: dict[str, Any]) -> Any:
    return entry["total_tokens"] if "total_tokens" in entry else entry["tokens"]


def test_entries_tell_the_tokens_of_the_two_days_before(organisation: TestClient) -> None:
    found = {
        (name, *(entry[key] for key in NAMED_BY[name])): (tokens(entry), entry["previous_tokens"])
        for path, name in LISTS.items()
        for entry in told(organisation, path, TWO_DAYS | PREVIOUS)[name]
    }

    assert found == {
        ("models", "Claude 4.6 Opus"): (300, 0),
        ("models", "GPT-4.1"): (60, 1500),
        ("models", "O3"): (3, 7),
        ("teams", "Blue"): (345, 1500),
        ("teams", "Red"): (18, 0),
        ("teams", "Green"): (0, 0),
        ("users", "ada the Great", "Blue"): (300, 1500),
        ("users", "bob the Great", "Blue"): (45, 0),
        ("users", "bob the Great", "Red"): (15, 0),
        ("users", "cleo", "Red"): (3, 0),
        ("cells", "Blue", "Claude 4.6 Opus"): (300, 0),
        ("cells", "Blue", "GPT-4.1"): (45, 1500),
        ("cells", "Red", "GPT-4.1"): (15, 0),
        ("cells", "Red", "O3"): (3, 0),
    }


@pytest.mark.parametrize("path", LISTS)
def test_nothing_else_changes_and_without_it_there_is_no_such_field(
    organisation: TestClient, path: str
) -> None:
    plain = organisation.get(f"/tokens{path}", params=TWO_DAYS)
    blank = organisation.get(f"/tokens{path}", params=TWO_DAYS | {"compare": " "})
    compared = told(organisation, path, TWO_DAYS | {"compare": " previous "})

    for entry in compared[LISTS[path]]:
        del entry["previous_tokens"]
    assert compared == plain.json()
    assert plain.content == blank.content
    assert b"previous_tokens" not in plain.content


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("compare", ["Previous", "year", "previous,year", "1", "\0"])
def test_nothing_else_can_be_compared_with(client: TestClient, path: str, compare: str) -> None:
    refused = client.get(f"/tokens{path}", params={"compare": compare})

    assert (refused.status_code, refused.json()) == (400, {"detail": "compare must be previous"})


@pytest.mark.parametrize("path", OTHERS)
def test_where_nothing_is_compared_the_parameter_is_unknown(client: TestClient, path: str) -> None:
    plain = client.get(f"/tokens{path}")

    for compare in ("previous", "year"):
        assert client.get(f"/tokens{path}", params={"compare": compare}).content == plain.content


def test_before_the_first_day_of_all_there_was_nothing(client: TestClient) -> None:
    client.post("/v1/events", json=[event(occurred_at="2015-01-01T00:00:00Z")])
    first = {"start_date": "2015-01-01", "end_date": "2016-12-31"}

    for path, name in LISTS.items():
        [entry] = [each for each in told(client, path, first | PREVIOUS)[name] if tokens(each)]
        assert (tokens(entry), entry["previous_tokens"]) == (120, 0)


@pytest.mark.parametrize("seed", range(4))
def test_previous_tokens_are_what_the_days_before_tell_by_themselves(
    client: TestClient, backend: Backend, seed: int
) -> None:
    random = Random(seed)
    deliveries, standing = history(random)
    client.post("/v1/events", json=deliveries)

    for stage in folded_stages(backend):
        for length in (1, 2, 3):
            first = FIRST + timedelta(days=random.randrange(length, 8 - length))
            team, source = random.choice(["Blue", None]), random.choice(["codex", None])
            span, back = timedelta(days=length - 1), timedelta(days=length)
            now = Plain(standing, first, first + span)
            before = Plain(standing, first - back, first - back + span)
            dates = {"start_date": str(first), "end_date": str(first + span)}
            asked = dates | PREVIOUS | {"team": team or "", "source": source or ""}

            for path, name in LISTS.items():
                expected = compared(name, plain(now, team, source), plain(before, team, source))
                found = told(client, path, asked)[name]
                previous = {keys(name, entry): entry["previous_tokens"] for entry in found}
                assert previous == expected, (stage, asked)


def plain(sums: Plain, team: str | None, source: str | None) -> dict[str, Any]:
    return {
        **sums.models(team, source),
        **sums.by_team(),
        **sums.users(team, source),
        **sums.cells(),
    }


def compared(name: str, now: dict[str, Any], before: dict[str, Any]) -> dict[Any, Any]:
    """For each entry of a list its tokens before."""
    known = {keys(name, entry): tokens(entry) for entry in before[name]}
    return {keys(name, entry): known.get(keys(name, entry), 0) for entry in now[name]}


def keys(name: str, entry: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(entry[key] for key in NAMED_BY[name])
