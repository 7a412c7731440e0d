"""Signed tokens by which browsers are known after somebody has signed in there."""

import hashlib
import hmac
import logging
import os
import tempfile
import time
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from salon.http.visitors import cookie_name, set_cookie
from salon.private_folders import make_private_folder
from salon.secrets import Secrets

_log = logging.getLogger("salon")
_IDLE_S = 12 * 3600
_ABSOLUTE_S = 7 * 24 * 3600
_SIGNED_OUT = 10_000


class Token(msgspec.Struct, frozen=True, array_like=True):
    """What a signed-in browser carries.

    Attributes:
        id: random.
        user: who has signed in there.
        signed_in_at: seconds since 1970.
        data: what the way of signing in wants to know again.
    """

    id: str
    user: str
    signed_in_at: float
    data: dict[str, Any]


class _SignedOut(msgspec.Struct, forbid_unknown_fields=True):
    """Who has signed out: the ends of single tokens by their ids, and by users, when they signed out everywhere."""

    tokens: dict[str, float] = {}
    users: dict[str, float] = {}


class Sessions:
    """Hands out tokens to those who sign in, and recognises them by these.

    A token survives a restart. It ends 12 hours after its last use, 7 days after the signing-in, and when its user
    signs out, there or everywhere. Who signed out is kept in a file, so that this survives a restart too; where that
    file cannot be written, a restart forgets it.

    Args:
        secrets: sign the tokens.
        scope: what tells this way of signing in from those of other applications with the same secrets.
        signed_out: file for the tokens that were signed out and have not ended yet.
    """

    def __init__(self, secrets: Secrets, *, scope: str, signed_out: Path) -> None:
        salt = f"salon-login{scope}"
        self._salt = salt.encode("utf-8", "surrogatepass")
        self._serializer = URLSafeTimedSerializer([*reversed(secrets.keys("login"))], salt=salt)
        # Browsers send a host's cookies to all its ports and paths, so those of applications have different names.
        names = (hmac.digest(key, self._salt, "sha256") for key in secrets.keys("cookies"))
        self._cookies = [f"salon-user-{name.hex()[:8]}" for name in names]
        self._file = signed_out
        self._signed_out = self._read()

    def sign_in(self, connection: HTTPConnection, response: Response, user: str, data: dict[str, Any]) -> Token:
        """Have `response` hand out a token for `user`, and return it."""
        token = Token(token_urlsafe(16), user, time.time(), data)
        self._hand_out(connection, response, token)
        return token

    def sign_out(self, connection: HTTPConnection, response: Response, *, everywhere: bool = False) -> None:
        """Make the token that came with the request useless, or all of its user's."""
        token = self.token(connection)
        if token is not None:
            now = time.time()
            known, own = self._read(), self._signed_out
            tokens = known.tokens | own.tokens | {token.id: min(token.signed_in_at + _ABSOLUTE_S, now + _IDLE_S)}
            users = {
                user: max(known.users.get(user, 0), own.users.get(user, 0)) for user in known.users | own.users
            } | ({self._key(token.user): now} if everywhere else {})
            self._signed_out = _SignedOut(
                tokens={id_: end for id_, end in _latest(tokens) if end > now},
                users={user: moment for user, moment in _latest(users) if moment > now - _ABSOLUTE_S},
            )
            self._write()
        for name in self._cookies:
            set_cookie(connection, response, cookie_name(connection, name), "", max_age_s=0)

    def keep(self, connection: HTTPConnection, response: Response) -> None:
        """Put off the end of a token that is in use."""
        token = self.token(connection)
        if token is not None:
            self._hand_out(connection, response, token)

    def token(self, connection: HTTPConnection) -> Token | None:
        """Return the token that came with a request, if it is valid."""
        names = (cookie_name(connection, name) for name in self._cookies)
        value = next((connection.cookies[name] for name in names if name in connection.cookies), "")
        try:
            token = msgspec.convert(self._serializer.loads(value, max_age=_IDLE_S), Token)
        except (BadSignature, msgspec.ValidationError):
            return None
        is_valid = (
            token.id not in self._signed_out.tokens
            and token.signed_in_at > self._signed_out.users.get(self._key(token.user), 0)
            and time.time() < token.signed_in_at + _ABSOLUTE_S
        )
        return token if is_valid else None

    def _hand_out(self, connection: HTTPConnection, response: Response, token: Token) -> None:
        value = self._serializer.dumps(msgspec.to_builtins(token))
        set_cookie(connection, response, cookie_name(connection, self._cookies[0]), str(value), max_age_s=_IDLE_S)

    def _key(self, user: str) -> str:
        return hashlib.sha256(self._salt + b"\0" + user.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _read(self) -> _SignedOut:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=_SignedOut)
        except FileNotFoundError:
            pass
        except (OSError, msgspec.MsgspecError) as error:
            _log.warning("Cannot read who signed out from %s: %s", self._file, error)
        return _SignedOut()

    def _write(self) -> None:
        try:
            make_private_folder(self._file.parent)
            descriptor, temporary = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(self._signed_out))
            Path(temporary).replace(self._file)
        except OSError as error:
            _log.warning("Cannot keep who signed out in %s, a restart forgets it: %s", self._file, error)


def _latest(times: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(times.items(), key=lambda item: item[1])[-_SIGNED_OUT:]
