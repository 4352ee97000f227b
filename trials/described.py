"""Requests made up from the served description of `/functions/*`, good ones and bad ones.

    python -m trials.described --cases 20000

No answer may be a fault of the server, of a status that the description lacks, or of another
shape than it says.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import schemathesis
from backend.tests.engines.plain import address
from backend.tests.factories import SettableClock, event
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tokentally.api.backend import open_backend
from tokentally.api.server import create_backend
from tokentally.config import Settings

Json = dict[str, Any]

PREFIX = "/functions/"
HOST = "http://localhost"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class DescribedReport(NamedTuple):
    """How often each operation was asked, and each status was answered."""

    operations: Counter[str]
    statuses: Counter[int]

    def __str__(self) -> str:
        statuses = ", ".join(f"{n:,} with {status}" for status, n in sorted(self.statuses.items()))
        return (
            f"described: {self.operations.total():,} requests to {len(self.operations)} operations "
            f"answered as described ({statuses})"
        )


def as_served(document: Json) -> Json:
    """The description as it is."""
    return document


def run_described(
    cases: int, *, repeatable: bool = False, described: Callable[[Json], Json] = as_served
) -> DescribedReport:
    """Make `cases` requests, the same ones each time if `repeatable`; raises at a bad answer.

    What is bad is said by what `described` makes of the served description.
    """
    report = DescribedReport(Counter(), Counter())
    with _application() as app:
        schema = schemathesis.openapi.from_dict(described(app.openapi())).include(
            path_regex=f"^{PREFIX}"
        )
        operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        limits = settings(
            max_examples=-(-cases // (len(operations) * len(modes))),
            derandomize=repeatable,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        for operation in operations:
            for mode in modes:

                @limits
                @given(case=operation.as_strategy(mode))
                def ask(case: Case[Any]) -> None:
                    response = case.call(base_url=HOST, app=app)
                    report.operations[case.operation.label] += 1
                    report.statuses[response.status_code] += 1
                    case.validate_response(response, checks=CHECKS)

                ask()
    return report


@contextmanager
def _application() -> Iterator[FastAPI]:
    """A server with some usage, on a database of its own."""
    with TemporaryDirectory() as folder:
        url = address(Path(folder) / "described.db")
        given = Settings(database_url=url, sqlite_synchronous="NORMAL", _env_file=None)
        backend = open_backend(given, SettableClock())
        app = create_backend(backend)
        with TestClient(app, base_url=HOST) as client:
            client.post("/v1/events", json=[event(event_id=n, user=n) for n in ("ada", "local")])
            yield app
        backend.close()


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=20_000)
    sys.stdout.write(f"{run_described(options.parse_args().cases)}\n")


if __name__ == "__main__":
    main()
