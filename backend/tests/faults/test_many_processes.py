"""Several processes on one PostgreSQL: nothing is refused, folded twice or made twice."""

from pathlib import Path

import pytest
from backend.tests.engines.plain import address, rows
from trials.cluster import Cluster
from trials.concurrency import ON_POSTGRESQL, run_concurrency
from trials.programs import Zygote, environment

from tokentally.store.schema import HEAD

AT_ONCE = 4


@pytest.mark.timeout(600)
def test_seven_processes_under_load_fold_once_and_refuse_nothing(
    tmp_path: Path, zygote: Zygote, server: Cluster
) -> None:
    report = run_concurrency(tmp_path, 8, zygote, server)

    assert sum(ON_POSTGRESQL) == 7
    assert report.acknowledged > 0
    assert report.answers > 0


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_make_one_schema(
    engine: str, tmp_path: Path, zygote: Zygote, request: pytest.FixtureRequest
) -> None:
    database = address(tmp_path / "new.db")
    if engine == "postgresql":
        database = request.getfixturevalue("server").fresh()

    commands = [
        zygote.launch(["fold"], environment(database), tmp_path / f"{number}.log")
        for number in range(AT_ONCE)
    ]

    assert [command.wait() for command in commands] == [0] * AT_ONCE, commands[0].said()
    assert [command.said() for command in commands] == ["folded 0 pending rows\n"] * AT_ONCE
    assert rows(database, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert rows(database, "SELECT count(*) FROM data_version") == [(1,)]
