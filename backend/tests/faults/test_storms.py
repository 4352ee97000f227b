"""PostgreSQL ends connections, restarts, or takes none: 503, and all goes on by itself."""

from pathlib import Path

import pytest
from trials.cluster import Cluster
from trials.programs import Zygote
from trials.storms import run_storms


@pytest.mark.timeout(600)
def test_a_database_in_trouble_costs_patience_and_nothing_else(
    tmp_path: Path, zygote: Zygote, server: Cluster
) -> None:
    report = run_storms(tmp_path, 3, zygote.launch, server)

    assert report.terminated > 10
    assert report.restarts == 1
    assert report.acknowledged > 0
    assert report.unavailable > 10
