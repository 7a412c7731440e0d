"""The HTTP protocol of our own server: uvicorn's, with bounds on connections, and on the time and size of headers."""

import asyncio
import resource
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from salon.errors import UnavailableError
from salon.http.guard import HEADER_BYTES
from salon.identity import ANONYMOUS, Identity
from salon.quotas import Bounds, ConcurrencyQuota, address_key

_HEADERS_WITHIN_S = 10.0
# Files that a process needs beside its connections: databases, files that are sent and received, pipes of the loop.
_OTHER_FILES = 256
_FILES_WANTED = 65_536


def open_files_limit() -> int:
    """Raise the process's limit of open files as far as it may, and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # some systems have a lower limit of their own
            return soft
        return wanted
    return _FILES_WANTED if soft == resource.RLIM_INFINITY else soft


def connection_quota(bounds: Bounds) -> ConcurrencyQuota:
    """Return the quota of connections: never so many that the process has no files left for anything else."""
    room = max(16, open_files_limit() - _OTHER_FILES)
    total = room if bounds.total is None else min(bounds.total, room)
    return ConcurrencyQuota(
        "limits.connections", "connections", Bounds(owner=None, address=bounds.address, total=total)
    )


def bounded_protocol(quota: ConcurrencyQuota) -> type[HttpToolsProtocol]:
    """Return the protocol of a server whose connections a quota counts."""

    class BoundedProtocol(_Protocol):
        connection_quota = quota

    return BoundedProtocol


class _Protocol(HttpToolsProtocol):
    """Refuses connections above the quota, headers that are too long, and those that do not come in time."""

    connection_quota: ConcurrencyQuota

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._identity: Identity | None = None
        self._header_bytes = 0
        self._is_in_headers = True
        self._header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol.connection_made`."""
        super().connection_made(transport)  # type: ignore[arg-type]
        address = address_key(self.client[0]) if self.client else ""
        identity = Identity(owner=ANONYMOUS.owner, address=address)
        try:
            self.connection_quota.take(identity)
        except UnavailableError:
            self._refuse(b"503 Service Unavailable", b"Retry-After: 2\r\n")
            return
        self._identity = identity
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol.connection_lost`."""
        super().connection_lost(exc)
        self._stop_timer()
        if self._identity is not None:
            self.connection_quota.give_back(self._identity)
            self._identity = None

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol.data_received`."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._is_in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > HEADER_BYTES:
                self._refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        """See `HttpToolsProtocol.on_message_begin`."""
        super().on_message_begin()
        self._expect_headers()

    def on_headers_complete(self) -> None:
        """See `HttpToolsProtocol.on_headers_complete`."""
        self._is_in_headers = False
        self._stop_timer()
        super().on_headers_complete()

    def _expect_headers(self) -> None:
        self._is_in_headers, self._header_bytes = True, 0
        if self._header_timer is None:
            self._header_timer = self.loop.call_later(_HEADERS_WITHIN_S, self._time_out)

    def _time_out(self) -> None:
        self._header_timer = None
        if not self.transport.is_closing():
            self._refuse(b"408 Request Timeout")

    def _stop_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _refuse(self, status: bytes, headers: bytes = b"") -> None:
        self._stop_timer()
        self.transport.write(b"HTTP/1.1 %b\r\n%bContent-Length: 0\r\nConnection: close\r\n\r\n" % (status, headers))
        self.transport.close()
