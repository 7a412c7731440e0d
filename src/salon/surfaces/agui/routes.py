"""The address of AG-UI: one, to which a run's input is posted."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salon.engine.turn import NewMessage, Turn
from salon.errors import ClientError, TooLargeError
from salon.http.bodies import read_json
from salon.http.event_stream import EventStream
from salon.http.files import file_response
from salon.identity import Identity
from salon.ids import FileId, MessageId, TurnId, mint
from salon.messages.message import Message, Role
from salon.messages.parts import FilePart, FileRef, Part, TextPart
from salon.runs.log import RunNotFound
from salon.surfaces.agui.encode import RunEncoder
from salon.surfaces.base import Services
from salon.surfaces.data_files import DataError, DataFiles
from salon.surfaces.parameters import Called, called_chats
from salon.surfaces.requests import request_of, root_of
from salon.surfaces.uploads import uploads_of
from salon.text import clean

_BODY_BYTES = 2 * 2**20
_BODY_WITH_FILES_BYTES = 64 * 2**20
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


class _Said(msgspec.Struct, frozen=True):
    role: str
    content: str | list[_Content] | None = None


class _RunInput(msgspec.Struct, frozen=True, rename="camel"):
    thread_id: str
    run_id: str
    messages: list[Any]
    forwarded_props: dict[str, Any] | None = None


class AgUiSurface:
    """Runs the application's chats for front ends that speak AG-UI.

    Args:
        services: the application.
        identify: tells who sent a request.
        public_url: the application's address, where it is not the one that requests come to.
    """

    def __init__(
        self, services: Services, *, identify: Callable[[Request], Awaitable[Identity]], public_url: str | None = None
    ) -> None:
        self._services = services
        self._identify = identify
        self._public_url = public_url
        self._chats = {chat.name: chat for chat in called_chats(services.app) if chat.visibility != "private"}
        self._uploads = uploads_of(services)
        self._data_files = DataFiles(services.files, size_bytes=self._uploads.size_bytes)
        self._body_bytes = _BODY_WITH_FILES_BYTES if self._uploads.is_wanted else _BODY_BYTES

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted where the application is: one for each chat, the first also without name."""
        routes = [Route("/ag-ui/files/{id}/{name}", self._file)] if self._chats else []
        for index, (name, chat) in enumerate(self._chats.items()):
            routes.append(Route(f"/ag-ui/{name}", partial(self._run, chat), methods=["POST"]))
            if index == 0:
                routes.append(Route("/ag-ui", partial(self._run, chat), methods=["POST"]))
        return routes

    async def _run(self, chat: Called, request: Request) -> Response:
        identity = await self._identify(request)
        body = await read_json(request, _RunInput, limit_bytes=self._body_bytes)
        made: list[FileId] = []
        try:
            history, message = await self._said(chat, body, identity, made)
            turn = Turn(
                id=TurnId(mint()),
                identity=identity,
                conversation=None,
                chat=str(chat.chat),
                history=history,
                message=NewMessage(id=MessageId(mint()), message=message),
                inputs=chat.inputs(body.forwarded_props or {}),
                passing_files=tuple(made),
                request=partial(request_of, request, identity),
            )
            run = await self._services.engine.submit(turn)
        except BaseException:
            await self._data_files.forget(made, identity)
            raise
        root = root_of(request, self._public_url)
        encoder = RunEncoder(
            body.thread_id, body.run_id, messages=body.messages, address=lambda file: _address(root, file)
        )
        entries = await self._services.engine.follow(run.id, identity=identity)

        async def encoded() -> AsyncGenerator[bytes, None]:
            try:
                async with aclosing(entries):
                    async for batch in entries:
                        if frames := encoder.frames(batch):
                            yield frames
            finally:
                with suppress(RunNotFound):
                    await self._services.engine.cancel(run.id, identity=identity)

        return EventStream(encoded())

    async def _said(
        self, chat: Called, body: _RunInput, identity: Identity, made: list[FileId]
    ) -> tuple[tuple[Message, ...], Message]:
        """Return what was said before, and the message to answer; what agents alone say to each other is left out."""
        if len(body.messages) > _MESSAGES_AT_MOST:
            raise TooLargeError("request.too-large", f"There are more than {_MESSAGES_AT_MOST} messages.")
        found = []
        for index, value in enumerate(body.messages):
            try:
                said = msgspec.convert(value, _Said)
            except msgspec.ValidationError as error:
                raise ClientError("request.invalid", f"`messages[{index}]` is no message: {error}") from None
            role = _ROLES.get(said.role)
            if role is not None:
                found.append(await self._message(role, said, chat, identity, made, place=f"messages[{index}]"))
        if not found or found[-1].role != "user":
            raise ClientError("request.invalid", "`messages` has to end with one of the user's.")
        limit = self._services.app.page.max_message_length
        if len(found[-1].text) > limit:
            raise TooLargeError("message.too-long", f"The message has more than {limit} characters.")
        return tuple(found[:-1]), found[-1]

    async def _message(
        self, role: Role, said: _Said, chat: Called, identity: Identity, made: list[FileId], *, place: str
    ) -> Message:
        contents = [_Content("text", said.content)] if isinstance(said.content, str) else said.content or []
        texts = [content.text for content in contents if content.text is not None]
        files = []
        for content in contents:
            if content.source is None:
                continue
            if chat.config.files is None:
                raise ClientError("file.unwanted", f"`{place}` has a file, and this chat takes none.")
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
        found = await self._uploads.find(tuple(file.id for file in files), identity, chat=str(chat.chat))
        text = (TextPart(text=clean("\n\n".join(texts))),) if texts or not found else ()
        parts: tuple[Part, ...] = (*text, *(FilePart(file=file) for file in found))
        return Message(role=role, parts=parts)

    async def _file(self, request: Request) -> Response:
        identity = await self._identify(request)
        id_ = FileId(request.path_params["id"])
        stored = await asyncio.to_thread(self._services.files.get, id_, owner=identity.owner)
        return file_response(stored.path, media_type=stored.ref.media_type)


def _address(root: str, file: FileRef) -> str:
    return f"{root}/ag-ui/files/{quote(file.id)}/{quote(file.name)}"
