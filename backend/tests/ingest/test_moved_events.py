"""Every answer follows an event that a later delivery changed."""

import pytest
from backend.tests.ingest.conflicting import BASE, outcome, state
from fastapi.testclient import TestClient

from tokentally.api.backend import Backend
from tokentally_jobs.fold import fold_pending

pytestmark = pytest.mark.every_engine


@pytest.mark.parametrize("folds", ["never", "before", "after", "before and after"])
def test_an_update_moves_the_event_to_its_new_day_hour_team_and_model(
    client: TestClient, backend: Backend, folds: str
) -> None:
    outcome(client, BASE | {"occurred_at": "2026-11-15T23:59:59.999999Z", "success": False})
    outcome(client, BASE | {"event_id": "stays", "occurred_at": "2026-11-15T23:59:59Z"})
    moved = BASE | {
        "revision": 6,
        "occurred_at": "2026-11-03T01:02:03Z",
        "model": "openai/gpt-4.1",
        "team": "Red",
        "cost_usd": "0.25",
    }
    if "before" in folds:
        fold_pending(backend)

    ended = outcome(client, moved)

    if "after" in folds:
        fold_pending(backend)
    now = state(client)
    models = [(entry["model"], entry["tokens"]) for entry in now["/models"]["models"]]
    days = {
        (day["date"], team["name"]): (team["tokens"], team["total_requests"])
        for day in now["/timeseries"]["timeseries"]
        for team in day["teams"]
        if team["total_requests"]
    }
    hours = {entry["hour"]: entry["tokens"] for entry in now["/hourly"]["hours"] if entry["tokens"]}
    assert ended == {"updated": 1}
    assert models == [("GPT-4.1", 140), ("M", 140)]
    assert days == {("2026-11-15", "Blue"): (140, 1), ("2026-11-03", "Red"): (140, 1)}
    assert hours == {23: 140, 1: 140}
    assert [team["failed_requests"] for team in now["/success-rate"]["teams"]] == [0, 0]
    assert now["/cost-efficiency"] == {
        "cells": [
            {
                "team": "Blue",
                "model": "M",
                "cost_per_1k_tokens": 0,
                "total_cost": 0,
                "total_tokens": 140,
                "unpriced_tokens": 140,
            },
            {
                "team": "Red",
                "model": "GPT-4.1",
                "cost_per_1k_tokens": 1.785714,
                "total_cost": 0.25,
                "total_tokens": 140,
                "unpriced_tokens": 0,
            },
        ]
    }


def test_a_partial_never_beats_its_final_and_the_first_occurrence_dates_it(
    client: TestClient,
) -> None:
    final = BASE | {"occurred_at": "2026-11-20T00:00:01Z", "output_tokens": 90}
    partial = BASE | {"occurred_at": "2026-11-19T23:59:59Z"}

    ended = [outcome(client, final), outcome(client, partial), outcome(client, final)]

    used = [
        (day["date"], day["teams"][0]["tokens"])
        for day in state(client)["/timeseries"]["timeseries"]
        if day["teams"][0]["tokens"]
    ]
    assert ended == [{"accepted": 1}, {"updated": 1}, {"superseded": 1}]
    assert used == [("2026-11-19", 190)]
