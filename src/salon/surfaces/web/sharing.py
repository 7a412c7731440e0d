"""The addresses of what is shared by link."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salon.conversations.importing import checked, conversation_with
from salon.conversations.library import Library
from salon.conversations.sharing import Sharing
from salon.errors import NotFoundError
from salon.http.bodies import read_json
from salon.http.files import file_response
from salon.http.responses import json_response
from salon.identity import Identity
from salon.ids import FileId
from salon.stores.kept import title_of
from salon.stores.shares import Share
from salon.surfaces.base import Services, require_history
from salon.surfaces.requests import conversation_of, require_id
from salon.surfaces.web.views import entry_view, shared_view
from salon.surfaces.web.wire import ContinueRequest, ShareList, ShareRequest, ShareView

_SMALL_BYTES = 4 * 2**10
_COPY_BYTES = 4 * 2**20


class SharingAddresses:
    """Routes over what is shared; where no conversations are kept, everything is `history.off`.

    Args:
        services: the application.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted where the application is."""
        return [
            Route("/api/conversations/{conversation}/share", self._share, methods=["POST"]),
            Route("/api/shares", self._shares),
            Route("/api/shares", self._share_copy, methods=["POST"]),
            Route("/api/shares/{share}", self._revoke, methods=["DELETE"]),
            Route("/api/shared/{share}", self._shared),
            Route("/api/shared/{share}/copy", self._continue, methods=["POST"]),
            Route("/shared/{share}/{id}/{name}", self._shared_file),
        ]

    def _identify(self, request: Request) -> Identity:
        return self._services.identify(request)

    @property
    def _library(self) -> Library:
        return require_history(self._services.library)

    @property
    def _sharing(self) -> Sharing:
        return require_history(self._services.sharing)

    async def _share(self, request: Request) -> Response:
        """Share a conversation that is kept here."""
        identity, id_, library = (
            self._identify(request),
            conversation_of(request),
            self._library,
        )
        entry = await library.entry(id_, identity=identity)
        conversation, _ = await self._services.commands.load(id_, identity=identity)
        path = conversation.path(conversation.head)
        share = await self._sharing.share(path, of=id_, title=entry.title, identity=identity)
        return json_response(_share_view(share), status=201)

    async def _share_copy(self, request: Request) -> Response:
        """Share a conversation that a browser keeps, which sends it along."""
        identity, sharing = self._identify(request), self._sharing
        body = await read_json(request, ShareRequest, limit_bytes=_COPY_BYTES)
        require_id(body.conversation)
        document = checked(body.document)
        conversation = conversation_with(document, body.conversation, identity.owner)
        path, title = conversation.path(conversation.head), document.title or title_of(conversation)
        share = await sharing.share(path, of=body.conversation, title=title, identity=identity)
        return json_response(_share_view(share), status=201)

    async def _shares(self, request: Request) -> Response:
        shares = await self._sharing.shares(identity=self._identify(request))
        return json_response(ShareList(shares=tuple(map(_share_view, shares))))

    async def _revoke(self, request: Request) -> Response:
        await self._sharing.revoke(_share_id(request), identity=self._identify(request))
        return Response(status_code=204)

    async def _shared(self, request: Request) -> Response:
        self._identify(request)
        return json_response(shared_view(await self._sharing.shared(_share_id(request))))

    async def _continue(self, request: Request) -> Response:
        identity, sharing, chats = (
            self._identify(request),
            self._sharing,
            self._services.app.chats,
        )
        body = await read_json(request, ContinueRequest, limit_bytes=_SMALL_BYTES)
        if body.chat not in chats:
            raise NotFoundError("chat.unknown", f"There is no chat `{body.chat[:40]}` here.")
        share = await sharing.shared(_share_id(request))
        original = await sharing.original(share)
        chat = original.chat if original is not None and original.chat in chats else body.chat
        entry = await sharing.continue_as(
            share, original=original, identity=identity, chat=chat, is_kept=chats[chat].history_place == "server"
        )
        return json_response(entry_view(entry), status=201)

    async def _shared_file(self, request: Request) -> Response:
        self._identify(request)
        stored = await self._sharing.shared_file(_share_id(request), FileId(request.path_params["id"]))
        return file_response(stored.path, media_type=stored.ref.media_type)


def _share_id(request: Request) -> str:
    id_: str = request.path_params["share"]
    require_id(id_)
    return id_


def _share_view(share: Share) -> ShareView:
    return ShareView(id=share.id, conversation=share.conversation, title=share.title, created_at=share.created_at)
