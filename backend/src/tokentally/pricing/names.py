"""Shorter names of a model that has the same price under them."""

import re
from collections.abc import Iterator

_DATE = re.compile(r"[-@]20\d\d(-?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:-v\d+(?::\d+)?)?$")
_EFFORT = re.compile(r"(?<=[\d.a-z])-(?:none|minimal|low|medium|high|xhigh)$")
_REASONS = re.compile(
    r"(?:^|/)(?:gpt-[5-9](?:\.\d+)?|o[1-9])(?:-codex|-mini|-nano|-pro|-codex-max)?-"
)
_THINKING = re.compile(r"(?<=\w)(?:\[1m\]|[-:]thinking|:beta)$")
_REGION_PATH = re.compile(r"^(bedrock(?:_converse)?)/[a-z]{2}-[a-z]+-\d/")
_REGION = re.compile(r"(^|/)(?:us|eu|apac|au|ca|jp|in|sa)\.(?=[a-z0-9]+\.)")


def names_of(model: str) -> Iterator[str]:
    """The model's own name, then without region, marks of quality and date, one after the other.

    Only marks under which vendors charge the same are taken off: `:free`, `:batch` or `-fast` stay,
    and so does the effort in names of models that are not known to take one (`mistral-medium`).
    """
    yield model
    for shorten in (_without_region, _without_quality, _without_date):
        shorter = shorten(model)
        if shorter != model:
            model = shorter
            yield model


def _without_region(model: str) -> str:
    return _REGION.sub(r"\1", _REGION_PATH.sub(r"\1/", model))


def _without_quality(model: str) -> str:
    model = _THINKING.sub("", model)
    return _EFFORT.sub("", model) if _REASONS.search(model) else model


def _without_date(model: str) -> str:
    return _DATE.sub("", model)
