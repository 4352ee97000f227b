"""Teams with their users, and under which names users are shown."""

from typing import Any

import pytest
from backend.tests.factories import NOW
from backend.tests.queries.asking import AS_OF, get
from fastapi.testclient import TestClient
from sqlalchemy import select

from tokentally.api.backend import Backend
from tokentally.days import DayRange
from tokentally.models.core import app_user
from tokentally.queries.teams import tokens_per_team
from tokentally.store.usage import read

pytestmark = [pytest.mark.every_engine, pytest.mark.usefixtures("folds")]


def user_ids(backend: Backend) -> dict[str, str]:
    with backend.database.readers.connect() as connection:
        rows = connection.execute(select(app_user.c.name, app_user.c.id))
        return {name: f"user-{number}" for name, number in rows}


def tokens(name: str, prompt: int, completion: int) -> dict[str, Any]:
    total = prompt + completion
    return {
        "model_name": name,
        "total_tokens": total,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
    }


def test_teams_are_listed_with_their_users_and_models(
    organisation: TestClient, backend: Backend
) -> None:
    ids = user_ids(backend)

    assert get(organisation, "") == {
        "teams": [
            {
                "name": "Blue",
                "tokens": 1845,
                "requests": 3,
                "cost_usd": "0.003000",
                "unpriced_tokens": 300,
                "breakdown": {
                    "api_keys": [
                        {
                            "api_key": ids["ada"],
                            "key_alias": "ada the Great",
                            "models": [
                                tokens("GPT-4.1", 1000, 500),
                                tokens("Claude 4.6 Opus", 200, 100),
                            ],
                        },
                        {
                            "api_key": ids["bob"],
                            "key_alias": "bob the Great",
                            "models": [tokens("GPT-4.1", 30, 15)],
                        },
                    ]
                },
            },
            {
                "name": "Red",
                "tokens": 18,
                "requests": 3,
                "cost_usd": "1.000000",
                "unpriced_tokens": 15,
                "breakdown": {
                    "api_keys": [
                        {
                            "api_key": ids["bob"],
                            "key_alias": "bob the Great",
                            "models": [tokens("GPT-4.1", 10, 5)],
                        },
                        {
                            "api_key": ids["cleo"],
                            "key_alias": "cleo",
                            "models": [tokens("O3", 3, 0)],
                        },
                        {"api_key": ids["ada"], "key_alias": "ada the Great", "models": []},
                    ]
                },
            },
            {
                "name": "Green",
                "tokens": 0,
                "requests": 0,
                "cost_usd": "0.000000",
                "unpriced_tokens": 0,
                "breakdown": {"api_keys": []},
            },
        ],
        "as_of": AS_OF,
    }


@pytest.mark.parametrize(
    ("show_all_names", "aliases"),
    [
        (True, {"ada": "ada the Great", "bob": "bob the Great", "cleo": "cleo", "dan": "dan"}),
        (
            False,
            {"ada": "Anonymous", "bob": "bob the Great", "cleo": "Anonymous", "dan": "Anonymous"},
        ),
    ],
)
def test_others_see_only_the_shown_names_of_users_who_are_public(
    backend: Backend, show_all_names: bool, aliases: dict[str, str]
) -> None:
    days = DayRange(NOW.date().replace(day=18), NOW.date())

    found = read(
        backend.database, lambda now: tokens_per_team(now, days, show_all_names=show_all_names)
    )

    ids = user_ids(backend)
    shown = {
        user.api_key: user.key_alias for team in found.teams for user in team.breakdown.api_keys
    }
    assert shown == {ids[name]: alias for name, alias in aliases.items()}
    assert [team.name for team in found.teams] == ["Blue", "Red", "Unassigned", "Green"]
