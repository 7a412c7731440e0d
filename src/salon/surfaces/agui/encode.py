"""The encoder from events of a run to events of AG-UI."""

from collections.abc import Sequence
from typing import Any

import msgspec

from salon.events.types import Entry, Notice, Progress, RunEnd, RunEvent, RunStart
from salon.surfaces.texts import Address, GrowingText


class RunEncoder:
    """Encodes the event stream of one run.

    AG-UI cannot replace the text of a message, so a reply that was replaced is sent as a whole at the end.

    Args:
        thread: the caller's id of the conversation.
        run: the caller's id of the run.
        messages: the caller's messages, unchanged.
        address: function that returns the address of a file for clients.
    """

    def __init__(self, thread: str, run: str, *, messages: Sequence[Any], address: Address) -> None:
        self._names = {"threadId": thread, "runId": run}
        self._messages = messages
        self._growing = GrowingText(address)
        self._open: str | None = None
        self._answer = f"{run}-answer"
        self._thoughts = f"{run}-thoughts"
        self._had_thoughts = False
        self._sent = ""

    def frames(self, batch: Sequence[Entry]) -> bytes:
        """Return the frames of a batch of entries; text deltas of one batch are merged into one frame."""
        events: list[dict[str, Any]] = []
        texts: list[str] = []
        for _, event in batch:
            thoughts, text = self._growing.add(event)
            if texts and (thoughts or not text):
                self._add_text("".join(texts), events)
                texts.clear()
            if thoughts:
                self._add_thoughts(thoughts, events)
            if text:
                texts.append(text)
            self._add_other(event, events)
        if texts:
            self._add_text("".join(texts), events)
        return b"".join(b"data: %b\n\n" % msgspec.json.encode(each) for each in events)

    def _add_other(self, event: RunEvent, events: list[dict[str, Any]]) -> None:
        match event:
            case RunStart():
                events.append({"type": "RUN_STARTED", **self._names})
            case Notice(level=level, text=text, title=title):
                value = {"level": level, "text": text, "title": title}
                events.append({"type": "CUSTOM", "name": "notice", "value": value})
            case Progress(fraction=fraction, text=text):
                events.append({"type": "CUSTOM", "name": "progress", "value": {"fraction": fraction, "text": text}})
            case RunEnd():
                self._end(event, events)

    def _add_thoughts(self, thoughts: str, events: list[dict[str, Any]]) -> None:
        if self._open == "text" or (self._had_thoughts and self._open is None):
            return
        if self._open is None:
            self._open, self._had_thoughts = "thoughts", True
            events.append({"type": "REASONING_START", "messageId": self._thoughts})
            events.append({"type": "REASONING_MESSAGE_START", "messageId": self._thoughts, "role": "reasoning"})
        events.append({"type": "REASONING_MESSAGE_CONTENT", "messageId": self._thoughts, "delta": thoughts})

    def _add_text(self, text: str, events: list[dict[str, Any]]) -> None:
        if self._open != "text":
            self._close(events)
            self._open = "text"
            events.append({"type": "TEXT_MESSAGE_START", "messageId": self._answer, "role": "assistant"})
        self._sent += text
        events.append({"type": "TEXT_MESSAGE_CONTENT", "messageId": self._answer, "delta": text})

    def _close(self, events: list[dict[str, Any]]) -> None:
        if self._open == "thoughts":
            events.append({"type": "REASONING_MESSAGE_END", "messageId": self._thoughts})
            events.append({"type": "REASONING_END", "messageId": self._thoughts})
        elif self._open == "text":
            events.append({"type": "TEXT_MESSAGE_END", "messageId": self._answer})
        self._open = None

    def _end(self, end: RunEnd, events: list[dict[str, Any]]) -> None:
        self._close(events)
        if end.status not in ("complete", "cancelled"):
            failure = end.failure
            message = (
                "The log of the run is lost, so the reply is incomplete. Send the message again."
                if failure is None
                else failure.details or failure.message
            )
            if failure is not None and failure.incident is not None:
                message = f"{message} (incident {failure.incident})"
            code = "server.lost" if failure is None else failure.code
            events.append({"type": "RUN_ERROR", "message": message, "code": code})
            return
        text = self._growing.text
        if text != self._sent:
            answer = {"id": self._answer, "role": "assistant", "content": text}
            events.append({"type": "MESSAGES_SNAPSHOT", "messages": [*self._messages, answer]})
        outcome = {"outcome": {"type": "cancelled"}} if end.status == "cancelled" else {}
        events.append({"type": "RUN_FINISHED", **self._names, **outcome})
