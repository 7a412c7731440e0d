"""Raw clients of both wires, without the cost of an HTTP library."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from typing import Protocol


class Connection:
    """One keep-alive HTTP/1.1 connection, with one request at a time.

    Attributes:
        received_bytes: all that came in so far, headers included.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._buffer = bytearray()
        self.received_bytes = 0

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a server of this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        """Hang up."""
        self._writer.close()

    async def json(self, method: str, path: str, body: object = None) -> dict:
        """Send a request and return the JSON of its answer."""
        return json.loads(b"".join([piece async for piece in self._exchange(method, path, body)]))

    async def events(self, method: str, path: str, body: object = None) -> AsyncIterator[bytes]:
        """Send a request and yield the server-sent events of its answer as they come."""
        rest = b""
        async for piece in self._exchange(method, path, body):
            *events, rest = (rest + piece).split(b"\n\n")
            for event in events:
                yield event

    async def _exchange(self, method: str, path: str, body: object) -> AsyncIterator[bytes]:
        content = json.dumps(body).encode() if body is not None else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\n"
        self._writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + content)
        status, *headers = (await self._until(b"\r\n\r\n")).lower().split(b"\r\n")
        if b" 200 " not in status:
            raise RuntimeError(f"{method} {path} was answered with {status.decode()}.")
        length = next((int(line[15:]) for line in headers if line.startswith(b"content-length:")), None)
        if length is not None:
            yield await self._take(length)
            return
        while size := int(await self._until(b"\r\n"), 16):
            yield await self._take(size)
            await self._take(2)
        await self._take(2)

    async def _until(self, end: bytes) -> bytes:
        while (position := self._buffer.find(end)) < 0:
            await self._fill()
        return (await self._take(position + len(end)))[:position]

    async def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            await self._fill()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    async def _fill(self) -> None:
        data = await self._reader.read(2**18)
        if not data:
            raise ConnectionError("The server hung up.")
        self.received_bytes += len(data)
        self._buffer += data


class Chat(Protocol):
    """A client of one framework."""

    connection: Connection

    def turn(self, message: str) -> AsyncIterator[bytes]:
        """Say `message` in a new conversation; yield the events that carry text of the reply, to its end.

        Raises:
            RuntimeError: the reply failed.
        """


class GradioChat:
    """Does what Gradio's page does for the event that runs the function: join the queue, then follow the data."""

    def __init__(self, connection: Connection, config: dict) -> None:
        self.connection = connection
        number, endpoint = next(
            (number, endpoint)
            for number, endpoint in enumerate(config["dependencies"])
            if endpoint["api_visibility"] == "public" and endpoint["backend_fn"]
        )
        self._number = endpoint.get("id", number)
        self._states = [None] * (len(endpoint["inputs"]) - 1)

    async def turn(self, message: str) -> AsyncIterator[bytes]:
        """See `Chat.turn`."""
        session = secrets.token_hex(6)
        body = {"data": [message, *self._states], "fn_index": self._number, "session_hash": session}
        await self.connection.json("POST", "/gradio_api/queue/join?", body)
        has_streamed = False
        async for event in self.connection.events("GET", f"/gradio_api/queue/data?session_hash={session}"):
            if b'"msg":"process_generating"' in event:
                has_streamed = True
                yield event
            elif b'"msg":"process_completed"' in event:
                if b'"success":true' not in event:
                    raise RuntimeError(f"The turn failed: {event.decode()}")
                if not has_streamed:
                    yield event


class SalonChat:
    """Does what Salon's page does: one request a turn."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def turn(self, message: str) -> AsyncIterator[bytes]:
        """See `Chat.turn`."""
        turn, conversation, id_ = (secrets.token_urlsafe(12) for _ in range(3))
        body = {"id": turn, "conversation": conversation, "parent": None, "message": {"id": id_, "text": message}}
        async for event in self.connection.events("POST", "/api/turns", body):
            if b'"text":"' in event:
                yield event
            elif b'"type":"run-end"' in event and b'"status"' in event:
                raise RuntimeError(f"The turn failed: {event.decode()}")


async def open_chats(framework: str, port: int, count: int) -> list[Chat]:
    """Return `count` clients, each with a connection of its own."""
    connections = [await Connection.open(port) for _ in range(count)]
    if framework == "salon":
        return [SalonChat(connection) for connection in connections]
    config = await connections[0].json("GET", "/config")
    return [GradioChat(connection, config) for connection in connections]
