"""How a long-running command ends: at the first signal in good order, at a second one at once.

Ending at once is safe at any moment: what was acknowledged is on disk, the rest was never promised.
"""

import signal
from collections.abc import Callable

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def end_in_order(stop: Callable[[], object]) -> None:
    """Call `stop` (from within a signal handler) at the first SIGINT or SIGTERM."""

    def on_signal(_number: int, _frame: object) -> None:
        end_at_once()
        stop()

    for number in _SIGNALS:
        signal.signal(number, on_signal)


def end_at_once() -> None:
    """From now on let SIGINT and SIGTERM end the process."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
