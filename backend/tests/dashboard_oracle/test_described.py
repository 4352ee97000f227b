"""What the description of `/functions/*` promises is what is answered, to whatever it allows."""

from copy import deepcopy

import pytest
from schemathesis.core.failures import FailureGroup
from trials.described import Json, run_described

CASES = 2_000


@pytest.mark.timeout(600)
def test_no_request_is_answered_otherwise_than_described() -> None:
    report = run_described(CASES, repeatable=True)

    assert len(report.operations) == 11
    assert report.operations.total() >= CASES
    assert {200, 400} <= report.statuses.keys() <= {200, 304, 400, 413, 415}


def without_refusals(document: Json) -> Json:
    """The description, less what it says of bad parameters."""
    changed = deepcopy(document)
    del changed["paths"]["/functions/vibeusage-usage-monthly"]["get"]["responses"]["400"]
    return changed


def with_days_as_text(document: Json) -> Json:
    """The description, wrong about the type of one number."""
    changed = deepcopy(document)
    answers = changed["paths"]["/functions/vibeusage-usage-summary"]["get"]["responses"]
    name = answers["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    changed["components"]["schemas"][name]["properties"]["days"] = {"type": "string"}
    return changed


def test_an_answer_that_is_not_described_is_found() -> None:
    for lie in (without_refusals, with_days_as_text):
        with pytest.raises(FailureGroup):
            run_described(CASES // 10, repeatable=True, described=lie)
