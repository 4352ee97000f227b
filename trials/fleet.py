"""Several processes on one database, as a larger installation runs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from trials.programs import Program, Zygote, environment, launch_api, until


class Fleet(NamedTuple):
    """How many processes of each kind."""

    servers: int = 0
    """`tokentally serve`: the API and the jobs."""
    workers: int = 0
    """`tokentally worker`: the jobs alone."""
    api_workers: int = 0
    """Processes of one uvicorn: the API alone."""

    def __str__(self) -> str:
        kinds = zip(self, ("servers", "workers", "API processes"), strict=True)
        return ", ".join(f"{number} {kind}" for number, kind in kinds if number)


@contextmanager
def fleet(
    asked: Fleet, zygote: Zygote, database: str, folder: Path, **settings: object
) -> Iterator[list[str]]:
    """The addresses at which the processes answer; all are asked to end at the end."""
    env = environment(database, **settings)
    logs = (folder / f"process-{number}.log" for number in count())
    serving: list[Program] = []
    others: list[Program] = []
    try:
        if asked.api_workers:
            serving.append(launch_api(asked.api_workers, env, next(logs)))
        serve = ["serve", "--port", "0"]
        serving += [zygote.launch(serve, env, next(logs)) for _ in range(asked.servers)]
        others += [zygote.launch(["worker"], env, next(logs)) for _ in range(asked.workers)]
        urls = [program.url() for program in serving]
        until(lambda: _started(serving) >= asked.api_workers, "not all processes have started")
        yield urls
    finally:
        statuses = [program.end() for program in (*serving, *others)]
    assert not any(statuses), [program.said() for program in (*serving, *others)]


def _started(programs: list[Program]) -> int:
    return sum(program.said().count("Application startup complete") for program in programs)
