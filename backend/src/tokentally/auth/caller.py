"""Who calls, and what they may do."""

from collections.abc import Iterable
from dataclasses import dataclass

SCOPES = frozenset({"read", "ingest", "ingest:any", "admin"})

_INCLUDED = {"ingest:any": frozenset({"ingest"}), "admin": SCOPES}


class UnknownScope(ValueError):
    """A scope that there is not; the message lists those that there are."""

    def __init__(self, scope: str) -> None:
        known = ", ".join(sorted(SCOPES))
        super().__init__(f"there is no scope {scope[:40]!r}; there are {known}")


@dataclass(frozen=True)
class Caller:
    """A user by name, with the scopes that their credentials carry.

    `device` tells the keys of a user apart: each is made for one device. Those who call with tokens
    count as one.
    """

    user: str
    scopes: frozenset[str]
    device: str = "token"

    @property
    def stored_user(self) -> str | None:
        """The user, who is stored; None for the owner of a local server, who may not be yet."""
        return None if self is LOCAL else self.user

    def may(self, scope: str) -> bool:
        """Whether the caller has `scope`."""
        return scope in self.scopes


LOCAL = Caller("local", SCOPES, "local")
"""Whoever reaches a server that listens on this machine alone: its owner."""

PASSER_BY = Caller("", frozenset({"read"}))
"""Whoever looks at a public leaderboard without having signed in."""


def local_as(user: str) -> Caller:
    """The owner of a local server, who asks about the usage of `user`."""
    return Caller(user, SCOPES, LOCAL.device)


def known_scopes(given: Iterable[str]) -> frozenset[str]:
    """`given` as a set; raises `UnknownScope`."""
    scopes = frozenset(given)
    for scope in sorted(scopes - SCOPES):
        raise UnknownScope(scope)
    return scopes


def effective(scopes: Iterable[str], *, is_admin: bool) -> frozenset[str]:
    """What credentials with `scopes` allow: those, what they include, and `admin` for admins only.

    Scopes that there are not count for nothing.
    """
    held = SCOPES.intersection(scopes)
    if not is_admin:
        held -= {"admin"}
    return held.union(*(_INCLUDED[scope] for scope in held & _INCLUDED.keys()))
