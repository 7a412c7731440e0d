"""The host name that a client asked for, where a proxy in front says it."""

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class ForwardedHost:
    """Takes `X-Forwarded-Host` for the request's host when it comes from a proxy that is trusted.

    It has to see the proxy's own address, so it comes before what takes `X-Forwarded-For`.

    Args:
        app: what is behind it.
        proxies: addresses or networks that are trusted; `*` stands for all.
    """

    def __init__(self, app: ASGIApp, *, proxies: Sequence[str]) -> None:
        self._app = app
        self._trusts_all = "*" in proxies
        self._networks: list[_Network] = [
            ipaddress.ip_network(proxy, strict=False) for proxy in proxies if proxy != "*" and _is_network(proxy)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and self._is_trusted(scope):
            host = Headers(scope=scope).get("x-forwarded-host", "").partition(",")[0].strip()
            if host:
                others = [(name, value) for name, value in scope["headers"] if name != b"host"]
                scope = {**scope, "headers": [(b"host", host.encode("latin-1")), *others]}
        await self._app(scope, receive, send)

    def _is_trusted(self, scope: Scope) -> bool:
        if self._trusts_all:
            return True
        try:
            address = ipaddress.ip_address(scope["client"][0])
        except (TypeError, ValueError):  # a socket of this machine has no address
            return False
        return any(address in network for network in self._networks)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
