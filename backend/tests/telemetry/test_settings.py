"""Settings of telemetry, and what a server that gets none of it does without."""

import subprocess
import sys

import pytest

from tokentally.config import Settings


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("", ()),
        ("claude", ("claude",)),
        (" Claude , kettle-shop ,, ", ("claude", "kettle-shop")),
    ],
)
def test_sources_of_metrics_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, text: str, sources: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TOKENTALLY_OTLP_METRICS_SOURCES", text)

    assert Settings(_env_file=None).otlp_metrics_sources == sources


def test_the_messages_of_protobuf_are_not_loaded_before_they_are_needed() -> None:
    program = (
        "import sys, tokentally.api.server; prefixes = ('google.', 'opentelemetry.proto'); "
        "print([name for name in sys.modules if name.startswith(prefixes)])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert printed.stdout == "[]\n"
