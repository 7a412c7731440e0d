"""One run, from waiting for its place to `run-end`."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import msgspec

from salon.engine.context import RunContext, current_run
from salon.engine.deltas import Deltas
from salon.engine.functions import Invocation
from salon.engine.limits import Ticket
from salon.engine.outputs import OutputDeltas
from salon.engine.pulse import Pulse
from salon.engine.reasoning import Tags
from salon.engine.replies import ReplyError, Yielded
from salon.engine.writer import OutputTooLongError, Writer
from salon.errors import Error, Failure
from salon.events.fold import Reply
from salon.events.types import QueuePosition, RunEvent
from salon.ids import MessageId, RunId, mint
from salon.messages.message import Status
from salon.text import clean

_log = logging.getLogger("salon")

_LET_GO_AFTER_S = 5.0

STOPPING = Failure(
    code="server.stopping", message="The server is restarting. The reply ends here; try again in a moment."
)


class Runner:
    """Drives one run. `run` is its task; `interrupt` ends it from outside; `ended` is done after `run-end`.

    Args:
        run: the run's id.
        writer: of its log, which has written run-start already.
        invoke: calls the author's function.
        ticket: its place in the queue.
        pulse: tells when to let others have the event loop.
        keep: stores the finished reply; called once, before `run-end` is written.
        finish: marks the run as ended; called once, after `run-end` is written.
        cancelled: waits until somebody stops the run, and gives the last entry that they saw.
        seen: gives the reply as it was up to an entry.
        on_stuck: called when the function had not ended five seconds after its run was stopped.
        show_error: whether clients get the text of exceptions.
        tags: what stands around thoughts in a text.
        says: whether it is a reply; calls say nothing, they set components.
        sign: gives the signatures of a reply's messages.
    """

    def __init__(
        self,
        run: RunId,
        *,
        writer: Writer,
        invoke: Callable[[], Invocation],
        ticket: Ticket,
        pulse: Pulse,
        keep: Callable[[Reply], Awaitable[None]],
        finish: Callable[[Status], Awaitable[None]],
        cancelled: Callable[[], Awaitable[int | None]],
        seen: Callable[[int], Awaitable[Reply | None]],
        on_stuck: Callable[[], None],
        show_error: bool,
        tags: Tags = (),
        says: bool = True,
        sign: Callable[[Reply], tuple[str, ...]] | None = None,
    ) -> None:
        self._run = run
        self._writer = writer
        self._invoke = invoke
        self._ticket = ticket
        self._pulse = pulse
        self._keep = keep
        self._finish = finish
        self._cancelled = cancelled
        self._seen = seen
        self._on_stuck = on_stuck
        self._show_error = show_error
        self._tags = tags
        self._says = says
        self._sign = sign
        self._context = RunContext(self._emit)
        self._invocation: Invocation | None = None
        self._interrupted: asyncio.Future[Failure] = asyncio.get_running_loop().create_future()
        self._flushes: set[asyncio.Task[None]] = set()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def interrupt(self, failure: Failure) -> None:
        """End the run for a reason of the server's own; its reply keeps what was said."""
        if not self._interrupted.done():
            self._interrupted.set_result(failure)

    async def run(self) -> None:
        """Run to the end. Whatever happens, exactly one `run-end` is written and the place is given back."""
        work = asyncio.create_task(self._work())
        stop = asyncio.ensure_future(self._cancelled())
        try:
            ends: set[asyncio.Future[Any]] = {work, stop, self._interrupted}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await self._end(*work.result())
            elif self._interrupted.done():
                await self._end("interrupted", self._interrupted.result())
            else:
                number = stop.result()
                await self._end("cancelled", None, seen=None if number is None else await self._seen(number))
        except Exception:  # noqa: BLE001 - the log or the index does not answer: nobody can be told
            _log.exception("Run %s ended without its end being written", self._run)
        finally:
            self.ended.set_result(None)
            stop.cancel()
            await self._let_go(work)
            self._ticket.release()

    async def _work(self) -> tuple[Status, Failure | None]:
        async for position in self._ticket.positions():
            await self._writer.write([QueuePosition(position=position)])
        if self._ticket.has_waited:
            await self._writer.write([QueuePosition(position=0)])
        token = current_run.set(self._context)
        self._pulse.hold()
        try:
            await self._drive()
        except Error as error:
            message = clean(error.message) if error.visible else ""
            return "error", Failure(
                code="function.error",
                message=message,
                title=clean(str(error.title)),
                duration_s=None if error.duration is None else float(error.duration),
            )
        except OutputTooLongError:
            return "error", Failure(
                code="run.output-too-long", message="The reply is longer than what the server accepts, and ends here."
            )
        except BaseException as error:  # noqa: BLE001 - whatever the author's code raises ends its run and nothing else
            if self._writer.is_sealed:
                return "cancelled", None
            return "error", self._failure(error)
        finally:
            self._pulse.release()
            current_run.reset(token)
        return "complete", None

    async def _drive(self) -> None:
        deltas = Deltas(lambda: MessageId(mint()), tags=self._tags)
        outputs = OutputDeltas()
        self._invocation = self._invoke()
        is_first = True
        async with aclosing(self._invocation.batches()) as batches:
            async for batch in batches:
                events: list[RunEvent] = []
                try:
                    for value in batch:
                        events += _as_one(_changes(value, deltas, outputs))
                        if self._pulse.is_late:
                            await self._writer.write(events)
                            events = []
                            await asyncio.sleep(0)
                finally:
                    await self._writer.write(events)
                if self._writer.is_sealed:
                    return
                if is_first:
                    is_first = False
                    await asyncio.sleep(0)
        await self._writer.write(_as_one(deltas.finish()))

    def _failure(self, error: BaseException) -> Failure:
        incident = secrets.token_hex(4)
        _log.error("Run %s failed; incident %s", self._run, incident, exc_info=error)
        details = clean(f"{type(error).__name__}: {error}") if self._show_error else None
        if isinstance(error, ReplyError):
            return Failure(
                code="function.reply",
                message="The chat function returned something that cannot be shown.",
                incident=incident,
                details=details,
            )
        return Failure(code="function.failed", message="The chat function failed.", incident=incident, details=details)

    async def _end(self, status: Status, failure: Failure | None, *, seen: Reply | None = None) -> None:
        self._context.write_out()
        self._context.stopped.set()
        reply = self._writer.seal(seen=seen, empty_id=MessageId(mint()) if self._says else None)
        reply = reply.ended(status, failure)
        try:
            await self._keep(reply)
        except Exception:  # noqa: BLE001 - whatever a store does, the run has to end
            _log.exception("The reply of run %s could not be kept", self._run)
        try:
            await self._writer.close(status, failure, () if self._sign is None else self._sign(reply))
        finally:
            await self._finish(status)

    async def _let_go(self, work: "asyncio.Task[Any]") -> None:
        """End the author's code where it still runs, or give up on it after a while."""
        work.cancel()
        waited: set[asyncio.Future[Any]] = set() if work.done() else {work}
        if self._invocation is not None and not self._invocation.has_ended:
            self._invocation.stop()
            waited.add(asyncio.create_task(self._invocation.wait_ended()))
        if waited:
            _, pending = await asyncio.wait(waited, timeout=_LET_GO_AFTER_S)
            if pending:
                self._on_stuck()

    def _emit(self, events: list[RunEvent]) -> None:
        self._writer.add(events)
        task = asyncio.create_task(self._writer.flush())
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)


def _changes(value: Any, deltas: Deltas, outputs: OutputDeltas) -> list[RunEvent]:
    """Return the events by which a value differs from what is shown."""
    if not isinstance(value, Yielded):
        return deltas.take(value)
    changed = [event for output in value.outputs for event in outputs.take(output)]
    return changed if value.reply is None else changed + deltas.take(value.reply)


def _as_one(events: list[RunEvent]) -> list[RunEvent]:
    """Mark the events of one value as belonging together."""
    for index in range(len(events) - 1):
        events[index] = msgspec.structs.replace(events[index], more=True)
    return events
