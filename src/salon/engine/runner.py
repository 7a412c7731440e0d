"""One run, from waiting for its place to `run-end`."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from salon.conversations.reading import ReplyError
from salon.engine.context import RunContext, current_run
from salon.engine.deltas import Deltas
from salon.engine.functions import Invocation
from salon.engine.gates import Ticket
from salon.engine.jobs import Job
from salon.engine.loop_lag import LoopLag
from salon.engine.outputs import OutputDeltas
from salon.engine.replies import Yielded
from salon.engine.writer import OutputTooLongError, Writer
from salon.errors import Error, Failure
from salon.events.fold import Reply
from salon.events.types import QueuePosition, RunEvent, RunStart
from salon.ids import MessageId, RunId, mint
from salon.messages.message import Status
from salon.text import clean

_log = logging.getLogger("salon")

_LET_GO_AFTER_S = 5.0
_CHECKPOINT_AFTER_S = 1.0
_LOST = Failure(code="server.lost", message="The server could not begin the reply.")


class RunRecord(Protocol):
    """Where a runner writes one run, and hears that it is to be stopped."""

    async def append(self, run: RunId, events: Sequence[RunEvent], *, first: int) -> None:
        """See `RunSink.append`."""

    async def cancelled(self) -> int | None:
        """Wait until somebody stops the run, and return the number of the last entry that they saw."""

    async def reply_at(self, number: int) -> Reply | None:
        """Return the reply as it was up to an entry."""

    async def finish(self, status: Status) -> None:
        """Mark the run as ended; called once, after `run-end` is written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunnerSettings:
    """All that the runners of an engine share.

    Attributes:
        loop_lag: tells when to let others have the event loop.
        output_length: how many characters one reply may have.
        show_error: whether clients get the text of exceptions.
        run_s: seconds that one run may take, from when it is let in; `None` for any time.
        on_stuck: called with a run whose function had not ended five seconds after the run was stopped.
        on_unstuck: called when such a function has ended after all.
    """

    loop_lag: LoopLag
    output_length: int
    show_error: bool
    run_s: float | None
    on_stuck: Callable[[RunId], None]
    on_unstuck: Callable[[], None]


class Runner:
    """Drives one run. `run` is its task; `interrupt` ends it from outside; `ended` is done after `run-end`.

    Args:
        run: the run's id.
        record: where the run is written.
        ticket: the run's place in the queue.
        settings: what all runs share.
    """

    def __init__(self, run: RunId, *, record: RunRecord, ticket: Ticket, settings: RunnerSettings) -> None:
        self._run = run
        self._record = record
        self._ticket = ticket
        self._settings = settings
        self._writer = Writer(record, run, output_length=settings.output_length)
        self._context = RunContext(self._emit)
        self._invocation: Invocation | None = None
        self._interrupted: asyncio.Future[Failure] = asyncio.get_running_loop().create_future()
        self._flushes: set[asyncio.Task[None]] = set()
        self._checkpoint_timer: asyncio.TimerHandle | None = None
        self._checkpoint: asyncio.Task[None] | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, event: RunStart) -> None:
        """Open the run's log with `run-start`. Raises like `RunSink.append`."""
        await self._writer.write([event])

    async def abandon(self) -> None:
        """End a run that was opened, but whose turn could not be accepted after all."""
        try:
            self._writer.seal(empty_id=MessageId(mint()))
            await self._writer.close("error", _LOST)
        except Exception:  # noqa: BLE001 - the reason why the turn failed is what its sender gets
            _log.exception("Run %s could not be ended", self._run)
        finally:
            self._ticket.release()
        await self._record.finish("error")

    def interrupt(self, failure: Failure) -> None:
        """End the run for a reason of the server's own; its reply keeps what was said."""
        if not self._interrupted.done():
            self._interrupted.set_result(failure)

    async def run(self, job: Job) -> None:
        """Carry out a job. Whatever happens, exactly one `run-end` is written, and the place is given back."""
        work = asyncio.create_task(self._work(job))
        stop = asyncio.ensure_future(self._record.cancelled())
        try:
            ends: set[asyncio.Future[Any]] = {work, stop, self._interrupted}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await self._end(job, *work.result())
            elif self._interrupted.done():
                await self._end(job, "interrupted", self._interrupted.result())
            else:
                number = stop.result()
                await self._end(
                    job, "cancelled", None, seen=None if number is None else await self._record.reply_at(number)
                )
        except Exception:  # noqa: BLE001 - the log or the index does not answer: nobody can be told
            _log.exception("Run %s ended without its end being written", self._run)
        finally:
            self.ended.set_result(None)
            stop.cancel()
            await self._let_go(work)
            self._ticket.release()

    async def _work(self, job: Job) -> tuple[Status, Failure | None]:
        async for position in self._ticket.positions():
            await self._writer.write([QueuePosition(position=position)])
        if self._ticket.has_waited:
            await self._writer.write([QueuePosition(position=0)])
        loop, limit_s = asyncio.get_running_loop(), self._settings.run_s
        timer = None if limit_s is None else loop.call_later(limit_s, self.interrupt, _timed_out(limit_s))
        token = current_run.set(self._context)
        self._settings.loop_lag.hold()
        try:
            await self._drive(job)
        except Error as error:
            message = clean(error.message) if error.visible else ""
            return "error", Failure(
                code="function.error",
                message=message,
                title=clean(str(error.title)),
                duration_s=None if error.duration is None else float(error.duration),
            )
        except OutputTooLongError:
            return "error", Failure(code="run.output-too-long", message=_too_long(self._settings.output_length))
        except BaseException as error:  # noqa: BLE001 - whatever the author's code raises ends its run and nothing else
            if self._writer.is_sealed:
                return "cancelled", None
            return "error", self._failure(error)
        finally:
            if timer is not None:
                timer.cancel()
            self._settings.loop_lag.release()
            current_run.reset(token)
        return "complete", None

    async def _drive(self, job: Job) -> None:
        deltas = Deltas(lambda: MessageId(mint()), tags=job.tags)
        outputs = OutputDeltas()
        self._invocation = job.invoke()
        is_first = True
        async with aclosing(self._invocation.batches()) as batches:
            async for batch in batches:
                events: list[RunEvent] = []
                try:
                    for value in batch:
                        events += _as_one(_changes(value, deltas, outputs))
                        if self._settings.loop_lag.is_late:
                            # Taken out first: if writing fails half-way, the rest below must not write them again.
                            late, events = events, []
                            await self._writer.write(late)
                            await asyncio.sleep(0)
                finally:
                    await self._writer.write(events)
                if self._writer.is_sealed:
                    return
                self._checkpoint_soon(job)
                if is_first:
                    is_first = False
                    await asyncio.sleep(0)
        await self._writer.write(_as_one(deltas.finish()))

    def _checkpoint_soon(self, job: Job) -> None:
        """Have the reply kept as it is in a second, and then every second until the run ends."""
        if self._checkpoint_timer is None and job.is_kept:
            loop = asyncio.get_running_loop()
            self._checkpoint_timer = loop.call_later(_CHECKPOINT_AFTER_S, self._begin_checkpoint, job)

    def _begin_checkpoint(self, job: Job) -> None:
        if not self._writer.is_sealed:
            self._checkpoint = asyncio.create_task(self._keep_checkpoint(job))

    async def _keep_checkpoint(self, job: Job) -> None:
        try:
            await job.checkpoint(self._writer.reply())
        except Exception:  # noqa: BLE001 - a checkpoint that cannot be kept is no reason to end the reply
            _log.exception("A part of the reply of run %s could not be kept", self._run)
        # Also where nothing was added: a checkpoint that is not renewed is taken for one of a dead process.
        self._checkpoint_timer = None
        if not self._writer.is_sealed:
            self._checkpoint_soon(job)

    async def _end_checkpoints(self) -> None:
        """Wait for the checkpoint under way: it may not come after the reply, of which it has a part."""
        if self._checkpoint_timer is not None:
            self._checkpoint_timer.cancel()
        if self._checkpoint is not None:
            await self._checkpoint

    def _failure(self, error: BaseException) -> Failure:
        incident = secrets.token_hex(4)
        _log.error("Run %s failed; incident %s", self._run, incident, exc_info=error)
        details = clean(f"{type(error).__name__}: {error}") if self._settings.show_error else None
        if isinstance(error, ReplyError):
            return Failure(
                code="function.reply",
                message="The chat function returned something that cannot be shown.",
                incident=incident,
                details=details,
            )
        return Failure(code="function.failed", message="The chat function failed.", incident=incident, details=details)

    async def _end(self, job: Job, status: Status, failure: Failure | None, *, seen: Reply | None = None) -> None:
        self._context.write_out()
        self._context.stopped.set()
        reply = self._writer.seal(seen=seen, empty_id=MessageId(mint()) if job.has_reply else None)
        reply = reply.ended(status, failure)
        await self._end_checkpoints()
        try:
            await job.keep(reply)
        except Exception:  # noqa: BLE001 - whatever a store does, the run has to end
            _log.exception("The reply of run %s could not be kept", self._run)
        try:
            await self._writer.close(status, failure, job.sign(reply))
        finally:
            await self._record.finish(status)

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
                self._settings.on_stuck(self._run)
                _when_all_are_done(pending, self._settings.on_unstuck)

    def _emit(self, events: list[RunEvent]) -> None:
        self._writer.add(events)
        task = asyncio.create_task(self._writer.flush())
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)


def _timed_out(limit_s: float) -> Failure:
    return Failure(code="run.timeout", message=f"The reply took more than {limit_s:g} seconds, and ends here.")


def _too_long(limit: int) -> str:
    return f"The reply has more than {limit} characters, which is all that the server accepts; it ends here."


def _when_all_are_done(tasks: Collection[asyncio.Future[Any]], call: Callable[[], None]) -> None:
    left = set(tasks)

    def done(task: asyncio.Future[Any]) -> None:
        left.discard(task)
        if not left:
            call()

    for task in tasks:
        task.add_done_callback(done)


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
