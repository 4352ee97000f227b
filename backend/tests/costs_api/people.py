"""Signed-in callers of these tests, and what they have used."""

from typing import Any

from backend.tests.auth.people import LATER, bearer, token
from backend.tests.factories import answer, event
from fastapi.testclient import TestClient


def signed_in(user: str, **claims: Any) -> dict[str, str]:
    """The header of `user`, good for days."""
    return bearer(token(user, **{"exp": LATER + 10 * 86_400, **claims}))


def sends(client: TestClient, user: str, *events: dict[str, Any]) -> None:
    """Events of `user`, sent by themselves."""
    posted = client.post("/v1/events", json=list(events), headers=signed_in(user))
    assert posted.json() == answer(accepted=len(events))


def call(user: str, number: int, **overrides: Any) -> dict[str, Any]:
    """An event that tells by its model whose it is."""
    return event(event_id=f"{user}-{number}", model=f"model-of-{user}", cost_usd=1, **overrides)
