"""The addresses of the native protocol."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from salon.engine.engine import Engine
from salon.errors import AuthenticationError, ClientError, NotFoundError, RateError
from salon.http.auth import TRIES_WITHIN_S, Login
from salon.http.bodies import read_body, read_json
from salon.http.event_stream import EventStream
from salon.http.files import content_response, file_response, resolve_under
from salon.http.responses import json_response
from salon.http.static import StaticFiles
from salon.http.visitors import remember_visitor
from salon.identity import Identity
from salon.ids import FileId, MessageId, RunId
from salon.media_types import guess_type
from salon.messages.conversation import Conversation
from salon.messages.parts import FileRef
from salon.runs.run import Run
from salon.surfaces.base import Services
from salon.surfaces.requests import conversation_of, root_of
from salon.surfaces.uploads import uploads_of
from salon.surfaces.web.decode import decode_call, decode_feedback, decode_turn
from salon.surfaces.web.documents import DocumentAddresses
from salon.surfaces.web.encode import frames
from salon.surfaces.web.library import LibraryAddresses
from salon.surfaces.web.openapi import openapi
from salon.surfaces.web.page import Pages
from salon.surfaces.web.sharing import SharingAddresses
from salon.surfaces.web.views import PAGE, endpoints_view, feedback_view, view
from salon.surfaces.web.wire import (
    CancelRequest,
    ConversationView,
    FeedbackKept,
    FeedbacksView,
    HeadView,
    SwitchRequest,
    UploadView,
)

_SMALL_BYTES = 4 * 2**10
_DIGITS = 15


class WebSurface:
    """The page and the native protocol.

    Args:
        services: the application.
        pages: renders the page.
        static: the built files.
        file_roots: files and folders of the author's that the page may show.
        hidden: files and folders that are never shown, even in one of these.
        login: who may sign in; `None` lets everybody in.
        reloads: whether pages may watch for restarts of the server.
        public_url: the application's address, where it is not the one that requests come to.
    """

    def __init__(
        self,
        services: Services,
        *,
        pages: Pages,
        static: StaticFiles,
        file_roots: Sequence[Path],
        hidden: Sequence[Path],
        login: Login | None,
        reloads: bool,
        public_url: str | None = None,
    ) -> None:
        self._services = services
        self._pages = pages
        self._uploads = uploads_of(services)
        self._static = static
        self._file_roots = file_roots
        self._hidden = hidden
        self._login = login
        self._reloads = reloads
        self._public_url = public_url
        self._boot = secrets.token_hex(8)

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted where the application is."""
        routes = [
            Route("/", self._page),
            Route("/assets/{name}", self._static.serve),
            Route("/frames/diagram", self._diagram_frame),
            Route("/frames/html", self._html_frame),
            Route("/frames/plot", self._plot_frame),
            Route("/frames/reply", self._reply_frame),
            Route("/file={name:path}", self._file),
            Route("/author/{key}", self._author_file),
            Route("/author/{key}/{name}", self._author_file),
            Route("/files/{id}/{name}", self._kept_file),
            Route("/healthz", self._health),
            Route("/api/config", self._config),
            Route("/api/openapi.json", self._openapi),
            Route("/api/endpoints", self._endpoints),
            Route("/api/files", self._upload, methods=["POST"]),
            Route("/api/files/{id}", self._remove_file, methods=["DELETE"]),
            Route("/api/uploads/{id}", self._look_at_upload),
            Route("/api/uploads/{id}", self._forget_upload, methods=["DELETE"]),
            Route("/api/turns", self._turn, methods=["POST"]),
            Route("/api/calls", self._call, methods=["POST"]),
            Route("/api/runs/{run}/events", self._events),
            Route("/api/runs/{run}/cancel", self._cancel, methods=["POST"]),
            Route("/api/conversations/{conversation}", self._conversation),
            Route("/api/conversations/{conversation}", self._delete, methods=["DELETE"]),
            Route("/api/conversations/{conversation}/changes", self._changes),
            Route("/api/conversations/{conversation}/undo", self._undo, methods=["POST"]),
            Route("/api/conversations/{conversation}/feedback", self._opinions),
            Route("/api/conversations/{conversation}/feedback", self._feedback, methods=["POST"]),
            Route("/api/conversations/{conversation}/switch", self._switch, methods=["POST"]),
        ]
        for addresses in (LibraryAddresses, SharingAddresses, DocumentAddresses):
            routes += addresses(self._services).routes()
        if self._reloads:
            routes.append(Route("/api/reload", self._reload))
        if self._login is not None:
            routes += [
                Route("/login", self._login_page),
                Route("/login", self._sign_in, methods=["POST"]),
                Route("/logout", self._sign_out, methods=["POST"]),
            ]
        return routes

    @property
    def _engine(self) -> Engine:
        return self._services.engine

    def _identify(self, request: Request) -> Identity:
        return self._services.identify(request)

    async def _page(self, request: Request) -> Response:
        try:
            response: Response = await self._pages.chat(request, self._identify(request))
        except AuthenticationError:
            return RedirectResponse("login", 303)
        remember_visitor(request, response)
        if self._login is not None:
            self._login.keep(request, response)
        return response

    async def _diagram_frame(self, request: Request) -> Response:
        del request
        return self._pages.diagram_frame()

    async def _html_frame(self, request: Request) -> Response:
        del request
        return self._pages.html_frame()

    async def _plot_frame(self, request: Request) -> Response:
        del request
        return self._pages.plot_frame()

    async def _reply_frame(self, request: Request) -> Response:
        del request
        return self._pages.reply_frame()

    async def _kept_file(self, request: Request) -> Response:
        """Serve a file to its owner; the name in the address is for the one who reads it, and decides nothing."""
        owner = self._identify(request).owner
        stored = await asyncio.to_thread(self._services.files.get, FileId(request.path_params["id"]), owner=owner)
        return file_response(stored.path, media_type=stored.ref.media_type)

    async def _config(self, request: Request) -> Response:
        return json_response(await self._pages.config(self._identify(request)))

    async def _openapi(self, request: Request) -> Response:
        self._identify(request)
        title = self._services.app.page.title or "Salon"
        body = msgspec.json.encode(openapi(root_of(request, self._public_url), title))
        return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def _endpoints(self, request: Request) -> Response:
        self._identify(request)
        address = root_of(request, self._public_url)
        return json_response(endpoints_view(self._services.app, self._services.protocols, address))

    async def _file(self, request: Request) -> Response:
        self._identify(request)
        path = resolve_under(self._file_roots, request.path_params["name"], hidden=self._hidden)
        return file_response(path)

    async def _author_file(self, request: Request) -> Response:
        self._identify(request)
        key = request.path_params["key"]
        file = self._services.app.files.get(key)
        if file is None:
            raise NotFoundError("file.unknown", "There is no such file.")
        return file_response(file) if isinstance(file, Path) else content_response(file, guess_type(key))

    async def _health(self, request: Request) -> Response:
        del request
        if self._engine.is_stopping:
            return Response(b'{"status":"stopping"}', 503, media_type="application/json")
        return Response(b'{"status":"ok"}', media_type="application/json")

    async def _upload(self, request: Request) -> Response:
        try:
            response = json_response(await self._uploads.receive(request, self._identify(request)))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        response.status_code = 201
        return response

    async def _remove_file(self, request: Request) -> Response:
        owner = self._identify(request).owner
        await asyncio.to_thread(self._services.files.delete, FileId(request.path_params["id"]), owner=owner)
        return Response(status_code=204)

    async def _look_at_upload(self, request: Request) -> Response:
        there = await self._uploads.look(request.path_params["id"], self._identify(request))
        return json_response(UploadView(file=there) if isinstance(there, FileRef) else UploadView(size_bytes=there))

    async def _forget_upload(self, request: Request) -> Response:
        await self._uploads.forget(request.path_params["id"], self._identify(request))
        return Response(status_code=204)

    async def _turn(self, request: Request) -> Response:
        identity = self._identify(request)
        length = self._services.app.page.max_message_length
        turn = await decode_turn(request, identity, max_message_length=length, uploads=self._uploads)
        run = await self._engine.submit(turn)
        return await self._stream(run.id, identity, after=_after(request))

    async def _call(self, request: Request) -> Response:
        identity = self._identify(request)
        run = await self._engine.call(await decode_call(request, identity, uploads=self._uploads))
        return await self._stream(run.id, identity, after=_after(request))

    async def _events(self, request: Request) -> Response:
        return await self._stream(_run(request), self._identify(request), after=_after(request))

    async def _stream(self, run: RunId, identity: Identity, *, after: int) -> Response:
        entries = await self._engine.follow(run, identity=identity, after=after)

        async def encoded() -> AsyncGenerator[bytes, None]:
            async with aclosing(entries):
                async for batch in entries:
                    yield frames(batch)

        return EventStream(encoded())

    async def _cancel(self, request: Request) -> Response:
        body = await read_json(request, CancelRequest, limit_bytes=_SMALL_BYTES)
        await self._engine.cancel(_run(request), identity=self._identify(request), seen=body.seen)
        return Response(status_code=202)

    def _view(self, conversation: Conversation, run: Run | None, **options: Any) -> ConversationView:
        return view(conversation, run, sign=self._services.signature_of, **options)

    async def _conversation(self, request: Request) -> Response:
        identity, id_ = self._identify(request), conversation_of(request)
        opinions = await self._services.feedback.opinions(id_, identity=identity)
        conversation, run = await self._services.commands.load(id_, identity=identity)
        before = request.query_params.get("before")
        limit = request.query_params.get("limit", str(PAGE))
        if not limit.isdecimal() or len(limit) > _DIGITS or int(limit) == 0:
            raise ClientError("request.invalid", "`limit` has to be a positive number.")
        start = MessageId(before) if before else None
        return json_response(self._view(conversation, run, limit=int(limit), before=start, opinions=opinions))

    async def _changes(self, request: Request) -> Response:
        heads = await self._services.watchers.watch(conversation_of(request), identity=self._identify(request))

        async def encoded() -> AsyncGenerator[bytes, None]:
            async with aclosing(heads):
                async for head in heads:
                    yield b"data: %b\n\n" % msgspec.json.encode(HeadView(head=head))

        return EventStream(encoded())

    async def _undo(self, request: Request) -> Response:
        identity, id_ = self._identify(request), conversation_of(request)
        undone = await self._services.commands.undo(id_, identity=identity)
        opinions = await self._services.feedback.opinions(id_, identity=identity)
        conversation, run = await self._services.commands.load(id_, identity=identity)
        return json_response(self._view(conversation, run, undone=undone, opinions=opinions))

    async def _opinions(self, request: Request) -> Response:
        opinions = await self._services.feedback.opinions(conversation_of(request), identity=self._identify(request))
        return json_response(FeedbacksView(feedback={id_: feedback_view(opinion) for id_, opinion in opinions.items()}))

    async def _feedback(self, request: Request) -> Response:
        judgement = await decode_feedback(request, self._identify(request), conversation_of(request))
        message, opinion = await self._services.feedback.give(judgement)
        return json_response(FeedbackKept(message=message, feedback=feedback_view(opinion)))

    async def _switch(self, request: Request) -> Response:
        identity, id_ = self._identify(request), conversation_of(request)
        body = await read_json(request, SwitchRequest, limit_bytes=_SMALL_BYTES)
        await self._services.commands.switch(id_, body.message, identity=identity)
        opinions = await self._services.feedback.opinions(id_, identity=identity)
        conversation, run = await self._services.commands.load(id_, identity=identity)
        return json_response(self._view(conversation, run, opinions=opinions))

    async def _delete(self, request: Request) -> Response:
        await self._services.commands.delete(conversation_of(request), identity=self._identify(request))
        return Response(status_code=204)

    async def _login_page(self, request: Request) -> Response:
        return self._pages.login(request)

    async def _sign_in(self, request: Request) -> Response:
        assert self._login is not None
        body = await read_body(request, limit_bytes=_SMALL_BYTES)
        try:
            form = dict(parse_qsl(body.decode(), max_num_fields=8))
        except ValueError:
            raise ClientError("request.invalid", "The form cannot be read.") from None
        user, password = form.get("username", ""), form.get("password", "")
        if not user or not password:
            return self._pages.login(request, refusal="login.incomplete", status=400)
        address = request.client.host if request.client is not None else ""
        try:
            is_right = await self._login.verify(user, password, address=address)
        except RateError as error:
            response = self._pages.login(request, refusal=error.code, status=error.status)
            response.headers["Retry-After"] = str(int(TRIES_WITHIN_S))
            return response
        if not is_right:
            return self._pages.login(request, refusal="login.wrong", status=401)
        answer = RedirectResponse("./", 303)
        self._login.sign_in(request, answer, user)
        return answer

    async def _sign_out(self, request: Request) -> Response:
        assert self._login is not None
        response = RedirectResponse("login", 303)
        self._login.sign_out(request, response)
        return response

    async def _reload(self, request: Request) -> Response:
        """Name this start of the server, then keep the stream open until it ends, so that its end is noticed."""
        self._identify(request)

        async def frames_() -> AsyncGenerator[bytes, None]:
            yield b"data: %b\n\n" % self._boot.encode()
            await self._engine.stopping.wait()

        return EventStream(frames_())


def _run(request: Request) -> RunId:
    return RunId(request.path_params["run"])


def _after(request: Request) -> int:
    after = request.query_params.get("after") or request.headers.get("last-event-id") or "0"
    if not after.isdecimal() or len(after) > _DIGITS:
        raise ClientError("request.invalid", f"`after` has to be the number of an event, got `{after[:40]}`.")
    return int(after)
