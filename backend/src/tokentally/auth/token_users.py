"""The users whom an identity provider vouches for: made on first sight."""

from functools import partial

from sqlalchemy import Connection

from tokentally.auth.caller import Caller, effective
from tokentally.auth.claims import Claims
from tokentally.auth.refusals import NotSignedIn
from tokentally.store.database import Database
from tokentally.store.users import User, change_user, create_user, find_user
from tokentally.store.writer import Writer


def caller_with_claims(database: Database, writer: Writer, claims: Claims) -> Caller:
    """Who calls with a token that says `claims`; raises `NotSignedIn` for a disabled user."""
    with database.readers.connect() as connection:
        user = find_user(connection, claims.user)
    if user is None or (not user.disabled and _to_fill_in(user, claims)):
        user = writer.run(partial(_meet, claims=claims)).result()
    if user.disabled:
        raise NotSignedIn
    return Caller(user.name, effective(claims.scopes, is_admin=user.is_admin))


def _meet(connection: Connection, claims: Claims) -> User:
    create_user(connection, claims.user)
    user = find_user(connection, claims.user)
    assert user is not None
    return change_user(connection, user.name, _to_fill_in(user, claims))


def _to_fill_in(user: User, claims: Claims) -> dict[str, str | bool]:
    """What the token says that is still blank; what a user has set stays theirs."""
    said = {"display_name": claims.name, "avatar_url": claims.picture}
    return {key: value for key, value in said.items() if value and not getattr(user, key)}
