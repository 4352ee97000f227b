"""How soon everything works again after a trouble is over."""

from collections.abc import Sequence
from statistics import median

USUAL_SECONDS = 5.0
LONGEST_SECONDS = 20.0
"""Once in a while, on a machine that has much else to do."""


def assert_soon(recoveries: Sequence[float]) -> None:
    """Usually within five seconds, and never much later."""
    assert not recoveries or median(recoveries) < USUAL_SECONDS, recoveries
    assert max(recoveries, default=0) < LONGEST_SECONDS, recoveries
