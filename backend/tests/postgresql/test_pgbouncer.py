"""Everything works through a pooler that hands out a connection for one transaction at a time."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psycopg
import pytest
from backend.tests.engines.plain import psycopg_connection
from backend.tests.exactness.answers import Expected, answers
from backend.tests.exactness.crowd import (
    backends,
    deliver_in_step,
    folds,
    meanwhile,
    oracle_of,
    random_batch,
    rebuilds,
    verifies,
)
from backend.tests.exactness.deliveries import RANGE
from backend.tests.exactness.stored import assert_exact
from sqlalchemy import URL, make_url
from trials.programs import until

from tokentally_jobs.fold import fold_pending

PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
ROUNDS = 15

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="pgbouncer is not installed (Debian: apt-get install pgbouncer)"
)

CONFIGURATION = """
[databases]
* = host={server.host} port={server.port} user={server.username} password={server.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
user = nobody
pool_mode = transaction
default_pool_size = 2
"""


@pytest.fixture
def pooled_url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The database's address through a pool of two connections."""
    server = make_url(database_url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = tmp_path / "pgbouncer.ini"
    file.write_text(CONFIGURATION.format(server=server.set(port=server.port or 5432), port=port))
    with (tmp_path / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen([str(PROGRAM), file], stdout=log, stderr=log)
    url = server.set(host="127.0.0.1", port=port)
    try:
        until(lambda: answers_at(url), "pgbouncer does not answer")
        yield url.render_as_string(hide_password=False)
    finally:
        process.kill()
        process.wait()


def answers_at(url: URL) -> bool:
    try:
        psycopg_connection(url.render_as_string(hide_password=False), options="").close()
    except psycopg.OperationalError:
        return False
    return True


def test_servers_behind_a_pool_of_two_connections_are_exact(
    pooled_url: str, database_url: str
) -> None:
    random = Random(3)
    lots = [[random_batch(random, 20, 100) for _ in range(ROUNDS)] for _ in range(3)]

    with backends(pooled_url, 6) as [*storing, folding, rebuilding, verifying]:
        jobs = (folds(folding), rebuilds(rebuilding), verifies(verifying))
        with meanwhile(*jobs) as rounds:
            outcomes = deliver_in_step(storing, lots)
        fold_pending(folding)
        oracle = oracle_of(lots)
        teams = {sent["team"] for lot in lots for batch in lot for sent in batch}
        found = answers(folding.database, RANGE)

    assert min(rounds) > 0
    assert sum(told.count("accepted") for told in outcomes) == len(oracle.events)
    assert_exact(database_url, oracle)
    assert found["teams"] == Expected(oracle, RANGE, teams).answers()["teams"]
