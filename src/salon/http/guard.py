"""The guard through which every request passes first: hosts, and the headers of all responses."""

import logging
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salon.errors import ClientError
from salon.http.origins import ALLOWED_ORIGINS, hostname, is_loopback
from salon.http.problems import problem_response

_log = logging.getLogger("salon")

HEADER_BYTES = 64 * 2**10
"""How many bytes a request's address and headers may have together."""


class HostError(ClientError):
    """The request names a host that this server does not answer to."""

    status = 421


class HeadersTooLargeError(ClientError):
    """The request's headers are longer than the server accepts."""

    status = 431


class Guard:
    """Refuses foreign hosts, and puts the security headers on every response. The routes check origins; see `policies`.

    Args:
        app: the application behind the guard.
        allowed_hosts: host names to answer to beside loopback ones, whatever the port; `*` stands for all;
            `None`: all.
        allowed_origins: origins, such as `https://example.com`, whose pages may send requests, and read
            the answers, though they are not this application's own.
    """

    def __init__(self, app: ASGIApp, *, allowed_hosts: Sequence[str] | None, allowed_origins: Sequence[str]) -> None:
        self._app = app
        is_open = allowed_hosts is None or "*" in allowed_hosts
        self._allowed_hosts = None if is_open else frozenset(map(hostname, allowed_hosts or ())) - {""}
        self._allowed_origins = frozenset(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        headers = Headers(scope=scope)
        origin = headers.get("origin")
        origin = origin if origin in self._allowed_origins else None

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _secure(MutableHeaders(scope=message))
                if origin is not None:
                    _open_to(origin, MutableHeaders(scope=message))
            await send(message)

        try:
            _check_size(scope)
            self._check_host(headers)
        except ClientError as error:
            await problem_response(error)(scope, receive, send_guarded)
            return
        if origin is not None and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(headers)(scope, receive, send_guarded)
            return
        await self._app({**scope, ALLOWED_ORIGINS: self._allowed_origins}, receive, send_guarded)

    def _check_host(self, headers: Headers) -> None:
        if self._allowed_hosts is None:
            return
        host = hostname(headers.get("host", ""))
        if host in self._allowed_hosts or is_loopback(host):
            return
        _log.warning("Refused a request to the host %r; add it to `allowed_hosts` if it is yours", host)
        raise HostError("request.host", "This server does not answer to that host name. See `allowed_hosts`.")


def _check_size(scope: Scope) -> None:
    size_bytes = sum(len(name) + len(value) for name, value in scope["headers"]) + len(scope.get("raw_path", b""))
    if size_bytes + len(scope["query_string"]) > HEADER_BYTES:
        raise HeadersTooLargeError("request.headers", f"The request's headers have more than {HEADER_BYTES} bytes.")


def _secure(headers: MutableHeaders) -> None:
    """Add the security headers that are missing; a stream of events, which nobody can show, gets only the first."""
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if not headers.get("content-type", "").startswith("text/event-stream"):
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        headers.setdefault("Referrer-Policy", "no-referrer")


def _open_to(origin: str, headers: MutableHeaders) -> None:
    """Let pages of an origin read a response; clients of other makers ask with credentials, whether there are any."""
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Allow-Credentials"] = "true"
    headers.add_vary_header("Origin")


def _preflight(headers: Headers) -> Response:
    allowed = {
        "Access-Control-Allow-Methods": headers["access-control-request-method"],
        "Access-Control-Max-Age": "600",
    }
    if "access-control-request-headers" in headers:
        allowed["Access-Control-Allow-Headers"] = headers["access-control-request-headers"]
    return Response(status_code=204, headers=allowed)
