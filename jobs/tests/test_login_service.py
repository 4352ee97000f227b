"""The collector as a service of whoever is logged in."""

import plistlib
import shlex
import sys
from pathlib import Path

import pytest
from jobs.tests.conftest import Run

from tokentally_jobs.login_service import install, service_of, uninstall

URL = "https://tokens.example.com"
KEY = "tt_secret"
UNIT = ".config/systemd/user/tokentally-collector.service"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "a key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a `systemctl` of this machine writes what it is told; it fails on the word `enable`
    while there is a file `broken`.
    """
    log = tmp_path / "called"
    program = tmp_path / "bin/systemctl"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {shlex.quote(str(log))}\n'
        f'case "$*" in *enable*) [ ! -e {shlex.quote(str(tmp_path / "broken"))} ] || '
        '{ echo "no bus" >&2; exit 1; };; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setenv("HOME", str(tmp_path))
    return log


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")
class TestOnLinux:
    """A systemd user unit."""

    def test_it_is_printed_without_the_key(
        self, tokentally: Run, key_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CODEX_HOME", "/data/50% codex $x")

        said = tokentally("connect", URL, "--key-file", str(key_file), "--print")

        assert said.status == 0
        assert f'"connect" "{URL}" "--key-file" "{key_file}" "--agents" "all"\n' in said.out
        assert 'Environment="CODEX_HOME=/data/50%% codex $x"\n' in said.out
        assert KEY not in said.out + said.err

    def test_it_is_installed_and_removed(
        self, tokentally: Run, key_file: Path, called: Path, tmp_path: Path
    ) -> None:
        connect = ("connect", URL, "--key-file", str(key_file))

        installed = tokentally(*connect, "--install")
        unit = (tmp_path / UNIT).read_text()
        removed = tokentally(*connect, "--uninstall")

        assert (
            installed.out == f"installed {tmp_path / UNIT}; it runs now, and from every login on\n"
        )
        assert removed.out == f"removed {tmp_path / UNIT}\n"
        assert KEY not in unit
        assert "Restart=always" in unit
        assert not (tmp_path / UNIT).exists()
        assert called.read_text().splitlines() == [
            "--user daemon-reload",
            "--user enable tokentally-collector",
            "--user restart tokentally-collector",
            "--user disable --now tokentally-collector",
        ]

    def test_why_it_can_not_be_installed_is_said(
        self, tokentally: Run, key_file: Path, called: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "broken").touch()

        said = tokentally("connect", URL, "--key-file", str(key_file), "--install")

        assert (said.status, said.out) == (1, "")
        assert said.err == "tokentally: systemctl --user enable tokentally-collector: no bus\n"
        assert called.exists()
        assert not (tmp_path / UNIT).exists()

    def test_what_was_never_installed_is_not_removed(
        self, tokentally: Run, key_file: Path, called: Path
    ) -> None:
        said = tokentally("connect", URL, "--key-file", str(key_file), "--uninstall")

        assert said.status == 1
        assert said.err.endswith(f"{UNIT} is not there\n")
        assert not called.exists()


def test_on_a_mac_it_is_a_launch_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    command = ["/bin/tokentally", "connect", URL]
    service = service_of(command, {"CODEX_HOME": "/c"}, Path("/Users/a"))

    assert service.path.is_relative_to("/Users/a/Library/LaunchAgents")
    described = plistlib.loads(service.text.encode())
    assert described["ProgramArguments"] == command
    assert described["EnvironmentVariables"] == {"CODEX_HOME": "/c"}
    assert described["KeepAlive"] is True


@pytest.fixture
def launchd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a `launchctl` of this machine writes what it is told. It loads what is not loaded, and
    takes a moment to end what is.
    """
    log, loaded, ending = (tmp_path / name for name in ("called", "loaded", "ending"))
    program = tmp_path / "bin/launchctl"
    program.parent.mkdir()
    program.write_text(
        f"""#!/bin/sh
echo "$1" >> {shlex.quote(str(log))}
case "$1" in
    bootout) mv {shlex.quote(str(loaded))} {shlex.quote(str(ending))} ;;
    bootstrap)
        [ ! -e {shlex.quote(str(loaded))} ] && ! rm {shlex.quote(str(ending))} 2> /dev/null ||
            {{ echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }}
        touch {shlex.quote(str(loaded))} ;;
esac
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setattr(sys, "platform", "darwin")
    return log


def test_on_a_mac_it_can_be_installed_anew(launchd: Path, tmp_path: Path) -> None:
    install(service_of(["/bin/tokentally", "connect", URL], {}, tmp_path))
    changed = service_of(["/bin/tokentally", "connect", URL, "--agents", "codex"], {}, tmp_path)

    install(changed)
    uninstall(changed)

    assert launchd.read_text().split() == [
        *("bootout", "bootstrap"),
        *("bootout", "bootstrap", "bootstrap"),
        "bootout",
    ]
    assert not changed.path.exists()
