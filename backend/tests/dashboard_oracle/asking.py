"""Asking a server what a question asks, and telling it what the questions are about."""

from typing import Any

from backend.tests.dashboard_oracle.histories import Json
from backend.tests.dashboard_oracle.plain_dashboard import Known, PlainDashboard
from backend.tests.dashboard_oracle.plain_prices import Rates
from backend.tests.dashboard_oracle.questions import ENDPOINTS, Asked, utc
from backend.tests.pricing.priced import CHANGE, price
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import insert

from tokentally.api.backend import Backend
from tokentally.days import day_number
from tokentally.models.core import model_alias
from tokentally.store.prices import add_prices
from tokentally.store.version import raise_version

Request = tuple[str, dict[str, str]]
"""An endpoint by its name among `ENDPOINTS`, and the parameters."""


def answered(client: TestClient, endpoint: str, params: dict[str, str]) -> Json:
    """The whole answer, without `as_of` and with `last_sync_at` as an instant."""
    return read(endpoint, client.get(f"/functions/{ENDPOINTS[endpoint]}", params=params))


def all_answered(client: TestClient, requests: list[Request]) -> list[Json]:
    """The answers to many requests, asked beside the server: several times faster."""

    async def ask() -> list[Response]:
        transport = ASGITransport(client.app)
        async with AsyncClient(transport=transport, base_url="http://localhost") as asking:
            return [
                await asking.get(f"/functions/{ENDPOINTS[endpoint]}", params=params)
                for endpoint, params in requests
            ]

    assert client.portal, "the client is not in use"
    responses = client.portal.call(ask)
    return [read(endpoint, it) for (endpoint, _), it in zip(requests, responses, strict=True)]


def read(endpoint: str, response: Response) -> Json:
    """A good answer as `answered` gives it."""
    assert response.status_code == 200, (response.url, response.text)
    answer: Json = response.json()
    if endpoint == "summary":
        answer.pop("as_of")
    if endpoint == "hourly" and answer["sync"]["last_sync_at"]:
        answer["sync"]["last_sync_at"] = utc(answer["sync"]["last_sync_at"])
    return answer


def assert_all_right(client: TestClient, known: Known, questions: list[Asked]) -> None:
    """Each of the six answers to each question is what the oracle says."""
    asked = [(each, endpoint) for each in questions for endpoint in ENDPOINTS]
    requests = [(endpoint, each.params(endpoint)) for each, endpoint in asked]
    answers = all_answered(client, requests)
    for (each, endpoint), (_, params), answer in zip(asked, requests, answers, strict=True):
        expected = getattr(PlainDashboard(known, each.question), endpoint)()
        assert answer == expected, (endpoint, params, each.question)


def posts(client: TestClient, batch: list[Json]) -> dict[str, int]:
    """Deliver events; how many of them were answered how, without those that nothing came of."""
    response = client.post("/v1/events", json=batch)
    assert response.status_code == 200, response.text
    return {name: n for name, n in response.json().items() if n and name != "errors"}


def know_prices(backend: Backend, book: tuple[Rates, ...]) -> None:
    """Put rows into the book."""
    rows = [_row(each) for each in book]
    backend.writer.run(lambda connection: add_prices(connection, rows, CHANGE)).result()


def _row(rates: Rates) -> Any:
    usd = rates._asdict()
    at = {name: usd.pop(name) for name in ("model", "source", "since", "tier")}
    special = {name: value for name, value in usd.items() if value is not None}
    return price(at["model"], str(at["since"]), source=at["source"], tier=at["tier"], **special)


def know_aliases(backend: Backend, aliases: list[tuple[str, str, Any]]) -> None:
    """From a day on, let a model's usage count as another's too."""
    rows = [
        {"kind": "usage", "from_model": of, "to_model": to, "effective_from": day_number(since)}
        for of, to, since in aliases
    ]

    def add(connection: Any) -> None:
        connection.execute(insert(model_alias), rows)
        raise_version(connection)

    backend.writer.run(add).result()
