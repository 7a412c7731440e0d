"""A response that is a stream of server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_KEEP_ALIVE_S = 15.0
_PIECE_BYTES = 64 * 2**10
_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class EventStream(Response):
    """Sends frames as they come, with a sign of life every 15 seconds, until they end or the reader is gone.

    Args:
        frames: one or more whole frames an item. It is closed when the reader goes.
        keep_alive: the sign of life, a whole frame that readers skip.
    """

    def __init__(self, frames: AsyncGenerator[bytes, None], *, keep_alive: bytes = b": keep-alive\n\n") -> None:
        self._frames = frames
        self._keep_alive = keep_alive
        self.status_code = 200
        self.background: None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream."""
        del scope
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        sending = asyncio.create_task(self._send_frames(send))
        watching = asyncio.create_task(_watch(receive, send, self._keep_alive))
        try:
            await asyncio.wait((sending, watching), return_when=asyncio.FIRST_COMPLETED)
        finally:
            watching.cancel()
            sending.cancel()
            await asyncio.wait((sending, watching))
        if not sending.cancelled():
            sending.result()

    async def _send_frames(self, send: Send) -> None:
        async with aclosing(self._frames) as frames:
            async for frame in frames:
                # In pieces: a server waits for a slow reader between two calls of `send`, never within one.
                for start in range(0, len(frame), _PIECE_BYTES):
                    piece = frame[start : start + _PIECE_BYTES]
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _watch(receive: Receive, send: Send, keep_alive: bytes) -> None:
    """Keep the connection alive, and return when its reader has gone."""
    while True:
        message = asyncio.ensure_future(receive())
        while not (await asyncio.wait({message}, timeout=_KEEP_ALIVE_S))[0]:
            await send({"type": "http.response.body", "body": keep_alive, "more_body": True})
        if message.result()["type"] == "http.disconnect":
            return
