"""Whether this program and its database can serve, and if not, why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tokentally.queries.backlog import seconds_waited
from tokentally.store.schema import HEAD, revision


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is well, and what was seen."""

    ok: bool
    detail: str


@dataclass(frozen=True)
class Checks:
    """The database answers; its schema is this program's; the fold keeps up."""

    database: Check
    migrations: Check
    fold: Check


@dataclass(frozen=True)
class Readiness:
    """Ready if every check is well."""

    ready: bool
    checks: Checks


def readiness(connection: Connection, now: datetime, longest_wait: float) -> Readiness:
    """What is well; pending rows may wait for `longest_wait` seconds."""
    migrations = _migrations(revision(connection))
    fold = _fold(seconds_waited(connection, now), longest_wait) if migrations.ok else _UNKNOWN
    return Readiness(migrations.ok and fold.ok, Checks(_ANSWERS, migrations, fold))


def unready(why: str) -> Readiness:
    """What is known while the database can't be asked."""
    return Readiness(False, Checks(Check(False, why), _UNKNOWN, _UNKNOWN))


_ANSWERS = Check(True, "the database answers")
_UNKNOWN = Check(False, "not known")


def _migrations(found: str | None) -> Check:
    if found == HEAD:
        return Check(True, f"the schema is at {HEAD}")
    return Check(False, f"the schema is at {found or 'nothing'}, and must be at {HEAD}")


def _fold(waited: float, longest: float) -> Check:
    if waited <= longest:
        return Check(True, f"the oldest pending row has waited for {waited:.0f} s")
    return Check(
        False, f"the oldest pending row has waited for {waited:.0f} s, more than {longest:g} s"
    )
