"""Numbers for what comes in: each is greater than those before."""

from tokentally.clock import Clock, microseconds


class Receipts:
    """Microseconds since 1970, or one more than the last number if the clock stands or goes back.

    Used from one event loop only.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """A number for what came in now."""
        self._last = max(self._last + 1, microseconds(self._clock()))
        return self._last
