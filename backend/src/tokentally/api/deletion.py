"""Deleting users from a running store: interruptible, and begun anew it goes on."""

from collections.abc import Callable, Collection
from functools import partial

from tokentally.api.backend import Backend
from tokentally.store.deletion import Users, days_used, remove_day, remove_names, shut_out


class RollupsUnready(RuntimeError):
    """A rollup is missing or being built, so that nothing can be taken off it."""


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
    backend.writer.run(partial(shut_out, users=users)).result()
    with backend.database.readers.connect() as connection:
        days = days_used(connection, users)
    removed = 0
    for day in days:
        removed += backend.change_rollups(partial(remove_day, day=day, users=users))
        progress(1)
    rest: int = backend.writer.run(partial(remove_names, users=users, teams=teams)).result()
    return removed + rest
