"""Who sent a request: from its `Authorization` header to a `Caller`."""

from collections.abc import Sequence
from dataclasses import dataclass

from jwt import PyJWK
from starlette.concurrency import run_in_threadpool

from tokentally.auth.api_keys import PREFIX, ApiKeys, caller_with_key
from tokentally.auth.bearer import bearer_token
from tokentally.auth.caller import Caller
from tokentally.auth.claims import (
    PUBLIC_ALGORITHMS,
    SECRET_ALGORITHM,
    Claims,
    algorithm_and_key_id,
    verified_claims,
)
from tokentally.auth.refusals import NotSignedIn
from tokentally.auth.signing_keys import SigningKeys, signing_keys_at
from tokentally.auth.token_users import caller_with_claims
from tokentally.clock import Clock
from tokentally.config import Settings
from tokentally.store.database import Database
from tokentally.store.writer import Writer


@dataclass(frozen=True)
class SignIn:
    """What is needed to tell who sent a request to a server with `AUTH=token`."""

    settings: Settings
    clock: Clock
    api_keys: ApiKeys
    signing_keys: SigningKeys | None


def open_sign_in(settings: Settings, clock: Clock, database: Database, writer: Writer) -> SignIn:
    """Sign-in as the settings have it."""
    url = settings.jwks_url
    return SignIn(
        settings=settings,
        clock=clock,
        api_keys=ApiKeys(database, writer, clock),
        signing_keys=signing_keys_at(url, clock) if url else None,
    )


async def caller_of(sign_in: SignIn, authorization: Sequence[str]) -> Caller:
    """Who sent a request with these `Authorization` headers.

    Raises `NotSignedIn`, and `SigningKeysUnavailable` while that can't be told.
    """
    token = bearer_token(authorization)
    keys = sign_in.api_keys
    if token.startswith(PREFIX):
        return await run_in_threadpool(caller_with_key, keys, token)
    claims = await _claims(sign_in, token)
    return await run_in_threadpool(caller_with_claims, keys.database, keys.writer, claims)


async def _claims(sign_in: SignIn, token: str) -> Claims:
    algorithm, key_id = algorithm_and_key_id(token)
    settings, public = sign_in.settings, sign_in.signing_keys
    key: str | PyJWK | None = None
    if algorithm == SECRET_ALGORITHM and settings.jwt_secret:
        key = settings.jwt_secret.get_secret_value()
    elif algorithm in PUBLIC_ALGORITHMS and public and key_id:
        key = await public.find(key_id)
    if key is None:
        raise NotSignedIn
    return verified_claims(token, key, settings, sign_in.clock())
