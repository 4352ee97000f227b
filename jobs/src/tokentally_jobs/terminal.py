"""What every command shares: the backend from the settings, lines said, errors in one line."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

import typer
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, TimeoutError

from tokentally.api.backend import Backend, open_backend
from tokentally.api.logs import set_up_logging
from tokentally.clock import utc_now
from tokentally.config import Settings
from tokentally.days import (
    FIRST_DATE,
    LAST_DATE,
    InvalidDay,
    day_number,
    stated_date,
    stated_day,
)
from tokentally.store.engine import StoreUnavailable, UnsupportedDatabase, open_database
from tokentally.store.schema import UnknownSchema
from tokentally_jobs.memory import collect_less

USAGE_ERROR, INTERRUPTED = 2, 130
_UsageError: Any = typer.BadParameter.__base__  # typer has its own copy of click

Opened = TypeVar("Opened")


def say(line: str) -> None:
    """Print a result line."""
    _write(sys.stdout, line)


def remark(line: str) -> None:
    """Print a line that is no part of the result, on standard error."""
    _write(sys.stderr, line)


def _write(out: TextIO, line: str) -> None:
    """Write a line whole: unbuffered, two writes could let another line in between."""
    out.write(f"{line}\n")
    out.flush()


@contextmanager
def out_to(path: Path | None) -> Iterator[TextIO]:
    """The file at `path` to write to, or standard output; a full disk becomes one line."""
    try:
        if path is None:
            yield sys.stdout
            sys.stdout.flush()
        else:
            with path.open("w", encoding="utf-8", newline="") as out:
                yield out
    except OSError as error:
        if path is None:  # what is left in its buffer must not fail once more at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # whoever read has enough
            raise typer.Exit(0) from None
        fail(f"{path or 'standard output'} can't be written: {error.strerror}")


def run(app: typer.Typer) -> int:
    """Run the command line; wrong usage is told in one line. Returns the exit code."""
    try:
        return int(app(standalone_mode=False) or 0)
    except _UsageError as error:
        if message := " ".join(error.format_message().split()):  # none where help was shown
            remark(f"tokentally: {message}")
        return USAGE_ERROR
    except typer.Abort:
        return INTERRUPTED


def fail(line: str, code: int = 1) -> NoReturn:
    """End the command with one line on standard error."""
    remark(f"tokentally: {line}")
    raise typer.Exit(code)


def settings_from(**given: Any) -> Settings:
    """The settings, with what the command line gives; wrong ones end the command."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"TOKENTALLY_{str(first['loc'][0]).upper()}: {first['msg']}", 2)
    except (OSError, UnicodeDecodeError) as error:
        fail(f".env can't be read: {error}", 2)


@contextmanager
def backend_from(settings: Settings | None = None) -> Iterator[Backend]:
    """The backend on the database of the settings, closed at the end; errors become one line."""
    settings = settings or settings_from()
    set_up_logging(settings)
    backend = _opened(lambda: open_backend(settings, utc_now))
    collect_less()
    try:
        yield backend
    except (StoreUnavailable, DBAPIError, TimeoutError) as error:
        fail(str(error.orig if isinstance(error, DBAPIError) else error))
    finally:
        backend.close()


@contextmanager
def snapshot_from(settings: Settings) -> Iterator[Connection]:
    """A snapshot of the database of the settings, as it is: nothing is migrated."""
    set_up_logging(settings)
    database = _opened(lambda: open_database(settings.database_url))
    try:
        with database.readers.connect() as connection:
            yield connection
    except (StoreUnavailable, DBAPIError, TimeoutError) as error:
        fail(
            f"the database can't be read: {error.orig if isinstance(error, DBAPIError) else error}"
        )
    finally:
        database.close()


def _opened(open_it: Callable[[], Opened]) -> Opened:
    try:
        return open_it()
    except (UnsupportedDatabase, UnknownSchema) as error:
        fail(str(error), 2)
    except DBAPIError as error:
        fail(f"the database can't be opened: {error.orig}")


def day_range(first: str | None, last: str | None) -> range:
    """Day numbers from `--from` to `--to` (YYYY-MM-DD, both included); open ends reach far."""
    start = FIRST_DATE if first is None else _stated(stated_date, "--from", first)
    end = LAST_DATE if last is None else _stated(stated_date, "--to", last)
    if end < start:
        fail("--to must not be before --from", 2)
    return range(day_number(start), day_number(end) + 1)


def day_of(option: str, text: str) -> int:
    """The number of the day that an option names, within the dates that events can have."""
    return _stated(stated_day, option, text)


def _stated(read: Callable[[str, str], Opened], option: str, text: str) -> Opened:
    try:
        return read(option, text)
    except InvalidDay as error:
        fail(str(error), USAGE_ERROR)
