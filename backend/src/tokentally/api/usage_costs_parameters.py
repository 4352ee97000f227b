"""The parameters of `/api/usage/costs*`, each with its rule; of one given twice the last counts."""

import re
from datetime import date, timedelta
from typing import TypeVar

from starlette.datastructures import QueryParams

from tokentally.days import FIRST_DATE, LAST_DATE, DayRange, iso_date
from tokentally.models.plain_text import LONGEST
from tokentally.queries.usage_costs_charts import Drawn
from tokentally.queries.usage_costs_events import Page
from tokentally.queries.usage_costs_own import Own
from tokentally.queries.usage_costs_periods import Granularity

TOP_MODELS, MOST_TOP_MODELS = 8, 12
PAGE_SIZE, LARGEST_PAGE = 50, 200
DAYS_BACK = {"today": 0, "7d": 6, "30d": 29}
"""The preset ranges: how many days each goes back from today."""

Choice = TypeVar("Choice")

_is_integer = re.compile(r"-?[0-9]{1,18}", re.ASCII).fullmatch


class InvalidParameter(ValueError):
    """A parameter that breaks its rule; the message is for people, `code` for programs."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{name} {rule}")
        self.code = f"invalid_{name}"


def own_usage(given: QueryParams, user: str, *, today: date, max_days: int) -> Own:
    """The usage of `user` that is asked for by `range`, `start`, `end` and `model_id`."""
    key = _choice(given, "range", {name: name for name in (*DAYS_BACK, "custom")}, "7d")
    if key == "custom":
        days = _custom(given, max_days)
    else:
        days = DayRange(today - timedelta(days=DAYS_BACK[key]), today)
    return Own(user, days, key, _model_id(given))


def drawn_as(given: QueryParams) -> Drawn:
    """How charts are asked for by `top_models`, `granularity` and `include`."""
    top = _integer(given, "top_models", TOP_MODELS)
    return Drawn(
        top_models=min(max(top, 1), MOST_TOP_MODELS),
        granularity=_choice(given, "granularity", {str(g): g for g in Granularity}, "day"),
        stats=_choice(given, "include", {"": False, "stats": True}, ""),
    )


def page_of(given: QueryParams) -> Page:
    """The page that is asked for by `page` and `page_size`."""
    page, size = _integer(given, "page", 1), _integer(given, "page_size", PAGE_SIZE)
    if page < 1:
        raise InvalidParameter("page", "must be 1 or more")
    if not 1 <= size <= LARGEST_PAGE:
        raise InvalidParameter("page_size", f"must be 1 to {LARGEST_PAGE}")
    return Page(page, size)


def form_of(given: QueryParams) -> str | None:
    """`csv` or `json` if `format` says so."""
    return _choice(given, "format", {"": None, "csv": "csv", "json": "json"}, "")


def _choice(given: QueryParams, name: str, choices: dict[str, Choice], default: str) -> Choice:
    text = given.get(name, default).lower()
    if text not in choices:
        known = ", ".join(filter(None, choices))
        raise InvalidParameter(
            name, f"must be one of {known}" if "," in known else f"must be {known}"
        )
    return choices[text]


def _integer(given: QueryParams, name: str, default: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not _is_integer(text):
        raise InvalidParameter(name, "must be an integer")
    return int(text)


def _model_id(given: QueryParams) -> str | None:
    """A model id as events carry it; blank means all."""
    text = given.get("model_id", "").strip().lower()
    if len(text) > LONGEST or "\0" in text:
        raise InvalidParameter(
            "model_id", f"must be at most {LONGEST} characters, none of them NUL"
        )
    return text or None


def _custom(given: QueryParams, max_days: int) -> DayRange:
    days = DayRange(_date(given, "start"), _date(given, "end"))
    if len(days) < 1:
        raise InvalidParameter("start", "must not be after end")
    if len(days) > max_days:
        raise InvalidParameter("range", f"must be at most {max_days} days")
    return days


def _date(given: QueryParams, name: str) -> date:
    text = given.get(name)
    if text is None:
        raise InvalidParameter(name, "is needed for range=custom")
    day = iso_date(text)
    if day is None:
        raise InvalidParameter(name, "must be a date in the form YYYY-MM-DD")
    if not FIRST_DATE <= day <= LAST_DATE:
        raise InvalidParameter(name, f"must be from {FIRST_DATE} to {LAST_DATE}")
    return day
