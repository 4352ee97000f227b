"""Log lines on standard error: whole, with the request's id, and not to be forged."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from backend.tests.factories import event
from fastapi.testclient import TestClient
from starlette.concurrency import run_in_threadpool

from tokentally.api.backend import Backend
from tokentally.api.logs import set_up_logging
from tokentally.api.server import create_backend
from tokentally.config import Settings

TIME = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
MINE = {"X-Request-ID": "mine"}

Lines = Callable[[], list[str]]

log = logging.getLogger("a.logger")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """What was written to standard error since it was asked last; the loggers are put back."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield lambda: capsys.readouterr().err.splitlines()
    root.setLevel(level)
    root.handlers = handlers


def objects(lines: Lines) -> list[dict[str, Any]]:
    """The lines as JSON objects, without their times."""
    said = [json.loads(line) for line in lines()]
    assert all(re.fullmatch(TIME, each.pop("time")) for each in said)
    return said


@pytest.fixture
def logged(settings: Settings) -> Callable[..., None]:
    """Set logging up with `overrides` of the settings."""

    def set_up(**overrides: str) -> None:
        set_up_logging(settings.model_copy(update=overrides))

    return set_up


def access(**parts: Any) -> dict[str, Any]:
    """An access line as JSON, without what differs each time."""
    return {"level": "INFO", "logger": "tokentally.access", "request_id": "mine", **parts}


def test_a_request_is_one_line(
    client: TestClient, logged: Callable[..., None], lines: Lines
) -> None:
    logged(log_level="INFO")

    client.get("/tokens/models?start_date=secret", headers=MINE | {"Authorization": "Bearer key"})

    [line] = [line for line in lines() if "httpx" not in line]
    assert re.fullmatch(
        rf"{TIME} INFO tokentally\.access \[mine\] GET /tokens/models 400 \d+\.\d ms, "
        r"route /tokens/models",
        line,
    )


def test_a_request_in_json_has_its_parts_as_fields(
    client: TestClient, logged: Callable[..., None], lines: Lines
) -> None:
    logged(log_level="INFO", log_format="json")

    client.get("/livez", headers=MINE)

    [line] = [line for line in objects(lines) if line["logger"] != "httpx2"]
    took = line.pop("duration_ms")
    assert 0 <= took < 60_000
    assert line == access(
        message=f"GET /livez 200 {took} ms, route /livez",
        method="GET",
        path="/livez",
        route="/livez",
        status=200,
    )


def test_by_default_requests_leave_no_line(
    client: TestClient, logged: Callable[..., None], lines: Lines
) -> None:
    logged()

    client.get("/livez")
    client.get("/no/such")

    assert lines() == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_path_forges_no_line(
    client: TestClient, logged: Callable[..., None], lines: Lines, form: str
) -> None:
    logged(log_level="INFO", log_format=form)

    client.get("/x%0A2026-01-01T00:00:00Z ERROR forged%1b[31m%E2%80%A8", headers=MINE)

    [line] = [line for line in lines() if "httpx" not in line]
    assert "GET /x%0A2026-01-01T00%3A00%3A00Z%20ERROR%20forged%1B%5B31m%E2%80%A8 404" in line


def test_a_message_forges_no_line(logged: Callable[..., None], lines: Lines) -> None:
    logged()

    log.warning("one %s", "two\nthree\r\tfour\x1b\x7f\x85\u2028")
    logged(log_format="json")
    log.warning("one %s", "two\nthree\u2028")

    text, as_json = lines()
    assert re.fullmatch(
        rf"{TIME} WARNING a\.logger one two\\nthree\\r\\tfour\\x1b\\x7f\\x85\\u2028", text
    )
    assert json.loads(as_json)["message"] == "one two\nthree\u2028"


def test_a_traceback_is_indented_and_forges_no_line(
    logged: Callable[..., None], lines: Lines
) -> None:
    logged()

    try:
        raise ValueError("broken\n2026-01-01T00:00:00Z ERROR forged\x1b")
    except ValueError:
        log.exception("it failed")

    head, *trace = lines()
    assert re.fullmatch(rf"{TIME} ERROR a\.logger it failed", head)
    assert trace[0] == "  Traceback (most recent call last):"
    assert trace[-2:] == ["  ValueError: broken", "  2026-01-01T00:00:00Z ERROR forged\\x1b"]
    assert all(line.startswith("  ") for line in trace)


def test_a_traceback_in_json_is_one_field(logged: Callable[..., None], lines: Lines) -> None:
    logged(log_format="json")

    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("it failed")

    [line] = objects(lines)
    trace = line.pop("exc")
    assert line == {"level": "ERROR", "logger": "a.logger", "message": "it failed"}
    assert trace.startswith("Traceback (most recent call last):\n")
    assert trace.endswith("\nValueError: broken")


def test_what_a_worker_thread_logs_has_the_id_of_its_request(
    backend: Backend, logged: Callable[..., None], lines: Lines
) -> None:
    logged(log_format="json")
    app = create_backend(backend)

    async def threads() -> None:
        await run_in_threadpool(log.warning, "in a thread")

    app.add_api_route("/threads", threads)
    with TestClient(app, base_url="http://localhost") as client:
        for name in ("first", "second"):
            client.get("/threads", headers={"X-Request-ID": name})
    log.warning("outside")

    told = [(line["message"], line.get("request_id")) for line in objects(lines)]
    assert told == [("in a thread", "first"), ("in a thread", "second"), ("outside", None)]


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_is_logged_once_with_its_id(
    backend: Backend, logged: Callable[..., None], lines: Lines, form: str
) -> None:
    logged(log_format=form)
    app = create_backend(backend)
    del app.state.backend

    with TestClient(app, base_url="http://localhost") as client:
        client.get("/tokens/models", headers=MINE)

    said = lines()
    heads = [line for line in said if not line.startswith("  ")]
    assert len(heads) == 1
    assert "mine" in heads[0]
    assert "GET /tokens/models: 500" in heads[0]


def test_no_secret_is_logged(
    client: TestClient, backend: Backend, logged: Callable[..., None], lines: Lines
) -> None:
    logged(log_level="DEBUG")
    secret = {"Authorization": "Bearer of-a-secret", "Cookie": "of-a-secret"}

    client.get("/tokens/models?token=of-a-secret", headers=secret)
    client.post("/v1/events?key=of-a-secret", json=[event()], headers=secret)
    backend.writer.stop()
    client.post("/v1/events", json=[event()], headers=secret)

    ours = [line for line in lines() if "httpx" not in line]
    assert len(ours) > 3
    assert "of-a-secret" not in "\n".join(ours)


def test_an_api_alone_sets_logging_up_and_takes_over_from_uvicorn(
    settings: Settings, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKENTALLY_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TOKENTALLY_LOG_FORMAT", "json")
    theirs = logging.getLogger("uvicorn.error")
    theirs.addHandler(logging.StreamHandler())

    with TestClient(create_backend(), base_url="http://localhost"):
        theirs.warning("hello")

    assert objects(lines) == [{"level": "WARNING", "logger": "uvicorn.error", "message": "hello"}]


def test_a_wrong_form_is_refused() -> None:
    with pytest.raises(ValueError, match="log_format"):
        Settings.model_validate({"log_format": "xml"})
