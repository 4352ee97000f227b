"""The points of a piece of work at which its process can die, each by a name that says where."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy import event as sa_event

ROOT = Path(__file__).parents[3]
AFTER_COMMIT = "after COMMIT"


class Points:
    """Notes each point that passes on an engine, and calls `die` at the one of number `fatal`.

    Points are before each statement and each commit; with `after_commits` also after those.
    """

    def __init__(
        self,
        engine: Engine,
        fatal: int = 0,
        die: Callable[[str], None] = lambda _: None,
        *,
        after_commits: bool = False,
    ) -> None:
        self.passed: list[str] = []
        self._fatal = fatal
        self._die = die
        sa_event.listen(engine, "before_cursor_execute", self._before_statement)
        sa_event.listen(engine, "commit", lambda _connection: self._pass("COMMIT"))
        if after_commits:
            sa_event.listen(engine, "checkin", lambda *_: self._pass(AFTER_COMMIT))

    def _before_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._pass(short(statement))

    def _pass(self, what: str) -> None:
        self.passed.append(f"{len(self.passed) + 1}: {what}")
        if len(self.passed) == self._fatal:
            self._die(self.passed[-1])


def short(statement: str) -> str:
    """What a statement does, and to which table: `DELETE pending_usage`."""
    table = re.search(r"\b(?:FROM|INTO|UPDATE|TABLE)\s+([a-z_]\w*)", statement)
    return f"{statement.split()[0]} {table.group(1) if table else ''}".strip()


def kill_self(point: str) -> None:
    """SIGKILL, after telling the point on standard output."""
    sys.stdout.write(f"{point}\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def take_orders(work: Callable[[int, list[str]], object]) -> None:
    """For each line `POINT …` of standard input do `work` in a process of its own.

    It answers with the point at which that died (`kill_self`), with an empty line if it survived.
    """
    for order in sys.stdin:
        point, *given = order.split()
        child = os.fork()
        if not child:
            work(int(point), given)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 0:
            sys.stdout.write("\n")
            sys.stdout.flush()
        elif status != -signal.SIGKILL:
            sys.exit(status)


@contextmanager
def ordering(module: str) -> Iterator[Callable[..., str]]:
    """Orders for a module that takes them; each is answered by the point of death, or nothing."""
    script = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def died_at(*order: object) -> str:
        assert script.stdin is not None
        assert script.stdout is not None
        script.stdin.write(" ".join(map(str, order)) + "\n")
        script.stdin.flush()
        answer = script.stdout.readline()
        assert answer, f"{order} went wrong"
        return answer.strip()

    try:
        yield died_at
    finally:
        script.communicate()
    assert script.returncode == 0


@contextmanager
def naming(point: str) -> Iterator[None]:
    """A failure inside says where the process had died."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"after dying at point {point}")
        raise
