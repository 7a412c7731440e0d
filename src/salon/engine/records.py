"""Where runs are written: into their log and the index, or nowhere."""

import asyncio
from collections.abc import Sequence

from salon.events.fold import Reply
from salon.events.types import RunEvent
from salon.ids import RunId
from salon.messages.message import Status
from salon.runs.index import RunIndex
from salon.runs.log import RunLog
from salon.runs.replay import reply_at


class LoggedRun:
    """A `RunRecord` that readers can follow."""

    def __init__(self, run: RunId, *, log: RunLog, index: RunIndex) -> None:
        self._run = run
        self._log = log
        self._index = index

    async def append(self, run: RunId, events: Sequence[RunEvent], *, first: int) -> None:
        """See `RunRecord.append`."""
        await self._log.append(run, events, first=first)

    async def cancelled(self) -> int | None:
        """See `RunRecord.cancelled`."""
        return await self._log.cancelled(self._run)

    async def reply_at(self, number: int) -> Reply | None:
        """See `RunRecord.reply_at`."""
        return await reply_at(self._log, self._run, number)

    async def finish(self, status: Status) -> None:
        """See `RunRecord.finish`."""
        await self._index.finish(self._run, status)


class UnloggedRun:
    """A `RunRecord` of a run that nobody follows or stops."""

    async def append(self, run: RunId, events: Sequence[RunEvent], *, first: int) -> None:
        """Forget the entries."""

    async def cancelled(self) -> int | None:
        """Wait for ever."""
        await asyncio.Event().wait()
        return None

    async def reply_at(self, number: int) -> Reply | None:
        """Nobody asks."""
        del number
        return None

    async def finish(self, status: Status) -> None:
        """There is no index to tell."""
