"""Bodies sent as LiteLLM sends them."""

import json
from typing import Any

from backend.tests.litellm.records import JSON, PATH, record
from fastapi.testclient import TestClient

A, B = record(id="a"), record(id="b")
BOTH = json.dumps([A, B]).encode()
LINES = f"{json.dumps(A)}\n{json.dumps(B)}".encode()


def post(client: TestClient, body: bytes, **headers: str) -> Any:
    posted = client.post(PATH, content=body, headers={**JSON, **headers})
    assert posted.status_code == 200, posted.text
    return posted.json()
