"""Migrates databases in processes that kill themselves on the way.

Takes lines `POINT ADDRESS`: before the statement of that number, or around the commit, the process
dies. Answers each by how it ended, 0 if it did not get that far.
"""

import os
import signal
import sys

import alembic.command  # before the first fork
from backend.tests.exactness.crash_points import IN_TRANSACTION, die_at

from tokentally.store.engine import open_database
from tokentally.store.schema import migrate

IMPORTED = alembic.command


def main() -> None:
    """Fork a process for each order."""
    for order in sys.stdin:
        point, url = order.split()
        child = os.fork()
        if not child:
            writer = open_database(url).writer
            die_at(writer, int(point), _kill_self, (*IN_TRANSACTION, "checkin"))
            migrate(writer)
            os._exit(0)
        sys.stdout.write(f"{os.waitpid(child, 0)[1]}\n")
        sys.stdout.flush()


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
