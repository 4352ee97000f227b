"""`tokentally connect`: send the usage of the agents on this machine to a server elsewhere."""

import sqlite3
import sysconfig
from contextlib import closing
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from tokentally.auth.loopback import is_loopback
from tokentally.config import environment
from tokentally.sources.agents import AGENTS, Agent
from tokentally_jobs.import_run import Logs
from tokentally_jobs.login_service import NotInstalled, Service, install, service_of, uninstall
from tokentally_jobs.outbox import InUse, Outbox, refused, retry_refused
from tokentally_jobs.terminal import INTERRUPTED, fail, remark, say

KEY_VARIABLE = "TOKENTALLY_KEY"
_KNOWN = ", ".join(agent.source for agent in AGENTS)
_FOLDERS = ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_RETRY = "; --retry-refused lets them be sent again"
_OTHERS_MAY_READ = 0o077


def connect_command(
    url: Annotated[str, typer.Argument(help="The server: https://tokens.example.com")],
    key_file: Annotated[
        Path | None,
        typer.Option(help=f"A file with an API key of scope ingest; else ${KEY_VARIABLE}."),
    ] = None,
    agents: Annotated[str, typer.Option(help=f"Which agents, of {_KNOWN}.")] = "all",
    once: Annotated[bool, typer.Option("--once", help="Send what is there, then end.")] = False,
    show: Annotated[
        bool, typer.Option("--print", help="Print the service that would be installed.")
    ] = False,
    installed: Annotated[
        bool, typer.Option("--install", help="Run in the background from every login on.")
    ] = False,
    uninstalled: Annotated[
        bool, typer.Option("--uninstall", help="End that, and remove it.")
    ] = False,
    listed: Annotated[
        bool, typer.Option("--refused", help="List deliveries that the server refused, and why.")
    ] = False,
    retried: Annotated[
        bool, typer.Option("--retry-refused", help="Let them be sent again.")
    ] = False,
) -> None:
    """Follow the logs of the agents on this machine, and send what is new to a server elsewhere."""
    if sum((once, show, installed, uninstalled, listed, retried)) > 1:
        fail("--once, --print, --install, --uninstall, --refused, --retry-refused: choose one", 2)
    _check_address(url)
    if listed or retried:
        _refused(url, retried=retried)
        return
    followed = _agents_named(agents)
    if show or installed or uninstalled:
        _as_service(url, key_file, agents, installed=installed, uninstalled=uninstalled)
        return
    _follow(url, _key(key_file), followed, once=once)


def _follow(url: str, key: str, agents: list[Agent], *, once: bool) -> None:
    from tokentally_jobs.collecting import collect
    from tokentally_jobs.sending import client_for

    names = ", ".join(agent.title for agent in agents)
    remark(f"sending what is new of {names}" if once else f"following {names}; Ctrl-C ends it")
    try:
        with closing(Outbox(outbox_path(url))) as outbox, client_for(url, key) as client:
            everything = collect(outbox, client, [_logs_of(each) for each in agents], once=once)
    except InUse as error:
        fail(f"another collector sends to {url}: {error}")
    except (OSError, sqlite3.Error) as error:
        fail(f"what waits to be sent can't be kept in {outbox_path(url)}: {error}")
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    if not everything:
        fail("not all was sent; what is left is kept for the next time")


def _refused(url: str, *, retried: bool) -> None:
    path = outbox_path(url)
    try:
        if retried:
            say(f"{retry_refused(path):,} deliveries wait to be sent again by `tokentally connect`")
            return
        deliveries = refused(path)
    except sqlite3.Error as error:
        fail(f"{path} can't be read: {error}")
    for each in deliveries:
        say(f"{each.events:,} events: {each.why}")
    remark(f"{len(deliveries):,} deliveries were refused" + (_RETRY if deliveries else ""))


def outbox_path(url: str) -> Path:
    """Where what is not sent yet is kept: a file for each address, named so that people know it."""
    state = environment().get("XDG_STATE_HOME", "").strip() or Path.home() / ".local/state"
    parts = urlsplit(url.rstrip("/"))
    address = f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"
    server = "".join(each if each.isalnum() else "_" for each in parts.netloc.lower())
    mark = blake2b(address.encode(), digest_size=4).hexdigest()
    return Path(state) / "tokentally" / f"outbox-{server}-{mark}.db"


def _check_address(url: str) -> None:
    try:
        address = urlsplit(url)
        host = address.hostname if address.port is None or address.port else None
    except ValueError:
        host = None
    if not host or address.scheme not in ("http", "https") or "@" in address.netloc:
        fail(f"{url!r} is no address of a server; https://tokens.example.com is one", 2)
    if address.scheme == "http" and not is_loopback(host):
        remark("http is read by whoever is in between, the key too: use https")


def _agents_named(text: str) -> list[Agent]:
    if text.strip() == "all":
        return list(AGENTS)
    by_name = {agent.source: agent for agent in AGENTS}
    names = [name for part in text.split(",") if (name := part.strip())]
    for name in names:
        if name not in by_name:
            fail(f"there is no agent {name!r}; there are {_KNOWN}", 2)
    return [by_name[name] for name in names]


def _key(path: Path | None) -> str:
    if path is None:
        key = environment().get(KEY_VARIABLE, "").strip()
        return key or fail(f"no key: name a file by --key-file, or set {KEY_VARIABLE}", 2)
    try:
        if path.stat().st_mode & _OTHERS_MAY_READ:
            remark(f"others may read {path}: chmod 600 it")
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path} can't be read: {error}", 2)
    return key if key and key.isascii() and key.isprintable() else fail(f"{path} holds no key", 2)


def _logs_of(agent: Agent) -> Logs:
    roots = agent.roots(environment(), Path.home())
    return Logs(agent.source, roots, partial(agent.read, roots))


def _as_service(
    url: str, key_file: Path | None, agents: str, *, installed: bool, uninstalled: bool
) -> None:
    if key_file is None:
        fail("a service needs --key-file: a key in the environment would be written down", 2)
    service = service_of(_command(url, key_file, agents), _folders(), Path.home())
    try:
        if installed:
            _key(key_file)
            install(service)
            say(f"installed {service.path}; it runs now, and from every login on")
        elif uninstalled:
            uninstall(service)
            say(f"removed {service.path}")
        else:
            _show(service)
    except NotInstalled as error:
        fail(str(error))


def _show(service: Service) -> None:
    remark(f"for {service.path}:")
    say(service.text.rstrip("\n"))


def _command(url: str, key_file: Path, agents: str) -> list[str]:
    program = Path(sysconfig.get_path("scripts")) / "tokentally"
    return [str(program), "connect", url, "--key-file", str(key_file.resolve()), "--agents", agents]


def _folders() -> dict[str, str]:
    """Where the agents keep their logs, if that was set: a service does not inherit it."""
    return {name: value for name in _FOLDERS if (value := environment().get(name, ""))}
