"""The encoder from events to frames of Gradio's protocol."""

from collections.abc import Sequence
from typing import Any

import msgspec

from salon.errors import Failure
from salon.events.fold import Folding
from salon.events.types import (
    Entry,
    Notice,
    OutputDelta,
    OutputSet,
    PartDelta,
    PartReplace,
    PartStart,
    PartTruncate,
    Progress,
    QueuePosition,
    Reset,
    RunEnd,
    RunEvent,
    RunStart,
)
from salon.surfaces.callable_endpoints import CallableEndpoint
from salon.surfaces.gradio.json_edits import edits
from salon.surfaces.gradio.values import Values
from salon.surfaces.outputs import Outputs

HEARTBEAT = b'data: {"msg":"heartbeat","event_id":null}\n\n'
CLOSE = b'data: {"msg":"close_stream","event_id":null}\n\n'

CONTENT = (PartStart, PartDelta, PartReplace, PartTruncate, Reset, OutputSet, OutputDelta)
"""The events that change a function's values."""

_encode = msgspec.json.encode


class Outcome:
    """Folds a run into its values: the reply, if it is a chat's, then the function's further outputs.

    Args:
        values: conversion of replies and components into Gradio's values.
        called: endpoint of the run.
    """

    def __init__(self, values: Values, called: CallableEndpoint) -> None:
        self._values = values
        self._has_reply = called.chat is not None
        self._folding = Folding()
        self._outputs = Outputs(called.outputs)

    def add(self, event: RunEvent) -> None:
        """Add the next event."""
        self._folding.add(event)
        self._outputs.add(event)

    def reply(self) -> Any:
        """Return the value of the reply."""
        return self._values.of(self._folding.reply())

    def others(self) -> list[Any]:
        """Return the values of the further outputs; `None` for outputs that were not set."""
        return [None if part is None else self._values.component(part) for part in self._outputs.parts()]

    def data(self) -> list[Any]:
        """Return the values of the reply and of the further outputs."""
        return [self.reply(), *self.others()] if self._has_reply else self.others()


class JobEncoder:
    """Encodes the frames of one job for one reader: `frames` for its events, `final` for its end.

    Args:
        event_id: the job's id.
        outcome: the values of the run.
        called: endpoint of the run.
        waits: whether the run had to queue.
    """

    def __init__(self, event_id: str, outcome: Outcome, called: CallableEndpoint, *, waits: bool) -> None:
        self._id = _encode(event_id)
        self._event_id = event_id
        self._outcome = outcome
        self._yields = called.yields
        self._has_reply = called.chat is not None
        self._waits = waits
        self._has_started = False
        self._end: RunEnd | None = None
        self._text: list[str] | None = None
        self._last_value: Any = None
        self._others: list[Any] = [None] * len(called.outputs)
        self._count = 0
        self._held: bytes | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the run's end was added."""
        return self._end is not None

    def frames(self, batch: Sequence[Entry]) -> bytes:
        """Return the frames of a batch of entries; none for the run's end."""
        frames: list[bytes] = []
        for _, event in batch:
            self._outcome.add(event)
            match event:
                case RunStart():
                    if not self._waits:  # a run that waits gets its position in the queue next
                        frames.append(self._estimation(0))
                        self._start(frames)
                case QueuePosition(position=0):
                    self._start(frames)
                case QueuePosition(position=position):
                    frames.append(self._estimation(position))
                case Notice():
                    frames.append(self._log(event))
                case Progress():
                    frames.append(self._progress(event))
                case RunEnd():
                    self._end = event
                case _ if isinstance(event, CONTENT):
                    self._content(event, frames)
                case _:
                    pass
        return b"".join(frames)

    def final(self) -> bytes:
        """Return the job's last frame."""
        end = self._end or RunEnd(
            status="interrupted",
            failure=Failure(code="server.lost", message="The log of the run is lost. Call the endpoint again."),
        )
        if end.status in ("complete", "cancelled"):
            output = {"data": self._outcome.data(), "is_generating": False}
            return self._frame("process_completed", output=output, success=True)
        error = error_of(end.failure)
        return self._frame("process_completed", output=error, success=False, title=error.get("title"))

    def _content(self, event: RunEvent, frames: list[bytes]) -> None:
        if isinstance(event, PartDelta) and self._text is not None and event.message == event.part == 0:
            self._text.append(event.text)
        elif not isinstance(event, OutputSet | OutputDelta):
            self._text = None
        if event.more:
            return
        self._start(frames)
        self._count += 1
        reply = [self._change()] if self._has_reply else []
        frame = self._generating(b",".join([*reply, *self._other_changes()]))
        if self._count == 1 and not self._yields:
            self._held = frame
            return
        if self._held is not None:
            frames.append(self._held)
            self._held = None
        frames.append(frame)

    def _change(self) -> bytes:
        """Return the JSON of the reply's change since the last frame: the value itself, or edits."""
        if self._text is not None:
            grown, self._text = "".join(self._text), []
            return _encode([("append", [], grown)] if grown else [])
        before, self._last_value = self._last_value, self._outcome.reply()
        if isinstance(self._last_value, str):  # from here on, text is appended without comparing whole values
            self._text = []
            if self._count > 1:
                return _encode([("replace", [], self._last_value)])
        elif self._count > 1:
            is_comparable = isinstance(before, list | dict)
            return _encode(edits(before, self._last_value) if is_comparable else [("replace", [], self._last_value)])
        return _encode(self._last_value)

    def _other_changes(self) -> list[bytes]:
        """Return the JSON of the further outputs' changes since the last frame."""
        if not self._others:
            return []
        before, self._others = self._others, self._outcome.others()
        if self._count == 1:
            return list(map(_encode, self._others))
        return [_encode(edits(old, new)) for old, new in zip(before, self._others, strict=True)]

    def _generating(self, change: bytes) -> bytes:
        return (
            b'data: {"msg":"process_generating","event_id":%b,"output":{"data":[%b],"is_generating":true},'
            b'"success":true}\n\n' % (self._id, change)
        )

    def _estimation(self, position: int) -> bytes:
        return self._frame("estimation", rank=max(position - 1, 0), queue_size=max(position, 1), rank_eta=None)

    def _start(self, frames: list[bytes]) -> None:
        if not self._has_started:
            self._has_started = True
            frames.append(self._frame("process_starts", eta=None))

    def _progress(self, progress: Progress) -> bytes:
        step = {
            "index": progress.done,
            "length": progress.total,
            "unit": progress.unit or "steps",
            "progress": progress.fraction if progress.done is None else None,
            "desc": progress.label or progress.text or None,
        }
        return self._frame("progress", progress_data=[step])

    def _log(self, notice: Notice) -> bytes:
        return self._frame(
            "log",
            log=notice.text,
            level=notice.level,
            duration=notice.duration_s,
            visible=True,
            title=notice.title or notice.level.capitalize(),
        )

    def _frame(self, msg: str, **fields: Any) -> bytes:
        return b"data: %b\n\n" % _encode({"msg": msg, "event_id": self._event_id, **fields})


def error_of(failure: Failure | None) -> dict[str, Any]:
    """Return a failure in the form that clients turn into their own exceptions."""
    if failure is None:
        return {"error": None}
    if failure.code == "function.error":
        return {
            "error": failure.message,
            "duration": failure.duration_s,
            "visible": failure.message != "",
            "title": failure.title or "Error",
        }
    incident = f" (incident {failure.incident})" if failure.incident is not None else ""
    return {"error": failure.details or f"{failure.message}{incident}", "title": failure.title or "Error"}
