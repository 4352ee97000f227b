"""Which form an `Accept` header prefers."""

import re

_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?", re.ASCII).fullmatch

Wish = tuple[float, int]
"""How much a form is wanted (0 to 1), and how precisely it was named (0 for `*/*` to 2)."""


def prefers_csv(accept: str) -> bool:
    """Whether CSV is wanted more than JSON, or as much but named more precisely."""
    csv = _wish(accept, "text/csv")
    return csv[0] > 0 and csv > _wish(accept, "application/json")


def _wish(accept: str, form: str) -> Wish:
    """What the most precise range that `form` is in says; (0, -1) if it is in none."""
    precision = {"*/*": 0, f"{form.split('/')[0]}/*": 1, form: 2}
    found = (0.0, -1)
    for part in accept.split(","):
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        weight = _weight(parameters)
        if name in precision and weight is not None and precision[name] > found[1]:
            found = (weight, precision[name])
    return found


def _weight(parameters: list[str]) -> float | None:
    """What `q` says, 1 without it, None if it makes no sense."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return float(value) if _WEIGHT(value.strip()) else None
    return 1.0
