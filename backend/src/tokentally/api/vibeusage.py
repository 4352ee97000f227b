"""`/functions/vibeusage-ingest` and `-sync-ping`: the door of the VibeUsage CLI."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from tokentally.api.any_json import read_any_json
from tokentally.api.backend import Backend
from tokentally.api.deps import Called, SentDep
from tokentally.api.json_body import answer
from tokentally.api.vibeusage_description import BUCKETS, ERRORS, NOT_STORED, PINGED
from tokentally.auth.caller import Caller
from tokentally.auth.owner import owner_of
from tokentally.clock import microseconds, rfc3339
from tokentally.ingest.half_hours import Batch, InvalidBuckets, half_hours, named
from tokentally.ingest.normalise import MAX_REVISION, sender
from tokentally.ingest.receive import reason_against
from tokentally.models.event import Event
from tokentally.queries.stored_counts import Stored, stored_of
from tokentally.store.deliver import Delivery, NotWhole
from tokentally.store.locks import deliver_with_others
from tokentally.store.outcomes import ACCEPTED, UPDATED
from tokentally.store.stats import add_stats
from tokentally.store.syncs import last_sync, note_syncs

MAX_BYTES = 1024 * 1024
MIN_INTERVAL_MINUTES = 30
"""How often a device need send nothing but that it is in sync."""


@dataclass(frozen=True)
class BucketsStored:
    """How many buckets were new or changed, and how many made no difference."""

    success: bool
    inserted: int
    skipped: int


@dataclass(frozen=True)
class Synced:
    """When the caller's usage came in last, and whether that is news."""

    success: bool
    updated: bool
    last_sync_at: str
    min_interval_minutes: int


router = APIRouter(tags=["ingest"], responses=ERRORS)


@router.post(
    "/vibeusage-ingest", response_model=BucketsStored, responses=NOT_STORED, openapi_extra=BUCKETS
)
async def ingest_half_hours(request: Request, sent: SentDep) -> Response:
    """Store what a device used of each model in half hours, in place of what it said before."""
    content = await read_any_json(request, sent, MAX_BYTES)
    batch = await run_in_threadpool(_batch, content, sent)
    return answer(await _stored(sent, batch))


@router.post("/vibeusage-sync-ping", response_model=Synced, openapi_extra=PINGED)
async def ping_sync(sent: SentDep) -> Response:
    """Say that a device is in sync though it has nothing to send; its body doesn't matter."""
    ping = partial(_ping, caller=sent.caller, now=microseconds(sent.backend.clock()))
    return answer(await asyncio.wrap_future(sent.backend.writer.run(ping)))


def _batch(content: object, sent: Called) -> Batch:
    now = sent.backend.clock()
    by = sender(sent.caller.user, now, may_name_users=False)
    return half_hours(content, by, device=sent.caller.device, revision=microseconds(now))


async def _stored(sent: Called, batch: Batch) -> BucketsStored:
    """Store a batch, whole or not at all, but for sealed days; raises `InvalidBuckets`.

    Buckets that are sent again as they are make no difference, but they are written: they must win
    over others that came before them and are stored after.
    """
    if not batch.events:
        return BucketsStored(success=True, inserted=0, skipped=batch.overwritten)
    before = await run_in_threadpool(_stored_before, sent.backend, batch.events)
    events = [_in_place(before, event) for event in batch.events]
    delivery = Delivery(events, sender=sent.caller.stored_user, whole=True)
    try:
        outcomes = await asyncio.wrap_future(sent.backend.writer.submit(delivery))
    except NotWhole as error:
        now = microseconds(sent.backend.clock())
        count = partial(add_stats, tally=error.refused, received_at=now)
        await asyncio.wrap_future(sent.backend.writer.run(count))
        raise InvalidBuckets(f"{named(error.event)}: {reason_against(error.outcome)}") from None
    changed = sum(
        outcome in (ACCEPTED, UPDATED) and event.event_id not in before.alike
        for event, outcome in zip(events, outcomes, strict=True)
    )
    total = len(events) + batch.overwritten
    return BucketsStored(success=True, inserted=changed, skipped=total - changed)


def _stored_before(backend: Backend, events: Sequence[Event]) -> Stored:
    with backend.database.readers.connect() as connection:
        return stored_of(connection, events)


def _in_place(before: Stored, event: Event) -> Event:
    """The event as later than what is stored, whatever the clock said then and says now, and in the
    team that it was in: buckets name none, and their user may have moved.
    """
    revision = max(event.revision, min(before.newest + 1, MAX_REVISION))
    team = before.teams.get(event.event_id, event.team)
    return msgspec.structs.replace(event, revision=revision, team=team)


def _ping(connection: Connection, caller: Caller, now: int) -> Synced:
    deliver_with_others(connection)  # so that the user isn't deleted meanwhile
    user = owner_of(connection, caller)
    last = last_sync(connection, user.id)
    updated = last is None or now - last >= MIN_INTERVAL_MINUTES * 60_000_000
    if updated:
        note_syncs(connection, [user.id], now)
    shown = now if last is None or updated else last
    return Synced(
        success=True,
        updated=updated,
        last_sync_at=rfc3339(shown),
        min_interval_minutes=MIN_INTERVAL_MINUTES,
    )
