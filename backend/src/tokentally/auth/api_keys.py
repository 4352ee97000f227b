"""API keys: `tt_` and 256 random bits. Who has one is whom it was made for."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from hmac import compare_digest

from tokentally.auth.caller import Caller, effective, known_scopes
from tokentally.auth.refusals import NotSignedIn
from tokentally.clock import Clock, microseconds
from tokentally.models.plain_text import plain_text
from tokentally.store.api_keys import Holder, NewKey, holder_of, note_use
from tokentally.store.database import Database, StoreUnavailable
from tokentally.store.writer import Writer

PREFIX = "tt_"
_SHOWN_CHARACTERS = len(PREFIX) + 6
_BETWEEN_NOTES = 60 * 1_000_000  # microseconds


@dataclass(frozen=True)
class ApiKeys:
    """Where keys are kept; `noted` has when the use of a key was last noted by this process."""

    database: Database
    writer: Writer
    clock: Clock
    noted: dict[int, int] = field(default_factory=dict)


def new_key(label: str, scopes: Iterable[str], now: datetime) -> tuple[str, NewKey]:
    """A key, and what is stored of it; raises `UnknownScope` and `InvalidText`."""
    key = PREFIX + secrets.token_urlsafe(32)
    stored = NewKey(
        label=plain_text("label", label),
        shown=key[:_SHOWN_CHARACTERS],
        digest=_digest(key),
        scopes=known_scopes(scopes),
        created_at=microseconds(now),
    )
    return key, stored


def caller_with_key(keys: ApiKeys, key: str) -> Caller:
    """Who calls with `key`; raises `NotSignedIn`. That it was used is noted some time later."""
    digest = _digest(key)
    with keys.database.readers.connect() as connection:
        holder = holder_of(connection, digest)
    if holder is None or not compare_digest(holder.digest, digest) or holder.disabled:
        raise NotSignedIn
    _note(keys, holder)
    scopes = effective(holder.scopes, is_admin=holder.is_admin)
    return Caller(holder.user, scopes, f"key {holder.key_id}")


def _note(keys: ApiKeys, holder: Holder) -> None:
    """Have the use of a key noted, at most once a minute; nobody waits for it."""
    now = microseconds(keys.clock())
    before = now - _BETWEEN_NOTES
    last = max(holder.last_used_at or 0, keys.noted.get(holder.key_id, 0))
    if last > before:
        return
    keys.noted[holder.key_id] = now
    with suppress(StoreUnavailable):
        keys.writer.run(partial(note_use, key_id=holder.key_id, at=now, unless_after=before))


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()
