"""What a new, empty database is filled with: this machine's agent logs, else the demo data."""

import sys
from functools import partial
from pathlib import Path

import typer
from rich.filesize import decimal

from tokentally.api.backend import Backend
from tokentally.config import environment
from tokentally.sources.agents import FoundLogs, find_logs
from tokentally_jobs.demo import EXPECTED_EVENTS
from tokentally_jobs.demo_data import is_empty, load_demo
from tokentally_jobs.import_run import import_once, summarise
from tokentally_jobs.progress import progress_of
from tokentally_jobs.terminal import say


def offer_first_data(backend: Backend) -> None:
    """Fill an empty database; agent logs are only read after a yes on a terminal."""
    if not is_empty(backend):
        return
    found = find_logs(environment(), Path.home()) if sys.stdin.isatty() else []
    if found and typer.confirm(_question(found), default=True):
        for logs in found:
            source = logs.agent.source
            summarise(source, import_once(backend, source, partial(logs.agent.read, logs.roots)))
    if not is_empty(backend):
        return
    with progress_of("demo events", EXPECTED_EVENTS) as progress:
        count = load_demo(backend, progress)
    say(
        f"the database was empty: loaded {count:,} events of demo data; "
        f"`{sys.argv[0]} demo --remove` takes them out"
    )


def _question(found: list[FoundLogs]) -> str:
    logs = ", ".join(f"{each.agent.title} ({decimal(each.bytes)})" for each in found)
    return (
        f"The database is empty. Agent logs on this machine: {logs}. "
        "Import them? (n loads demo data)"
    )
