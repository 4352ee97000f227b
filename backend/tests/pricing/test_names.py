"""Under which names a model is looked for, and as what the package knows it."""

import pytest

from tokentally.pricing.names import names_of
from tokentally.pricing.package import look_up


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("gpt-4.1", []),
        ("openai/gpt-4.1-2025-04-14", ["openai/gpt-4.1"]),
        ("claude-sonnet-4-5-20250929", ["claude-sonnet-4-5"]),
        ("vertex_ai/claude-sonnet-4-5@20250929", ["vertex_ai/claude-sonnet-4-5"]),
        ("claude-sonnet-4-5[1m]", ["claude-sonnet-4-5"]),
        ("anthropic/claude-3.7-sonnet:thinking", ["anthropic/claude-3.7-sonnet"]),
        ("gpt-5-high", ["gpt-5"]),
        ("openai/o3-mini-2025-01-31-high", ["openai/o3-mini-2025-01-31", "openai/o3-mini"]),
        (
            "bedrock/us-east-1/anthropic.claude-3-haiku-20240307-v1:0",
            [
                "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
                "bedrock/anthropic.claude-3-haiku",
            ],
        ),
        ("eu.anthropic.claude-opus-4-5", ["anthropic.claude-opus-4-5"]),
        # what charges otherwise keeps its name
        ("mistral-medium", []),
        ("magistral-medium", []),
        ("deepseek/deepseek-r1:free", []),
        ("azure/eu/gpt-4.1", []),
        ("gpt-5-image-mini", []),
        ("grok-4-fast", []),
        ("a-20251399", []),
    ],
)
def test_a_name_is_shortened_only_by_what_does_not_change_the_price(
    model: str, names: list[str]
) -> None:
    assert list(names_of(model)) == [model, *names]


@pytest.mark.parametrize(
    ("model", "entry"),
    [
        ("openai/gpt-4.1", "openai/gpt-4.1"),
        ("gpt-4.1-2025-04-14", "openai/gpt-4.1"),
        ("anthropic/claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"),
        (
            "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
        (
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
        ("azure/gpt-4o", "azure/gpt-4o"),
        ("google/gemini-2.5-flash", "google/gemini-2.5-flash"),
        ("vertex_ai/claude-sonnet-4-5@20250929", "google/claude-sonnet-4-5"),
        ("openrouter/anthropic/claude-sonnet-4.5", "openrouter/anthropic/claude-sonnet-4.5"),
        ("gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),
        ("openai/text-embedding-3-large", "openai/text-embedding-3-large"),
        # not known, or not by the token alone: unpriced rather than at a price that is not theirs
        ("aws/gpt-4o", None),
        ("in-house/llama-4-scout", None),
        ("my-gpt-4.1", None),
        ("gpt-4.1-of-ours", None),
        ("deepseek-chat", None),
        ("perplexity/sonar", None),
        ("whisper-1", None),
        ("unknown", None),
        ("", None),
        ("/", None),
    ],
)
def test_the_package_knows_a_model_by_its_own_rules(model: str, entry: str | None) -> None:
    found = look_up(model)

    assert (found and found.name) == entry
