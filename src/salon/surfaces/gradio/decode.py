"""The decoder from values of Gradio's clients to turns and calls."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import unquote

from salon.engine.turn import Call, Turn, UserMessage
from salon.errors import ClientError, ForbiddenError
from salon.identity import Identity
from salon.ids import FileId, MessageId, TurnId, mint
from salon.messages.message import Message, user_message
from salon.messages.parts import FileRef
from salon.request import Request
from salon.stores.files import FileNotFound, FileStore
from salon.surfaces.callable_endpoints import CallableEndpoint, Parameter
from salon.surfaces.gradio.describe import PREFIX
from salon.surfaces.gradio.sessions import Session
from salon.surfaces.uploads import Uploads

# Clients in Node use this name for uploads, and send the real name with the message.
NAMELESS = "blob"

_FILE_KINDS = ("file", "image", "audio", "video", "gallery")


class CallError(ClientError):
    """The values of a call are not those that its endpoint takes."""

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__("request.input", message)


class Decoder:
    """Decodes calls.

    Args:
        uploads: finds the files of messages.
        files: the store of files.
    """

    def __init__(self, *, uploads: Uploads, files: FileStore) -> None:
        self._uploads = uploads
        self._files = files

    async def with_files(
        self, called: CallableEndpoint, values: Mapping[str, Any], identity: Identity, *, root: str
    ) -> dict[str, Any]:
        """Return the values of a call with references to the files that they name; `turn` resolves a message's files.

        Raises:
            ClientError: a file does not exist or belongs to another owner.
        """
        resolved = dict(values)
        for each in called.parameters:
            if each.name in values:
                resolved[each.name] = await self._with_files(values[each.name], each, identity, root=root)
        return resolved

    def call(
        self,
        called: CallableEndpoint,
        values: Mapping[str, Any],
        identity: Identity,
        *,
        session: str,
        request: Callable[[], Request],
    ) -> Call:
        """Return the call of a function that is bound to an event."""
        return Call(
            id=TurnId(mint()),
            identity=identity,
            endpoint=str(called.event),
            session=session,
            inputs=called.inputs(values),
            request=request,
        )

    async def turn(
        self,
        called: CallableEndpoint,
        values: Mapping[str, Any],
        identity: Identity,
        *,
        session: Session | None,
        request: Callable[[], Request],
    ) -> Turn:
        """Return the turn for the call of a chat.

        Raises:
            ClientError: the values are not those that the chat takes.
        """
        chat = str(called.chat)
        first = called.parameters[0]
        message = await self._message(first, values.get(first.name, first.default), identity, chat=chat)
        return Turn(
            id=TurnId(mint()),
            identity=identity,
            conversation=None if session is None else session.conversation(chat),
            chat=chat,
            message=UserMessage(id=MessageId(mint()), message=message),
            inputs=called.inputs(values),
            session=None if session is None else session.name,
            request=request,
        )

    async def _message(self, parameter: Parameter, value: Any, identity: Identity, *, chat: str) -> Message:
        text: Any = value
        named_files: Any = []
        if parameter.kind == "multimodaltextbox":
            if isinstance(value, dict):
                text, named_files = value.get("text") or "", value.get("files") or []
            if not isinstance(text, str) or not isinstance(named_files, list):
                raise CallError(f"`{parameter.name}` has to be a text, or an object with `text` and `files`.")
        elif not isinstance(text, str):
            raise CallError(f"`{parameter.name}` has to be a text.")
        if not all(isinstance(file, FileRef) for file in named_files):
            raise CallError('A file is `{"path": …, "meta": {"_type": "gradio.FileData"}}`.')
        files = await self._uploads.find(tuple(file.id for file in named_files), identity, chat=chat)
        return user_message(text, files)

    async def _with_files(self, value: Any, parameter: Parameter, identity: Identity, *, root: str) -> Any:
        """Return an input's value with references to the files that it names."""
        match value:
            case {"meta": {"_type": "gradio.FileData"}}:
                return await self._file(value, identity, root=root)
            case {"path": str()} if parameter.kind in _FILE_KINDS:
                return await self._file(value, identity, root=root)
            case {"files": list(files)} if parameter.kind == "multimodaltextbox":
                return value | {"files": [await self._file(file, identity, root=root) for file in files]}
            case list() if any(isinstance(item, dict | list) for item in value):
                return [await self._with_files(item, parameter, identity, root=root) for item in value]
            case dict():
                return {
                    name: await self._with_files(item, parameter, identity, root=root) for name, item in value.items()
                }
        return value

    async def _file(self, value: Any, identity: Identity, *, root: str) -> FileRef:
        """Return the file that a client names by the path from the response to its upload."""
        path = value.get("path") if isinstance(value, dict) else value
        if not isinstance(path, str):
            raise CallError('A file is `{"path": …, "meta": {"_type": "gradio.FileData"}}`.')
        own = f"{root}{PREFIX}/file="
        path = unquote(path.removeprefix(own)) if path.startswith(own) else path
        id_ = FileId(path.partition("/")[0])
        name = value.get("orig_name") if isinstance(value, dict) else None
        try:
            stored = await asyncio.to_thread(self._files.get, id_, owner=identity.owner)
            if stored.ref.name == NAMELESS and isinstance(name, str):
                return await self._named(stored.ref, name, identity)
        except FileNotFound:
            raise ForbiddenError(
                "file.unknown",
                "File not allowed: it was not uploaded to this server. The server fetches no addresses and reads no "
                "paths; upload the file first.",
            ) from None
        return stored.ref

    async def _named(self, ref: FileRef, name: str, identity: Identity) -> FileRef:
        last = PureWindowsPath(PurePosixPath(name).name).name
        return await asyncio.to_thread(self._files.rename, ref.id, last or NAMELESS, owner=identity.owner)


def by_position(called: CallableEndpoint, data: Sequence[Any]) -> dict[str, Any]:
    """Return positional values by parameter name; trailing `None`s, which some clients send for states, are dropped.

    Raises:
        CallError: there are too many values, or one is missing.
    """
    values = list(data)
    while len(values) > len(called.parameters) and values[-1] is None:
        values.pop()
    if len(values) > len(called.parameters):
        raise CallError(f"`data` has {len(values)} values; this endpoint takes {len(called.parameters)}.")
    return by_name(called, {each.name: value for each, value in zip(called.parameters, values, strict=False)})


def by_name(called: CallableEndpoint, values: Mapping[str, Any]) -> dict[str, Any]:
    """Validate the values of a call, and return them.

    Raises:
        CallError: a value is missing, or a parameter does not exist.
    """
    known = [each.name for each in called.parameters]
    for name in values:
        if name not in known:
            raise CallError(f"There is no parameter `{name[:100]}`; the parameters are {', '.join(known)}.")
    for each in called.parameters:
        if each.name not in values and not each.has_default:
            raise CallError(f"The value of the parameter `{each.name}` is missing.")
    return dict(values)
