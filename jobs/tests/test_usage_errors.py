"""Wrong usage and wrong settings: exit status 2 and one line that says what is wrong."""

from pathlib import Path

import pytest
from jobs.tests.conftest import Run


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("fold", "--nonsense"), "--nonsense"),
        (("nonsense",), "nonsense"),
        (("export",), "--format"),
        (("export", "--format", "xml"), "xml"),
        (("import", "csv", "a.csv"), "--map"),
        (("import", "nonsense"), "nonsense"),
        (("serve", "--port", "many"), "--port"),
        (("verify", "--from", "yesterday"), "--from 'yesterday' is no date; write YYYY-MM-DD"),
        (("verify", "--to", "2024-02-30"), "--to '2024-02-30' is no date"),
        (
            ("import", "ccusage", "a.json", "--before", "today"),
            "--before 'today' is no date; write YYYY-MM-DD",
        ),
        (("backfill", "--from", "2024-03-02", "--to", "2024-03-01"), "--to must not be before"),
    ],
)
def test_wrong_usage_is_said_in_one_line(args: tuple[str, ...], said: str, tokentally: Run) -> None:
    result = tokentally(*args)

    assert result.status == 2
    assert result.out == ""
    assert said in result.err
    assert len(result.err.strip().splitlines()) == 1, result.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "DATABASE_URL 'nonsense' is no database address"),
        ("mysql://localhost/x", "DATABASE_URL names 'mysql'"),
        ("sqlite://", "DATABASE_URL must name a file"),
        ("sqlite:////no/such/folder/x.db", "/no/such/folder/x.db"),
    ],
)
@pytest.mark.parametrize("command", ["fold", "verify", "demo"])
def test_a_wrong_database_is_said_in_one_line(
    command: str, url: str, said: str, tokentally: Run
) -> None:
    result = tokentally(command, database_url=url)

    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert result.err.count("\n") == 1


def test_a_file_that_is_no_database_is_said_in_one_line(tokentally: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("this is no database\n" * 100)

    result = tokentally("fold", database_url=f"sqlite:///{tmp_path}/text.db")

    assert (result.status, result.out) == (1, "")
    assert "file is not a database" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org"])
def test_a_host_that_others_can_reach_is_refused(host: str, tokentally: Run) -> None:
    by_setting = tokentally("serve", host=host)
    by_option = tokentally("serve", "--host", host)

    assert by_setting == by_option
    assert (by_setting.status, by_setting.out) == (2, "")
    assert f"HOST {host} is reachable from other machines" in by_setting.err
    assert by_setting.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "70000"), ("fold_interval_seconds", "0"), ("auth", "none"), ("log_level", "LOUD")],
)
def test_a_wrong_setting_is_named(name: str, value: str, tokentally: Run) -> None:
    result = tokentally("fold", **{name: value})

    assert (result.status, result.out) == (2, "")
    assert f"TOKENTALLY_{name.upper()}: " in result.err
    assert result.err.count("\n") == 1
