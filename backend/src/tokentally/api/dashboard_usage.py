"""`/functions/vibeusage-usage-*`: the caller's own usage in days of their time zone."""

from functools import partial

from fastapi import APIRouter, Request, Response

from tokentally.api import dashboard_examples
from tokentally.api.dashboard_description import DAY, ERRORS, GROUPS, MONTHS, RANGE, WEEKS, answered
from tokentally.api.dashboard_parameters import (
    day_asked,
    months_asked,
    names_asked,
    range_asked,
    week_start,
    weeks_asked,
)
from tokentally.api.deps import Called, OwnUsageDep
from tokentally.api.own_answers import answer_own
from tokentally.pricing.profile import DefaultProfile, default_profile
from tokentally.queries.local_breakdown import LocalBreakdown, local_breakdown
from tokentally.queries.local_daily import LocalDaily, local_daily
from tokentally.queries.local_heatmap import LocalHeatmap, local_heatmap
from tokentally.queries.local_hourly import LocalHourly, local_hourly
from tokentally.queries.local_monthly import LocalMonthly, local_monthly
from tokentally.queries.local_summary import LocalSummary, local_summary

router = APIRouter(tags=["dashboard"], responses=ERRORS)


@router.get(
    "/vibeusage-usage-summary",
    response_model=LocalSummary,
    responses=answered(dashboard_examples.SUMMARY),
    openapi_extra=RANGE,
)
async def usage_summary(request: Request, called: OwnUsageDep) -> Response:
    """Totals of a range of days."""
    query = partial(local_summary, default=_default(called))
    return await answer_own(request, called, range_asked(request.query_params, called), query)


@router.get(
    "/vibeusage-usage-model-breakdown",
    response_model=LocalBreakdown,
    responses=answered(dashboard_examples.BREAKDOWN),
    openapi_extra=GROUPS,
)
async def usage_model_breakdown(request: Request, called: OwnUsageDep) -> Response:
    """Totals of a range of days by source, and by model of each."""
    names = names_asked(request.query_params)
    query = partial(local_breakdown, default=_default(called), names=names)
    own = range_asked(request.query_params, called, of_model=False)
    return await answer_own(request, called, own, query)


@router.get(
    "/vibeusage-usage-daily",
    response_model=LocalDaily,
    responses=answered(dashboard_examples.DAILY),
    openapi_extra=RANGE,
)
async def usage_daily(request: Request, called: OwnUsageDep) -> Response:
    """Tokens and cost of every day of a range, with the totals of them all."""
    query = partial(local_daily, default=_default(called))
    return await answer_own(request, called, range_asked(request.query_params, called), query)


@router.get(
    "/vibeusage-usage-hourly",
    response_model=LocalHourly,
    responses=answered(dashboard_examples.HOURLY, tagged=False),
    openapi_extra=DAY,
)
async def usage_hourly(request: Request, called: OwnUsageDep) -> Response:
    """Tokens of every half hour of a day, and when usage came in last."""
    own = day_asked(request.query_params, called)
    return await answer_own(request, called, own, partial(local_hourly), keep=False)


@router.get(
    "/vibeusage-usage-monthly",
    response_model=LocalMonthly,
    responses=answered(dashboard_examples.MONTHLY),
    openapi_extra=MONTHS,
)
async def usage_monthly(request: Request, called: OwnUsageDep) -> Response:
    """Tokens of every month, the last one up to a day."""
    own = months_asked(request.query_params, called)
    return await answer_own(request, called, own, partial(local_monthly))


@router.get(
    "/vibeusage-usage-heatmap",
    response_model=LocalHeatmap,
    responses=answered(dashboard_examples.HEATMAP),
    openapi_extra=WEEKS,
)
async def usage_heatmap(request: Request, called: OwnUsageDep) -> Response:
    """Tokens of every day of some weeks, by level of activity."""
    query = partial(local_heatmap, week_starts_on=week_start(request.query_params))
    return await answer_own(request, called, weeks_asked(request.query_params, called), query)


def _default(called: Called) -> DefaultProfile:
    return default_profile(called.backend.settings)
