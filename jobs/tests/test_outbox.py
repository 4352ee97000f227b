"""What waits to be sent: where it is kept, and a full disk."""

import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tokentally.models.event import SentEvent
from tokentally.sources.reading import Chunk, Cursor
from tokentally_jobs.cli_connect import outbox_path
from tokentally_jobs.outbox import Outbox


def test_a_full_disk_loses_nothing_that_was_logged(tmp_path: Path) -> None:
    outbox_file = tmp_path / "outbox.db"
    chunk = Chunk(
        [SentEvent(event_id="x" * 200, occurred_at="", source="claude")] * 5_000,
        [Cursor("log", "1:0:9", 9)],
        9,
    )

    with closing(Outbox(outbox_file)) as outbox, file_size_limit(100_000):
        with pytest.raises(sqlite3.OperationalError):
            outbox.put("claude", chunk)
        after_failure = outbox.waiting(), outbox.cursors("claude")
    with closing(Outbox(outbox_file)) as outbox:
        outbox.put("claude", chunk)
        later = outbox.waiting(), list(outbox.cursors("claude"))

    assert after_failure == (0, {})
    assert later == (3, ["log"])


@contextmanager
def file_size_limit(most: int) -> Iterator[None]:
    """No file of this process can grow beyond `most` bytes, as on a full disk."""
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def test_each_address_has_an_outbox_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    one = outbox_path("https://Tokens.example.com/a/")

    assert outbox_path("https://tokens.example.com/a") == one
    assert one.parent == Path("/state/tokentally")
    others = (
        "https://tokens.example.com/A",
        "https://tokens.example.com/a_",
        "http://tokens.example.com/a",
    )
    assert len({one, *map(outbox_path, others)}) == 4
