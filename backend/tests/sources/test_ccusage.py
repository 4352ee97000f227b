"""Reports of ccusage, as its commands write them."""

import json
import os
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from backend.tests.sources.reading import Reading

from tokentally.models.event import SentEvent
from tokentally.sources.ccusage import read_ccusage

COUNTS = {
    "inputTokens": 206,
    "outputTokens": 180,
    "cacheCreationTokens": 2194,
    "cacheReadTokens": 8000,
}
CLAUDE_DAY = {
    "date": "2026-11-21",
    **COUNTS,
    "totalCost": 0.015282,
    "modelBreakdowns": [{"modelName": "claude-sonnet-4-5", "cost": 0.015282, **COUNTS}],
}
CODEX_DAY = {
    "date": "2026-11-21",
    "costUSD": 0.03,
    "models": {
        "gpt-5.2-codex": {
            "inputTokens": 11327,
            "cacheReadTokens": 4096,
            "outputTokens": 823,
            "reasoningOutputTokens": 160,
            "totalTokens": 16246,
        }
    },
}


def all_day(*agents: str) -> dict[str, Any]:
    """A day of the report of all agents."""
    day = {key: value for key, value in CLAUDE_DAY.items() if key != "date"}
    return day | {"period": "2026-11-21", "agent": "all", "metadata": {"agents": list(agents)}}


def report(path: Path, *days: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"daily": days, "totals": {}}))
    return path


def read(path: Path, source: str | None = None, before: date | None = None) -> list[SentEvent]:
    reading = Reading(lambda _, *args: read_ccusage(path, source, before, *args))
    reading.read()
    return list(reading.events.values())


def test_a_day_of_claude_is_an_event_for_each_model(tmp_path: Path) -> None:
    [event] = read(report(tmp_path / "r.json", CLAUDE_DAY))

    assert event == SentEvent(
        event_id="ccusage:2026-11-21:claude-sonnet-4-5",
        occurred_at="2026-11-21T12:00:00Z",
        source="claude",
        model="claude-sonnet-4-5",
        input_tokens=206 + 8000 + 2194,
        cached_input_tokens=8000,
        cache_write_tokens=2194,
        output_tokens=180,
        reasoning_output_tokens=0,
        pricing_mode="overlap",
        cost_usd=Decimal("0.015282"),
    )


def test_reasoning_of_codex_is_part_of_its_output(tmp_path: Path) -> None:
    [event] = read(report(tmp_path / "r.json", CODEX_DAY))

    assert (event.source, event.model) == ("codex", "gpt-5.2-codex")
    assert (event.input_tokens, event.cached_input_tokens) == (11327 + 4096, 4096)
    assert (event.output_tokens, event.reasoning_output_tokens) == (823, 160)


@pytest.mark.parametrize(
    ("day", "source", "found"),
    [
        (all_day("opencode"), None, "opencode"),
        (all_day("opencode", "gemini"), None, "ccusage"),
        (CLAUDE_DAY, "old-laptop", "old-laptop"),
    ],
)
def test_the_source_is_what_the_report_tells_unless_it_is_given(
    tmp_path: Path, day: dict[str, Any], source: str | None, found: str
) -> None:
    [event] = read(report(tmp_path / "r.json", day), source)

    assert event.source == found


def test_days_whose_logs_are_imported_can_be_left_out(tmp_path: Path) -> None:
    path = report(tmp_path / "r.json", CLAUDE_DAY, CLAUDE_DAY | {"date": "2026-11-20"})

    events = read(path, before=date(2026, 11, 21))

    assert [event.event_id for event in events] == ["ccusage:2026-11-20:claude-sonnet-4-5"]


def test_a_report_made_anew_is_read_again_under_the_same_ids(tmp_path: Path) -> None:
    path = report(tmp_path / "r.json", CODEX_DAY)
    reading = Reading(lambda _, *args: partial(read_ccusage, path, None, None)(*args))
    first = reading.read()

    assert reading.read() == []
    report(path, CODEX_DAY, CLAUDE_DAY)
    assert reading.read() == [*first, "ccusage:2026-11-21:claude-sonnet-4-5"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"),
        ('{"monthly": []}', "required field is missing"),
        ('{"daily": [{"period": "2026-11"}]}', "no day: only `ccusage daily` can be imported"),
    ],
)
def test_what_is_no_daily_report_is_said(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text)
    reading = Reading(lambda _, *args: read_ccusage(path, None, None, *args))

    assert reading.read() == []
    assert reading.skipped.counts == {why: 1}


def test_a_report_that_is_made_anew_at_the_same_size_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    reading = Reading(lambda _, *args: read_ccusage(path, None, None, *args))
    days = [json.dumps(CLAUDE_DAY), json.dumps(CLAUDE_DAY).replace("206", "207")]

    for time, day in enumerate(days):
        os.utime(report(path, json.loads(day)), (time, time))
        reading.read()

    assert [event.input_tokens for event in reading.events.values()] == [207 + 2194 + 8000]


def test_further_days_of_the_same_report_can_be_asked_for(tmp_path: Path) -> None:
    path = report(tmp_path / "report.json", CLAUDE_DAY)
    before: date | None = date(2026, 11, 21)
    reading = Reading(lambda _, *args: read_ccusage(path, None, before, *args))

    first = reading.read()
    before = None
    second, third = reading.read(), reading.read()

    assert (len(first), len(second), len(third)) == (0, 1, 0)


def test_a_day_that_can_not_be_read_costs_no_other(tmp_path: Path) -> None:
    odd = CODEX_DAY | {"models": {"m": {"inputTokens": 1.5}}}
    path = report(tmp_path / "days.json", CLAUDE_DAY, odd, CLAUDE_DAY | {"date": "2026-11-20"})
    reading = Reading(lambda _, *args: read_ccusage(path, None, None, *args))

    reading.read()

    assert {event.occurred_at[:10] for event in reading.events.values()} == {
        "2026-11-20",
        "2026-11-21",
    }
    assert reading.skipped.counts == {"field of an unexpected type": 1}
