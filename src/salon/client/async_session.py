"""The requests of a client on an event loop, from signing in to following a run across lost connections."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from salon.client.endpoints import Endpoints, InputNames
from salon.client.errors import ConnectionLost, refusal
from salon.client.stream import RunStream
from salon.client.transcript import Transcript, TranscriptReader
from salon.client.transport import AsyncTransport
from salon.errors import AuthenticationError, NotFoundError
from salon.events.types import Entry
from salon.ids import RunId
from salon.messages.parts import FileRef

if TYPE_CHECKING:
    import httpx

_JSON = {"Content-Type": "application/json"}


class AsyncSession:
    """All requests of one client.

    Args:
        url: address of the application.
        auth: name and password, where users sign in.
        headers: sent with every request.
        chat: which of the application's chats.
    """

    def __init__(self, url: str, *, auth: tuple[str, str] | None, headers: Mapping[str, str] | None, chat: str) -> None:
        self.chat: str = chat
        self.transport: AsyncTransport = AsyncTransport(url, headers)
        self._auth = auth
        self._signing_in = self.transport.lock()
        self._times_signed_in = 0
        self._known_endpoints: Endpoints | None = None
        if auth is not None:
            self.transport.at_once(self._sign_in)

    async def request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        """Send a request, and return the response with its body.

        Raises:
            SalonError: the server refuses it.
        """
        response = await self._send(method, path, **options)
        if response.status_code >= 300:
            raise refusal(response.status_code, response.content)
        return response

    async def send_json(self, method: str, path: str, body: Mapping[str, Any]) -> "httpx.Response":
        """Send a request with a JSON body; see `request`."""
        return await self.request(method, path, body=msgspec.json.encode(body), headers=_JSON)

    async def upload(self, path: str | PathLike[str]) -> FileRef:
        """Send a file piece by piece, and return its reference."""
        source = Path(path)
        response = await self.request("POST", "api/files", body=source, params={"name": source.name})
        return msgspec.json.decode(response.content, type=FileRef)

    async def download(self, file: FileRef, path: Path) -> None:
        """Write a file of the server's to a path, piece by piece."""
        async with self._stream("GET", f"files/{file.id}/{file.name}") as response:
            if response.status_code != 200:
                raise refusal(response.status_code, await response.aread())
            await self.transport.save(response, path)

    async def events(self, stream: RunStream) -> AsyncGenerator[Entry, None]:
        """Yield the events of a run to its end, across as many connections as that takes."""
        while not stream.has_ended:
            asked = stream.next_request()
            reason: Exception | None = None
            try:
                async with self._stream(asked.method, asked.path, body=asked.body, headers=asked.headers) as response:
                    if stream.passes(response.status_code):
                        reason = refusal(response.status_code, await response.aread())
                    elif response.status_code != 200:
                        stream.refused(refusal(response.status_code, await response.aread()))
                        continue
                    else:
                        async for chunk in response.aiter_bytes():
                            for entry in stream.feed(chunk):
                                yield entry
            except ConnectionLost as error:
                reason = error
            if not stream.has_ended:
                await self.transport.sleep(stream.lost(reason))

    async def read(self, transcript: Transcript) -> None:
        """Read what the server has of a conversation, after the end of a reply that is being written."""
        run: RunId | None = None
        while True:
            reader = TranscriptReader(transcript.id)
            while reader.path is not None:
                response = await self._send("GET", reader.path)
                reader.add(response.status_code, response.content)
            transcript.take(reader)
            if reader.run is None or reader.run == run:
                return
            run = reader.run
            with suppress(NotFoundError):
                async for _ in self.events(RunStream(run)):
                    pass

    async def endpoints(self) -> Endpoints:
        """Return what the application offers programs; it is requested once."""
        if self._known_endpoints is None:
            self._known_endpoints = Endpoints((await self.request("GET", "api/endpoints")).content)
        return self._known_endpoints

    async def inputs(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return values of the chat's inputs in the form of requests."""
        if not given:
            return {}
        return await self.values(given, (await self.endpoints()).inputs_of(self.chat))

    async def values(self, given: Mapping[str, Any], names: InputNames) -> dict[str, Any]:
        """Return values of inputs in the form of requests: by the inputs' ids, and with ids in place of files."""
        return {names.id_of(name): await self._encoded(value) for name, value in given.items()}

    async def uploaded(self, files: Sequence[str | PathLike[str] | FileRef]) -> list[FileRef]:
        """Return references to files; those that are paths are uploaded."""
        return [file if isinstance(file, FileRef) else await self.upload(file) for file in files]

    async def _encoded(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [await self._encoded(item) for item in value]
        if isinstance(value, Mapping):
            return {name: await self._encoded(item) for name, item in value.items()}
        if isinstance(value, PathLike):
            value = await self.upload(value)
        return {"$file": value.id} if isinstance(value, FileRef) else value

    async def _sign_in(self, *, unless_since: int = 0) -> None:
        """Sign in, unless that was done since it had been done `unless_since` times."""
        assert self._auth is not None
        user, password = self._auth
        async with self._signing_in:
            if self._times_signed_in > unless_since:
                return
            form = {"username": user, "password": password}
            async with self.transport.stream("POST", "login", data=form) as response:
                body = await response.aread()
            if response.status_code == 401:
                raise AuthenticationError("login.wrong", "The name or the password is wrong.")
            if response.status_code not in (200, 303):
                raise refusal(response.status_code, body)
            self._times_signed_in += 1

    @asynccontextmanager
    async def _stream(self, method: str, path: str, **options: Any) -> AsyncIterator["httpx.Response"]:
        """Give the response to a request; where the sign-in has expired meanwhile, sign in and send it once more."""
        if self._auth is not None:
            await self._sign_in()
        times = self._times_signed_in
        for is_last in (self._auth is None, True):
            async with self.transport.stream(method, path, **options) as response:
                if is_last or response.status_code != 401:
                    yield response
                    return
            await self._sign_in(unless_since=times)

    async def _send(self, method: str, path: str, **options: Any) -> "httpx.Response":
        async with self._stream(method, path, **options) as response:
            await response.aread()
            return response
