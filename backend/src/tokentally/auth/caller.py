"""Who calls, and what they may do."""

from dataclasses import dataclass

SCOPES = frozenset({"read", "ingest", "ingest:any", "admin"})


@dataclass(frozen=True)
class Caller:
    """A user by name, with the scopes that their credentials carry."""

    user: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Whether the caller has `scope`."""
        return scope in self.scopes


LOCAL = Caller("local", SCOPES)
"""Whoever reaches a server that listens on this machine alone: its owner."""
