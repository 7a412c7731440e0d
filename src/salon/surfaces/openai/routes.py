"""The routes of OpenAI's protocols."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from salon.engine.turn import Turn, UserMessage
from salon.errors import ClientError, NotFoundError
from salon.events.fold import Folding, Reply
from salon.events.types import Entry, RunEnd
from salon.http.bodies import read_json
from salon.http.policies import PolicyRoute, identity_of
from salon.http.responses import json_response
from salon.identity import Identity
from salon.ids import ConversationId, MessageId, RunId, TurnId, mint
from salon.messages.message import Message, StoredMessage, chained
from salon.messages.parts import FilePart, TextPart
from salon.runs.log import RunNotFound
from salon.runs.run import Run
from salon.surfaces.base import Services
from salon.surfaces.callable_endpoints import CallableEndpoint, callable_chats
from salon.surfaces.openai.completions import CompletionEncoder, tokens_of
from salon.surfaces.openai.decode import (
    DecodedMessages,
    Decoder,
    ParameterError,
    as_request,
    check_instructions,
    check_metadata,
    inputs_of,
)
from salon.surfaces.openai.errors import failed, refusal
from salon.surfaces.openai.records import Record, Records
from salon.surfaces.openai.responses import ResponseEncoder, response_of
from salon.surfaces.openai.wire import CompletionRequest, InputMessage, ResponseRequest
from salon.surfaces.programs import ProgramSurface
from salon.surfaces.requests import request_of, whole_number

_FILE = "/v1/files/{id}/content"


class OpenAISurface(ProgramSurface):
    """Chat completions and responses.

    Args:
        services: services of the application.
        public_url: public address of the application, if it differs from the requests' address.
    """

    def __init__(self, services: Services, *, public_url: str | None = None) -> None:
        super().__init__(services, public_url=public_url)
        self._chats = {chat.name: chat for chat in callable_chats(services.app) if chat.visibility != "private"}
        self._created = int(time.time())
        self._decoder = Decoder(uploads=self._uploads, data_files=self._data_files)
        self._records = Records()

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        if not self._chats:
            return []
        route = partial(self._services.route, caller="program", refuse=refusal)
        write = partial(route, methods=["POST"], body_bytes=self._body_bytes, rate="turns", is_long=True)
        return [
            route("/v1/models", self._models),
            route("/v1/models/{model:path}", self._one_model),
            write("/v1/chat/completions", self._complete),
            write("/v1/responses", self._respond),
            route("/v1/responses/{response}", self._retrieve, is_long=True),
            route("/v1/responses/{response}", self._delete, methods=["DELETE"]),
            route("/v1/responses/{response}/cancel", self._cancel, methods=["POST"]),
            route(_FILE, self._services.owned_file),
            route("/v1/{rest:path}", self._unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]

    async def _unknown(self, request: Request) -> Response:
        raise NotFoundError("address.unknown", f"Unknown request URL: {request.method} {request.url.path}.")

    async def _models(self, request: Request) -> Response:
        del request
        listed = [name for name, chat in self._chats.items() if chat.visibility == "public"]
        return json_response({"object": "list", "data": [self._described(name) for name in listed]})

    async def _one_model(self, request: Request) -> Response:
        model = request.path_params["model"]
        if model not in self._chats:
            raise NotFoundError(
                "model_not_found", f"There is no model with this name; the models are {', '.join(self._chats)}."
            )
        return json_response(self._described(model))

    def _chat(self, model: str) -> CallableEndpoint:
        """Return the chat with a model's name; the first chat for an unknown name, as clients have defaults."""
        return self._chats.get(model) or next(iter(self._chats.values()))

    def _described(self, model: str) -> dict[str, Any]:
        return {"id": model, "object": "model", "created": self._created, "owned_by": "salon"}

    async def _complete(self, request: Request) -> Response:
        identity = identity_of(request)
        fields = await read_json(request, dict[str, Any])
        body = as_request(fields, CompletionRequest)
        if body.n not in (None, 1):
            raise ParameterError("n", f"`n` has to be 1, got {body.n}.")
        chat = self._chat(body.model)
        inputs = inputs_of(chat, fields)
        async with self._data_files.received(identity) as made:
            decoded = await self._decoder.messages_of(body.messages, identity, made, chat=chat, param="messages")
            run = await self._submit(request, identity, decoded, chat=chat, inputs=inputs, conversation=None)
        encoder = CompletionEncoder(
            f"chatcmpl-{run.id}",
            model=body.model or chat.name,
            created=int(time.time()),
            prompt_tokens=tokens_of((*decoded.history, decoded.message)),
            address=self._address(request, _FILE),
            include_usage=bool(body.stream_options and body.stream_options.include_usage),
        )
        if body.stream:
            return await self._stream(run, identity, encoder.frames, stops=True)
        end = await self._until_end(request, run, identity, encoder.frames)
        return json_response(encoder.whole()) if end.status in ("complete", "cancelled") else failed(end.failure)

    async def _respond(self, request: Request) -> Response:
        identity = identity_of(request)
        fields = await read_json(request, dict[str, Any])
        body = as_request(fields, ResponseRequest)
        chat = self._chat(body.model)
        inputs = inputs_of(chat, fields)
        check_metadata(body.metadata)
        check_instructions(body.instructions, max_length=self._services.app.page.max_message_length)
        is_stored = body.store is not False
        if body.background and not is_stored:
            raise ParameterError(
                "store", "A response in the `background` has to be stored: leave out `store`, or set it to true."
            )
        items = [InputMessage(role="user", content=body.input)] if isinstance(body.input, str) else body.input
        async with self._data_files.received(identity) as made:
            decoded = await self._decoder.messages_of(items, identity, made, chat=chat, param="input")
            record = await self._begin(request, identity, body, decoded, chat=chat, inputs=inputs)
        address = self._address(request, _FILE)
        if body.stream:
            encoder = ResponseEncoder(record, address)
            return await self._stream(record.run, identity, encoder.frames, stops=not body.background)
        if body.background:
            return json_response(response_of(record, Reply(), address, is_queued=True))
        encoder = ResponseEncoder(record, address)
        end = await self._until_end(request, record.run, identity, encoder.frames)
        if end.status not in ("complete", "cancelled"):
            return failed(end.failure)
        return json_response(response_of(record, encoder.reply, address))

    async def _begin(
        self,
        request: Request,
        identity: Identity,
        body: ResponseRequest,
        decoded: DecodedMessages,
        *,
        chat: CallableEndpoint,
        inputs: Mapping[str, Any],
    ) -> Record:
        """Start the run of a response; its history is the caller's, or that of an earlier response."""
        is_stored = body.store is not False
        history = decoded.history
        conversation, parent = None, None
        if body.previous_response_id is not None:
            before = self._record(body.previous_response_id, identity, param="previous_response_id")
            if any(message.role != "user" for message in history):
                raise ParameterError(
                    "input", "With a `previous_response_id`, `input` may contain messages of the role `user` only."
                )
            earlier, end = await self._earlier_messages(before)
            texts = [message.text for message in (*history, decoded.message)]
            files = [
                part for message in (*history, decoded.message) for part in message.parts if isinstance(part, FilePart)
            ]
            joined = Message(role="user", parts=(TextPart(text="\n\n".join(filter(None, texts))), *files))
            decoded = DecodedMessages(history=earlier, message=joined, files=decoded.files)
            history = earlier
            if is_stored and body.instructions is None and before.conversation is not None:
                conversation, parent = before.conversation, end
        if body.instructions is not None:
            system = Message(role="system", parts=(TextPart(text=body.instructions),))
            history = (system, *(message for message in history if message.role != "system"))
        if is_stored and conversation is None:
            conversation = ConversationId(mint())
        run = await self._submit(
            request,
            identity,
            DecodedMessages(history=history, message=decoded.message, files=decoded.files),
            chat=chat,
            inputs=inputs,
            conversation=conversation,
            parent=parent,
            is_background=bool(body.background),
        )
        record = Record(
            id=f"resp_{run.id}",
            run=run,
            identity=identity,
            model=body.model or chat.name,
            created=int(time.time()),
            prompt_tokens=tokens_of((*history, decoded.message)),
            conversation=conversation,
            instructions=body.instructions,
            previous=body.previous_response_id,
            background=bool(body.background),
            metadata=body.metadata or {},
        )
        if is_stored:
            self._records.add(record)
        return record

    async def _earlier_messages(self, record: Record) -> tuple[tuple[Message, ...], MessageId]:
        """Return the messages up to the end of an earlier response, and the id of the last one."""
        assert record.conversation is not None
        assert record.run.answers is not None
        with suppress(RunNotFound):
            reply = await self._reply_so_far(record.run.id, record.identity)
            if reply.status is None:
                raise ParameterError(
                    "previous_response_id",
                    "The previous response is still in progress. Wait for its end, or cancel it.",
                )
        commands = self._services.commands
        try:
            conversation, _ = await commands.load(record.conversation, identity=record.identity)
        except NotFoundError:
            raise _unknown_response("previous_response_id") from None
        below = conversation.children.get(record.run.answers, [])
        end = below[0] if below else record.run.answers
        while (
            len(next_ := conversation.children.get(end, [])) and conversation.get(next_[0]).message.role == "assistant"
        ):
            end = next_[0]
        return tuple(stored.message for stored in conversation.path(end)), end

    async def _submit(
        self,
        request: Request,
        identity: Identity,
        decoded: DecodedMessages,
        *,
        chat: CallableEndpoint,
        inputs: Mapping[str, Any],
        conversation: ConversationId | None,
        parent: MessageId | None = None,
        is_background: bool = False,
    ) -> Run:
        copy: tuple[StoredMessage, ...] | None = None
        if conversation is not None and parent is None and decoded.history:
            copy = tuple(chained(decoded.history, created_at=time.time()))
            parent = copy[-1].id
        turn = Turn(
            id=TurnId(mint()),
            identity=identity,
            conversation=conversation,
            chat=str(chat.chat),
            inputs=inputs,
            history=decoded.history if conversation is None else (),
            parent=parent,
            copy=copy,
            message=UserMessage(id=MessageId(mint()), message=decoded.message),
            passing_files=decoded.files if conversation is None else (),
            is_background=is_background,
            request=partial(request_of, request, identity),
        )
        return await self._services.engine.submit(turn)

    async def _until_end(
        self, request: Request, run: Run, identity: Identity, encode: Callable[[Sequence[Entry]], bytes]
    ) -> RunEnd:
        """Read a run to its end; stop the run if the caller disconnects."""

        async def stop_when_gone() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            await self._stop(run, identity)

        watching = asyncio.create_task(stop_when_gone())
        end = RunEnd()
        try:
            async with aclosing(await self._services.engine.follow(run.id, identity=identity)) as entries:
                async for batch in entries:
                    encode(batch)
                    last = batch[-1][1]
                    end = last if isinstance(last, RunEnd) else end
        finally:
            watching.cancel()
        return end

    def _record(self, id_: str, identity: Identity, *, param: str | None = None) -> Record:
        record = self._records.find(id_, owner=identity.owner)
        if record is None:
            raise _unknown_response(param)
        return record

    async def _reply_so_far(self, run: RunId, identity: Identity) -> Reply:
        folding = Folding()
        async with aclosing(await self._services.engine.follow(run, identity=identity)) as entries:
            async for batch in entries:
                for _, event in batch:
                    folding.add(event)
                break
        return folding.reply()

    async def _stored_reply(self, record: Record) -> Reply:
        """Return the reply of a response, from its run's log, or, after that was trimmed, from its conversation."""
        with suppress(RunNotFound):
            return await self._reply_so_far(record.run.id, record.identity)
        messages, _ = await self._earlier_messages(record)
        reply: list[Message] = []
        for message in reversed(messages):
            if message.role == "user":
                break
            reply.insert(0, message)
        last = reply[-1] if reply else Message(role="assistant")
        return Reply(messages=tuple(reply), status=last.status, failure=last.failure)

    async def _retrieve(self, request: Request) -> Response:
        identity = identity_of(request)
        record = self._record(request.path_params["response"], identity)
        address = self._address(request, _FILE)
        if request.query_params.get("stream", "false").lower() not in ("true", "1"):
            reply = await self._stored_reply(record)
            return json_response(response_of(record, reply, address))
        after = request.query_params.get("starting_after", "")
        start = whole_number(after, "starting_after") if after else -1
        encoder = ResponseEncoder(record, address, after=start)
        return await self._stream(record.run, identity, encoder.frames, stops=False)

    async def _cancel(self, request: Request) -> Response:
        identity = identity_of(request)
        record = self._record(request.path_params["response"], identity)
        if not record.background:
            raise ClientError(
                "request.invalid", "Only responses with `background` can be cancelled; close the connection instead."
            )
        await self._stop(record.run, identity)
        reply = await self._ended_reply(record)
        return json_response(response_of(record, reply, self._address(request, _FILE)))

    async def _ended_reply(self, record: Record) -> Reply:
        folding = Folding()
        with suppress(RunNotFound):
            entries = await self._services.engine.follow(record.run.id, identity=record.identity)
            async with aclosing(entries):
                async for batch in entries:
                    for _, event in batch:
                        folding.add(event)
            return folding.reply()
        return await self._stored_reply(record)

    async def _delete(self, request: Request) -> Response:
        identity = identity_of(request)
        record = self._record(request.path_params["response"], identity)
        await self._stop(record.run, identity)
        self._records.forget(record)
        return json_response({"id": record.id, "object": "response", "deleted": True})


def _unknown_response(param: str | None) -> ClientError | NotFoundError:
    message = "There is no response with this id, or it is no longer stored."
    return NotFoundError("response.unknown", message) if param is None else ParameterError(param, message)
