"""Tells whether the event loop has got round lately, so that a function that never waits cannot starve others."""

import asyncio
import time

_PERIOD_S = 0.004


class LoopLag:
    """A timer on the event loop that beats while anybody `hold`s it."""

    def __init__(self) -> None:
        self._holders = 0
        self._timer: asyncio.TimerHandle | None = None
        self._beat_at = 0.0

    def hold(self) -> None:
        """Keep the loop_lag beating until `release`."""
        self._holders += 1
        if self._timer is None:
            self._beat()

    def release(self) -> None:
        """Undo one `hold`."""
        self._holders -= 1
        if self._holders == 0 and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def is_late(self) -> bool:
        """Whether the loop has been kept from its other work for longer than a few milliseconds."""
        return time.monotonic() - self._beat_at > 2 * _PERIOD_S

    def _beat(self) -> None:
        self._beat_at = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(_PERIOD_S, self._beat)
