"""Values that Gradio's clients send to turns."""

import asyncio
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import unquote

from salon.engine.context import Request
from salon.engine.turn import NewMessage, Turn
from salon.errors import ClientError, ForbiddenError, TooLargeError
from salon.identity import Identity
from salon.ids import ConversationId, FileId, MessageId, TurnId, mint
from salon.messages.message import Message, user_message
from salon.messages.parts import FileRef
from salon.stores.files import FileNotFound, FileStore
from salon.surfaces.gradio.describe import PREFIX
from salon.surfaces.parameters import Parameter
from salon.surfaces.uploads import Uploads
from salon.text import clean

# Clients in Node name what they upload so, and only tell the real name with the message.
NAMELESS = "blob"


class InputError(ClientError):
    """A call's values are not what its endpoint takes."""

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__("request.input", message)


class Decoder:
    """Makes turns of calls.

    Args:
        parameters: what the chat takes, the message first.
        uploads: finds a message's files.
        files: where files are kept.
        max_message_length: characters that a message may have.
    """

    def __init__(
        self, parameters: Sequence[Parameter], *, uploads: Uploads, files: FileStore, max_message_length: int
    ) -> None:
        self._parameters = parameters
        self._uploads = uploads
        self._files = files
        self._max_message_length = max_message_length

    def positions(self, named: dict[str, Any]) -> list[Any]:
        """Return the values of a call by name, in the order of the parameters.

        Raises:
            InputError: one is missing, or there is no parameter of that name.
        """
        known = [each.name for each in self._parameters]
        for name in named:
            if name not in known:
                raise InputError(f"There is no parameter `{name[:100]}`; there are {', '.join(known)}.")
        values = []
        for each in self._parameters:
            if each.name not in named and not each.has_default:
                raise InputError(f"The parameter `{each.name}` is missing.")
            values.append(named.get(each.name, each.default))
        return values

    async def turn(
        self,
        data: Sequence[Any],
        identity: Identity,
        *,
        root: str,
        conversation: ConversationId | None,
        parent: MessageId | None,
        request: Any = Request,
    ) -> Turn:
        """Return the turn that a call asks for; `data` has its values by position, states as `None` at the end.

        Raises:
            ClientError: they are not what the chat takes.
        """
        values = list(data)
        while len(values) > len(self._parameters) and values[-1] is None:
            values.pop()
        if len(values) > len(self._parameters):
            raise InputError(f"`data` has {len(values)} values; this endpoint takes {len(self._parameters)}.")
        for each in self._parameters[len(values) :]:
            if not each.has_default:
                raise InputError(f"`data` has no value for the parameter `{each.name}`.")
            values.append(each.default)
        message = await self._message(values[0], identity, root=root)
        return Turn(
            id=TurnId(mint()),
            identity=identity,
            conversation=conversation,
            parent=parent,
            message=NewMessage(id=MessageId(mint()), message=message),
            request=request,
        )

    async def _message(self, value: Any, identity: Identity, *, root: str) -> Message:
        parameter = self._parameters[0]
        text: Any = value
        given: Any = []
        if parameter.kind == "multimodaltextbox":
            if isinstance(value, dict):
                text, given = value.get("text") or "", value.get("files") or []
            if not isinstance(text, str) or not isinstance(given, list):
                raise InputError(f"`{parameter.name}` has to be a text, or an object with `text` and `files`.")
        elif not isinstance(text, str):
            raise InputError(f"`{parameter.name}` has to be a text.")
        if len(text) > self._max_message_length:
            raise TooLargeError(
                "message.too-long",
                f"The message has {len(text)} characters; at most {self._max_message_length} are accepted.",
            )
        files = [await self._file(each, identity, root=root) for each in given]
        found = await self._uploads.find(tuple(files), identity, checks_types=True)
        return user_message(clean(text), found)

    async def _file(self, value: Any, identity: Identity, *, root: str) -> FileId:
        """Return the id of a file that a client names by the path that its upload was answered with."""
        path = value.get("path") if isinstance(value, dict) else value
        if not isinstance(path, str):
            raise InputError('A file is `{"path": …, "meta": {"_type": "gradio.FileData"}}`.')
        own = f"{root}{PREFIX}/file="
        path = unquote(path.removeprefix(own)) if path.startswith(own) else path
        id_ = FileId(path.partition("/")[0])
        name = value.get("orig_name") if isinstance(value, dict) else None
        try:
            stored = await asyncio.to_thread(self._files.get, id_, owner=identity.owner)
            if stored.ref.name == NAMELESS and isinstance(name, str):
                return (await self._named(stored.ref, name, identity)).id
        except FileNotFound:
            raise ForbiddenError(
                "file.unknown",
                "File not allowed: it is none that you have uploaded here. Addresses are not fetched, and paths on "
                "the server mean nothing; send the file itself first.",
            ) from None
        return id_

    async def _named(self, ref: FileRef, name: str, identity: Identity) -> FileRef:
        last = PureWindowsPath(PurePosixPath(name).name).name
        return await asyncio.to_thread(self._files.rename, ref.id, last or NAMELESS, owner=identity.owner)
