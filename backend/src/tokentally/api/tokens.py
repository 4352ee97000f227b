"""`/tokens*`: organisation-wide usage, as the leaderboard reads it."""

from functools import partial

from fastapi import APIRouter, Response

from tokentally.api.deps import AskedDep
from tokentally.api.description import (
    DAYS,
    DAYS_AND_FILTERS,
    DAYS_AND_FILTERS_COMPARED,
    DAYS_COMPARED,
    details,
)
from tokentally.api.ranges import execute_comparison_endpoint, execute_date_range_endpoint
from tokentally.queries.cost_efficiency import CostEfficiency, cost_per_team_and_model
from tokentally.queries.hours import HoursTokens, tokens_per_hour
from tokentally.queries.models import ModelsUsage, tokens_per_model
from tokentally.queries.success_rate import SuccessRates, success_per_team
from tokentally.queries.teams import TeamsTokens, tokens_per_team
from tokentally.queries.timeseries import Timeseries, tokens_per_day
from tokentally.queries.users import UsersUsage, tokens_per_user

_ERRORS = details(
    {
        400: "A date is no date, or the range makes no sense.",
        503: "The database is unavailable; try again.",
    }
)

router = APIRouter(prefix="/tokens", tags=["tokens"], responses=_ERRORS)


@router.get("/models", response_model=ModelsUsage, openapi_extra=DAYS_AND_FILTERS_COMPARED)
async def models(asked: AskedDep) -> Response:
    """Tokens of each model, most first."""
    return await execute_comparison_endpoint(asked, partial(tokens_per_model, only=asked.only))


@router.get("", response_model=TeamsTokens, openapi_extra=DAYS_COMPARED)
async def teams(asked: AskedDep) -> Response:
    """Tokens of each team, with its users and their models."""
    query = partial(tokens_per_team, show_all_names=asked.caller.may("admin"))
    return await execute_comparison_endpoint(asked, query)


@router.get("/users", response_model=UsersUsage, openapi_extra=DAYS_AND_FILTERS_COMPARED)
async def users(asked: AskedDep) -> Response:
    """Tokens of each user in each of their teams, most first."""
    query = partial(tokens_per_user, only=asked.only, show_all_names=asked.caller.may("admin"))
    return await execute_comparison_endpoint(asked, query)


@router.get("/timeseries", response_model=Timeseries, openapi_extra=DAYS)
async def timeseries(asked: AskedDep) -> Response:
    """Tokens and requests of every team on every day."""
    return await execute_date_range_endpoint(asked, partial(tokens_per_day))


@router.get("/success-rate", response_model=SuccessRates, openapi_extra=DAYS)
async def success_rate(asked: AskedDep) -> Response:
    """The share of each team's requests that succeeded."""
    return await execute_date_range_endpoint(asked, partial(success_per_team))


@router.get("/cost-efficiency", response_model=CostEfficiency, openapi_extra=DAYS_COMPARED)
async def cost_efficiency(asked: AskedDep) -> Response:
    """Cost of each team on each model, in all and per thousand tokens."""
    return await execute_comparison_endpoint(asked, partial(cost_per_team_and_model))


@router.get("/hourly", response_model=HoursTokens, openapi_extra=DAYS_AND_FILTERS)
async def hourly(asked: AskedDep) -> Response:
    """Tokens of each UTC hour of the day, added up over the range."""
    return await execute_date_range_endpoint(asked, partial(tokens_per_hour, only=asked.only))
