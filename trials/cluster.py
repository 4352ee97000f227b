"""A PostgreSQL server of a trial's own, which may be killed: in a folder, on a port of its own.

It syncs to disk as servers do. The application connects as a role that owns its databases and has
no other rights, so that row-level security holds for it.
"""

import os
import random
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from trials.installed import INSTALL_HINT, as_system_user, programs_folder, server_folder
from trials.programs import is_running, until

ROLE = "tokentally"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "64MB",
    "max_connections": "120",
    "fsync": "on",
    "recovery_init_sync_method": "syncfs",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %e ",
}


class Cluster:
    """A server that runs until it is stopped or killed, and can be started again."""

    def __init__(self, folder: Path) -> None:
        found = programs_folder()
        assert found, INSTALL_HINT
        self.programs = found
        self._data = folder / "data"
        self.log = folder / "postgresql.log"
        self.folder = folder
        self._port = _free_port()
        self._numbers = count()
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N")

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        settings = {**_SETTINGS, "port": self._port, "unix_socket_directories": self.folder}
        options = [f"--{name}={value}" for name, value in settings.items()]
        until(lambda: self._started(options), f"no server: {self.said()[-2000:]}")

    def fresh(self, place: Path | None = None) -> str:
        """The address of a new database of the application's role, its tables in `place`."""
        name = f"tokentally_{next(self._numbers)}"
        with self.admin() as admin:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                admin.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")
            if place:
                admin.execute(f"CREATE TABLESPACE {name} LOCATION '{place}'")
            where = f"TABLESPACE {name}" if place else ""
            admin.execute(f"CREATE DATABASE {name} OWNER {ROLE} {where}")
        return self.address(name)

    def address(self, database: str, *, role: str = ROLE) -> str:
        """The address of a database, as `DATABASE_URL` takes it."""
        return f"postgresql+psycopg://{role}@127.0.0.1:{self._port}/{database}"

    @contextmanager
    def admin(self, database: str = "") -> Iterator[psycopg.Connection[Any]]:
        """A connection of the server's superuser, to the database of an address or its own."""
        address = database.replace(f"+psycopg://{ROLE}@", "://postgres@")
        address = address or f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection

    def terminate_connections(self) -> int:
        """End every connection of the application; returns how many there were."""
        with self.admin() as admin:
            ended = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [ROLE]
            )
            return len(ended.fetchall())

    def kill(self) -> None:
        """SIGKILL to the server and all its processes at once."""
        children = self._children()
        self._signal(signal.SIGKILL)
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(map(is_running, children)), "the server's processes live on")

    def kill_main_process(self) -> None:
        """SIGKILL to the server's main process alone; the others notice it and end."""
        children = self._children()
        self._signal(signal.SIGKILL)
        until(lambda: not any(map(is_running, children)), "the server's processes live on")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop: SIGINT ends connections and shuts down, SIGQUIT leaves the rest to recovery."""
        self._signal(number)

    def said(self) -> str:
        """The server's log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def remove(self) -> None:
        """Stop the server, if it runs."""
        if self._process:
            self.stop()

    def _started(self, options: list[str]) -> bool:
        if self._process is None or self._process.poll() is not None:
            with self.log.open("ab") as out:
                self._process = subprocess.Popen(
                    [self.programs / "postgres", "-D", self._data, *options],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    cwd=self.folder,
                    **as_system_user(),
                )
        with suppress(psycopg.OperationalError), self.admin():
            return True
        return False

    def _signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)
        self._process.wait(60)
        self._process = None

    def _children(self) -> list[int]:
        assert self._process
        pid = self._process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def _run(self, program: str, *args: object) -> None:
        command = [str(self.programs / program), *map(str, args)]
        user = as_system_user()
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, **user)
        assert done.returncode == 0, done.stderr


@contextmanager
def cluster(place: Path | None = None) -> Iterator[Cluster]:
    """A running server, in a temporary folder or in a `place` that `server_folder` gave."""
    with ExitStack() as stack:
        server = Cluster(place or stack.enter_context(server_folder()))
        server.start()
        stack.callback(server.remove)
        yield server


def _free_port() -> int:
    """A free port below those that the system hands out, so that a restart finds it free again."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
