"""What a proxy in front says of a request: who asks, for which host, and below which path."""

import ipaddress
import logging
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from salon.errors import AuthorError

_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_log = logging.getLogger("salon")
_FROM_PROXY = "salon.from-proxy"


def is_from_proxy(scope: Scope) -> bool:
    """Return whether a request has come from a proxy that is trusted, so that what it adds to headers is true."""
    return bool(scope.get(_FROM_PROXY, False))


def address_of(connection: HTTPConnection) -> str:
    """Return the network address that a request comes from; empty where the server knows none, as at a socket."""
    return connection.client.host if connection.client is not None else ""


def has_been_forwarded(scope: Scope) -> bool:
    """Return whether the server has put the address that a proxy named in the place of the proxy's own.

    Uvicorn does so for the proxies that it trusts itself, unless it is started with `--no-proxy-headers`. No
    connection comes from port 0.
    """
    client = scope.get("client")
    return client is not None and client[1] == 0


class Forwarded:
    """Makes requests what they were before a proxy passed them on.

    From proxies that are trusted, it takes `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`. The path
    below which a proxy shows the application is put in front of what was asked for, whether the proxy passes it on or
    strips it.

    Args:
        app: what is behind it.
        proxies: addresses or networks that are trusted; `*` stands for all.
        root_path: the path below which a proxy shows the application, without a slash at the end; empty for none.
        routes: the application's own.

    Raises:
        AuthorError: one of `proxies` is neither an address nor a network.
    """

    def __init__(
        self, app: ASGIApp, *, proxies: Sequence[str], root_path: str = "", routes: Sequence[BaseRoute] = ()
    ) -> None:
        self._app = app
        self._trusts_all = "*" in proxies
        self._networks = [_network(proxy) for proxy in proxies if proxy != "*"]
        self._root_path = root_path
        # Below a path such as `/api`, what a proxy has passed on looks like one of our own paths.
        paths = (str(getattr(route, "path", "")) for route in routes)
        is_ambiguous = bool(root_path) and any(path == root_path or path.startswith(f"{root_path}/") for path in paths)
        self._ambiguous = tuple(routes) if is_ambiguous else ()
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http":
            scope = self._placed(self._told(dict(scope)))
        await self._app(scope, receive, send)

    def _told(self, scope: Scope) -> Scope:
        """Return what a trusted proxy says of a request."""
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope.get("client") is not None else None
        is_trusted = scope[_FROM_PROXY] = self._is_trusted(peer)
        if not is_trusted and not (has_been_forwarded(scope) and self._trusts_some):
            self._warn(scope, headers, peer)
            return scope
        # Servers that know the proxy have taken these already.
        if is_trusted:
            # Some proxies add a line of their own to what the client has sent; all lines together are the chain.
            chain = [item.strip() for item in ",".join(headers.getlist("x-forwarded-for")).split(",")]
            chain = [item for item in chain if item]
            if chain:
                hosts = [_without_port(item) for item in chain]
                host = next((host for host in reversed(hosts) if not self._is_trusted(host)), hosts[0])
                scope["client"] = (host, 0)
            proto = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
            if proto in ("http", "https"):
                scope["scheme"] = proto
        host = (headers.getlist("x-forwarded-host") or [""])[-1].partition(",")[0].strip()
        if host:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host.encode("latin-1")), *others]
        return scope

    def _placed(self, scope: Scope) -> Scope:
        """Return a request below the path where the application is shown."""
        root = self._root_path
        if not root:
            return scope
        above = scope.get("root_path", "")
        path: str = scope["path"]
        asked = path.removeprefix(above) if path == above or path.startswith(f"{above}/") else path
        if (asked == root or asked.startswith(f"{root}/")) and not self._is_own(scope, asked):
            asked = asked.removeprefix(root)  # the proxy has passed it on
        return {**scope, "root_path": root, "path": root + asked, "raw_path": quote(root + asked).encode()}

    def _is_own(self, scope: Scope, path: str) -> bool:
        plain = {**scope, "root_path": "", "path": path}
        return any(route.matches(plain)[0] is Match.FULL for route in self._ambiguous)

    @property
    def _trusts_some(self) -> bool:
        return self._trusts_all or bool(self._networks)

    def _is_trusted(self, host: str | None) -> bool:
        if self._trusts_all:
            return True
        address = _address(host)  # a socket of this machine has no address
        return address is not None and any(address in network for network in self._networks)

    def _warn(self, scope: Scope, headers: Headers, peer: str | None) -> None:
        """Say once that a proxy is not trusted that seems to take HTTPS off, so that cookies go without protection."""
        is_behind_tls = scope["scheme"] == "http" and headers.get("x-forwarded-proto", "").strip().lower() == "https"
        address = _address(peer)
        # Whoever comes from the internet may be an attacker who would like to be trusted.
        if self._has_warned or not is_behind_tls or address is None or not address.is_private:
            return
        self._has_warned = True
        _log.warning(
            "A proxy at %s passes on requests that came over HTTPS, but is not trusted: cookies are not marked as "
            "secure, and all its users count as one address. If it is yours, set SALON_TRUSTED_PROXIES=%s",
            address,
            address,
        )


def _network(text: str) -> _Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise AuthorError(
            "settings.trusted_proxies",
            "`trusted_proxies` takes addresses such as `10.0.0.3`, networks such as `10.0.0.0/8`, or `*`; "
            f"got `{text}`.",
        ) from None


def _address(host: str | None) -> _Address | None:
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address


def _without_port(item: str) -> str:
    """Return the address in `1.2.3.4:5`, `[::1]:5` and what has no port."""
    if item.startswith("["):
        return item[1:].partition("]")[0]
    return item.partition(":")[0] if item.count(":") == 1 else item
