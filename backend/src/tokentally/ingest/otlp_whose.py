"""Whose telemetry it is: its source, and the user and team that it names."""

from tokentally.ingest.otlp_records import Attributes, Value

SOURCE_WITHOUT_NAME = "otlp"
CLAUDE, CODEX = "claude", "codex"
CLAUDE_SCOPE = "com.anthropic.claude_code"

_SERVICE = "service.name"
_USER = ("user.name", "user.email", "user.id")
_TEAM = ("team.name", "team.id")
_AGENTS = {"claude-code": CLAUDE, "codex_exec": CODEX, "codex_cli_rs": CODEX, "codex-cli": CODEX}
"""What coding agents call themselves, and the sources that the imports of their logs have."""

WANTED = frozenset((_SERVICE, *_USER, *_TEAM))
"""The attributes that tell it."""


def source_of(resource: Attributes) -> str:
    """The source of what a resource sent: its service, or the agent that it is."""
    service = str(resource.get(_SERVICE, "")).strip().lower()
    return _AGENTS.get(service, service) or SOURCE_WITHOUT_NAME


def user_and_team(
    source: str, resource: Attributes, own: Attributes, *, is_owner: bool
) -> tuple[str | None, str | None]:
    """The user and team that the resource names, else the record's own attributes.

    What a coding agent says itself of its user is an account or an installation. To the owner of a
    local server it is theirs: else a log that is imported would be that of somebody else.
    """
    places = (resource,) if is_owner and source in (CLAUDE, CODEX) else (resource, own)
    return _first(places, _USER), _first(places, _TEAM)


def _first(places: tuple[Attributes, ...], names: tuple[str, ...]) -> str | None:
    found = (_text(place.get(name)) for place in places for name in names)
    return next(filter(None, found), None)


def _text(value: Value | None) -> str:
    return "" if value is None else str(value).strip()
