"""What each field of an event may hold, and what a sender is told who sends something else."""

from typing import Any

import pytest
from backend.tests.factories import event_text, parsed

from tokentally.ingest.parse import Parsed, Refusal

REVISION_RULE = "must be an integer from 0 to 9223372036854775807"
ID_RULE = "must be 1 to 200 characters"
NUL_RULE = "must not contain a NUL character or half a surrogate pair"


def refused(field: str | None, message: str, event_id: str | None = "req-1") -> Parsed:
    return Parsed(refusals=[Refusal(0, event_id, field, message)])


@pytest.mark.parametrize(
    ("field", "raw", "message"),
    [
        ("event_id", "null", ID_RULE),
        ("event_id", "5", ID_RULE),
        ("event_id", "true", ID_RULE),
        ("event_id", "[]", ID_RULE),
        ("source", "5", "must be text of at most 64 characters"),
        ("source", "true", "must be text of at most 64 characters"),
        ("source", f'"{"a" * 65}"', "must be text of at most 64 characters"),
        ("source", r'"a\u0000b"', NUL_RULE),
        ("source", r'"\u0000"', NUL_RULE),
        ("model", "{}", "must be text of at most 200 characters"),
        ("model", f'"{"é" * 201}"', "must be text of at most 200 characters"),
        ("model", r'"a\u0000"', NUL_RULE),
        ("user", "5", "must be text of at most 200 characters"),
        ("user", f'"{"a" * 201}"', "must be text of at most 200 characters"),
        ("user", r'"a\u0000b"', NUL_RULE),
        ("team", "[]", "must be text of at most 200 characters"),
        ("team", f'"{"a" * 201}"', "must be text of at most 200 characters"),
        ("team", r'"a\u0000b"', NUL_RULE),
        ("pricing_mode", '"Add"', "must be overlap, add or null"),
        ("pricing_mode", '"mixed"', "must be overlap, add or null"),
        ("pricing_mode", '""', "must be overlap, add or null"),
        ("pricing_mode", "1", "must be overlap, add or null"),
        ("success", "1", "must be true or false"),
        ("success", '"true"', "must be true or false"),
        ("revision", "-1", REVISION_RULE),
        ("revision", "1.0", REVISION_RULE),
        ("revision", "true", REVISION_RULE),
        ("revision", "1e400", REVISION_RULE),
        ("revision", "9223372036854775808", REVISION_RULE),
        ("revision", '"9223372036854775808"', REVISION_RULE),
        ("revision", '"x"', REVISION_RULE),
    ],
)
def test_a_field_of_the_wrong_kind_is_refused_by_name(field: str, raw: str, message: str) -> None:
    event_id = None if field == "event_id" else "req-1"

    assert parsed(event_text(field, raw)) == refused(field, message, event_id)


@pytest.mark.parametrize(
    ("event_id", "message"),
    [
        ("", ID_RULE),
        ("   ", ID_RULE),
        ("a" * 201, ID_RULE),
        ("é" * 201, ID_RULE),
    ],
)
def test_an_event_id_has_1_to_200_characters(event_id: str, message: str) -> None:
    text = event_text("event_id", f'"{event_id}"')

    assert parsed(text) == refused("event_id", message, event_id[:200])


@pytest.mark.parametrize("raw", [r'"a\u0000b"', r'"a\ud83db"', r'"a\uDE00b"'])
def test_an_event_id_holds_no_nul_and_no_half_of_a_character(raw: str) -> None:
    assert parsed(event_text("event_id", raw)) == refused("event_id", NUL_RULE, "a\0b")


@pytest.mark.parametrize("field", ["event_id", "occurred_at"])
def test_what_identifies_and_dates_an_event_is_required(field: str) -> None:
    others = {"event_id": b'"req-1"', "occurred_at": b'"2026-11-21T10:15:00Z"'}
    del others[field]
    [(name, value)] = others.items()
    event_id = None if field == "event_id" else "req-1"

    assert parsed(b'{"%b": %b}' % (name.encode(), value)) == refused(field, "is required", event_id)


@pytest.mark.parametrize(
    ("field", "raw", "kept"),
    [
        ("event_id", '"  req 8 "', "req 8"),
        ("event_id", f'"  {"a" * 200}  "', "a" * 200),
        ("event_id", f'"{"é" * 200}"', "é" * 200),
        ("event_id", '"Req-A"', "Req-A"),
        ("source", r'" \tCodex\n"', "codex"),
        ("source", f'" {"A" * 64} "', "a" * 64),
        ("source", '"  "', "api"),
        ("source", '""', "api"),
        ("source", "null", "api"),
        ("model", '" OpenAI/GPT-4.1 "', "openai/gpt-4.1"),
        ("model", f'"{"é" * 200}"', "é" * 200),
        ("model", '"   "', "unknown"),
        ("model", '""', "unknown"),
        ("model", "null", "unknown"),
        ("user", '" Ada "', "Ada"),
        ("user", f'"{"a" * 200}"', "a" * 200),
        ("user", '"  "', "local"),
        ("user", "null", "local"),
        ("team", '" Blue Team "', "Blue Team"),
        ("team", "null", ""),
        ("success", "false", False),
        ("success", "true", True),
        ("success", "null", True),
        ("revision", "9223372036854775807", 2**63 - 1),
        ("revision", '"9223372036854775807"', 2**63 - 1),
        ("revision", "null", 0),
    ],
)
def test_a_good_field_is_kept_in_its_plain_form(field: str, raw: str, kept: Any) -> None:
    [found] = parsed(event_text(field, raw)).events

    assert getattr(found, field) == kept


def test_without_source_and_model_an_event_is_of_the_api_and_unknown() -> None:
    [found] = parsed(b'{"event_id": "req-1", "occurred_at": "2026-11-21T10:15:00Z"}').events

    assert (found.source, found.model, found.user, found.success, found.revision) == (
        "api",
        "unknown",
        "local",
        True,
        0,
    )


@pytest.mark.parametrize(
    "raw",
    ["1", "null", '"x"', r'"\ud83d"', "1e400", '{"a": [1, {"b": []}]}', '"' + "x" * 10_000 + '"'],
)
def test_unknown_fields_are_ignored(raw: str) -> None:
    assert parsed(event_text("prompt", raw)) == parsed(event_text("prompt", "0"))


@pytest.mark.parametrize(
    ("may_name_users", "user", "team"), [(True, "ada", "Blue"), (False, "gateway", "")]
)
def test_users_and_teams_are_taken_only_from_those_who_may_name_them(
    may_name_users: bool, user: str, team: str
) -> None:
    text = event_text("user", '"ada", "team": "Blue"')

    found = parsed(text, user="gateway", may_name_users=may_name_users)

    assert found.refusals == []
    assert [(event.user, event.team) for event in found.events] == [(user, team)]


@pytest.mark.parametrize("raw", [f'"{"a" * 201}"', r'"a\u0000b"'])
def test_an_ignored_user_may_break_the_rules_of_names(raw: str) -> None:
    found = parsed(event_text("user", raw), user="someone", may_name_users=False)

    assert [event.user for event in found.events] == ["someone"]


@pytest.mark.parametrize("raw", ["5", "null", '"text"', "[]", "true"])
def test_an_event_is_a_json_object(raw: str) -> None:
    assert parsed(raw.encode()) == refused(None, "must be a JSON object", None)


@pytest.mark.parametrize("raw", [r'"\ud83d"', r'"a\uDE00"', r'"\ud83dx"', r'"\ude00\ud83d"'])
def test_half_a_surrogate_pair_is_no_text(raw: str) -> None:
    assert parsed(event_text("model", raw)) == refused("model", NUL_RULE)


@pytest.mark.parametrize(
    ("raw", "model"),
    [
        (r'"\ud83d\ude00"', "😀"),
        (r'"\uD83D\uDE00x"', "😀x"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"\\\ud83d\ude00"', "\\😀"),
        (r'"\u00e9"', "é"),
    ],
)
def test_escaped_characters_are_read_as_they_are_meant(raw: str, model: str) -> None:
    assert [event.model for event in parsed(event_text("model", raw)).events] == [model]


def test_bytes_that_are_no_utf_8_are_no_text() -> None:
    bad = event_text("model", '"?"').replace(b"?", b"\xff")

    found = parsed(bad, event_text("event_id", '"good"'))

    assert [event.event_id for event in found.events] == ["good"]
    assert [(at.index, at.event_id) for at in found.refusals] == [(0, "req-1")]
