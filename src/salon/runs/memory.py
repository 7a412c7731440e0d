"""Run logs and their index in this process's memory, bounded in size and time."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence

import msgspec

from salon.events.fold import Folding, output_length
from salon.events.types import (
    Entry,
    MessageEnd,
    Notice,
    OutputDelta,
    OutputSet,
    PartDelta,
    PartEnd,
    PartReplace,
    PartStart,
    Progress,
    Reset,
    RunEnd,
    RunEvent,
)
from salon.ids import ConversationId, RunId, TurnId
from salon.messages.message import Status
from salon.messages.parts import length_of
from salon.runs.log import LogConflict, RunNotFound
from salon.runs.run import Run

_ENTRY_BYTES = 120
_BATCH_BYTES = 256 * 2**10


def _size(event: RunEvent) -> int:
    match event:
        case PartDelta(text=text) | OutputDelta(text=text):
            return _ENTRY_BYTES + len(text)
        case PartStart(value=value) | PartReplace(value=value):
            return _ENTRY_BYTES + length_of(value)
        case OutputSet():
            return _ENTRY_BYTES + output_length(event)
        case Notice(text=text) | Progress(text=text):
            return _ENTRY_BYTES + len(text)
        case Reset(messages=messages):
            return _ENTRY_BYTES + sum(length_of(part) for message in messages for part in message.parts)
        case _:
            return _ENTRY_BYTES


class _Log:
    """The entries of one run: those above `trimmed` one by one, the others folded."""

    def __init__(self) -> None:
        self.start: RunEvent | None = None
        self.trimmed = 0
        self.folded = Folding()
        self.events: list[RunEvent] = []
        self.size_bytes = 0
        self.folded_bytes = 0
        self.waiting: list[asyncio.Future[None]] = []
        self.ended_at: float | None = None
        self.cancel: asyncio.Future[int | None] | None = None
        self.state: tuple[int, Reset] | None = None

    @property
    def last(self) -> int:
        return self.trimmed + len(self.events)

    def trim(self) -> bool:
        """Fold the older half of the entries, and tell whether there was anything to fold.

        Ends are kept: what stands in for folded entries opens everything again.
        """
        half = self.events[: len(self.events) // 2]
        ends = (index for index, event in enumerate(half) if isinstance(event, PartEnd | MessageEnd | RunEnd))
        half = half[: next(ends, len(half))]
        for event in half:
            self.folded.add(event)
            self.size_bytes -= _size(event)
        del self.events[: len(half)]
        self.trimmed += len(half)
        self.size_bytes -= self.folded_bytes
        self.folded_bytes = self.folded.length()
        self.size_bytes += self.folded_bytes
        return bool(half)

    def above(self, after: int) -> list[Entry]:
        """Return entries above `after`: all, or the first of them.

        Where there are many, a slow reader that got all would hold a good part of the reply in memory.
        """
        entries: list[Entry] = []
        if after < self.trimmed:
            if after == 0 and self.start is not None:
                entries.append((1, self.start))
            entries.append((self.trimmed, self._state()))
            after = self.trimmed
        size = 0
        for number in range(after + 1, self.last + 1):
            event = self.events[number - self.trimmed - 1]
            entries.append((number, event))
            size += _size(event)
            if size > _BATCH_BYTES:
                break
        return entries

    def _state(self) -> Reset:
        """Return what stands in for trimmed entries: one object for all readers, so they share what it takes."""
        if self.state is None or self.state[0] != self.trimmed:
            reply = self.folded.reply()
            state = Reset(ids=reply.ids, messages=reply.messages, outputs=self.folded.outputs(), form=reply.form)
            self.state = self.trimmed, state
        return self.state[1]


class MemoryRuns:
    """`RunLog` and `RunIndex` in memory; a restart loses what is under way.

    Args:
        retention_s: how long a run can be read after its end, in seconds.
        log_bytes: about how much one run's entries may take before the older ones are folded.
        total_bytes: about how much all runs together may take before ended ones are forgotten early.
        clock: a monotonic clock in seconds.
    """

    def __init__(
        self,
        *,
        retention_s: float = 600,
        log_bytes: int = 2 * 2**20,
        total_bytes: int = 256 * 2**20,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._retention_s = retention_s
        self._log_bytes = log_bytes
        self._total_bytes = total_bytes
        self._clock = clock
        self._logs: dict[RunId, _Log] = {}
        self._runs: dict[RunId, Run] = {}
        self._turns: dict[tuple[str, TurnId], RunId] = {}
        self._active: dict[ConversationId, list[RunId]] = {}
        self._ended: deque[RunId] = deque()
        self._size_bytes = 0

    async def append(self, run: RunId, events: Sequence[RunEvent], *, first: int) -> None:
        """See `RunLog.append`."""
        log = self._logs.get(run)
        if log is None:
            if first != 1:
                raise RunNotFound(run)
            log = self._logs[run] = _Log()
            log.start = events[0]
        if log.last != first - 1:
            raise LogConflict("run.conflict", f"The log of run `{run}` ends at {log.last}, not at {first - 1}.")
        log.events.extend(events)
        size = sum(map(_size, events))
        log.size_bytes += size
        before = log.size_bytes
        while log.size_bytes - log.folded_bytes > self._log_bytes and log.trim():
            pass
        self._size_bytes += size - (before - log.size_bytes)
        if isinstance(events[-1], RunEnd):
            log.ended_at = self._clock()
            self._ended.append(run)
            self._forget()
        if log.waiting:
            waiting, log.waiting = log.waiting, []
            for future in waiting:
                if not future.done():
                    future.set_result(None)

    async def read(self, run: RunId, *, after: int = 0) -> AsyncGenerator[Sequence[Entry], None]:
        """See `RunLog.read`."""
        log = self._log(run)
        if after > log.last:
            after = 0
        while True:
            if log.last > after:
                batch = log.above(after)
                after = batch[-1][0]
                yield batch
                if isinstance(batch[-1][1], RunEnd):
                    return
            elif log.ended_at is not None:
                return
            else:
                future = asyncio.get_running_loop().create_future()
                log.waiting.append(future)
                await future

    async def cancel(self, run: RunId, *, seen: int | None = None) -> None:
        """See `RunLog.cancel`."""
        asked = self._cancel_of(run)
        if not asked.done():
            asked.set_result(seen)

    async def cancelled(self, run: RunId) -> int | None:
        """See `RunLog.cancelled`."""
        return await asyncio.shield(self._cancel_of(run))

    async def find(self, turn: TurnId, *, owner: str) -> Run | None:
        """See `RunIndex.find`."""
        self._forget()
        known = self._turns.get((owner, turn))
        return None if known is None else self._runs[known]

    async def create(self, run: Run) -> Run:
        """See `RunIndex.create`."""
        self._forget()
        known = self._turns.setdefault((run.owner, run.turn), run.id)
        if known != run.id:
            return self._runs[known]
        self._runs[run.id] = run
        if run.conversation is not None:
            self._active.setdefault(run.conversation, []).append(run.id)
        return run

    async def get(self, run: RunId, *, owner: str) -> Run:
        """See `RunIndex.get`."""
        self._forget()
        found = self._runs.get(run)
        if found is None or found.owner != owner:
            raise RunNotFound(run)
        return found

    async def active(self, conversation: ConversationId) -> Run | None:
        """See `RunIndex.active`."""
        alive = self._active.get(conversation)
        return self._runs[alive[-1]] if alive else None

    async def finish(self, run: RunId, status: Status) -> bool:
        """See `RunIndex.finish`."""
        found = self._runs.get(run)
        if found is None or found.status is not None:
            return False
        self._runs[run] = msgspec.structs.replace(found, status=status)
        if found.conversation is not None:
            alive = self._active[found.conversation]
            alive.remove(run)
            if not alive:
                del self._active[found.conversation]
        return True

    def _log(self, run: RunId) -> _Log:
        self._forget()
        try:
            return self._logs[run]
        except KeyError:
            raise RunNotFound(run) from None

    def _cancel_of(self, run: RunId) -> asyncio.Future[int | None]:
        log = self._log(run)
        if log.cancel is None:
            log.cancel = asyncio.get_running_loop().create_future()
        return log.cancel

    def _forget(self) -> None:
        """Drop ended runs, oldest first, that are past their time or above what all may take."""
        horizon = self._clock() - self._retention_s
        while self._ended:
            log, run = self._logs[self._ended[0]], self._runs.get(self._ended[0])
            if run is not None and run.status is None:
                return
            if (log.ended_at or 0) > horizon and self._size_bytes <= self._total_bytes:
                return
            ended = self._ended.popleft()
            del self._logs[ended]
            self._size_bytes -= log.size_bytes
            if run is not None:
                del self._runs[ended]
                del self._turns[run.owner, run.turn]
