"""`tokentally import`: usage from the logs of coding agents, from CSV and from JSONL."""

from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from tokentally.config import environment
from tokentally.days import date_of
from tokentally.sources.agents import AGENTS, CLAUDE, CODEX, GEMINI, OPENCODE, Agent
from tokentally.sources.ccusage import read_ccusage
from tokentally.sources.csv_rows import CsvMapping, parse_columns, read_csv
from tokentally.sources.jsonl import read_jsonl
from tokentally_jobs.import_run import Logs, run_import
from tokentally_jobs.terminal import day_of, fail

app = typer.Typer(
    help="Import usage; a second run takes only what is new, and nothing is counted twice.",
    no_args_is_help=True,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and count, store nothing.")]
Watch = Annotated[bool, typer.Option("--watch", help="Go on importing as the logs grow.")]
Roots = Annotated[
    list[Path] | None, typer.Argument(help="Folders or files; the agent's own without.")
]


def _no_other_thing(path: Path) -> Path:
    """Refuse what can't be read again from where it was left: folders, pipes."""
    if path.exists() and not path.is_file():
        fail(f"{path} is not a file", 2)
    return path


File = Annotated[Path, typer.Argument(help="The file to import.", callback=_no_other_thing)]


@app.command("all")
def all_command(watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import the logs of every agent that keeps some on this machine."""
    run_import([_logs_of(agent, None) for agent in AGENTS], watch=watch, dry_run=dry_run)


@app.command("claude")
def claude_command(paths: Roots = None, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import the transcripts of Claude Code."""
    run_import([_logs_of(CLAUDE, paths)], watch=watch, dry_run=dry_run)


@app.command("codex")
def codex_command(paths: Roots = None, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import the rollouts of Codex."""
    run_import([_logs_of(CODEX, paths)], watch=watch, dry_run=dry_run)


@app.command("gemini")
def gemini_command(paths: Roots = None, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import the chats of Gemini CLI."""
    run_import([_logs_of(GEMINI, paths)], watch=watch, dry_run=dry_run)


@app.command("opencode")
def opencode_command(paths: Roots = None, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import the messages of OpenCode."""
    run_import([_logs_of(OPENCODE, paths)], watch=watch, dry_run=dry_run)


@app.command("csv")
def csv_command(
    path: File,
    columns: Annotated[
        str, typer.Option("--map", help="field=COLUMN,…, such as occurred_at=TIMESTAMP.")
    ],
    model: Annotated[str | None, typer.Option(help="The model, if no column has it.")] = None,
    source: Annotated[str | None, typer.Option(help="The source, if no column has it.")] = None,
    user: Annotated[str | None, typer.Option(help="The user, if no column has it.")] = None,
    team: Annotated[str | None, typer.Option(help="The team, if no column has it.")] = None,
    tz: Annotated[str, typer.Option(help="Zone of times that have none.")] = "UTC",
    watch: Watch = False,
    dry_run: DryRun = False,
) -> None:
    """Import a CSV file, a row an event."""
    try:
        mapping = CsvMapping(parse_columns(columns), source, model, user, team, ZoneInfo(tz))
    except (ValueError, ZoneInfoNotFoundError) as error:
        fail(str(error), 2)
    except OSError:
        fail(f"there is no time zone {tz!r}", 2)
    rows = Logs("csv", [path], partial(read_csv, path, mapping))
    run_import([rows], watch=watch, dry_run=dry_run)


@app.command("ccusage")
def ccusage_command(
    path: File,
    source: Annotated[
        str | None, typer.Option(help="The source, where the report names none.")
    ] = None,
    before: Annotated[str | None, typer.Option(help="Only days before this, YYYY-MM-DD.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Import what `ccusage daily --json` wrote: for days whose logs are gone."""
    end = None if before is None else date_of(day_of("--before", before))
    read = partial(read_ccusage, path, source, end)
    run_import([Logs("ccusage", [path], read)], watch=False, dry_run=dry_run)


@app.command("jsonl")
def jsonl_command(path: File, watch: Watch = False, dry_run: DryRun = False) -> None:
    """Import a file with one event a line, each as POST /v1/events takes it."""
    events = Logs("jsonl", [path], partial(read_jsonl, path))
    run_import([events], watch=watch, dry_run=dry_run)


def _logs_of(agent: Agent, paths: list[Path] | None) -> Logs:
    roots = paths or agent.roots(environment(), Path.home())
    return Logs(agent.source, roots, partial(agent.read, roots))
