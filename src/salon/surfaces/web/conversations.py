"""The routes of one conversation, and of the ratings of its messages."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from salon.http.bodies import read_json
from salon.http.event_stream import EventStream
from salon.http.policies import PolicyRoute, identity_of
from salon.http.responses import json_response
from salon.identity import Identity
from salon.ids import ConversationId, MessageId
from salon.surfaces.base import Services
from salon.surfaces.requests import conversation_of, whole_number
from salon.surfaces.web.decode import TURN_BYTES, decode_feedback
from salon.surfaces.web.views import PAGE, feedback_view, view
from salon.surfaces.web.wire import FeedbackKept, FeedbacksView, HeadView, SwitchRequest


class ConversationRoutes:
    """Serves a conversation, and changes it.

    Args:
        services: services of the application.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route, one = self._services.route, "/api/conversations/{conversation}"
        return [
            route(one, self._show),
            route(one, self._delete, methods=["DELETE"]),
            route(f"{one}/changes", self._changes, is_long=True),
            route(f"{one}/undo", self._undo, methods=["POST"]),
            route(f"{one}/switch", self._switch, methods=["POST"]),
            route(f"{one}/feedback", self._opinions),
            route(f"{one}/feedback", self._feedback, methods=["POST"], body_bytes=TURN_BYTES),
        ]

    async def _show(self, request: Request) -> Response:
        before = request.query_params.get("before")
        limit = whole_number(request.query_params.get("limit", str(PAGE)), "limit", at_least=1)
        start = MessageId(before) if before else None
        return await self._view(conversation_of(request), identity_of(request), limit=limit, before=start)

    async def _view(self, id_: ConversationId, identity: Identity, **options: Any) -> Response:
        opinions = await self._services.feedback.opinions(id_, identity=identity)
        conversation, run = await self._services.commands.load(id_, identity=identity)
        sign = self._services.signature_of
        return json_response(view(conversation, run, sign=sign, opinions=opinions, **options))

    async def _delete(self, request: Request) -> Response:
        await self._services.commands.delete(conversation_of(request), identity=identity_of(request))
        return Response(status_code=204)

    async def _changes(self, request: Request) -> Response:
        heads = await self._services.watchers.watch(conversation_of(request), identity=identity_of(request))

        async def encoded() -> AsyncGenerator[bytes, None]:
            async with aclosing(heads):
                async for head in heads:
                    yield b"data: %b\n\n" % msgspec.json.encode(HeadView(head=head))

        return EventStream(encoded())

    async def _undo(self, request: Request) -> Response:
        identity, id_ = identity_of(request), conversation_of(request)
        undone = await self._services.commands.undo(id_, identity=identity)
        return await self._view(id_, identity, undone=undone)

    async def _switch(self, request: Request) -> Response:
        identity, id_ = identity_of(request), conversation_of(request)
        body = await read_json(request, SwitchRequest)
        await self._services.commands.switch(id_, body.message, identity=identity)
        return await self._view(id_, identity)

    async def _opinions(self, request: Request) -> Response:
        opinions = await self._services.feedback.opinions(conversation_of(request), identity=identity_of(request))
        return json_response(FeedbacksView(feedback={id_: feedback_view(opinion) for id_, opinion in opinions.items()}))

    async def _feedback(self, request: Request) -> Response:
        submission = await decode_feedback(request, identity_of(request), conversation_of(request))
        message, opinion = await self._services.feedback.give(submission)
        return json_response(FeedbackKept(message=message, feedback=feedback_view(opinion)))
