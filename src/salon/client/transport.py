"""HTTP connections, files, locks and waiting: all in which the client on an event loop differs from the other one.

`AsyncTransport` and `Transport` have the same methods, so that everything above them is written once, for the event
loop; `scripts/generate_client.py` derives the other form.
"""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from os import fstat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from salon.client.errors import ConnectionLost
from salon.optional import require

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S = 60.0
_PIECE_BYTES = 256 * 1024


class AsyncTransport:
    """Connections to one application, for an event loop. Files are read and written piece by piece, in threads.

    Args:
        url: address of the application.
        headers: sent with every request.

    Raises:
        AuthorError: `httpx` is not installed.
    """

    def __init__(self, url: str, headers: Mapping[str, str] | None) -> None:
        self._httpx = require("httpx", extra="client")
        self._http: httpx.AsyncClient = self._httpx.AsyncClient(**_options(self._httpx, url, headers))

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    def lock(self) -> asyncio.Lock:
        """Return a lock that only one task holds at a time."""
        return asyncio.Lock()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def at_once(self, action: Callable[[], Awaitable[None]]) -> None:
        """Leave `action` to the first request, as a constructor cannot await it."""

    @asynccontextmanager
    async def stream(
        self, method: str, path: str, *, body: bytes | Path | None = None, **options: Any
    ) -> AsyncIterator["httpx.Response"]:
        """Send a request and give its response, whose body has not been read.

        Args:
            method: of HTTP.
            path: relative to the application's address.
            body: the content, or the path of a file that has it.
            options: `headers` where `body` is no file, `params` and `data`, as `httpx` takes them.

        Raises:
            OSError: the file cannot be read.
            ConnectionLost: the server cannot be reached, or was lost while the response was read.
        """
        file: BinaryIO | None = None
        content: bytes | AsyncGenerator[bytes, None] | None
        try:
            if isinstance(body, Path):
                file = await asyncio.to_thread(body.open, "rb")
                content = self._pieces(file)
                options["headers"] = _length_of(file)
            else:
                content = body
            async with self._http.stream(method, path, content=content, **options) as response:
                yield response
        except self._httpx.TransportError as error:
            raise _lost(error) from error
        finally:
            if file is not None:
                file.close()

    async def save(self, response: "httpx.Response", path: Path) -> None:
        """Write the body of a response to a file, which has its name only once it is complete."""
        part = _part_of(path)
        try:
            with await asyncio.to_thread(part.open, "wb") as target:
                async for piece in response.aiter_bytes():
                    await asyncio.to_thread(target.write, piece)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    async def _pieces(self, file: BinaryIO) -> AsyncGenerator[bytes, None]:
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            yield piece


class Transport:
    """Connections to one application, for threads that wait; see `AsyncTransport` for its methods."""

    def __init__(self, url: str, headers: Mapping[str, str] | None) -> None:
        self._httpx = require("httpx", extra="client")
        self._http: httpx.Client = self._httpx.Client(**_options(self._httpx, url, headers))

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def lock(self) -> threading.Lock:
        """Return a lock that only one thread holds at a time."""
        return threading.Lock()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def at_once(self, action: Callable[[], None]) -> None:
        """Carry `action` out; where it fails, nothing stays open."""
        try:
            action()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def stream(
        self, method: str, path: str, *, body: bytes | Path | None = None, **options: Any
    ) -> Iterator["httpx.Response"]:
        """See `AsyncTransport.stream`."""
        file: BinaryIO | None = None
        content: bytes | Generator[bytes, None, None] | None
        try:
            if isinstance(body, Path):
                file = body.open("rb")
                content = self._pieces(file)
                options["headers"] = _length_of(file)
            else:
                content = body
            with self._http.stream(method, path, content=content, **options) as response:
                yield response
        except self._httpx.TransportError as error:
            raise _lost(error) from error
        finally:
            if file is not None:
                file.close()

    def save(self, response: "httpx.Response", path: Path) -> None:
        """See `AsyncTransport.save`."""
        part = _part_of(path)
        try:
            with part.open("wb") as target:
                for piece in response.iter_bytes():
                    target.write(piece)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _pieces(self, file: BinaryIO) -> Generator[bytes, None, None]:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _options(httpx: Any, url: str, headers: Mapping[str, str] | None) -> dict[str, Any]:
    return {"base_url": url.rstrip("/") + "/", "headers": headers, "timeout": httpx.Timeout(_TIMEOUT_S)}


def _length_of(file: BinaryIO) -> dict[str, str]:
    # With its length the server can refuse a file that is too large before any of it is sent.
    return {"Content-Length": str(fstat(file.fileno()).st_size)}


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _lost(error: Exception) -> ConnectionLost:
    return ConnectionLost("client.lost", f"The server cannot be reached: {error}.")
