"""Recognises a browser that comes again, by a random cookie, without anybody signing in."""

import hashlib
import re
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from salon.identity import ANONYMOUS, Identity

_FORM = re.compile(r"[\w-]{43}\Z", re.ASCII)
_KEPT_S = 400 * 24 * 3600


def cookie_name(connection: HTTPConnection, name: str) -> str:
    """Return the cookie's name: over HTTPS with the prefix that ties it to this host."""
    return f"__Host-{name}" if connection.scope["scheme"] == "https" else name


def identify_visitor(connection: HTTPConnection) -> Identity:
    """Return who is asking, without signing in; clients without a cookie are all the same nobody."""
    secret = connection.cookies.get(cookie_name(connection, "salon-visitor"), "")
    if not _FORM.match(secret):
        return ANONYMOUS
    return Identity(owner="visitor:" + hashlib.sha256(secret.encode()).hexdigest()[:32])


def remember_visitor(connection: HTTPConnection, response: Response) -> None:
    """Give a browser that has none yet its cookie."""
    name = cookie_name(connection, "salon-visitor")
    if not _FORM.match(connection.cookies.get(name, "")):
        set_cookie(connection, response, name, secrets.token_urlsafe(32), max_age_s=_KEPT_S)


def set_cookie(connection: HTTPConnection, response: Response, name: str, value: str, *, max_age_s: int) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send; an age of 0 removes it."""
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        httponly=True,
        samesite="lax",
        secure=connection.scope["scheme"] == "https",
    )
