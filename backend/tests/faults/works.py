"""Works of several transactions, in which a process can die at every point.

As a script it takes lines `POINT WORK ADDRESS` and does that work on that database in a process of
its own, which kills itself at the point.
"""

from collections.abc import Callable

from backend.tests.exactness.handle import Handle
from backend.tests.exactness.points import Points, kill_self, take_orders
from backend.tests.factories import SettableClock, event

from tokentally.api.backend import Backend, open_backend
from tokentally.api.deletion import delete_users
from tokentally.config import Settings
from tokentally.store.deletion import named
from tokentally.store.fold import fold
from tokentally_jobs.retention import retire_old_days

FOLDED = [
    event(event_id=f"{user}-{day}", user=user, team=team, occurred_at=f"2026-11-{day}T10:15:00Z")
    for user, team in (("ada", "Kettle"), ("grace", "Kettle"), ("ada", "Teapot"))
    for day in (18, 20, 21)
] + [event(event_id="moves", user="ada", team="Alone", occurred_at="2026-11-20T10:15:00Z")]
PENDING = [
    event(event_id="moves", user="ada", occurred_at="2026-11-18T23:59:59Z", revision=1),
    event(event_id="new", user="ada", model="gpt-4.1", occurred_at="2026-11-21T10:16:00Z"),
    event(event_id="old", user="grace", model="gpt-4.1", occurred_at="2026-11-18T10:16:00Z"),
]
DELETED = "ada"
RETENTION_DAYS = 1
FIRST_KEPT = "2026-11-20"

WORKS: dict[str, Callable[[Backend], object]] = {
    "delete": lambda backend: delete_users(backend, named(DELETED)),
    "retire": retire_old_days,
}


def prepare(url: str) -> None:
    """Fill a database so that every work has something to do, folded and pending."""
    handle = Handle(url, SettableClock())
    handle.send(FOLDED)
    handle.change_rollups(fold)
    handle.send(PENDING)
    handle.close()


def opened_backend(url: str) -> Backend:
    """A backend on the database, as a process has it."""
    settings = Settings(database_url=url, retention_days=RETENTION_DAYS, _env_file=None)
    return open_backend(settings, SettableClock())


def die_in(point: int, given: list[str]) -> None:
    """Do a work on a database, and die on the way."""
    work, url = given
    backend = opened_backend(url)
    Points(backend.database.writer, point, kill_self, after_commits=True)
    WORKS[work](backend)


if __name__ == "__main__":
    take_orders(die_in)
