"""Real processes on one file, killed again and again: nothing acknowledged is lost or doubled."""

from pathlib import Path

import pytest
from trials.kills import run_kills
from trials.programs import Zygote, launch

pytestmark = pytest.mark.timeout(600)


def test_a_hundred_kills_lose_and_double_nothing(tmp_path: Path, zygote: Zygote) -> None:
    report = run_kills(tmp_path, 100, zygote.launch)

    assert report.server_kills + report.worker_kills == 100
    assert report.server_kills > 40
    assert report.worker_kills > 20
    assert report.acknowledged > 100


def test_the_installed_command_stands_kills_as_well(tmp_path: Path) -> None:
    report = run_kills(tmp_path, 4, launch, seed=2)

    assert report.server_kills + report.worker_kills == 4
