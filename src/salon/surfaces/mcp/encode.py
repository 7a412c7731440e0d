"""The encoder from events to MCP's messages: progress of a tool, and its result."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import msgspec

from salon.definition.endpoint import Parameter
from salon.events.types import Entry, Notice, Progress, RunEnd, RunEvent
from salon.identity import Identity
from salon.messages.parts import ComponentPart, FileRef, Part, TextPart
from salon.stores.files import FileNotFound, FileStore
from salon.surfaces.outputs import Outputs
from salon.surfaces.texts import GrowingText, described

_INLINE_BYTES = 5 * 2**20


class ProgressEncoder:
    """Folds the run of a tool, and returns notifications of its progress. `end` is set after its end.

    Args:
        token: the client's token for progress; `None` if the client requests none.
        outputs: components that the function sets besides its reply.
        address: function that returns the address of a file for clients.
    """

    def __init__(
        self, token: str | int | None, *, outputs: Sequence[Parameter], address: Callable[[FileRef], str]
    ) -> None:
        self._token = token
        self._outputs = Outputs(outputs)
        self.address = address
        self._growing = GrowingText(address)
        self._last = 0.0
        self._total: float | None = None
        self.end: RunEnd | None = None

    def parts(self) -> list[Part]:
        """Return the parts of the tool's reply and outputs so far."""
        parts = [part for message in self._growing.reply.messages for part in message.parts]
        return parts + [part for part in self._outputs.parts() if part is not None]

    def notifications(self, batch: Sequence[Entry]) -> list[dict[str, Any]]:
        """Return the notifications for a batch of entries; text deltas of one batch are merged into one."""
        notifications: list[dict[str, Any]] = []
        texts: list[str] = []
        for _, event in batch:
            self._outputs.add(event)
            _, text = self._growing.add(event)
            if text:
                texts.append(text)
            if isinstance(event, RunEnd):
                self.end = event
            elif self._token is not None:
                notifications += self._of(event)
        if texts and self._token is not None and self._total is None and self.end is None:
            notifications.append(self._progress(self._last + 1, "".join(texts)))
        return notifications

    def _of(self, event: RunEvent) -> list[dict[str, Any]]:
        match event:
            case Progress(fraction=float(fraction), text=text) if fraction > 0:
                if (
                    self._total is None
                ):  # MCP's progress has to increase, so the notifications before count as a smaller share
                    self._total = 1.0 if fraction > self._last else (self._last + 1) / fraction
                if fraction * self._total > self._last:
                    return [self._progress(fraction * self._total, text, total=self._total)]
            case Notice(text=text) if self._total is None:
                return [self._progress(self._last + 1, text)]
        return []

    def _progress(self, progress: float, message: str, *, total: float | None = None) -> dict[str, Any]:
        self._last = progress
        params = {"progressToken": self._token, "progress": progress, "message": message}
        if total is not None:
            params["total"] = total
        return {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}


async def contents_of(
    parts: Sequence[Part], identity: Identity, *, files: FileStore, address: Callable[[FileRef], str]
) -> list[dict[str, Any]]:
    """Return the content of parts: texts and files, small files as data and others as links."""
    return [content for part in parts async for content in _contents(part, identity, files=files, address=address)]


async def _contents(
    part: Part, identity: Identity, *, files: FileStore, address: Callable[[FileRef], str]
) -> AsyncGenerator[dict[str, Any], None]:
    match part:
        case TextPart(text=text) if text:
            yield {"type": "text", "text": text}
        case ComponentPart(files=refs):
            for ref in refs:
                yield await _file(ref, identity, files=files, address=address)
            if text := described(part) or _value(part):
                yield {"type": "text", "text": text}


def _value(part: ComponentPart) -> str:
    """Return an input's value as JSON; empty if it has none, or if its value are files."""
    value = None if part.files else part.props.get("value")
    return "" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


async def _file(
    ref: FileRef, identity: Identity, *, files: FileStore, address: Callable[[FileRef], str]
) -> dict[str, Any]:
    url = address(ref)
    link = {"type": "resource_link", "uri": url, "name": ref.name, "mimeType": ref.media_type, "size": ref.size_bytes}
    if ref.size_bytes > _INLINE_BYTES:
        return link
    try:
        stored = await asyncio.to_thread(files.get, ref.id, owner=identity.owner)
        content = await asyncio.to_thread(stored.path.read_bytes)
    except (FileNotFound, OSError):
        return link
    data = base64.b64encode(content).decode()
    family = ref.media_type.partition("/")[0]
    if family in ("image", "audio"):
        return {"type": family, "data": data, "mimeType": ref.media_type}
    return {"type": "resource", "resource": {"uri": url, "mimeType": ref.media_type, "blob": data}}
