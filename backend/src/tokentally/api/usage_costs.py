"""`/api/usage/costs*`: what the caller used, and what it cost."""

from functools import partial

from fastapi import APIRouter, Request, Response

from tokentally.api.deps import OwnUsageDep
from tokentally.api.usage_costs_accept import prefers_csv
from tokentally.api.usage_costs_answers import answer_own_usage
from tokentally.api.usage_costs_description import CHARTS, CHARTS_FORMS, ERRORS, EVENTS, OWN
from tokentally.api.usage_costs_parameters import drawn_as, form_of, page_of
from tokentally.queries.usage_costs_charts import UsageCharts, usage_charts
from tokentally.queries.usage_costs_daily import UsageDays, usage_days
from tokentally.queries.usage_costs_events import UsageEvents, usage_events

router = APIRouter(prefix="/api/usage/costs", tags=["usage"], responses=ERRORS)


@router.get(
    "/models/daily",
    response_model=UsageCharts,
    responses=CHARTS_FORMS,
    openapi_extra=CHARTS,
)
async def usage_costs_models_daily(request: Request, called: OwnUsageDep) -> Response:
    """Tokens and cost of each day, week or month by model: the top models of each, and the rest."""
    query = partial(usage_charts, drawn=drawn_as(request.query_params))
    return await answer_own_usage(request, called, query, _form(request))


@router.get("", response_model=UsageEvents, openapi_extra=EVENTS)
async def usage_costs(request: Request, called: OwnUsageDep) -> Response:
    """The caller's events, newest first, by page; with a summary of the whole range."""
    query = partial(usage_events, page=page_of(request.query_params))
    return await answer_own_usage(request, called, query)


@router.get("/daily", response_model=UsageDays, openapi_extra=OWN)
async def usage_costs_daily(request: Request, called: OwnUsageDep) -> Response:
    """Tokens, cost and requests of each day, with a summary of the whole range."""
    return await answer_own_usage(request, called, partial(usage_days))


def _form(request: Request) -> str:
    """The media type that is asked for; `format` counts before `Accept`."""
    stated = form_of(request.query_params)
    wants_csv = prefers_csv(",".join(request.headers.getlist("accept")))
    return "text/csv" if stated == "csv" or (stated is None and wants_csv) else "application/json"
