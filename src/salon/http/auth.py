"""Signing in with a name and a password."""

import asyncio
import functools
import hashlib
import hmac
import inspect
import logging
import os
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeAlias

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from salon.errors import AuthorError, RateError
from salon.http.visitors import cookie_name, set_cookie
from salon.identity import Identity
from salon.secrets import Secrets

Accounts: TypeAlias = (
    "tuple[str, str] | Sequence[tuple[str, str]] | Callable[[str, str], bool] | Callable[[str, str], Awaitable[bool]]"
)

_log = logging.getLogger("salon")
_IDLE_S = 12 * 3600
_ABSOLUTE_S = 7 * 24 * 3600
_SIGNED_OUT = 10_000
_TRIES = 5
TRIES_WITHIN_S = 60.0
_SCRYPT: dict[str, Any] = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


class _Token(msgspec.Struct, frozen=True, array_like=True):
    id: str
    user: str
    credential: str
    signed_in_at: int


class Tries:
    """Counts failed tries a minute by key, so that passwords cannot be guessed in bulk."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, deque[float]] = {}

    def begin(self, *keys: str) -> None:
        """Count a try for each key as failed until `succeeded` is told otherwise; refuse when any has too many.

        Raises:
            RateError: five failures within the last minute.
        """
        horizon = self._clock() - TRIES_WITHIN_S
        for key in list(self._failures):
            failures = self._failures[key]
            while failures and failures[0] < horizon:
                failures.popleft()
            if not failures:
                del self._failures[key]
        if any(len(self._failures.get(key, ())) >= _TRIES for key in keys):
            raise RateError("login.too-many-tries", "Too many failed tries. Wait a minute, then try again.")
        for key in keys:
            self._failures.setdefault(key, deque()).append(self._clock())

    def succeeded(self, *keys: str) -> None:
        """Take the last try of each key back."""
        for key in keys:
            if self._failures.get(key):
                self._failures[key].pop()


class Login:
    """Who may sign in, and who has.

    Passwords given as text are kept as scrypt hashes only. Signed-in users carry a signed
    token, which survives a restart; it ends 12 hours after its last use, 7 days after the
    signing-in, when its user signs out, and when the password changes. Another function, or
    a list without that user, does not accept it. Who signed out is kept in a file, so that
    this survives a restart too; where that file cannot be written, a restart forgets it.

    Args:
        accounts: a pair of name and password, several of them, or a function that tells
            whether a pair is right; it may be async.
        secrets: sign the tokens.
        signed_out: file for the tokens that were signed out and have not ended yet.

    Raises:
        AuthorError: `accounts` is none of these.
    """

    def __init__(self, accounts: Accounts, *, secrets: Secrets, signed_out: Path) -> None:
        self._check = accounts if callable(accounts) else None
        pairs = [] if callable(accounts) else _pairs(accounts)
        self._hashes = {user: _hashed(password) for user, password in pairs}
        # Of each secret one, the newest first: a token that an older one has signed carries that one's credential.
        self._credentials = {
            user: [
                hmac.digest(key, f"{user}\0{password}".encode("utf-8", "surrogatepass"), "sha256").hex()
                for key in secrets.keys("credentials")
            ]
            for user, password in pairs
        }
        self._unknown = _hashed(token_urlsafe())
        salt = f"salon-login{_name(self._check)}"
        self._serializer = URLSafeTimedSerializer([*reversed(secrets.keys("login"))], salt=salt)
        # Browsers send a host's cookies to all its ports and paths, so those of applications have different names.
        names = (hmac.digest(key, salt.encode("utf-8", "surrogatepass"), "sha256") for key in secrets.keys("cookies"))
        self._cookies = [f"salon-user-{name.hex()[:8]}" for name in names]
        self._signed_out_file = signed_out
        self._signed_out = self._read_signed_out()
        self._tries = Tries()
        self._at_once = asyncio.Semaphore(2)

    async def verify(self, user: str, password: str, *, address: str) -> bool:
        """Tell whether `user` may come in with `password`; an unknown name takes as long as a wrong password.

        Raises:
            RateError: too many failures for this name, or from this address.
        """
        keys = (f"user:{user}", f"address:{address}")
        async with self._at_once:
            self._tries.begin(*keys)
            if self._check is None:
                is_right = await asyncio.to_thread(self._is_right, user, password)
            else:
                is_right = await _asked(self._check, user, password)
        if is_right:
            self._tries.succeeded(*keys)
        return is_right

    def sign_in(self, connection: HTTPConnection, response: Response, user: str) -> None:
        """Have `response` hand out a token for `user`."""
        token = _Token(token_urlsafe(16), user, self._credentials.get(user, [""])[0], int(time.time()))
        self._hand_out(connection, response, token)

    def sign_out(self, connection: HTTPConnection, response: Response) -> None:
        """Make the token that came with the request useless, everywhere."""
        token = self._token(connection)
        if token is not None:
            now = time.time()
            ends = {token.id: min(token.signed_in_at + _ABSOLUTE_S, now + _IDLE_S)}
            known = sorted((self._read_signed_out() | self._signed_out | ends).items(), key=lambda item: item[1])
            self._signed_out = {id_: end for id_, end in known[-_SIGNED_OUT:] if end > now}
            self._write_signed_out()
        for name in self._cookies:
            set_cookie(connection, response, cookie_name(connection, name), "", max_age_s=0)

    def identify(self, connection: HTTPConnection) -> Identity | None:
        """Return who is signed in."""
        token = self._token(connection)
        return None if token is None else Identity(owner=f"user:{token.user}", user=token.user)

    def keep(self, connection: HTTPConnection, response: Response) -> None:
        """Put off the end of a token that is in use."""
        token = self._token(connection)
        if token is not None:
            self._hand_out(connection, response, token)

    def _read_signed_out(self) -> dict[str, float]:
        try:
            return msgspec.json.decode(self._signed_out_file.read_bytes(), type=dict[str, float])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as error:
            _log.warning("Cannot read who signed out from %s: %s", self._signed_out_file, error)
            return {}

    def _write_signed_out(self) -> None:
        try:
            self._signed_out_file.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._signed_out_file.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(self._signed_out))
            Path(temporary).replace(self._signed_out_file)
        except OSError as error:
            _log.warning("Cannot keep who signed out in %s, a restart forgets it: %s", self._signed_out_file, error)

    def _hand_out(self, connection: HTTPConnection, response: Response, token: _Token) -> None:
        value = self._serializer.dumps(msgspec.to_builtins(token))
        set_cookie(connection, response, cookie_name(connection, self._cookies[0]), str(value), max_age_s=_IDLE_S)

    def _token(self, connection: HTTPConnection) -> _Token | None:
        names = (cookie_name(connection, name) for name in self._cookies)
        value = next((connection.cookies[name] for name in names if name in connection.cookies), "")
        try:
            token = msgspec.convert(self._serializer.loads(value, max_age=_IDLE_S), _Token)
        except (BadSignature, msgspec.ValidationError):
            return None
        is_valid = (
            (self._check is not None or token.user in self._credentials)
            and token.id not in self._signed_out
            and time.time() < token.signed_in_at + _ABSOLUTE_S
            and any(hmac.compare_digest(token.credential, one) for one in self._credentials.get(token.user, [""]))
        )
        return token if is_valid else None

    def _is_right(self, user: str, password: str) -> bool:
        salt, wanted = self._hashes.get(user, self._unknown)
        given = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)
        return hmac.compare_digest(given, wanted) and user in self._hashes


def _name(check: Callable[..., Any] | None) -> str:
    """Return what tells a function from those of other applications with the same secret."""
    if check is None:
        return ""
    while isinstance(check, functools.partial):
        check = check.func
    named = check if hasattr(check, "__qualname__") else type(check)
    code = getattr(check, "__code__", None)
    file = str(Path(code.co_filename).resolve()) if code is not None else ""
    return f" {named.__module__} {named.__qualname__} {file}"


async def _asked(check: Callable[[str, str], Any], user: str, password: str) -> bool:
    answer = await asyncio.to_thread(check, user, password)
    while inspect.isawaitable(answer):
        answer = await answer
    return bool(answer) and not (inspect.isgenerator(answer) or inspect.isasyncgen(answer))


def _hashed(password: str) -> tuple[bytes, bytes]:
    salt = os.urandom(16)
    return salt, hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)


def _pairs(accounts: object) -> list[tuple[str, str]]:
    pairs = (
        [accounts] if isinstance(accounts, tuple) and len(accounts) == 2 and isinstance(accounts[0], str) else accounts
    )
    if isinstance(pairs, list | tuple) and pairs:
        found = [(pair[0], pair[1]) for pair in pairs if isinstance(pair, list | tuple) and len(pair) == 2]
        if len(found) == len(pairs) and all(isinstance(word, str) and word for pair in found for word in pair):
            return found
    raise AuthorError(
        "auth.form",
        "`auth` has to be a (name, password) pair, a list of such pairs, or a function of name and password.",
    )
