"""`/u/{name}/…svg`: pictures of public users, for everybody."""

from datetime import date
from functools import partial

from fastapi import APIRouter, Request, Response

from tokentally.api.backend import Backend
from tokentally.api.badge import badge
from tokentally.api.dashboard_parameters import InvalidQuery
from tokentally.api.description import parameter, problems
from tokentally.api.heatmap import heatmap
from tokentally.api.ranges import kept_answer
from tokentally.api.svg import Theme
from tokentally.queries.public_usage import public_total, public_year
from tokentally.store.usage import Snapshot

_HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_SAID = {
    400: "There is no such theme.",
    404: "There is no user of that name who is public.",
    503: "The database is unavailable; try again.",
}
_THEME = parameter("theme", "What the picture is to stand on.", "dark")
_THEME["schema"] = {"type": "string", "enum": list(Theme), "default": Theme.light}
_THEMED = {"parameters": [_THEME]}
_PUBLIC = {status: said for status, said in problems(_SAID).items() if status != 401}


class Picture(Response):
    """An SVG picture."""

    media_type = "image/svg+xml"


router = APIRouter(prefix="/u", tags=["sharing"], responses=_PUBLIC)


@router.get("/{name:path}/badge.svg", response_class=Picture, openapi_extra=_THEMED)
async def show_badge(name: str, request: Request) -> Response:
    """How many tokens a public user used in all, as a badge."""
    return await _picture(request, partial(_badge, user=name, theme=_theme(request)))


@router.get("/{name:path}/heatmap.svg", response_class=Picture, openapi_extra=_THEMED)
async def show_heatmap(name: str, request: Request) -> Response:
    """How much a public user used on each UTC day of 52 weeks, by level."""
    today = _backend(request).clock().date()
    query = partial(_heatmap, user=name, today=today, theme=_theme(request))
    return await _picture(request, query)


async def _picture(request: Request, draw: partial[str]) -> Response:
    """Kept for reuse, as long as the data doesn't change; of those who aren't public nothing is."""
    answer = await kept_answer(_backend(request), draw, str.encode)
    return Picture(answer.body, headers=_HEADERS)


def _badge(now: Snapshot, user: str, theme: Theme) -> str:
    return badge(public_total(now, user), theme)


def _heatmap(now: Snapshot, user: str, today: date, theme: Theme) -> str:
    return heatmap(public_year(now, user, today), theme)


def _backend(request: Request) -> Backend:
    backend: Backend = request.app.state.backend
    return backend


def _theme(request: Request) -> Theme:
    """Looked at before the user: what is said of it says nothing of them."""
    wanted = request.query_params.get("theme", "").strip() or Theme.light
    if wanted not in list(Theme):
        raise InvalidQuery("theme must be light or dark")
    return Theme(wanted)
