"""API keys as stored: never the key itself, only its digest."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, insert, or_, select, update

from tokentally.models.core import api_key, app_user
from tokentally.store.users import user_named

_LARGEST_ID = 2**31 - 1


class UnknownKey(LookupError):
    """There is no key of that id, or it is another user's."""

    def __init__(self, key_id: int | str) -> None:
        super().__init__(f"there is no key {key_id}")


class NotAnAdmin(PermissionError):
    """A key with the scope `admin` for a user who is none."""

    def __init__(self, user: str) -> None:
        super().__init__(f"{user!r} is no admin, and so can't have a key with the scope admin")


@dataclass(frozen=True)
class NewKey:
    """A key to be stored; `created_at` in microseconds since 1970."""

    label: str
    shown: str
    digest: bytes
    scopes: frozenset[str]
    created_at: int


@dataclass(frozen=True)
class StoredKey:
    """What can be told of a key; times are microseconds since 1970, None for never."""

    id: int
    user: str
    label: str
    shown: str
    scopes: tuple[str, ...]
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True)
class Holder:
    """Who signs in with a key that is not revoked, and what it was made for."""

    key_id: int
    digest: bytes
    scopes: frozenset[str]
    last_used_at: int | None
    user_id: int
    user: str
    is_admin: bool
    disabled: bool


def add_key(connection: Connection, user: str, key: NewKey) -> int:
    """Store a key of a user; returns its id. Raises `UnknownUser` and `NotAnAdmin`."""
    owner = user_named(connection, user)
    if "admin" in key.scopes and not owner.is_admin:
        raise NotAnAdmin(user)
    row = {
        "user_id": owner.id,
        "label": key.label,
        "shown": key.shown,
        "digest": key.digest,
        "scopes": " ".join(sorted(key.scopes)),
        "created_at": key.created_at,
    }
    added = connection.execute(insert(api_key).values(row).returning(api_key.c.id))
    return int(added.scalar_one())


def keys_of(connection: Connection, user: str | None = None) -> list[StoredKey]:
    """The keys of a user, or of all, in the order in which they were made."""
    wanted = _keys() if user is None else _keys().where(app_user.c.name == user)
    rows = connection.execute(wanted.order_by(api_key.c.id)).mappings()
    return [StoredKey(**{**row, "scopes": tuple(row["scopes"].split())}) for row in rows]


def holder_of(connection: Connection, digest: bytes) -> Holder | None:
    """Who signs in with the key of this digest; None if there is no such key, or it is revoked."""
    row = connection.execute(_holder(), {"digest": digest}).first()
    if row is None:
        return None
    return Holder(
        key_id=row.id,
        digest=row.digest,
        scopes=frozenset(row.scopes.split()),
        last_used_at=row.last_used_at,
        user_id=row.user_id,
        user=row.name,
        is_admin=bool(row.is_admin),
        disabled=bool(row.disabled),
    )


def revoke_key(connection: Connection, key_id: int, at: int, *, user: str | None = None) -> None:
    """Make a key useless from now on; if `user` is given, only one of theirs.

    Once more changes nothing. Raises `UnknownKey`.
    """
    if not 0 < key_id <= _LARGEST_ID:
        raise UnknownKey(key_id)
    known = _keys().where(api_key.c.id == key_id)
    key = connection.execute(known).first()
    if key is None or user not in (None, key.user):
        raise UnknownKey(key_id)
    own = and_(api_key.c.id == key_id, api_key.c.revoked_at.is_(None))
    connection.execute(update(api_key).where(own).values(revoked_at=at))


def note_use(connection: Connection, key_id: int, at: int, *, unless_after: int) -> None:
    """Note that a key was used `at`, unless a use after `unless_after` is noted already."""
    stale = or_(api_key.c.last_used_at.is_(None), api_key.c.last_used_at <= unless_after)
    used = update(api_key).where(api_key.c.id == key_id, stale)
    connection.execute(used.values(last_used_at=at))


def have_keys(connection: Connection) -> bool:
    """Whether there is a key that is not revoked."""
    good = select(api_key.c.id).where(api_key.c.revoked_at.is_(None)).limit(1)
    return connection.execute(good).first() is not None


@cache  # asked at every request with a key
def _holder() -> Select[Any]:
    columns = select(
        api_key.c.id,
        api_key.c.digest,
        api_key.c.scopes,
        api_key.c.last_used_at,
        app_user.c.id.label("user_id"),
        app_user.c.name,
        app_user.c.is_admin,
        app_user.c.disabled,
    )
    return columns.join(app_user, app_user.c.id == api_key.c.user_id).where(
        api_key.c.digest == bindparam("digest"), api_key.c.revoked_at.is_(None)
    )


def _keys() -> Select[Any]:
    hidden = ("user_id", "digest")
    columns = [column for column in api_key.c if column.name not in hidden]
    return select(*columns, app_user.c.name.label("user")).join(
        app_user, app_user.c.id == api_key.c.user_id
    )
