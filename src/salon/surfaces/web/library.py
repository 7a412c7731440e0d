"""The routes of the library: the list of persisted conversations, and its changes."""

import math

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from salon.conversations.library import Library
from salon.errors import ClientError
from salon.http.bodies import read_json
from salon.http.policies import PolicyRoute, identity_of
from salon.http.responses import json_response
from salon.identity import ANONYMOUS
from salon.ids import ConversationId, is_wellformed
from salon.stores.kept import ListPlace, SearchHit
from salon.surfaces.base import Services, require_history
from salon.surfaces.requests import conversation_of, whole_number
from salon.surfaces.web.views import entry_view
from salon.surfaces.web.wire import AdoptedView, ChangeRequest, ConversationList, EntryView
from salon.text import clean

PAGE = 50
PAGE_AT_MOST = 200
_WORDS_LENGTH = 1_000


class LibraryRoutes:
    """Serves the persisted conversations; all routes answer `history.off` if the server stores none.

    Args:
        services: services of the application.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route = self._services.route
        return [
            route("/api/conversations", self._list),
            route("/api/conversations/adopt", self._adopt, methods=["POST"]),
            route("/api/conversations/{conversation}", self._change, methods=["PATCH"]),
        ]

    @property
    def _library(self) -> Library:
        return require_history(self._services.library)

    async def _list(self, request: Request) -> Response:
        identity, query = identity_of(request), request.query_params
        library, chat = self._library, query.get("chat")
        count = min(whole_number(query.get("limit", str(PAGE)), "limit", at_least=1), PAGE_AT_MOST)
        words = query.get("search")
        if words is not None:
            hits = await library.search(clean(words[:_WORDS_LENGTH]), identity=identity, chat=chat, limit=count)
            return json_response(ConversationList(conversations=tuple(map(_hit, hits))))
        before = query.get("before")
        entries = await library.entries(
            identity=identity, chat=chat, before=_place(before) if before else None, limit=count + 1
        )
        page = entries[:count]
        visitor = self._services.visitors.identify(request).owner if identity.user is not None else identity.owner
        return json_response(
            ConversationList(
                conversations=tuple(map(entry_view, page)),
                next=_cursor(page[-1].place) if len(entries) > count else None,
                adoptable=visitor != identity.owner and await library.has_any(visitor),
            )
        )

    async def _adopt(self, request: Request) -> Response:
        """Transfer this browser's conversations from before its user signed in; the page asks the user first."""
        identity, library = identity_of(request), self._library
        if identity.user is None:
            raise ClientError(
                "adopt.visitor", "Sign in first: conversations can only be transferred to a signed-in user."
            )
        visitor = self._services.visitors.identify(request)
        count = await library.adopt(visitor.owner, identity=identity)
        if visitor.owner != ANONYMOUS.owner:
            await self._services.feedback.move_owner(visitor.owner, identity.owner)
        return json_response(AdoptedView(count=count))

    async def _change(self, request: Request) -> Response:
        identity, id_, library = identity_of(request), conversation_of(request), self._library
        body = await read_json(request, ChangeRequest)
        title = None if body.title is None else clean(body.title)
        return json_response(
            entry_view(await library.change(id_, identity=identity, title=title, is_pinned=body.is_pinned))
        )


def _cursor(place: ListPlace) -> str:
    return f"{int(place.is_pinned)}~{place.updated_at!r}~{place.id}"


def _place(cursor: str) -> ListPlace:
    """Return the position in the list that the `next` of a page encodes."""
    invalid = ClientError("request.invalid", "`before` has to be the `next` of the previous page.")
    pinned, _, rest = cursor[:200].partition("~")
    seconds, _, id_ = rest.partition("~")
    try:
        updated_at = float(seconds)
    except ValueError:
        raise invalid from None
    if pinned not in ("0", "1") or not math.isfinite(updated_at) or not is_wellformed(id_):
        raise invalid
    return ListPlace(pinned == "1", updated_at, ConversationId(id_))


def _hit(hit: SearchHit) -> EntryView:
    return msgspec.structs.replace(entry_view(hit.entry), excerpt=hit.excerpt, message=hit.message)
