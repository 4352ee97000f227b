"""What a JSON Web Token says, if it is good."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from jwt import PyJWK, PyJWTError

from tokentally.auth.caller import SCOPES
from tokentally.auth.refusals import NotSignedIn
from tokentally.config import Settings
from tokentally.models.plain_text import InvalidText, is_name, plain_text

SECRET_ALGORITHM = "HS256"
PUBLIC_ALGORITHMS = ("RS256", "ES256")
DEFAULT_SCOPES = frozenset({"read", "ingest"})
PROVIDERS_OWN = frozenset({"openid", "profile", "email", "address", "phone", "offline_access"})
"""Scopes of OpenID Connect: what the provider may tell of a user, not what they may do here."""

_SKEW_SECONDS = 60
_LONGEST_URL = 2_000
_CHECKED = {
    "require": ["exp", "sub"],
    "verify_exp": False,  # checked below, by the server's clock
    "verify_nbf": False,
    "verify_iat": False,
}
_DEFECTS = (PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Claims:
    """Who the token is for, what it allows, and how they are shown (blank: not said)."""

    user: str
    scopes: frozenset[str]
    name: str
    picture: str


def algorithm_and_key_id(token: str) -> tuple[str, str]:
    """What the (unverified) header of a token states; raises `NotSignedIn`."""
    try:
        header = jwt.get_unverified_header(token)
    except _DEFECTS:
        raise NotSignedIn from None
    algorithm, key_id = header.get("alg"), header.get("kid", "")
    if not isinstance(algorithm, str) or not isinstance(key_id, str):
        raise NotSignedIn
    return algorithm, key_id


def verified_claims(token: str, key: str | PyJWK, settings: Settings, now: datetime) -> Claims:
    """The claims of a token that `key` signed; raises `NotSignedIn`.

    A secret takes HS256 alone, a public key only the algorithm that is its own.
    """
    algorithms = [SECRET_ALGORITHM] if isinstance(key, str) else list(PUBLIC_ALGORITHMS)
    try:
        said = jwt.decode(
            token,
            key,
            algorithms=algorithms,
            audience=settings.jwt_audience,
            issuer=settings.jwt_issuer,
            options=_CHECKED,  # type: ignore[arg-type]
        )
        in_time = _in_time(said, now.timestamp())
    except _DEFECTS:
        raise NotSignedIn from None
    if not in_time or not is_name(said["sub"]):
        raise NotSignedIn
    return Claims(said["sub"], _scopes(said), _name(said.get("name")), _picture(said))


def _in_time(said: Mapping[str, Any], now: float) -> bool:
    expires, begins = said["exp"], said.get("nbf", 0)
    return _number(expires) > now and _number(begins) <= now + _SKEW_SECONDS


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("a time must be a number")
    return value


def _scopes(said: Mapping[str, Any]) -> frozenset[str]:
    """Those of the claim `scope`; the usual without one, or if it is only about signing in."""
    if "scope" not in said:
        return DEFAULT_SCOPES
    scope = said["scope"]
    named = frozenset(scope.split()) if isinstance(scope, str) else frozenset()
    return DEFAULT_SCOPES if named & PROVIDERS_OWN and not named & SCOPES else named


def _name(value: object) -> str:
    try:
        return plain_text("name", value) if isinstance(value, str) else ""
    except InvalidText:
        return ""


def _picture(said: Mapping[str, Any]) -> str:
    picture = said.get("picture")
    try:
        return avatar_address(picture) if isinstance(picture, str) else ""
    except InvalidText:
        return ""


def avatar_address(text: str) -> str:
    """The address of a picture: https, or blank; raises `InvalidText`."""
    address = plain_text("avatar_url", text, most=_LONGEST_URL)
    if address and not address.startswith("https://"):
        raise InvalidText("avatar_url must begin with https://")
    return address
