"""A real LiteLLM proxy, set up as the guide says, against what its clients were answered."""

from pathlib import Path

import pytest
from trials.gateway.installed import NotInstalled, litellm_command
from trials.gateway.trial import run_gateway


@pytest.fixture
def command() -> Path:
    """The `litellm` command; fetched on first use."""
    try:
        return litellm_command()
    except NotInstalled as error:
        pytest.skip(str(error))


@pytest.mark.timeout(600)
def test_what_is_stored_is_what_the_clients_were_told(tmp_path: Path, command: Path) -> None:
    report = run_gateway(tmp_path, command, 500)

    assert report.calls == 500
    assert report.failed > 50
    assert report.unavailable > 0
