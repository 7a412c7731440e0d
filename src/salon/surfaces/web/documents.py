"""The routes of documents: exports and imports of conversations."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from salon.conversations.copying import copy_files
from salon.conversations.importing import conversation_with, read_document, read_import
from salon.conversations.library import Library
from salon.errors import ClientError, NotFoundError
from salon.http.bodies import read_body, require_json
from salon.http.policies import PolicyRoute, identity_of
from salon.http.responses import json_response
from salon.identity import Identity
from salon.ids import ConversationId, mint
from salon.messages.conversation import Conversation
from salon.messages.documents import ConversationDocument, document_of, to_html, to_json, to_markdown
from salon.messages.parts import FileRef
from salon.stores.file_names import clean_name
from salon.stores.files import FileNotFound
from salon.stores.kept import ConversationEntry, title_of
from salon.surfaces.base import Services, require_history
from salon.surfaces.requests import conversation_of
from salon.surfaces.web.views import entry_view
from salon.surfaces.web.wire import DocumentsView, ImportView

_DOCUMENT_BYTES = 32 * 2**20
_PICTURE_BYTES = 4 * 2**20
_PICTURES_BYTES = 24 * 2**20
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


class DocumentRoutes:
    """Exports and imports conversations, both those that the server stores and those that browsers store.

    Args:
        services: services of the application.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._receiving = asyncio.Semaphore(4)
        self._reading = asyncio.Semaphore(1)

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route = self._services.route
        return [
            route("/api/conversations/import", self._import, methods=["POST"], body_bytes=_DOCUMENT_BYTES),
            route("/api/conversations/{conversation}/export", self._export),
            route("/api/documents", self._write, methods=["POST"], body_bytes=_DOCUMENT_BYTES),
            route("/api/documents/read", self._read, methods=["POST"], body_bytes=_DOCUMENT_BYTES),
        ]

    @property
    def _library(self) -> Library:
        return require_history(self._services.library)

    async def _import(self, request: Request) -> Response:
        """Import the conversations of a file into the owner's list."""
        identity, library = identity_of(request), self._library
        chat = request.query_params.get("chat", "chat")
        self._services.require_chat(chat)
        async with self._imported(request) as (documents, skipped):
            entries = [
                await library.add(one.messages, identity=identity, chat=chat, title=one.title, head=one.head)
                for one in documents
            ]
        return json_response(ImportView(conversations=tuple(map(entry_view, entries)), skipped=skipped), status=201)

    async def _read(self, request: Request) -> Response:
        """Return the conversations of a file, with copies of the owner's files, for a browser to store."""
        owner = identity_of(request).owner
        async with self._imported(request) as (imported, skipped):
            documents = [await self._with_copies(one, owner) for one in imported]
        return json_response(DocumentsView(documents=tuple(documents), skipped=skipped))

    async def _with_copies(self, document: ConversationDocument, owner: str) -> ConversationDocument:
        messages, _ = await copy_files(document.messages, files=self._services.files, from_owner=owner, owner=owner)
        unsigned = (msgspec.structs.replace(stored, signature=None) for stored in messages)
        return msgspec.structs.replace(document, messages=tuple(unsigned))

    @asynccontextmanager
    async def _imported(self, request: Request) -> AsyncIterator[tuple[list[ConversationDocument], int]]:
        """Parse a file of conversations; see `read_import`."""
        body = await self._receive(request)
        # Parsing needs a multiple of the file's size in memory, so it is done one file at a time.
        async with self._reading:
            yield await asyncio.to_thread(read_import, body)

    async def _receive(self, request: Request) -> bytes:
        require_json(request)
        async with self._receiving:
            return await read_body(request)

    async def _export(self, request: Request) -> Response:
        """Export a conversation that the server stores."""
        identity, id_ = identity_of(request), conversation_of(request)
        conversation, _ = await self._services.commands.load(id_, identity=identity)
        library, entry = self._services.library, None
        if library is not None:
            entry = await _entry_of(library, id_, identity)
        if entry is None:
            return await self._document(request, conversation, document_of(conversation), title="")
        named = entry.title if entry.is_named else ""
        document = document_of(conversation, title=named, created_at=entry.created_at, updated_at=entry.updated_at)
        return await self._document(request, conversation, document, title=entry.title)

    async def _write(self, request: Request) -> Response:
        """Export a conversation that a browser stores and sends."""
        owner = identity_of(request).owner
        body = await self._receive(request)
        async with self._reading:
            document = await asyncio.to_thread(read_document, body)
            conversation = conversation_with(document, ConversationId(mint()), owner)
            title = document.title or title_of(conversation)
            return await self._document(request, conversation, document, title=title)

    async def _document(
        self, request: Request, conversation: Conversation, document: ConversationDocument, *, title: str
    ) -> Response:
        """Return a conversation in the requested format."""
        path = conversation.path(conversation.head)
        match request.query_params.get("format", "json"):
            case "json":
                text, media_type, ending = await asyncio.to_thread(to_json, document), "application/json", "json"
            case "markdown":
                text = await asyncio.to_thread(to_markdown, path, title=title)
                media_type, ending = "text/markdown", "md"
            case "html":
                pictures = _Pictures(self._services, conversation.owner)
                text = await asyncio.to_thread(to_html, path, title=title, picture=pictures)
                media_type, ending = "text/html", "html"
            case other:
                raise ClientError(
                    "request.invalid", f"`format` has to be `json`, `markdown` or `html`, got `{other[:40]}`."
                )
        name = quote(clean_name(f"{title or 'conversation'}.{ending}"))
        disposition = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
        return Response(text, media_type=media_type, headers=_HEADERS | disposition)


class _Pictures:
    """Returns an owner's images as `data:` URLs, up to a size of each and of all together."""

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


async def _entry_of(library: Library, id_: ConversationId, identity: Identity) -> ConversationEntry | None:
    try:
        return await library.entry(id_, identity=identity)
    except NotFoundError:
        return None
