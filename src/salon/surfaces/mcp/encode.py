"""Events to messages of the protocol: progress while a tool works, and its result."""

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
    """Follows the run of a tool, and says how far it is. `end` is there when it has ended.

    Args:
        token: what the client calls this progress; `None` when it wants none.
        outputs: what the function sets beside its reply.
        address: gives where a client finds a file.
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
        """Return all that the tool has said and set so far."""
        said = [part for message in self._growing.reply.messages for part in message.parts]
        return said + [part for part in self._outputs.parts() if part is not None]

    def notifications(self, batch: Sequence[Entry]) -> list[dict[str, Any]]:
        """Return what to tell of entries that go out together; text that grew in several is told once."""
        found: list[dict[str, Any]] = []
        texts: list[str] = []
        for _, event in batch:
            self._outputs.add(event)
            _, text = self._growing.add(event)
            if text:
                texts.append(text)
            if isinstance(event, RunEnd):
                self.end = event
            elif self._token is not None:
                found += self._of(event)
        if texts and self._token is not None and self._total is None and self.end is None:
            found.append(self._progress(self._last + 1, "".join(texts)))
        return found

    def _of(self, event: RunEvent) -> list[dict[str, Any]]:
        match event:
            case Progress(fraction=float(fraction), text=text) if fraction > 0:
                if self._total is None:  # progress has to increase, so what was told before counts as less
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
    """Return what parts say: their texts, and their files, the smaller ones as data and the others as links."""
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
    """Return what an input holds, as JSON; nothing when it holds nothing, or files."""
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
