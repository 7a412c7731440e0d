"""A response that is a stream of server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_KEEP_ALIVE_S = 15.0
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class EventStream(Response):
    """Sends frames as they come, with a sign of life every 15 seconds, until they end or the reader is gone.

    Args:
        frames: one or more whole frames an item. It is closed when the reader goes.
    """

    def __init__(self, frames: AsyncGenerator[bytes, None]) -> None:
        self._frames = frames
        self.status_code = 200
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream."""
        del scope
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch, receive, send, tasks.cancel_scope)
            async with aclosing(self._frames) as frames:
                async for frame in frames:
                    await send({"type": "http.response.body", "body": frame, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            tasks.cancel_scope.cancel()

    async def _watch(self, receive: Receive, send: Send, scope: anyio.CancelScope) -> None:
        """Keep the connection alive, and end the stream when its reader has gone."""
        while True:
            gone = asyncio.ensure_future(receive())
            while not gone.done():
                done, _ = await asyncio.wait({gone}, timeout=_KEEP_ALIVE_S)
                if not done:
                    await send({"type": "http.response.body", "body": b": keep-alive\n\n", "more_body": True})
            if gone.result()["type"] == "http.disconnect":
                scope.cancel()
                return
