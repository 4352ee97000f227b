"""`GET /v1/sign-in`: what a page must know before anybody is signed in."""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response

from tokentally.api.backend import Backend
from tokentally.api.description import problems
from tokentally.api.json_body import answer
from tokentally.config import Settings


@dataclass(frozen=True)
class IdentityProvider:
    """Where people sign in with OpenID Connect, and as which (public) client pages ask there."""

    issuer: str
    client_id: str


@dataclass(frozen=True)
class WaysIn:
    """How people sign in: `local` means not at all; by token, and at `oidc` if it isn't null.

    `public_leaderboard`: whether there is something to see without.
    """

    auth: Literal["local", "token"]
    oidc: IdentityProvider | None
    public_leaderboard: bool


_EXAMPLE = {
    "auth": "token",
    "oidc": {"issuer": "https://id.example.com/realms/main", "client_id": "tokentally"},
    "public_leaderboard": False,
}
_SHOWN = {"responses": {"200": {"content": {"application/json": {"example": _EXAMPLE}}}}}
_PUBLIC = {status: said for status, said in problems({}).items() if status != 401}

router = APIRouter(prefix="/v1/sign-in", tags=["sign-in"], responses=_PUBLIC)


@router.get("", response_model=WaysIn, openapi_extra=_SHOWN)
async def show_ways_in(request: Request) -> Response:
    """How to sign in here. Open to all; it says nothing of any user."""
    backend: Backend = request.app.state.backend
    return answer(_ways_in(backend.settings))


def _ways_in(settings: Settings) -> WaysIn:
    return WaysIn(settings.auth, _provider(settings), settings.open_to_all)


def _provider(settings: Settings) -> IdentityProvider | None:
    issuer, client_id = settings.oidc_issuer, settings.oidc_client_id
    if settings.auth == "local" or not (issuer and client_id):
        return None
    return IdentityProvider(issuer, client_id)
