"""Events to events of AG-UI."""

from collections.abc import Sequence
from typing import Any

import msgspec

from salon.events.types import Entry, Notice, Progress, RunEnd, RunEvent, RunStart
from salon.surfaces.texts import Address, GrowingText


class RunEncoder:
    """Writes the stream of one run.

    A reply that becomes another one cannot be taken back as text, so it is told as a whole at the end.

    Args:
        thread: what the caller calls the conversation.
        run: what the caller calls the run.
        messages: the caller's messages, as they came.
        address: gives where a client finds a file.
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
        """Return the frames for entries that go out together; text that grew in several is one frame."""
        found: list[dict[str, Any]] = []
        texts: list[str] = []
        for _, event in batch:
            thoughts, text = self._growing.add(event)
            if texts and (thoughts or not text):
                self._say("".join(texts), found)
                texts.clear()
            if thoughts:
                self._think(thoughts, found)
            if text:
                texts.append(text)
            self._other(event, found)
        if texts:
            self._say("".join(texts), found)
        return b"".join(b"data: %b\n\n" % msgspec.json.encode(each) for each in found)

    def _other(self, event: RunEvent, found: list[dict[str, Any]]) -> None:
        match event:
            case RunStart():
                found.append({"type": "RUN_STARTED", **self._names})
            case Notice(level=level, text=text, title=title):
                value = {"level": level, "text": text, "title": title}
                found.append({"type": "CUSTOM", "name": "notice", "value": value})
            case Progress(fraction=fraction, text=text):
                found.append({"type": "CUSTOM", "name": "progress", "value": {"fraction": fraction, "text": text}})
            case RunEnd():
                self._end(event, found)

    def _think(self, thoughts: str, found: list[dict[str, Any]]) -> None:
        if self._open == "text" or (self._had_thoughts and self._open is None):
            return
        if self._open is None:
            self._open, self._had_thoughts = "thoughts", True
            found.append({"type": "REASONING_START", "messageId": self._thoughts})
            found.append({"type": "REASONING_MESSAGE_START", "messageId": self._thoughts, "role": "reasoning"})
        found.append({"type": "REASONING_MESSAGE_CONTENT", "messageId": self._thoughts, "delta": thoughts})

    def _say(self, text: str, found: list[dict[str, Any]]) -> None:
        if self._open != "text":
            self._close(found)
            self._open = "text"
            found.append({"type": "TEXT_MESSAGE_START", "messageId": self._answer, "role": "assistant"})
        self._sent += text
        found.append({"type": "TEXT_MESSAGE_CONTENT", "messageId": self._answer, "delta": text})

    def _close(self, found: list[dict[str, Any]]) -> None:
        if self._open == "thoughts":
            found.append({"type": "REASONING_MESSAGE_END", "messageId": self._thoughts})
            found.append({"type": "REASONING_END", "messageId": self._thoughts})
        elif self._open == "text":
            found.append({"type": "TEXT_MESSAGE_END", "messageId": self._answer})
        self._open = None

    def _end(self, end: RunEnd, found: list[dict[str, Any]]) -> None:
        self._close(found)
        if end.status not in ("complete", "cancelled"):
            failure = end.failure
            message = "The reply is lost." if failure is None else failure.details or failure.message
            if failure is not None and failure.incident is not None:
                message = f"{message} (incident {failure.incident})"
            code = "server.lost" if failure is None else failure.code
            found.append({"type": "RUN_ERROR", "message": message, "code": code})
            return
        text = self._growing.text
        if text != self._sent:
            answer = {"id": self._answer, "role": "assistant", "content": text}
            found.append({"type": "MESSAGES_SNAPSHOT", "messages": [*self._messages, answer]})
        outcome = {"outcome": {"type": "cancelled"}} if end.status == "cancelled" else {}
        found.append({"type": "RUN_FINISHED", **self._names, **outcome})
