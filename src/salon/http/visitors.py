"""Recognises a browser that comes again, by a random cookie, without anybody signing in."""

import hashlib
from collections.abc import Callable
from secrets import token_urlsafe

from itsdangerous import BadSignature, Signer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from salon.identity import ANONYMOUS, Identity
from salon.secrets import Secrets

_COOKIE = "salon-visitor"
_RANDOM_BYTES = 24
_KEPT_S = 400 * 24 * 3600


def cookie_name(connection: HTTPConnection, name: str) -> str:
    """Return the cookie's name: over HTTPS with the prefix that ties it to this host."""
    return f"__Host-{name}" if connection.scope["scheme"] == "https" else name


class Visitors:
    """Gives browsers a cookie, and recognises them by it. Cookies are signed, so clients cannot make up any.

    Args:
        secrets: gives the secrets that sign; called when they are first needed.
    """

    def __init__(self, secrets: Callable[[], Secrets]) -> None:
        self._secrets = secrets
        self._signer: Signer | None = None

    def identify(self, connection: HTTPConnection) -> Identity:
        """Return the visitor who sends a request; clients without a cookie of ours are all the same nobody."""
        random = self._random(connection)
        if random is None:
            return ANONYMOUS
        return Identity(owner="visitor:" + hashlib.sha256(random).hexdigest()[:32])

    def remember(self, connection: HTTPConnection, response: Response) -> None:
        """Give a browser that has none yet its cookie."""
        if self._random(connection) is None:
            value = self._ours().sign(token_urlsafe(_RANDOM_BYTES)).decode()
            set_cookie(connection, response, cookie_name(connection, _COOKIE), value, max_age_s=_KEPT_S)

    def _random(self, connection: HTTPConnection) -> bytes | None:
        value = connection.cookies.get(cookie_name(connection, _COOKIE), "")
        try:
            return self._ours().unsign(value.encode("utf-8", "replace"))
        except BadSignature:
            return None

    def _ours(self) -> Signer:
        if self._signer is None:
            keys = [*reversed(self._secrets().keys("visitors"))]  # the signer takes the newest last
            self._signer = Signer(keys, sep=".", digest_method=hashlib.sha256)
        return self._signer


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
