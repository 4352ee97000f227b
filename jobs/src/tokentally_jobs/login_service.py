"""A program that runs while its user is logged in: a systemd user unit, or a launchd agent."""

import os
import plistlib
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "tokentally-collector"
LABEL = f"io.github.tokentally.{NAME}"


_WHILE_IT_ENDS = (0.5, 1.0, 2.0, 4.0)
"""Seconds: launchd takes no new description until the program of the old one has ended."""


class NotInstalled(RuntimeError):
    """The service manager does not take the service; the message says why."""


@dataclass(frozen=True)
class Service:
    """The file that describes a service, and the commands that start and end it.

    `clear` ends one that runs as it was described before; it fails if there is none.
    """

    path: Path
    text: str
    clear: tuple[tuple[str, ...], ...]
    start: tuple[tuple[str, ...], ...]
    end: tuple[tuple[str, ...], ...]


def service_of(command: Sequence[str], environment: Mapping[str, str], home: Path) -> Service:
    """The service that runs `command` on this kind of machine."""
    if sys.platform == "darwin":
        return _launchd(command, environment, home)
    return _systemd(command, environment, home)


def install(service: Service) -> None:
    """Write the description and start the service; raises `NotInstalled`, and leaves nothing."""
    is_new = not service.path.exists()
    service.path.parent.mkdir(parents=True, exist_ok=True)
    service.path.write_text(service.text, encoding="utf-8")
    try:
        cleared = [_failure(command) is None for command in service.clear]
        for command in service.start:
            _call(command, pauses=_WHILE_IT_ENDS if any(cleared) else ())
    except NotInstalled:
        if is_new:
            service.path.unlink()
        raise


def uninstall(service: Service) -> None:
    """End the service and remove its description; raises `NotInstalled`."""
    if not service.path.exists():
        raise NotInstalled(f"{service.path} is not there")
    for command in service.end:
        _call(command)
    service.path.unlink()


def _call(command: Sequence[str], pauses: Sequence[float] = ()) -> None:
    """Call a command, again after each of the pauses (seconds) while it fails."""
    failure = _failure(command)
    for pause in pauses:
        if failure is None:
            break
        time.sleep(pause)
        failure = _failure(command)
    if failure is not None:
        raise NotInstalled(f"{shlex.join(command)}: {failure}")


def _failure(command: Sequence[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotInstalled(f"{command[0]}: {error.strerror}") from None
    return (done.stderr.strip() or str(done.returncode)) if done.returncode else None


def _systemd(command: Sequence[str], environment: Mapping[str, str], home: Path) -> Service:
    settings = "".join(
        f"Environment={_in_quotes(f'{name}={value}')}\n" for name, value in environment.items()
    )
    text = f"""[Unit]
Description=Send the token usage of coding agents to Tokentally
After=network-online.target

[Service]
ExecStart={" ".join(map(_argument, command))}
{settings}Restart=always
RestartSec=30

[Install]
WantedBy=default.target
"""
    systemctl = ("systemctl", "--user")
    return Service(
        path=home / ".config/systemd/user" / f"{NAME}.service",
        text=text,
        clear=(),
        start=(
            (*systemctl, "daemon-reload"),
            (*systemctl, "enable", NAME),
            (*systemctl, "restart", NAME),  # one that runs already would go on as it was
        ),
        end=((*systemctl, "disable", "--now", NAME),),
    )


def _argument(text: str) -> str:
    """A word of a command, where variables would be put in: `$` stands for itself."""
    return _in_quotes(text).replace("$", "$$")


def _in_quotes(text: str) -> str:
    """A word as systemd reads it: in quotes, with `%` standing for itself."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _launchd(command: Sequence[str], environment: Mapping[str, str], home: Path) -> Service:
    path = home / "Library/LaunchAgents" / f"{LABEL}.plist"
    log = str(home / "Library/Logs" / f"{NAME}.log")
    described = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "EnvironmentVariables": dict(environment),
        "RunAtLoad": True,
        "KeepAlive": True,
        "ThrottleInterval": 30,
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    domain = f"gui/{os.getuid()}"
    end = ("launchctl", "bootout", f"{domain}/{LABEL}")
    return Service(
        path=path,
        text=plistlib.dumps(described).decode(),
        clear=(end,),
        start=(("launchctl", "bootstrap", domain, str(path)),),
        end=(end,),
    )
