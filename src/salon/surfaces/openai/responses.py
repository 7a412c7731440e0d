"""The encoder from events to responses: whole ones, and the events of their streams."""

from collections.abc import Sequence
from typing import Any

import msgspec

from salon.errors import Failure
from salon.events.fold import Reply
from salon.events.types import Entry, QueuePosition, RunEnd, RunEvent, RunStart
from salon.messages.message import Status
from salon.surfaces.openai.completions import tokens_in
from salon.surfaces.openai.records import Record
from salon.surfaces.texts import Address, GrowingText, text_of, thoughts_of

# Each entry of a log becomes fewer events than this, so the number of an event determines the entry that it comes from.
_EVENTS_PER_ENTRY = 16
_STATUS: dict[Status | None, str] = {
    None: "in_progress",
    "complete": "completed",
    "error": "failed",
    "interrupted": "failed",
    "cancelled": "cancelled",
}


def response_of(record: Record, reply: Reply, address: Address, *, is_queued: bool = False) -> dict[str, Any]:
    """Return the current state of a response."""
    status = "queued" if is_queued and reply.status is None else _STATUS[reply.status]
    text, thoughts = text_of(reply, address), thoughts_of(reply)
    output: list[dict[str, Any]] = []
    item_status = "completed" if status == "completed" else "in_progress" if reply.status is None else "incomplete"
    if thoughts:
        output.append(_reasoning(record, thoughts))
    if text or status == "completed":
        output.append(_message(record, text, item_status))
    usage = None
    if reply.status is not None:
        tokens, reasoning = tokens_in(text), tokens_in(thoughts)
        usage = {
            "input_tokens": record.prompt_tokens,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": tokens + reasoning,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": record.prompt_tokens + tokens + reasoning,
        }
    return {
        "id": record.id,
        "object": "response",
        "created_at": record.created,
        "status": status,
        "background": record.background,
        "error": _error(reply.failure) if status == "failed" else None,
        "incomplete_details": None,
        "instructions": record.instructions,
        "metadata": record.metadata,
        "model": record.model,
        "output": output,
        "parallel_tool_calls": False,
        "previous_response_id": record.previous,
        "store": record.conversation is not None,
        "temperature": None,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "truncation": "disabled",
        "usage": usage,
    }


class ResponseEncoder:
    """Encodes the event stream of one response. Its events have the same numbers for every reader, at any time.

    Args:
        record: the response.
        address: function that returns the address of a file for clients.
        after: number of the last event that the reader has; -1 for none.
    """

    def __init__(self, record: Record, address: Address, *, after: int = -1) -> None:
        self._record = record
        self._address = address
        self._after = after
        self._growing = GrowingText(address)
        self._item = _message(record, "", "in_progress")
        self._open: str | None = None
        self._index = 0
        self._thoughts: list[str] = []
        self._had_thoughts = False
        self.end: RunEnd | None = None

    def frames(self, batch: Sequence[Entry]) -> bytes:
        """Return the frames of a batch of entries."""
        frames: list[bytes] = []
        for number, event in batch:
            base = number * _EVENTS_PER_ENTRY
            for offset, fields in enumerate(self._events(event)):
                if base + offset > self._after:
                    fields["sequence_number"] = base + offset
                    body = msgspec.json.encode(fields)
                    frames.append(b"event: %b\ndata: %b\n\n" % (fields["type"].encode(), body))
        return b"".join(frames)

    @property
    def reply(self) -> Reply:
        """The reply so far."""
        return self._growing.reply

    def _events(self, event: RunEvent) -> list[dict[str, Any]]:
        thoughts, text = self._growing.add(event)
        events: list[dict[str, Any]] = []
        match event:
            case RunStart():
                events.append(self._whole("response.created"))
                if not self._record.run.waits:
                    events.append(self._whole("response.in_progress"))
            case QueuePosition(position=0):
                events.append(self._whole("response.in_progress"))
            case RunEnd():
                self.end = event
                return self._ending(event)
            case _:
                pass
        if thoughts:
            events += self._add_thoughts(thoughts)
        if text:
            events += self._add_text(text)
        return events

    def _add_thoughts(self, thoughts: str) -> list[dict[str, Any]]:
        if self._open == "message" or (self._had_thoughts and self._open is None):
            return []
        events: list[dict[str, Any]] = []
        place = {"item_id": _reasoning_id(self._record), "output_index": self._index, "summary_index": 0}
        if self._open is None:
            self._open = "reasoning"
            self._had_thoughts = True
            item = _reasoning(self._record, "") | {"summary": []}
            events.append({"type": "response.output_item.added", "output_index": self._index, "item": item})
            part = {"type": "summary_text", "text": ""}
            events.append({"type": "response.reasoning_summary_part.added", **place, "part": part})
        self._thoughts.append(thoughts)
        events.append({"type": "response.reasoning_summary_text.delta", **place, "delta": thoughts})
        return events

    def _add_text(self, text: str) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        if self._open != "message":
            events += self._close()
            self._open = "message"
            item = {**self._item, "content": []}
            events.append({"type": "response.output_item.added", "output_index": self._index, "item": item})
            part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
            events.append({"type": "response.content_part.added", **self._place(), "part": part})
        if text:
            delta = {"type": "response.output_text.delta", **self._place(), "delta": text, "logprobs": []}
            events.append(delta)
        return events

    def _close(self, status: str = "completed") -> list[dict[str, Any]]:
        """Return the events that end the open item."""
        events: list[dict[str, Any]] = []
        if self._open == "reasoning":
            text = "".join(self._thoughts)
            place = {"item_id": _reasoning_id(self._record), "output_index": self._index, "summary_index": 0}
            part = {"type": "summary_text", "text": text}
            item = _reasoning(self._record, text)
            events.append({"type": "response.reasoning_summary_text.done", **place, "text": text})
            events.append({"type": "response.reasoning_summary_part.done", **place, "part": part})
            events.append({"type": "response.output_item.done", "output_index": self._index, "item": item})
            self._index += 1
        elif self._open == "message":
            text = self._growing.text
            item = _message(self._record, text, status)
            events.append({"type": "response.output_text.done", **self._place(), "text": text, "logprobs": []})
            part = item["content"][0]
            events.append({"type": "response.content_part.done", **self._place(), "part": part})
            events.append({"type": "response.output_item.done", "output_index": self._index, "item": item})
            self._index += 1
        self._open = None
        return events

    def _ending(self, end: RunEnd) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        is_complete = end.status == "complete"
        if is_complete and self._open != "message":
            events += self._add_text("")
        events += self._close("completed" if is_complete else "incomplete")
        kind = {"completed": "completed", "cancelled": "incomplete"}.get(_STATUS[end.status], "failed")
        events.append(self._whole(f"response.{kind}"))
        return events

    def _place(self) -> dict[str, Any]:
        return {"item_id": self._item["id"], "output_index": self._index, "content_index": 0}

    def _whole(self, kind: str) -> dict[str, Any]:
        is_queued = kind == "response.created" and self._record.run.waits
        return {
            "type": kind,
            "response": response_of(self._record, self.reply, self._address, is_queued=is_queued),
        }


def _message(record: Record, text: str, status: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return {"id": f"msg_{record.run.id}", "type": "message", "status": status, "role": "assistant", "content": content}


def _reasoning(record: Record, text: str) -> dict[str, Any]:
    summary = [{"type": "summary_text", "text": text}]
    return {"id": _reasoning_id(record), "type": "reasoning", "summary": summary}


def _reasoning_id(record: Record) -> str:
    return f"rs_{record.run.id}"


def _error(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    incident = f" (incident {failure.incident})" if failure.incident is not None else ""
    return {"code": "server_error", "message": failure.details or f"{failure.message}{incident}"}
