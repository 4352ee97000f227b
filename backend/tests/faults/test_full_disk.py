"""Files that may not grow: a full disk, as far as a server can tell."""

from pathlib import Path

import pytest
from trials.full_disk import sqlite_may_not_grow
from trials.programs import Zygote


@pytest.mark.timeout(600)
def test_while_no_file_may_grow_reads_go_on_and_room_is_found_at_once(
    tmp_path: Path, zygote: Zygote
) -> None:
    report = sqlite_may_not_grow(tmp_path, 6, zygote)

    assert report.rounds == 6
    assert report.unavailable > 60
    assert report.answers_while_full > 18
    assert report.acknowledged > 0
