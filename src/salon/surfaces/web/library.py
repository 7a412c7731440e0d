"""The addresses of conversations that are kept on the server: the list, sharing, exports and imports."""

import asyncio
import base64
import math
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salon.engine.imports import read_import
from salon.errors import ClientError, NotFoundError
from salon.http.bodies import read_body, read_json
from salon.http.files import file_response
from salon.http.visitors import identify_visitor
from salon.identity import ANONYMOUS, Identity
from salon.ids import ConversationId, FileId, is_wellformed
from salon.messages.documents import document_of, to_html, to_json, to_markdown
from salon.messages.message import StoredMessage
from salon.messages.parts import FileRef
from salon.stores.file_names import clean_name
from salon.stores.files import FileNotFound
from salon.stores.kept import ConversationEntry, ListPlace, SearchHit
from salon.stores.shares import Share
from salon.surfaces.base import Services
from salon.surfaces.requests import require_id
from salon.surfaces.web.wire import (
    AdoptedView,
    ChangeRequest,
    ContinueRequest,
    ConversationList,
    EntryView,
    ImportView,
    MessageView,
    SharedView,
    ShareList,
    ShareView,
)
from salon.text import clean

if TYPE_CHECKING:
    from salon.engine.library import Library

PAGE = 50
PAGE_AT_MOST = 200
_SMALL_BYTES = 4 * 2**10
_IMPORT_BYTES = 32 * 2**20
_WORDS_LENGTH = 1_000
_DIGITS = 15
_PICTURE_BYTES = 4 * 2**20
_PICTURES_BYTES = 24 * 2**20
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_DOCUMENT_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


class LibraryAddresses:
    """Routes over the conversations that are kept on the server; where none are, everything is `history.off`.

    Args:
        services: the application.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._receiving = asyncio.Semaphore(4)
        self._reading = asyncio.Semaphore(1)

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted where the application is."""
        one = "/api/conversations/{conversation}"
        return [
            Route("/api/conversations", self._list),
            Route("/api/conversations/adopt", self._adopt, methods=["POST"]),
            Route("/api/conversations/import", self._import, methods=["POST"]),
            Route(one, self._change, methods=["PATCH"]),
            Route(f"{one}/export", self._export),
            Route(f"{one}/share", self._share, methods=["POST"]),
            Route("/api/shares", self._shares),
            Route("/api/shares/{share}", self._revoke, methods=["DELETE"]),
            Route("/api/shared/{share}", self._shared),
            Route("/api/shared/{share}/copy", self._continue, methods=["POST"]),
            Route("/shared/{share}/{id}/{name}", self._shared_file),
        ]

    @property
    def _library(self) -> "Library":
        library = self._services.engine.library
        if library is None:
            raise NotFoundError("history.off", "This application keeps no conversations on the server.")
        return library

    def _identify(self, request: Request) -> Identity:
        return self._services.identify(request)

    async def _list(self, request: Request) -> Response:
        identity, query = self._identify(request), request.query_params
        library, chat = self._library, query.get("chat")
        limit = query.get("limit", str(PAGE))
        if not limit.isdecimal() or len(limit) > _DIGITS or int(limit) == 0:
            raise ClientError("request.invalid", "`limit` has to be a positive number.")
        count = min(int(limit), PAGE_AT_MOST)
        words = query.get("search")
        if words is not None:
            hits = await library.search(clean(words[:_WORDS_LENGTH]), identity=identity, chat=chat, limit=count)
            return _json(ConversationList(conversations=tuple(map(_hit, hits))))
        before = query.get("before")
        found = await library.entries(
            identity=identity, chat=chat, before=_place(before) if before else None, limit=count + 1
        )
        shown = found[:count]
        visitor = identify_visitor(request).owner if identity.user is not None else identity.owner
        return _json(
            ConversationList(
                conversations=tuple(map(_entry, shown)),
                next=_mark(shown[-1].place) if len(found) > count else None,
                adoptable=visitor != identity.owner and await library.has_any(visitor),
            )
        )

    async def _adopt(self, request: Request) -> Response:
        """Make what this browser's visitor has the signed-in user's; the page asks its user first."""
        identity, library = self._identify(request), self._library
        if identity.user is None:
            raise ClientError("adopt.visitor", "Sign in first: only a user takes conversations over.")
        visitor = identify_visitor(request)
        count = await library.adopt(visitor.owner, identity=identity)
        if visitor.owner != ANONYMOUS.owner:
            await self._services.feedback.move_owner(visitor.owner, identity.owner)
        return _json(AdoptedView(count=count))

    async def _change(self, request: Request) -> Response:
        identity, id_, library = self._identify(request), _conversation(request), self._library
        body = await read_json(request, ChangeRequest, limit_bytes=_SMALL_BYTES)
        title = None if body.title is None else clean(body.title)
        return _json(_entry(await library.change(id_, identity=identity, title=title, is_pinned=body.is_pinned)))

    async def _import(self, request: Request) -> Response:
        identity, library = self._identify(request), self._library
        chat = request.query_params.get("chat", "chat")
        if chat not in self._services.app.chats:
            raise NotFoundError("chat.unknown", f"There is no chat `{chat[:40]}` here.")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ClientError("request.invalid", "The request's `Content-Type` has to be `application/json`.")
        async with self._receiving:
            body = await read_body(request, limit_bytes=_IMPORT_BYTES)
        async with self._reading:  # a large file takes its size several times over in memory
            found, skipped = await asyncio.to_thread(read_import, body)
            del body
            entries = [
                await library.add(one.messages, identity=identity, chat=chat, title=one.title, head=one.head)
                for one in found
            ]
        response = _json(ImportView(conversations=tuple(map(_entry, entries)), skipped=skipped))
        response.status_code = 201
        return response

    async def _export(self, request: Request) -> Response:
        identity, id_ = self._identify(request), _conversation(request)
        conversation, _ = await self._services.engine.commands.load(id_, identity=identity)
        entry = None
        library = self._services.engine.library
        if library is not None:
            entry = await _found(library, id_, identity)
        title = entry.title if entry is not None else ""
        path = conversation.path(conversation.head)
        match request.query_params.get("format", "json"):
            case "json":
                named = entry.title if entry is not None and entry.is_named else ""
                times = (entry.created_at, entry.updated_at) if entry is not None else (0.0, 0.0)
                document = document_of(conversation, title=named, created_at=times[0], updated_at=times[1])
                text, media_type, ending = await asyncio.to_thread(to_json, document), "application/json", "json"
            case "markdown":
                text = await asyncio.to_thread(to_markdown, path, title=title)
                media_type, ending = "text/markdown", "md"
            case "html":
                pictures = _Pictures(self._services, identity.owner)
                text = await asyncio.to_thread(to_html, path, title=title, picture=pictures)
                media_type, ending = "text/html", "html"
            case other:
                raise ClientError(
                    "request.invalid", f"`format` has to be `json`, `markdown` or `html`, got `{other[:40]}`."
                )
        name = quote(clean_name(f"{title or 'conversation'}.{ending}"))
        disposition = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
        return Response(text, media_type=media_type, headers=_DOCUMENT_HEADERS | disposition)

    async def _share(self, request: Request) -> Response:
        share = await self._library.share(_conversation(request), identity=self._identify(request))
        response = _json(_share_view(share))
        response.status_code = 201
        return response

    async def _shares(self, request: Request) -> Response:
        shares = await self._library.shares(identity=self._identify(request))
        return _json(ShareList(shares=tuple(map(_share_view, shares))))

    async def _revoke(self, request: Request) -> Response:
        await self._library.revoke(_share_id(request), identity=self._identify(request))
        return Response(status_code=204)

    async def _shared(self, request: Request) -> Response:
        self._identify(request)
        share = await self._library.shared(_share_id(request))
        messages = tuple(map(_message, share.messages))
        return _json(SharedView(title=share.title, created_at=share.created_at, messages=messages))

    async def _continue(self, request: Request) -> Response:
        identity, id_ = self._identify(request), _share_id(request)
        body = await read_json(request, ContinueRequest, limit_bytes=_SMALL_BYTES)
        if body.chat not in self._services.app.chats:
            raise NotFoundError("chat.unknown", f"There is no chat `{body.chat[:40]}` here.")
        response = _json(_entry(await self._library.continue_share(id_, identity=identity, chat=body.chat)))
        response.status_code = 201
        return response

    async def _shared_file(self, request: Request) -> Response:
        self._identify(request)
        stored = await self._library.shared_file(_share_id(request), FileId(request.path_params["id"]))
        return file_response(stored.path, media_type=stored.ref.media_type)


class _Pictures:
    """Gives an owner's pictures as `data:` addresses, as long as they are not too large, each and together."""

    def __init__(self, services: Services, owner: str) -> None:
        self._files = services.files
        self._owner = owner
        self._left_bytes = _PICTURES_BYTES

    def __call__(self, file: FileRef) -> str | None:
        try:
            stored = self._files.get(file.id, owner=self._owner)
            size_bytes = stored.path.stat().st_size
            if stored.ref.media_type not in _PICTURES or size_bytes > min(_PICTURE_BYTES, self._left_bytes):
                return None
            content = stored.path.read_bytes()
        except (FileNotFound, OSError):
            return None
        self._left_bytes -= size_bytes
        return f"data:{stored.ref.media_type};base64,{base64.b64encode(content).decode()}"


async def _found(library: "Library", id_: ConversationId, identity: Identity) -> ConversationEntry | None:
    try:
        return await library.entry(id_, identity=identity)
    except NotFoundError:
        return None


def _json(value: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(value), headers={"Cache-Control": "no-store"}, media_type="application/json")


def _conversation(request: Request) -> ConversationId:
    id_ = request.path_params["conversation"]
    require_id(id_)
    return ConversationId(id_)


def _share_id(request: Request) -> str:
    id_: str = request.path_params["share"]
    require_id(id_)
    return id_


def _mark(place: ListPlace) -> str:
    return f"{int(place.is_pinned)}~{place.updated_at!r}~{place.id}"


def _place(mark: str) -> ListPlace:
    """Return the place that the `next` of a page stands for."""
    invalid = ClientError("request.invalid", "`before` has to be the `next` of the page before.")
    pinned, _, rest = mark[:200].partition("~")
    seconds, _, id_ = rest.partition("~")
    try:
        updated_at = float(seconds)
    except ValueError:
        raise invalid from None
    if pinned not in ("0", "1") or not math.isfinite(updated_at) or not is_wellformed(id_):
        raise invalid
    return ListPlace(pinned == "1", updated_at, ConversationId(id_))


def _entry(entry: ConversationEntry) -> EntryView:
    return EntryView(
        id=entry.id,
        title=entry.title,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
        chat=entry.chat,
        is_named=entry.is_named,
        is_pinned=entry.is_pinned,
    )


def _hit(hit: SearchHit) -> EntryView:
    return msgspec.structs.replace(_entry(hit.entry), excerpt=hit.excerpt, message=hit.message)


def _share_view(share: Share) -> ShareView:
    return ShareView(id=share.id, conversation=share.conversation, title=share.title, created_at=share.created_at)


def _message(stored: StoredMessage) -> MessageView:
    return MessageView(id=stored.id, message=stored.message, created_at=stored.created_at, parent=stored.parent)
