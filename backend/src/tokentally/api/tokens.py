"""`/tokens*`: organisation-wide usage, as the leaderboard reads it."""

from functools import partial

from fastapi import APIRouter, Response

from tokentally.api.deps import BackendDep, EndDate, FilterDep, Reader, StartDate
from tokentally.api.description import details
from tokentally.api.ranges import execute_date_range_endpoint
from tokentally.queries.cost_efficiency import CostEfficiency, cost_per_team_and_model
from tokentally.queries.hours import HoursTokens, tokens_per_hour
from tokentally.queries.models import ModelsUsage, tokens_per_model
from tokentally.queries.success_rate import SuccessRates, success_per_team
from tokentally.queries.teams import TeamsTokens, tokens_per_team
from tokentally.queries.timeseries import Timeseries, tokens_per_day

_ERRORS = details(
    {
        400: "A date is no date, or the range makes no sense.",
        503: "The database is unavailable; try again.",
    }
)

router = APIRouter(prefix="/tokens", tags=["tokens"], responses=_ERRORS)


@router.get("/models", response_model=ModelsUsage)
async def models(
    backend: BackendDep,
    _: Reader,
    only: FilterDep,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Tokens of each model, most first."""
    query = partial(tokens_per_model, only=only)
    return await execute_date_range_endpoint(backend, start_date, end_date, query)


@router.get("", response_model=TeamsTokens)
async def teams(
    backend: BackendDep, caller: Reader, start_date: StartDate = None, end_date: EndDate = None
) -> Response:
    """Tokens of each team, with its users and their models."""
    query = partial(tokens_per_team, show_all_names=caller.may("admin"))
    return await execute_date_range_endpoint(backend, start_date, end_date, query)


@router.get("/timeseries", response_model=Timeseries)
async def timeseries(
    backend: BackendDep, _: Reader, start_date: StartDate = None, end_date: EndDate = None
) -> Response:
    """Tokens and requests of every team on every day."""
    query = partial(tokens_per_day)
    return await execute_date_range_endpoint(backend, start_date, end_date, query)


@router.get("/success-rate", response_model=SuccessRates)
async def success_rate(
    backend: BackendDep, _: Reader, start_date: StartDate = None, end_date: EndDate = None
) -> Response:
    """The share of each team's requests that succeeded."""
    query = partial(success_per_team)
    return await execute_date_range_endpoint(backend, start_date, end_date, query)


@router.get("/cost-efficiency", response_model=CostEfficiency)
async def cost_efficiency(
    backend: BackendDep, _: Reader, start_date: StartDate = None, end_date: EndDate = None
) -> Response:
    """Cost of each team on each model, in all and per thousand tokens."""
    query = partial(cost_per_team_and_model)
    return await execute_date_range_endpoint(backend, start_date, end_date, query)


@router.get("/hourly", response_model=HoursTokens)
async def hourly(
    backend: BackendDep,
    _: Reader,
    only: FilterDep,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Response:
    """Tokens of each UTC hour of the day, added up over the range."""
    query = partial(tokens_per_hour, only=only)
    return await execute_date_range_endpoint(backend, start_date, end_date, query)
