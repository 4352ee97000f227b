"""Calls of every kind through a proxy, through troubles of its and ours."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from trials.gateway.calls import Told, call_many
from trials.gateway.models import model_server
from trials.gateway.ours import Ours, running_server
from trials.gateway.proxy import launch_proxy, write_settings
from trials.programs import Program, until
from trials.space import stopped_files

FULL_SECONDS = 3.0
PATIENCE_SECONDS = 120


class GatewayReport(NamedTuple):
    """How many calls the clients made, how many attempts at them failed, and what came of it."""

    calls: int
    failed: int
    unavailable: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"gateway: {self.calls:,} calls through LiteLLM, {self.failed:,} attempts failed, "
            f"{self.unavailable:,} answers 503 to its deliveries; 0 lost, 0 double; "
            f"{self.seconds:.0f} s"
        )


def run_gateway(folder: Path, command: Path, calls: int) -> GatewayReport:
    """Make the calls; AssertionError if anything is lost, double or other than it was told."""
    started = time.monotonic()
    told = Told()
    with running_server(folder) as ours, model_server() as models:
        write_settings(folder, models.url, ours.url)
        old, new = (
            launch_proxy(command, folder, ours.key, folder / f"proxy-{name}.log")
            for name in ("old", "new")
        )
        try:
            unavailable = _call_through(old, range(calls // 2), told, ours, full=True)
            _assert_same(ours, told)
            old.end()
            _call_through(new, range(calls // 2, calls), told, ours, full=False)
            _assert_same(ours, told)
        finally:
            old.end()
            new.end()
        ours.verify()
    failed = sum(each.failed for each in told.sums().values())
    return GatewayReport(calls, failed, unavailable, time.monotonic() - started)


def _call_through(proxy: Program, numbers: range, told: Told, ours: Ours, *, full: bool) -> int:
    """Make calls while our disk is full, or our server is killed; how often it answered 503."""
    url = proxy.url()
    enough = told.requests() + len(numbers) // 4
    with ThreadPoolExecutor(1) as alone:
        calling = alone.submit(call_many, url, numbers, told)
        until(lambda: told.requests() >= enough or calling.done(), "no calls")
        if full:
            space = stopped_files(ours.server.pid)
            space.fill()
            time.sleep(FULL_SECONDS)
            space.free()
        else:
            ours.come_back()
        calling.result()
    return ours.unavailable()


def _assert_same(ours: Ours, told: Told) -> None:
    """What is stored comes to be what the clients were told."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ours.sums() != told.sums() and time.monotonic() < deadline:
        time.sleep(0.25)
    stored, wanted = ours.sums(), told.sums()
    differing = {
        group: {"stored": stored.get(group), "told": wanted.get(group)}
        for group in sorted(stored.keys() | wanted.keys())
        if stored.get(group) != wanted.get(group)
    }
    assert not differing, differing
