"""The routes of turns, calls and their runs."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response

from salon.http.bodies import read_json
from salon.http.event_stream import EventStream
from salon.http.policies import PolicyRoute, identity_of
from salon.identity import Identity
from salon.ids import RunId
from salon.surfaces.base import Services
from salon.surfaces.requests import whole_number
from salon.surfaces.uploads import Uploads
from salon.surfaces.web.decode import TURN_BYTES, decode_call, decode_turn
from salon.surfaces.web.encode import frames
from salon.surfaces.web.wire import CancelRequest


class TurnRoutes:
    """Submits turns and calls, and streams the events of their runs.

    Args:
        services: services of the application.
        uploads: finds the files to which a turn refers.
    """

    def __init__(self, services: Services, uploads: Uploads) -> None:
        self._services = services
        self._uploads = uploads

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route = self._services.route
        return [
            route("/api/turns", self._turn, methods=["POST"], body_bytes=TURN_BYTES, rate="turns", is_long=True),
            route("/api/calls", self._call, methods=["POST"], body_bytes=TURN_BYTES, rate="turns", is_long=True),
            route("/api/runs/{run}/events", self._events, is_long=True),
            route("/api/runs/{run}/cancel", self._cancel, methods=["POST"]),
        ]

    async def _turn(self, request: Request) -> Response:
        identity = identity_of(request)
        run = await self._services.engine.submit(await decode_turn(request, identity, uploads=self._uploads))
        return await self._stream(run.id, identity, after=_after(request))

    async def _call(self, request: Request) -> Response:
        identity = identity_of(request)
        run = await self._services.engine.call(await decode_call(request, identity, uploads=self._uploads))
        return await self._stream(run.id, identity, after=_after(request))

    async def _events(self, request: Request) -> Response:
        return await self._stream(_run(request), identity_of(request), after=_after(request))

    async def _stream(self, run: RunId, identity: Identity, *, after: int) -> Response:
        entries = await self._services.engine.follow(run, identity=identity, after=after)

        async def encoded() -> AsyncGenerator[bytes, None]:
            async with aclosing(entries):
                async for batch in entries:
                    for frame in frames(batch):
                        yield frame

        return EventStream(encoded())

    async def _cancel(self, request: Request) -> Response:
        body = await read_json(request, CancelRequest)
        await self._services.engine.cancel(_run(request), identity=identity_of(request), seen=body.seen)
        return Response(status_code=202)


def _run(request: Request) -> RunId:
    return RunId(request.path_params["run"])


def _after(request: Request) -> int:
    after = request.query_params.get("after") or request.headers.get("last-event-id") or "0"
    return whole_number(after, "after")
