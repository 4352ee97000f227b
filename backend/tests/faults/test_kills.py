"""Server, worker and PostgreSQL itself killed at random moments while clients go on."""

from pathlib import Path

import pytest
from trials.cluster import Cluster
from trials.kills import run_kills
from trials.programs import Zygote


@pytest.mark.timeout(900)
def test_a_hundred_kills_lose_and_double_nothing_on_postgresql(
    tmp_path: Path, zygote: Zygote, server: Cluster
) -> None:
    report = run_kills(tmp_path, 100, zygote.launch, server)

    assert report.server_kills + report.worker_kills + report.database_kills == 100
    assert report.server_kills > 40
    assert report.worker_kills > 20
    assert report.database_kills >= 5
    assert report.acknowledged > 100
