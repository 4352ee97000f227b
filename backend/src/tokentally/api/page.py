"""The dashboard: the built page, from the wheel or from a checkout."""

from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

import tokentally
from tokentally.api.errors import answer

_HOW_TO_BUILD = """<!doctype html><meta charset="utf-8"><title>Tokentally</title>
<h1>Tokentally is running, without its page</h1>
<p>The API answers. To build the page, install Node 20.19 or newer and run
<code>make install</code>, then start the server again.</p>
"""

PAGES = ("/", "/usage", "/costs", "/settings", "/health", "/sign-in", "/sign-in/callback")
"""The addresses that the page makes of itself what it shows."""

_POLICY = (
    "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def built_page() -> Path | None:
    """The folder with the built page: in this checkout, else in the installed package."""
    package = Path(tokentally.__file__).parent
    for folder in (package.parents[2] / "frontend" / "dist", package / "static"):
        if (folder / "index.html").is_file():
            return folder
    return None


def serve_page(app: FastAPI, folder: Path | None, issuer: str | None) -> None:
    """Serve the page at each of its addresses, or at `/` how to build it.

    It also says to readers that there is nothing at an address, where the routes of the API (which
    must be in `app` by now) don't begin alike. It may talk to `issuer`, to sign people in.
    """
    if folder is None:
        app.add_route("/", _how_to_build, include_in_schema=False)
        return
    index = folder / "index.html"
    headers = _HEADERS | {"Content-Security-Policy": f"{_POLICY}; connect-src {_reached(issuer)}"}

    async def page(_request: Request) -> Response:
        return FileResponse(index, headers=headers)

    async def nothing(request: Request, error: Exception) -> Response:
        if _is_program(request) or _first_part(request.scope["path"]) in of_api:
            return await answer(request, error)
        return FileResponse(index, 404, headers=headers)

    app.mount("/assets", StaticFiles(directory=folder / "assets"), name="assets")
    of_api = {_first_part(route.path or "") for route in iter_route_contexts(app.routes)}
    app.add_exception_handler(404, nothing)
    for path in PAGES:
        app.add_route(path, page, include_in_schema=False)


def _is_program(request: Request) -> bool:
    asks = request.method in ("GET", "HEAD")
    return not asks or "text/html" not in request.headers.get("accept", "")


def _first_part(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _reached(issuer: str | None) -> str:
    parts = urlsplit(issuer or "")
    return f"'self' {parts.scheme}://{parts.netloc}" if issuer else "'self'"


async def _how_to_build(_request: Request) -> Response:
    return HTMLResponse(_HOW_TO_BUILD)
