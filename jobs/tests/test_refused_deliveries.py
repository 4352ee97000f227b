"""What a server refused, as the commands on a machine with a collector tell it."""

from contextlib import closing
from pathlib import Path

import pytest
from jobs.tests.conftest import Run

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Chunk
from tokentally_jobs.cli_connect import outbox_path
from tokentally_jobs.outbox import Outbox

URL = "https://tokens.example.com"


@pytest.fixture
def refused_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An outbox with a delivery that was put aside."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = outbox_path(URL)
    with closing(Outbox(path)) as outbox:
        outbox.put("claude", Chunk([SentEvent(event_id="a", occurred_at="x")], [], 0))
        delivery = outbox.oldest()
        assert delivery is not None
        outbox.put_aside(delivery, "400 malformed body")
    return path


@pytest.mark.usefixtures("refused_once")
def test_refused_deliveries_are_listed_with_the_reason(tokentally: Run) -> None:
    said = tokentally("connect", URL, "--refused")

    assert said.status == 0
    assert said.out == "1 events: 400 malformed body\n"
    assert said.err.endswith("1 deliveries were refused; --retry-refused lets them be sent again\n")


def test_refused_deliveries_wait_again_on_request(tokentally: Run, refused_once: Path) -> None:
    said = tokentally("connect", URL, "--retry-refused")

    assert said.out == "1 deliveries wait to be sent again by `tokentally connect`\n"
    assert tokentally("connect", URL, "--refused").err.endswith("0 deliveries were refused\n")
    with closing(Outbox(refused_once)) as outbox:
        assert outbox.waiting() == 1


def test_where_nothing_was_ever_sent_nothing_was_refused(
    tokentally: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "nothing"))

    listed, retried = (tokentally("connect", URL, how) for how in ("--refused", "--retry-refused"))

    assert (listed.status, listed.out, retried.out[:2]) == (0, "", "0 ")
    assert not (tmp_path / "nothing").exists()
