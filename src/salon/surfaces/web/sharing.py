"""The routes of shares."""

from starlette.requests import Request
from starlette.responses import Response

from salon.conversations.importing import checked, conversation_with
from salon.conversations.library import Library
from salon.conversations.sharing import Sharing
from salon.http.bodies import read_json
from salon.http.files import file_response
from salon.http.policies import PolicyRoute, identity_of
from salon.http.responses import json_response
from salon.ids import FileId
from salon.stores.kept import title_of
from salon.stores.shares import Share
from salon.surfaces.base import Services, require_history
from salon.surfaces.requests import conversation_of, require_id
from salon.surfaces.web.views import entry_view, shared_view
from salon.surfaces.web.wire import ContinueRequest, ShareList, ShareRequest, ShareView

_COPY_BYTES = 4 * 2**20


class SharingRoutes:
    """Creates, lists, serves and revokes shares; all routes answer `history.off` if conversations are not persisted.

    Args:
        services: services of the application.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route = self._services.route
        return [
            route("/api/conversations/{conversation}/share", self._share, methods=["POST"]),
            route("/api/shares", self._shares),
            route("/api/shares", self._share_copy, methods=["POST"], body_bytes=_COPY_BYTES),
            route("/api/shares/{share}", self._revoke, methods=["DELETE"]),
            route("/api/shared/{share}", self._shared),
            route("/api/shared/{share}/copy", self._continue, methods=["POST"]),
            route("/shared/{share}/{id}/{name}", self._shared_file),
        ]

    @property
    def _library(self) -> Library:
        return require_history(self._services.library)

    @property
    def _sharing(self) -> Sharing:
        return require_history(self._services.sharing)

    async def _share(self, request: Request) -> Response:
        """Share a conversation that the server stores."""
        identity, id_, library = identity_of(request), conversation_of(request), self._library
        entry = await library.entry(id_, identity=identity)
        conversation, _ = await self._services.commands.load(id_, identity=identity)
        path = conversation.path(conversation.head)
        share = await self._sharing.share(path, of=id_, title=entry.title, identity=identity)
        return json_response(_share_view(share), status=201)

    async def _share_copy(self, request: Request) -> Response:
        """Share a conversation that a browser stores and sends."""
        identity, sharing = identity_of(request), self._sharing
        body = await read_json(request, ShareRequest)
        require_id(body.conversation)
        document = checked(body.document)
        conversation = conversation_with(document, body.conversation, identity.owner)
        path, title = conversation.path(conversation.head), document.title or title_of(conversation)
        share = await sharing.share(path, of=body.conversation, title=title, identity=identity)
        return json_response(_share_view(share), status=201)

    async def _shares(self, request: Request) -> Response:
        shares = await self._sharing.shares(identity=identity_of(request))
        return json_response(ShareList(shares=tuple(map(_share_view, shares))))

    async def _revoke(self, request: Request) -> Response:
        await self._sharing.revoke(_share_id(request), identity=identity_of(request))
        return Response(status_code=204)

    async def _shared(self, request: Request) -> Response:
        return json_response(shared_view(await self._sharing.shared(_share_id(request))))

    async def _continue(self, request: Request) -> Response:
        identity, sharing, chats = identity_of(request), self._sharing, self._services.app.chats
        body = await read_json(request, ContinueRequest)
        self._services.require_chat(body.chat)
        share = await sharing.shared(_share_id(request))
        original = await sharing.original(share)
        chat = original.chat if original is not None and original.chat in chats else body.chat
        entry = await sharing.continue_as(
            share, original=original, identity=identity, chat=chat, is_kept=chats[chat].history_place == "server"
        )
        return json_response(entry_view(entry), status=201)

    async def _shared_file(self, request: Request) -> Response:
        stored = await self._sharing.shared_file(_share_id(request), FileId(request.path_params["id"]))
        return file_response(stored.path, media_type=stored.ref.media_type)


def _share_id(request: Request) -> str:
    id_: str = request.path_params["share"]
    require_id(id_)
    return id_


def _share_view(share: Share) -> ShareView:
    return ShareView(id=share.id, conversation=share.conversation, title=share.title, created_at=share.created_at)
