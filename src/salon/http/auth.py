"""Signing in with a name and a password."""

import asyncio
import functools
import hashlib
import hmac
import logging
import os
import time
from base64 import b85decode, b85encode
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import Any, TypeAlias

from starlette.requests import HTTPConnection
from starlette.responses import Response

from salon.errors import AuthorError, RateError
from salon.http.author_calls import AuthorCalls
from salon.http.sessions import Sessions, Token
from salon.identity import Identity
from salon.quotas import address_key
from salon.secrets import Secrets

Accounts: TypeAlias = (
    "tuple[str, str] | Sequence[tuple[str, str]] | Callable[[str, str], bool] | Callable[[str, str], Awaitable[bool]]"
)

_log = logging.getLogger("salon")
_TRIES = 5
_TRIES_OF_ADDRESS = 30
_KEYS_AT_MOST = 10_000
TRIES_WITHIN_S = 60.0
_ASKED_AGAIN_AFTER_S = 60.0
_ANSWERS_AT_MOST = 10_000
_WORD_BYTES = 512
_SCRYPT: dict[str, Any] = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


class Tries:
    """Counts failed tries within a minute by network address, so that passwords cannot be guessed in bulk.

    From one address, a name has five tries and all names together have thirty. Who signs in from elsewhere is not held
    up by them.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # In the order of their last failure, so that what is over stands at the front.
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self._running: Counter[str] = Counter()

    def begin(self, user: str, address: str) -> None:
        """Count a try that runs; `end` has to follow.

        Raises:
            RateError: so many failed, or, for the name, still run, that this one may not begin.
        """
        name = _try_key(user, address)
        if self._failed(name) + self._running[name] >= _TRIES:
            raise _too_many()
        self.check(address)
        self._running[name] += 1

    def check(self, address: str) -> None:
        """Look whether an address may go on trying.

        Raises:
            RateError: too many have failed.
        """
        if self._failed(_try_key("", address)) >= _TRIES_OF_ADDRESS:
            raise _too_many()

    def end(self, user: str, address: str, *, failed: bool) -> bool:
        """Count a try that has begun as over; return whether it was the last one that the name, or the address, had."""
        name, all_names = _try_key(user, address), _try_key("", address)
        self._running[name] -= 1
        if self._running[name] <= 0:
            del self._running[name]
        if not failed:
            return False
        for key in (name, all_names):
            self._failures.setdefault(key, deque(maxlen=_TRIES_OF_ADDRESS)).append(self._clock())
            self._failures.move_to_end(key)
        while len(self._failures) > _KEYS_AT_MOST:
            self._failures.popitem(last=False)
        return self._failed(name) == _TRIES or self._failed(all_names) == _TRIES_OF_ADDRESS

    def _failed(self, key: str) -> int:
        horizon = self._clock() - TRIES_WITHIN_S
        while self._failures and next(iter(self._failures.values()))[-1] < horizon:
            self._failures.popitem(last=False)
        return sum(moment >= horizon for moment in self._failures.get(key, ()))


def _try_key(user: str, address: str) -> str:
    """Return a key that is short, however long the name is; the empty name stands for all."""
    return hashlib.sha256(f"{address_key(address)}\0{user}".encode("utf-8", "surrogatepass")).hexdigest()


def _too_many() -> RateError:
    return RateError("login.too-many-tries", "Too many failed tries. Wait a minute, then try again.")


class Login:
    """Who may sign in with a password, and who has.

    Passwords given as text are kept as scrypt hashes only. Signed-in users carry a token, see `Sessions`; it ends also
    when the password changes or the user is taken off the list. A function is asked again about each of its users, at
    most once a minute; for that, the token holds the password, encrypted.

    Args:
        accounts: a pair of name and password, several of them, or a function that tells
            whether a pair is right; it may be async.
        secrets: sign and encrypt the tokens.
        signed_out: file for the tokens that were signed out and have not ended yet.
        clock: seconds, never going back.

    Raises:
        AuthorError: `accounts` is none of these.
    """

    def __init__(
        self, accounts: Accounts, *, secrets: Secrets, signed_out: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._check = accounts if callable(accounts) else None
        pairs = [] if callable(accounts) else _pairs(accounts)
        self._hashes = {user: _hashed(password) for user, password in pairs}
        self._credential_keys = secrets.keys("credentials")
        # Of each secret one, the newest first: a token that an older one has signed carries that one's credential.
        self._credentials = {
            user: [_credential(key, user, password) for key in self._credential_keys] for user, password in pairs
        }
        self._password_keys = secrets.keys("passwords")
        self._unknown = _hashed(token_urlsafe())
        self._sessions = Sessions(secrets, scope=_name(self._check), signed_out=signed_out)
        self._tries = Tries(clock)
        self._clock = clock
        # Hashing occupies the processor: more at a time would not be quicker.
        self._calls = AuthorCalls("auth") if callable(accounts) else AuthorCalls("auth", at_most=2)
        self._calls_again = AuthorCalls("auth")  # so that those who are in do not wait behind those who want to come in
        # By the ids of tokens: until when an answer of the function counts, and the answer.
        self._answers: OrderedDict[str, tuple[float, bool]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[bool]] = {}

    async def verify(self, user: str, password: str, *, address: str) -> bool:
        """Tell whether `user` may come in with `password`; an unknown name takes as long as a wrong password.

        Raises:
            RateError: too many failures from this address, for this name or in all.
            AuthorCallError: the author's function failed.
            UnavailableError: the author's function is too slow for all that ask.
        """
        is_right: bool | None = None
        self._tries.begin(user, address)
        try:
            is_right = await self._verified(user, password, address)
        finally:
            is_last = self._tries.end(user, address, failed=is_right is False)
        if not is_right:
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            further = "; further tries from there are refused for a minute" if is_last else ""
            _log.warning("Sign-in of %.80r from %s failed at %s%s", user, address or "nowhere", moment, further)
        return is_right

    def sign_in(self, connection: HTTPConnection, response: Response, user: str, password: str) -> None:
        """Have `response` hand out a token for `user`, whose `password` was right."""
        if self._check is None:
            self._sessions.sign_in(connection, response, user, {"credential": self._credentials[user][0]})
            return
        nonce = token_bytes(16)
        data = {
            "credential": _credential(self._credential_keys[0], user, password),
            "password": _text(
                nonce + _masked(password.encode("utf-8", "surrogatepass"), self._password_keys[0], nonce)
            ),
        }
        token = self._sessions.sign_in(connection, response, user, data)
        self._remember(token, is_right=True, asked_at=self._clock())

    def sign_out(self, connection: HTTPConnection, response: Response, *, everywhere: bool = False) -> None:
        """Make the token that came with the request useless, or all of its user's."""
        self._sessions.sign_out(connection, response, everywhere=everywhere)

    async def identify(self, connection: HTTPConnection) -> Identity | None:
        """Return who is signed in.

        Raises:
            AuthorCallError: the author's function failed when it was asked again.
            UnavailableError: the author's function is too slow for all that ask.
        """
        token = self._sessions.token(connection)
        if token is None or not await self._is_in(token):
            return None
        return Identity(owner=f"user:{token.user}", user=token.user)

    def keep(self, connection: HTTPConnection, response: Response) -> None:
        """Put off the end of a token that is in use; it was asked for with `identify` before."""
        self._sessions.keep(connection, response)

    async def _verified(self, user: str, password: str, address: str) -> bool:
        if self._check is None:
            return bool(await self._calls.ask(self._is_right, user, password))
        if any(len(word.encode("utf-8", "surrogatepass")) > _WORD_BYTES for word in (user, password)):
            return False  # browsers would not keep the token
        async with self._calls.in_turn(address):
            self._tries.check(address)  # others may have failed while this one waited for its turn
            return bool(await self._calls.ask(self._check, user, password))

    async def _is_in(self, token: Token) -> bool:
        credential = token.data.get("credential", "")
        if self._check is None:
            own = self._credentials.get(token.user, ())
            return any(hmac.compare_digest(credential, one) for one in own)
        until, is_right = self._answers.get(token.id, (0.0, False))
        if self._clock() < until:
            return is_right
        task = self._asking.get(token.id)
        if task is None:
            task = self._asking[token.id] = asyncio.create_task(self._asked_again(self._check, token))
            task.add_done_callback(functools.partial(self._has_asked, token.id))
        return await asyncio.shield(task)

    async def _asked_again(self, check: Callable[..., Any], token: Token) -> bool:
        asked_at, password = self._clock(), self._password(token)
        is_right = password is not None and bool(await self._calls_again.ask(check, token.user, password))
        self._remember(token, is_right=is_right, asked_at=asked_at)
        return is_right

    def _has_asked(self, id_: str, task: "asyncio.Task[bool]") -> None:
        self._asking.pop(id_, None)
        if not task.cancelled():
            task.exception()  # whoever waited has got it; nobody may have

    def _remember(self, token: Token, *, is_right: bool, asked_at: float) -> None:
        self._answers[token.id] = (asked_at + _ASKED_AGAIN_AFTER_S, is_right)
        self._answers.move_to_end(token.id)
        while len(self._answers) > _ANSWERS_AT_MOST:
            self._answers.popitem(last=False)

    def _password(self, token: Token) -> str | None:
        """Return the password that a token holds, with whichever of the secrets it was encrypted."""
        try:
            sealed = b85decode(token.data["password"])
        except (KeyError, TypeError, ValueError):
            return None
        for key, credential_key in zip(self._password_keys, self._credential_keys, strict=True):
            password = _masked(sealed[16:], key, sealed[:16]).decode("utf-8", "replace")
            if hmac.compare_digest(_credential(credential_key, token.user, password), token.data["credential"]):
                return password
        return None

    def _is_right(self, user: str, password: str) -> bool:
        salt, wanted = self._hashes.get(user, self._unknown)
        given = hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_SCRYPT)
        return hmac.compare_digest(given, wanted) and user in self._hashes


def _credential(key: bytes, user: str, password: str) -> str:
    return hmac.digest(key, f"{user}\0{password}".encode("utf-8", "surrogatepass"), "sha256").hex()


def _masked(text: bytes, key: bytes, nonce: bytes) -> bytes:
    """Encrypt or decrypt: the key and a number that is used once make a stream that nobody else can tell from chance.

    The token's signature says that nobody has changed what comes back.
    """
    stream = hashlib.shake_256(key + nonce).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, stream, strict=True))


def _text(sealed: bytes) -> str:
    return b85encode(sealed).decode()


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
        "`auth` has to be a (name, password) pair, a list of pairs, a function of name and password, or `OIDC(…)`.",
    )
