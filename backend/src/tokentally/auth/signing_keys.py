"""The public keys of an identity provider, by `kid`, fetched from its JWKS address."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from jwt import PyJWK, PyJWKClient, PyJWTError
from starlette.concurrency import run_in_threadpool

from tokentally.auth.refusals import SigningKeysUnavailable
from tokentally.clock import EPOCH, Clock

FRESH = timedelta(minutes=5)
USABLE = timedelta(hours=1)
PAUSE = timedelta(seconds=10)
_TIMEOUT_SECONDS = 5

log = logging.getLogger(__name__)


class SigningKeys:
    """Keys are fetched again when they are no longer fresh, or one is asked for that is not there,
    at most once in `PAUSE`: tokens with invented ids don't become as many fetches. While the
    provider can't be reached, the keys known so far stay usable for an hour.
    """

    def __init__(self, fetch: Callable[[], list[PyJWK]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, PyJWK] = {}
        self._tried_at = self._fetched_at = EPOCH
        self._failed = False
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> PyJWK | None:
        """The key called `kid`, if there is one; raises `SigningKeysUnavailable`."""
        others_fetch = self._lock.locked() and kid in self._keys
        if self._due(kid, self._clock()) and not others_fetch:
            async with self._lock:
                if self._due(kid, self._clock()):
                    await self._refresh(self._clock())
        key = self._keys.get(kid) if self._clock() - self._fetched_at < USABLE else None
        if key is None and self._failed:
            raise SigningKeysUnavailable
        return key

    def _due(self, kid: str, now: datetime) -> bool:
        wanted = kid not in self._keys or now - self._fetched_at >= FRESH
        return wanted and now - self._tried_at >= PAUSE

    async def _refresh(self, now: datetime) -> None:
        try:
            keys = await run_in_threadpool(self._fetch)
        except (
            PyJWTError,
            OSError,
            ValueError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            log.error("the signing keys can't be fetched: %s", error)
            self._failed = True
        else:
            self._keys = {key.key_id: key for key in keys if key.key_id}
            self._fetched_at = now
            self._failed = False
        self._tried_at = now


def signing_keys_at(url: str, clock: Clock) -> SigningKeys:
    """The keys at a JWKS address; nothing is fetched yet."""
    client = PyJWKClient(url, cache_jwk_set=False, timeout=_TIMEOUT_SECONDS)
    return SigningKeys(client.get_signing_keys, clock)
