"""Deleting users from a running store: interruptible, and begun anew it goes on."""

from collections.abc import Callable, Collection
from functools import partial

from tokentally.api.backend import Backend
from tokentally.store.deletion import Users, days_used, named, remove_day, remove_names, shut_out
from tokentally.store.users import change_user
from tokentally.store.version import raise_version


def delete_user(
    backend: Backend, name: str, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Delete the user called `name`; returns how many events they had.

    Raises `UnknownUser`, `LastAdmin`, and `StoreUnavailable` while a rollup is being built.
    """
    backend.writer.run(partial(change_user, name=name, changes={"disabled": True})).result()
    return delete_users(backend, named(name), progress=progress)


def delete_users(
    backend: Backend,
    users: Users,
    teams: Collection[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Delete users, their keys and all that they used, and those of `teams` that are left unused.

    They are let in no more at once; their days follow one by one (`progress` is told each), their
    names at the end. Returns how many events they had.
    """
    with backend.database.readers.connect() as connection:
        days = days_used(connection, users)
    backend.writer.run(partial(shut_out, users=users)).result()
    removed = 0
    for day in days:
        removed += backend.change_rollups(partial(remove_day, day=day, users=users))
        backend.writer.run(raise_version).result()
        progress(1)
    rest: int = backend.writer.run(partial(remove_names, users=users, teams=teams)).result()
    return removed + rest
