"""Writes one run's log: numbers its events, keeps the grammar, merges while an append is in flight."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence

from salon.errors import Failure
from salon.events.fold import Folding, Reply
from salon.events.grammar import Grammar
from salon.events.types import (
    MessageStart,
    PartDelta,
    PartReplace,
    PartStart,
    PartTruncate,
    Reset,
    RunEnd,
    RunEvent,
)
from salon.ids import MessageId, RunId
from salon.messages.message import Status
from salon.runs.log import RunLog

_REMEMBERED_GROWTH = 131_072


class OutputTooLongError(Exception):
    """The reply is longer than a run may write."""


class Writer:
    """The only writer of one run.

    `write` adds events, `close` ends the log with what the grammar still asks for and one
    `run-end`. After `seal`, nothing but `close` has an effect, so a function that goes on
    after its run was stopped writes into the void.
    """

    def __init__(self, log: RunLog, run: RunId, *, output_length: int) -> None:
        self._log = log
        self._run = run
        self._next = 1
        self._output_length = output_length
        self._grammar = Grammar()
        self._folding = Folding()
        self._pending: list[RunEvent] = []
        self._is_flushing = False
        self._growing: tuple[int, int] | None = None
        self._numbers = array("Q")
        self._grown_to = array("Q")
        self._lengths: dict[tuple[int, int], int] = {}
        self._total = 0
        self.is_sealed = False

    async def write(self, events: Sequence[RunEvent]) -> None:
        """Add events; returns when they are in the log, or when a flush under way will take them along.

        Raises:
            OutputTooLongError: these would make the reply too long; nothing of them was added.
            LogConflict, LogUnavailable: see `RunLog.append`.
        """
        self.add(events)
        await self.flush()

    def add(self, events: Sequence[RunEvent]) -> None:
        """Add events without waiting; `flush` brings them to the log.

        Raises:
            OutputTooLongError: see `write`.
        """
        if self.is_sealed:
            return
        for event in events:
            self._account(event)
            self._accept(event)

    async def flush(self) -> None:
        """Bring what was added to the log. Raises like `write`."""
        if self._is_flushing:
            return
        self._is_flushing = True
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                first = self._next
                self._next += len(batch)
                await self._log.append(self._run, batch, first=first)
        finally:
            self._is_flushing = False

    def seal(self, *, seen: int | None = None, empty_id: MessageId) -> Reply:
        """Take nothing more, close all that is open, and return the reply as it stays.

        What came after entry `seen`, the last that the reader was shown, is taken back. A
        reply that has no message yet gets an empty one, so that its end has a place.
        """
        if seen is not None:
            self._take_back(seen)
        if not self._folding.reply().ids:
            self._accept(MessageStart(id=empty_id))
        self.is_sealed = True
        for event in self._grammar.closing():
            self._accept(event)
        return self._folding.reply()

    async def close(self, status: Status, failure: Failure | None) -> None:
        """Write `run-end`; only once, after `seal`. Raises like `write`."""
        self._accept(RunEnd(status=status, failure=failure))
        await self.flush()

    def _accept(self, event: RunEvent) -> None:
        self._grammar.accept(event)
        self._folding.add(event)
        self._pending.append(event)

    def _account(self, event: RunEvent) -> None:
        match event:
            case PartDelta(text=text, message=message, part=part):
                length = self._lengths[message, part] + len(text)
            case (
                PartStart(value=value, message=message, part=part)
                | PartReplace(value=value, message=message, part=part)
            ):
                length = len(value.text)
            case Reset(messages=messages):
                self._growing = None
                self._lengths = {
                    (number, index): len(part.text)
                    for number, message in enumerate(messages)
                    for index, part in enumerate(message.parts)
                }
                self._total = sum(self._lengths.values())
                return
            case _:
                return
        self._total += length - self._lengths.get((message, part), 0)
        if self._total > self._output_length:
            raise OutputTooLongError
        self._lengths[message, part] = length
        self._remember((message, part), length)

    def _remember(self, place: tuple[int, int], length: int) -> None:
        """Note how long the part that grows now is at which entry, for `_take_back`."""
        if place != self._growing:
            self._growing = place
            self._numbers, self._grown_to = array("Q"), array("Q")
        elif len(self._numbers) >= _REMEMBERED_GROWTH:
            del self._numbers[: _REMEMBERED_GROWTH // 2], self._grown_to[: _REMEMBERED_GROWTH // 2]
        self._numbers.append(self._next + len(self._pending))
        self._grown_to.append(length)

    def _take_back(self, seen: int) -> None:
        """Shorten the part that grew last to what stood there at entry `seen`."""
        if self._growing is None:
            return
        message, part = self._growing
        at = max(bisect_right(self._numbers, seen) - 1, 0)
        if self._grown_to[at] < self._grown_to[-1]:
            self._accept(PartTruncate(length=self._grown_to[at], message=message, part=part))
