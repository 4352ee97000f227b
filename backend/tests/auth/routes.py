"""The routes of the server, and the scope that each one needs."""

from typing import NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from tokentally.api.page import PAGES

PUBLIC = {
    *PAGES,
    "/assets",
    "/openapi.json",
    "/livez",
    "/readyz",
    "/v1/sign-in",
    "/u/{name:path}/badge.svg",
    "/u/{name:path}/heatmap.svg",
}
"""Paths that anybody may ask for."""


class Rule(NamedTuple):
    """A route, with a path that can be asked for, and the scope that its callers need."""

    method: str
    path: str
    needs: str | None


def rules(app: FastAPI) -> list[Rule]:
    """What every route of `app` needs, but those that are public."""
    return [
        Rule(method, _filled_in(context.path or ""), _needs(context.original_route))
        for context in iter_route_contexts(app.routes)
        if context.path not in PUBLIC
        for method in sorted(getattr(context, "methods", None) or {"GET"})
    ]


def _needs(route: object) -> str | None:
    if not isinstance(route, APIRoute):
        return None
    declared = [getattr(found.call, "needs", None) for found in route.dependant.dependencies]
    return next((scope for scope in declared if scope), None)


def _filled_in(path: str) -> str:
    return path.replace("{name:path}", "somebody").replace("{key_id}", "1")
