"""Counts the readers of each run, and stops a run that nobody reads any more after a grace."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from salon.events.types import Entry
from salon.ids import RunId

DisconnectPolicy: TypeAlias = Literal["keep", "grace", "cancel"]
"""What happens to a reply whose readers have all gone: it goes on, is given a grace, or is stopped at once."""


@dataclass(slots=True)
class _Watched:
    grace_s: float
    readers: int = 0
    timer: asyncio.TimerHandle | None = field(default=None)

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Readers:
    """The readers of an engine's runs. Belongs to the event loop on which it is used.

    A reload of the page, a lost network or a change of the device takes a reader away for a moment, so a run that
    nobody reads is stopped only when its grace is over. Runs that are to go on without readers are not watched.

    Args:
        stop: asks a run to end, as if its reader had stopped it.
    """

    def __init__(self, stop: Callable[[RunId], None]) -> None:
        self._stop = stop
        self._runs: dict[RunId, _Watched] = {}

    def watch(self, run: RunId, grace_s: float) -> None:
        """Have a run stopped whenever nobody has read it for `grace_s` seconds, from now on."""
        watched = self._runs[run] = _Watched(grace_s)
        self._wait(run, watched)

    def forget(self, run: RunId) -> None:
        """Watch a run that has ended no longer."""
        watched = self._runs.pop(run, None)
        if watched is not None:
            watched.stop_timer()

    async def read(
        self, run: RunId, entries: AsyncGenerator[Sequence[Entry], None]
    ) -> AsyncGenerator[Sequence[Entry], None]:
        """Yield the entries of a run, on behalf of a reader who has gone when this ends."""
        watched = self._runs.get(run)
        if watched is not None:
            watched.stop_timer()
            watched.readers += 1
        try:
            async with aclosing(entries):
                async for batch in entries:
                    yield batch
        finally:
            if watched is not None:
                watched.readers -= 1
                if watched.readers == 0 and self._runs.get(run) is watched:
                    self._wait(run, watched)

    def _wait(self, run: RunId, watched: _Watched) -> None:
        watched.timer = asyncio.get_running_loop().call_later(watched.grace_s, self._stop, run)
