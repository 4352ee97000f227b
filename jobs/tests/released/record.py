"""Records a database of the version that runs this, and what it answers, for tests of upgrades.

    python -m jobs.tests.released.record 0.1.0

Do so once when a version is released: VERSION.sql and VERSION.json then stay as they are.
"""

import json
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from tokentally.api.backend import open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings
from tokentally_jobs.fold import fold_pending

FOLDER = Path(__file__).parent
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RANGE = {"start_date": "2026-10-01", "end_date": "2026-11-21"}
MODELS = ["openai/gpt-4.1", "gpt-4.1", "anthropic/claude-4.6-opus", "Modèle “x”", None]
TEAMS = ["Kettle", "Teapot", None, "=1+1"]
COSTS = [None, "0.25", "0.000000001", "0"]
LARGE = 43
"""The number of an event of which two and a half million would pass 64 bits."""
SOURCES = ["codex", "claude-code", "litellm", None]


def events(first: int, count: int, *, revision: int = 0) -> list[dict[str, Any]]:
    """Events over seven weeks; a revision moves every third of them to another day."""
    return [
        {
            "event_id": f"e{n}" if n % 2 else f"00000000-0000-4000-8000-{n:012x}",
            "occurred_at": (
                NOW - timedelta(hours=n * 37 % 1_150, minutes=revision * 1_500 * (n % 3 == 0))
            ).isoformat(),
            "source": SOURCES[n % 4],
            "model": MODELS[n % 5],
            "user": None if n % 7 == 0 else f"üser-{n % 6}",
            "team": TEAMS[n // 6 % 4],
            "input_tokens": 1_000 + n * 17 % 977 + revision,
            "cached_input_tokens": n % 400,
            "cache_write_tokens": n % 90 + 40,
            "cache_write_1h_tokens": n % 40,
            "output_tokens": 5 + n * 13 % 311,
            "reasoning_output_tokens": n % 5,
            "cost_usd": "1000000" if n == LARGE else COSTS[n % 4],
            "success": n % 9 != 0,
            "revision": revision,
        }
        for n in range(first, first + count)
    ]


SENT = (events(0, 160), events(120, 30, revision=1), events(160, 40), events(150, 15, revision=2))
"""Deliveries."""
LAST_FOLDED = 1
"""Its place among them; what comes after it is pending."""


def main(version: str) -> None:
    """Write the two files."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "tokentally.db"
        settings = Settings(database_url=f"sqlite:///{database}", _env_file=None)
        backend = open_backend(settings, lambda: NOW)
        with TestClient(create_backend(backend), base_url="http://localhost") as client:
            for number, delivery in enumerate(SENT):
                said = client.post("/v1/events", json={"events": delivery})
                assert said.json()["rejected"] == 0, said.text
                if number == LAST_FOLDED:
                    fold_pending(backend)
            paths = client.get("/openapi.json").json()["paths"]
            asked = {
                path: client.get(path, params=RANGE).json()
                for path in paths
                if path.startswith("/tokens")
            }
        backend.close()
        connection = sqlite3.connect(database)
        dump = "\n".join(connection.iterdump())
        connection.close()
    (FOLDER / f"{version}.sql").write_text(f"{dump}\n", encoding="utf-8")
    answers = json.dumps(asked, ensure_ascii=False, indent=1)
    (FOLDER / f"{version}.json").write_text(f"{answers}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
