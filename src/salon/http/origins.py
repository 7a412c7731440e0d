"""Names of hosts and origins, and whether a request comes from another site."""

import ipaddress
from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

ALLOWED_ORIGINS = "salon.allowed_origins"
"""Where the guard puts the origins whose pages may send requests, into the scope of each."""


def is_foreign(scope: Scope) -> bool:
    """Tell whether a browser sent a request from a page of another site that is not allowed to.

    Programs send no such headers, and are never foreign: they have no cookies of somebody else's.
    """
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site in ("same-origin", "none") or (site is None and origin is None):
        return False
    allowed: AbstractSet[str] = scope.get(ALLOWED_ORIGINS, frozenset())
    return origin is None or not (origin in allowed or _netloc(origin) == headers.get("host", ""))


def hostname(host: str) -> str:
    """Return the name in lower case and without a port; nothing when `host` is none."""
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Tell whether `host` names this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
