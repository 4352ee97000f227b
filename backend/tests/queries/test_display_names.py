"""The names under which models are shown."""

import pytest
from backend.tests.factories import NOW, event
from fastapi.testclient import TestClient

from tokentally.clock import microseconds, rfc3339
from tokentally.models.display_name import display_name


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        ("openai/gpt-4.1", "GPT-4.1"),
        ("anthropic/claude-4.6-opus", "Claude 4.6 Opus"),
        ("openai/gpt-5.2-codex", "GPT-5.2 Codex"),
        ("gpt-4o", "GPT-4o"),
        ("gpt-4o-mini-2024-07-18", "GPT-4o Mini 2024 07 18"),
        ("chatgpt-4o-latest", "Chatgpt 4o Latest"),
        ("gpt", "GPT"),
        ("openai/gpt", "GPT"),
        ("my-gpt", "My GPT"),
        ("azure-gpt-4-turbo", "Azure GPT-4 Turbo"),
        ("gpt-gpt-4", "GPT-GPT-4"),
        ("gpt4", "Gpt4"),
        ("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5 20250929"),
        ("anthropic/claude-opus-4-5", "Claude Opus 4.5"),
        ("llama-3-1-8b", "Llama 3.1 8b"),
        ("gpt-4-0613", "GPT-4 0613"),
        ("a/b/c", "C"),
        ("openrouter/anthropic/claude-3-haiku:beta", "Claude 3 Haiku:beta"),
        ("meta-llama/llama-3.1-70b", "Llama 3.1 70b"),
        ("o3-mini", "O3 Mini"),
        ("unknown", "Unknown"),
        ("--gpt---4--", "GPT-4"),
        ("gpt-", "GPT"),
        ("-", "-"),
        ("---", "---"),
        ("/", "/"),
        ("openai/", "openai/"),
        ("openai/-", "openai/-"),
        ("/gpt-4", "GPT-4"),
        ("größe-ünlü", "Größe Ünlü"),
        ("模型-v2", "模型 V2"),
        ("😀-1", "😀 1"),
        ("<b>x</b>", "B>"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_model_is_shown_without_vendor_and_with_capitals(model: str, shown: str) -> None:
    assert display_name(model) == shown


@pytest.mark.every_engine
def test_models_of_one_display_name_are_one_entry_that_lists_their_ids(client: TestClient) -> None:
    ids = ["openai/gpt-4.1", "gpt-4.1", "azure/eu/gpt-4.1", "unused/gpt-4.1"]
    events = [
        event(event_id=model, model=model, input_tokens=n, output_tokens=0, cost_usd="0.0000004")
        for n, model in zip((5, 100, 20, 0), ids, strict=True)
    ]

    client.post(
        "/v1/events", json=[*events, event(event_id="old", occurred_at="2026-11-01T00:00:00Z")]
    )

    assert client.get("/tokens/models").json() == {
        "models": [
            {
                "model": "GPT-4.1",
                "tokens": 125,
                "model_ids": ["azure/eu/gpt-4.1", "gpt-4.1", "openai/gpt-4.1"],
                "requests": 4,
                "cost_usd": "0.000002",
                "unpriced_tokens": 0,
            }
        ],
        "as_of": rfc3339(microseconds(NOW)),
    }


@pytest.mark.every_engine
@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)<script>", "'; DROP TABLE model; --", "=cmd|' C calc'!a0", '"\\', "%_"],
)
def test_hostile_names_come_back_as_the_text_that_they_are(client: TestClient, name: str) -> None:
    sent = event(model=f"x/{name}", source=name, user=name, team=name)

    client.post("/v1/events", json=[sent])

    [model] = client.get("/tokens/models", params={"team": name, "source": name}).json()["models"]
    [team] = client.get("/tokens").json()["teams"]
    assert model["model_ids"] == [f"x/{name}".lower()]
    assert (team["name"], team["breakdown"]["api_keys"][0]["key_alias"]) == (name, name)
