"""The caller as a stored user, in the transaction that acts for them."""

from sqlalchemy import Connection

from tokentally.auth.caller import LOCAL, Caller
from tokentally.auth.refusals import NotSignedIn
from tokentally.store.users import UnknownUser, User, create_user, user_named


def owner_of(connection: Connection, caller: Caller) -> User:
    """The user that `caller` is; raises `NotSignedIn` if they were deleted or disabled meanwhile.

    The owner of a local server is stored when they first do something.
    """
    if caller is LOCAL:
        create_user(connection, caller.user)
    try:
        user = user_named(connection, caller.user)
    except UnknownUser:
        raise NotSignedIn from None
    if user.disabled and caller is not LOCAL:
        raise NotSignedIn
    return user
