"""Answers move with the clock, and with everything that changes them, whatever was asked before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from backend.tests.auth.people import bearer, key, token
from backend.tests.dashboard_oracle.asking import answered, know_aliases, know_prices, posts
from backend.tests.dashboard_oracle.plain_prices import BUILT_IN, Rates, pricing_block
from backend.tests.dashboard_oracle.questions import ENDPOINTS
from backend.tests.factories import SettableClock, event
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally.api.server import create_backend
from tokentally.config import Settings

pytestmark = pytest.mark.every_engine

MIDNIGHT = datetime(2026, 11, 30, 11, tzinfo=UTC)
"""When 1 December begins in Auckland."""
TICK = timedelta(microseconds=1)
AUCKLAND = {"tz": "Pacific/Auckland"}


def dates_of(client: TestClient) -> dict[str, tuple[str, ...]]:
    """The dates of each answer when none are asked for."""
    answers = {name: answered(client, name, AUCKLAND) for name in ENDPOINTS}
    return {
        name: (it["day"],) if name == "hourly" else (it["from"], it["to"])
        for name, it in answers.items()
    }


def test_today_is_over_at_local_midnight(client: TestClient, clock: SettableClock) -> None:
    clock.now = MIDNIGHT - TICK
    before = dates_of(client)
    clock.now = MIDNIGHT
    after = dates_of(client)

    assert before == {
        **dict.fromkeys(("summary", "breakdown", "daily"), ("2026-11-01", "2026-11-30")),
        "hourly": ("2026-11-30",),
        "monthly": ("2024-12-01", "2026-11-30"),
        "heatmap": ("2025-12-07", "2026-11-30"),
    }
    assert after == {
        **dict.fromkeys(("summary", "breakdown", "daily"), ("2026-11-02", "2026-12-01")),
        "hourly": ("2026-12-01",),
        "monthly": ("2025-01-01", "2026-12-01"),
        "heatmap": ("2025-12-07", "2026-12-01"),
    }


def flags(client: TestClient, day: str) -> list[int]:
    """The numbers of the half hours of a day that nothing was delivered since."""
    rows = answered(client, "hourly", {**AUCKLAND, "day": day})["data"]
    return [number for number, row in enumerate(rows) if row.get("missing")]


def test_what_is_missing_goes_by_the_last_delivery_be_it_of_duplicates(
    client: TestClient, clock: SettableClock
) -> None:
    days = ("2026-11-29", "2026-11-30", "2026-12-01")
    sent = [event(occurred_at="2026-11-29T10:00:00Z")]
    never = [flags(client, day) for day in days]
    seen = []
    for at in (MIDNIGHT - timedelta(hours=1), MIDNIGHT - TICK, MIDNIGHT, MIDNIGHT + 2 * TICK):
        clock.now = at
        posts(client, sent)
        seen.append([flags(client, day) for day in days])
        sync = answered(client, "hourly", AUCKLAND)["sync"]
        assert sync == {"last_sync_at": at, "min_interval_minutes": 30}
    clock.now += timedelta(days=1)
    posts(client, [event(event_id="refused", occurred_at="2014-01-01T00:00:00Z")])

    assert never == [[], [], []]
    assert seen[0] == [[], [47], list(range(48))]
    assert seen[1] == [[], [], list(range(48))]
    assert seen[2] == seen[3] == [[], [], list(range(1, 48))]
    assert [flags(client, day) for day in days] == seen[3]


def shown(client: TestClient, **params: str) -> Any:
    """The pricing block, which is the same of three answers."""
    blocks = [answered(client, "summary", params)["pricing"]]
    blocks.append(answered(client, "daily", params)["summary"]["pricing"])
    if "model" not in params:
        blocks.append(answered(client, "breakdown", params)["pricing"])
    assert blocks == blocks[:1] * len(blocks)
    return blocks[0]


def rates(model: str, since: date, usd: int, source: str = "manual", **more: Any) -> Rates:
    return Rates(model, source, since, Decimal(usd), Decimal(usd * 2), **more)


def test_the_rates_are_those_of_the_model_asked_for_or_used_or_by_default(
    client: TestClient, backend: Backend
) -> None:
    without_book = shown(client)
    old, new = date(2026, 1, 1), date(2026, 11, 1)
    o3 = [rates("o3", old, 3), rates("o3", new, 4, cached_input=Decimal("0.5"))]
    tier = rates("o3", new, 9, tier=1_000)
    book = rates("gpt-5.2-codex", old, 5, source="book")
    know_prices(backend, (*o3, tier, book))
    with_book = shown(client)
    openrouter = rates("gpt-5.2-codex", old, 6, source="openrouter")
    know_prices(backend, (openrouter,))
    by_default = shown(client)
    posts(client, [event(model="o3", pricing_mode="add")])
    of_the_only = shown(client)
    posts(client, [event(event_id="2", model="o4")])

    assert without_book == pricing_block(BUILT_IN, "overlap")
    assert with_book == pricing_block(book, "overlap")
    assert by_default == pricing_block(openrouter, "overlap")
    assert of_the_only == pricing_block(o3[1], "add")
    assert shown(client) == pricing_block(openrouter, "mixed")
    assert shown(client, model=" O3 ") == pricing_block(o3[1], "add")
    october = {"from": "2026-10-01", "to": "2026-10-31"}
    assert shown(client, model="o3", **october) == pricing_block(o3[0], "overlap")
    assert shown(client, model="o4") == pricing_block(openrouter, "overlap")
    assert shown(client, to="2025-12-31") == pricing_block(BUILT_IN, "overlap")


def test_the_default_may_be_set(settings: Settings, backend: Backend) -> None:
    expected = rates("o3", date(2026, 1, 1), 3, "litellm")
    know_prices(backend, (expected, rates("o3", date(2026, 2, 1), 4)))
    chosen = {"default_pricing_model": "o3", "default_pricing_source": "litellm"}
    backend = replace(backend, settings=settings.model_copy(update=chosen))
    with TestClient(create_backend(backend), base_url="http://localhost") as client:
        assert shown(client) == pricing_block(expected, "overlap")


def test_an_alias_widens_what_is_asked_for_from_its_day_on(
    client: TestClient, backend: Backend
) -> None:
    sent = [("1", "o3", 20), ("10", "o3-mini", 19), ("100", "o3-mini", 20), ("1000", "o3-nano", 20)]
    posts(
        client,
        [
            event(
                event_id=tokens,
                occurred_at=f"2026-11-{day}T00:00:00Z",
                model=model,
                input_tokens=int(tokens),
                output_tokens=0,
            )
            for tokens, model, day in sent
        ],
    )

    def found() -> list[str]:
        models = ("o3", "o3-mini", "o3-nano", "")
        totals = [answered(client, "summary", {"model": model})["totals"] for model in models]
        return [each["total_tokens"] for each in totals]

    before = found()
    know_aliases(backend, [("o3-mini", "o3", date(2026, 11, 20))])

    assert before == ["1", "110", "1000", "1111"]
    assert found() == ["101", "110", "1000", "1111"]
    know_aliases(backend, [("o3-mini", "o3-mini", date(2026, 11, 20))])
    assert found() == before


class TestSignedIn:
    """With sign-in."""

    SIGN_IN = True

    def test_a_delivery_by_a_gateway_counts_for_the_user_it_names(
        self, client: TestClient, backend: Backend
    ) -> None:
        gateway = bearer(key(backend, "gateway", "read", "ingest", "ingest:any"))
        sent = [event(user="ada"), event(user="bob", occurred_at="never")]

        assert client.post("/v1/events", json=sent, headers=gateway).json()["rejected"] == 1

        path = f"/functions/{ENDPOINTS['hourly']}"
        callers = {"ada": bearer(token("ada")), "bob": bearer(token("bob")), "gateway": gateway}
        synced = {
            name: client.get(path, headers=headers).json()["sync"]["last_sync_at"]
            for name, headers in callers.items()
        }
        assert synced == {"ada": "2026-11-21T12:00:00.000000Z", "bob": None, "gateway": None}
