"""Writes one run's log: numbers its events, keeps the grammar, merges while an append is in flight."""

import asyncio
from collections.abc import Sequence

import msgspec

from salon.errors import Failure
from salon.events.fold import Folding, Reply, output_length
from salon.events.grammar import Grammar
from salon.events.types import (
    MessageStart,
    OutputDelta,
    OutputSet,
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
from salon.messages.parts import TextPart, ThoughtPart, length_of, with_text
from salon.runs.log import LogUnavailable, RunSink

_END_TRIES = 5
_END_TRY_AFTER_S = 0.1


class OutputTooLongError(Exception):
    """The reply is longer than a run may write."""


class Writer:
    """The only writer of one run.

    `write` adds events, `close` ends the log with what the grammar still asks for and one
    `run-end`. After `seal`, nothing but `close` has an effect, so a function that goes on
    after its run was stopped writes into the void.
    """

    def __init__(self, log: RunSink, run: RunId, *, output_length: int) -> None:
        self._log = log
        self._run = run
        self._next = 1
        self._output_length = output_length
        self._grammar = Grammar()
        self._folding = Folding()
        self._pending: list[RunEvent] = []
        self._flushing: asyncio.Future[None] | None = None
        self._lengths: dict[tuple[int, int] | str, int] = {}
        self._total = 0
        self.is_sealed = False

    async def write(self, events: Sequence[RunEvent]) -> None:
        """Add events; returns when they are in the log, or when a flush under way will take them along.

        Raises:
            OutputTooLongError: these make the reply too long; as much of them was added as fits.
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
            excess = self._account(event)
            if excess > 0:
                shortened = _shortened(event, excess)
                if shortened is not None:
                    self._accept(shortened)
                raise OutputTooLongError
            self._accept(event)

    async def flush(self) -> None:
        """Bring what was added to the log. Raises like `write`; what could not be brought is tried again next time."""
        if self._flushing is not None:
            return
        self._flushing = asyncio.get_running_loop().create_future()
        try:
            while self._pending:
                count = len(self._pending)
                await self._log.append(self._run, self._pending[:count], first=self._next)
                self._next += count
                del self._pending[:count]
        finally:
            self._flushing.set_result(None)
            self._flushing = None

    def reply(self) -> Reply:
        """Return the reply as it is now."""
        return self._folding.reply()

    def seal(self, *, seen: Reply | None = None, empty_id: MessageId | None) -> Reply:
        """Take nothing more, close all that is open, and return the reply as it stays.

        What came after `seen`, the reply as its reader was shown it, is taken back. A reply
        that has no message yet gets an empty one, so that its end has a place, if there is an
        `empty_id` for it.
        """
        if self.is_sealed:
            return self._folding.reply()
        if seen is not None:
            for event in _taking_back(self._folding.reply(), seen):
                self._accept(event)
        if empty_id is not None and not self._folding.reply().ids:
            self._accept(MessageStart(id=empty_id))
        self.is_sealed = True
        for event in self._grammar.closing():
            self._accept(event)
        return self._folding.reply()

    async def close(self, status: Status, failure: Failure | None, signatures: tuple[str, ...] = ()) -> None:
        """Write `run-end`; only once, after `seal`. Returns when it is in the log; tries hard. Raises like `write`."""
        self._accept(RunEnd(status=status, failure=failure, signatures=signatures))
        failures = 0
        while self._pending:
            if self._flushing is not None:
                await asyncio.shield(self._flushing)
                continue
            try:
                await self.flush()
            except LogUnavailable:
                failures += 1
                if failures == _END_TRIES:
                    raise
                await asyncio.sleep(_END_TRY_AFTER_S * failures)

    def _accept(self, event: RunEvent) -> None:
        self._grammar.accept(event)
        self._folding.add(event)
        self._pending.append(event)

    def _account(self, event: RunEvent) -> int:
        """Count an event's text, and return how many characters more than the limit the reply has then."""
        place: tuple[int, int] | str
        match event:
            case PartDelta(text=text, message=message, part=part):
                place = message, part
                length = self._lengths[place] + len(text)
            case OutputDelta(node=place, text=text):
                length = self._lengths[place] + len(text)
            case OutputSet(node=place):
                length = output_length(event)
            case (
                PartStart(value=value, message=message, part=part)
                | PartReplace(value=value, message=message, part=part)
            ):
                place, length = (message, part), length_of(value)
            case Reset(messages=messages):
                outputs = {place: length for place, length in self._lengths.items() if isinstance(place, str)}
                self._lengths = outputs | {
                    (number, index): length_of(part)
                    for number, message in enumerate(messages)
                    for index, part in enumerate(message.parts)
                }
                self._total = sum(self._lengths.values())
                return self._total - self._output_length
            case _:
                return 0
        self._total += length - self._lengths.get(place, 0)
        self._lengths[place] = length
        return self._total - self._output_length


def _shortened(event: RunEvent, excess: int) -> RunEvent | None:
    """Return an event with `excess` characters less of its text; `None` for one that cannot be cut."""
    match event:
        case PartDelta(text=text) | OutputDelta(text=text):
            return msgspec.structs.replace(event, text=text[:-excess], more=False)
        case (
            PartStart(value=TextPart(text=text) | ThoughtPart(text=text) as value)
            | PartReplace(value=TextPart(text=text) | ThoughtPart(text=text) as value)
        ):
            kept = text[: max(0, len(text) - excess)]
            return msgspec.structs.replace(event, value=with_text(value, kept), more=False)
    return None


def _taking_back(now: Reply, seen: Reply) -> list[RunEvent]:
    """Return what makes the reply `now` the reply `seen` again."""
    if (now.ids, now.messages) == (seen.ids, seen.messages):
        return []
    if now.ids == seen.ids and now.messages and seen.messages[-1].parts:
        message = len(now.messages) - 1
        *before, last = now.messages[-1].parts
        *seen_before, seen_last = seen.messages[-1].parts
        if (
            now.messages[:-1] == seen.messages[:-1]
            and before == seen_before
            and last.text.startswith(seen_last.text)
            and with_text(last, seen_last.text) == seen_last
        ):
            return [PartTruncate(length=len(seen_last.text), message=message, part=len(before))]
    return [Reset(ids=seen.ids, messages=seen.messages, form=seen.form)]
