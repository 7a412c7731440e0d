"""A circuit breaker: while a database fails, callers are refused at once instead of waiting for it one by one."""

import threading
import time
from collections.abc import Callable

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 4.0


class Breaker:
    """Tells whether a database may be asked. Calls may come from several threads.

    After a failure nobody asks for half a second, then one caller does, on behalf of all. Each further failure doubles
    the wait, up to four seconds; a success ends it.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wait_s = 0.0
        self._next_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the database has failed and did not work since."""
        return self._wait_s > 0

    def may_ask(self) -> bool:
        """Tell whether the caller may ask the database now; while it fails, that is true of one caller at a time."""
        with self._lock:
            if self._wait_s == 0:
                return True
            now = self._clock()
            if now < self._next_at:
                return False
            self._next_at = now + self._wait_s
            return True

    def failed(self) -> bool:
        """Note that the database has failed, and tell whether that is new."""
        with self._lock:
            is_new = self._wait_s == 0
            self._wait_s = _FIRST_WAIT_S if is_new else min(2 * self._wait_s, _LONGEST_WAIT_S)
            self._next_at = self._clock() + self._wait_s
            return is_new

    def worked(self) -> bool:
        """Note that the database has worked, and tell whether it had failed before."""
        with self._lock:
            had_failed = self._wait_s > 0
            self._wait_s = 0.0
            return had_failed
