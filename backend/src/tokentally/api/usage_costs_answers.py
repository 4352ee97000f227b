"""The wrapper that every `/api/usage/costs*` endpoint runs through."""

from functools import partial
from typing import Any

from fastapi import Request, Response

from tokentally.api.deps import Called
from tokentally.api.own_answers import Form, answer_own, to_json
from tokentally.api.usage_costs_csv import charts_csv
from tokentally.api.usage_costs_parameters import own_usage

_FORMS = {
    "application/json": Form("application/json", to_json, vary="Authorization, Accept"),
    "text/csv": Form("text/csv", charts_csv, vary="Authorization, Accept"),
}


async def answer_own_usage(
    request: Request, called: Called, query: partial[Any], form: str = "application/json"
) -> Response:
    """What `query(snapshot, own, …)` answers about the range asked for.

    Raises `InvalidParameter`.
    """
    backend = called.backend
    own = own_usage(
        request.query_params,
        called.caller.user,
        today=backend.clock().date(),
        max_days=backend.settings.max_range_days,
    )
    return await answer_own(request, called, own, query, _FORMS[form])
