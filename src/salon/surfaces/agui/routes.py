"""The routes of AG-UI: one for each chat, to which a run's input is posted."""

from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from salon.engine.turn import Turn, UserMessage
from salon.errors import ClientError, TooLargeError
from salon.http.bodies import read_json
from salon.http.policies import PolicyRoute, identity_of
from salon.identity import Identity
from salon.ids import FileId, MessageId, TurnId, mint
from salon.messages.message import Message, Role
from salon.messages.parts import FilePart, Part, TextPart
from salon.surfaces.agui.encode import RunEncoder
from salon.surfaces.callable_endpoints import CallableEndpoint, callable_chats
from salon.surfaces.data_files import DataError
from salon.surfaces.programs import ProgramSurface
from salon.surfaces.requests import request_of
from salon.text import clean

_FILE = "/ag-ui/files/{id}/{name}"
_MESSAGES_AT_MOST = 2_000
_ROLES: dict[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}


class _Source(msgspec.Struct, frozen=True, rename="camel"):
    type: str
    value: str
    mime_type: str | None = None


class _Content(msgspec.Struct, frozen=True, rename="camel"):
    type: str
    text: str | None = None
    source: _Source | None = None


class _Message(msgspec.Struct, frozen=True):
    role: str
    content: str | list[_Content] | None = None


class _RunInput(msgspec.Struct, frozen=True, rename="camel"):
    thread_id: str
    run_id: str
    messages: list[Any]
    forwarded_props: dict[str, Any] | None = None


class AgUiSurface(ProgramSurface):
    """Runs the application's chats for front ends that use AG-UI; the arguments are those of `ProgramSurface`."""

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, relative to the application's root: one for each chat, the first also without a name."""
        chats = [chat for chat in callable_chats(self._services.app) if chat.visibility != "private"]
        route = partial(self._services.route, caller="program")
        routes = [route(_FILE, self._services.owned_file)] if chats else []
        for index, chat in enumerate(chats):
            handler = partial(self._run, chat)
            run = partial(
                route, handler=handler, methods=["POST"], body_bytes=self._body_bytes, rate="turns", is_long=True
            )
            routes += [run(f"/ag-ui/{chat.name}")] + ([run("/ag-ui")] if index == 0 else [])
        return routes

    async def _run(self, chat: CallableEndpoint, request: Request) -> Response:
        identity = identity_of(request)
        body = await read_json(request, _RunInput)
        async with self._data_files.received(identity) as made:
            history, message = await self._decode_messages(chat, body, identity, made)
            turn = Turn(
                id=TurnId(mint()),
                identity=identity,
                conversation=None,
                chat=str(chat.chat),
                history=history,
                message=UserMessage(id=MessageId(mint()), message=message),
                inputs=chat.inputs(body.forwarded_props or {}),
                passing_files=tuple(made),
                request=partial(request_of, request, identity),
            )
            run = await self._services.engine.submit(turn)
        encoder = RunEncoder(body.thread_id, body.run_id, messages=body.messages, address=self._address(request, _FILE))
        return await self._stream(run, identity, encoder.frames, stops=True)

    async def _decode_messages(
        self, chat: CallableEndpoint, body: _RunInput, identity: Identity, made: list[FileId]
    ) -> tuple[tuple[Message, ...], Message]:
        """Return the history and the message to answer; messages between agents only are left out."""
        if len(body.messages) > _MESSAGES_AT_MOST:
            raise TooLargeError("request.too-large", f"`messages` has more than {_MESSAGES_AT_MOST} items.")
        decoded = []
        for index, value in enumerate(body.messages):
            try:
                entry = msgspec.convert(value, _Message)
            except msgspec.ValidationError as error:
                raise ClientError("request.invalid", f"`messages[{index}]` is not a valid message: {error}") from None
            role = _ROLES.get(entry.role)
            if role is not None:
                decoded.append(await self._message(role, entry, chat, identity, made, place=f"messages[{index}]"))
        if not decoded or decoded[-1].role != "user":
            raise ClientError("request.invalid", "`messages` has to end with a message of the role `user`.")
        return tuple(decoded[:-1]), decoded[-1]

    async def _message(
        self, role: Role, entry: _Message, chat: CallableEndpoint, identity: Identity, made: list[FileId], *, place: str
    ) -> Message:
        contents = [_Content("text", entry.content)] if isinstance(entry.content, str) else entry.content or []
        texts = [content.text for content in contents if content.text is not None]
        files = []
        for content in contents:
            if content.source is None:
                continue
            if chat.config.files is None:
                raise ClientError("file.unwanted", f"`{place}` contains a file, and this chat accepts none.")
            source = content.source
            data = source.value
            if source.type == "data" and source.mime_type and not data.startswith("data:"):
                data = f"data:{source.mime_type};base64,{data}"
            try:
                ref = await self._data_files.keep(data, identity)
            except DataError as error:
                raise ClientError(error.code, f"The file of `{place}` {error.message}") from None
            made.append(ref.id)
            files.append(ref)
        attached = await self._uploads.find(tuple(file.id for file in files), identity, chat=str(chat.chat))
        text = (TextPart(text=clean("\n\n".join(texts))),) if texts or not attached else ()
        parts: tuple[Part, ...] = (*text, *(FilePart(file=file) for file in attached))
        return Message(role=role, parts=parts)
