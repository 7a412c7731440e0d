"""Keys that programs send instead of signing in."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from starlette.requests import HTTPConnection

from salon.errors import AuthenticationError, AuthorError
from salon.http.author_calls import AuthorCalls
from salon.http.forwarded import address_of
from salon.identity import Identity

Keys: TypeAlias = "Sequence[str] | Callable[[str], Any] | Callable[[str], Awaitable[Any]]"

_KEY_LENGTH = 1_000


class ApiKeys:
    """Who has a key that is accepted. What one key has asked for, no other sees.

    Args:
        keys: the keys, or a function that tells of a key whether it is accepted; it may be async, and
            may return the name of who has it.

    Raises:
        AuthorError: `keys` is neither.
    """

    def __init__(self, keys: Keys) -> None:
        self._check = keys if callable(keys) else None
        given = [] if callable(keys) else [keys] if isinstance(keys, str) else list(keys)
        if self._check is None and (not given or not all(isinstance(key, str) and key for key in given)):
            raise AuthorError("settings.api_keys", "`api_keys` has to be a list of keys, or a function of a key.")
        self._calls = AuthorCalls("api_keys")
        # Compared by their hashes, so that how long it takes says nothing about the keys.
        self._hashes = frozenset(map(_hash, given))

    async def identify(self, connection: HTTPConnection) -> Identity:
        """Return who sent a request with `Authorization: Bearer KEY`.

        Raises:
            AuthenticationError: there is no key with it, or none that is accepted.
            AuthorCallError: the author's function failed.
            UnavailableError: the author's function is too slow for all that ask.
        """
        scheme, _, key = connection.headers.get("authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key or len(key) > _KEY_LENGTH:
            raise AuthenticationError("key.required", "Send an API key as `Authorization: Bearer KEY`.")
        owner = f"key:{_hash(key)[:32]}"
        if self._check is None:
            if _hash(key) not in self._hashes:
                raise _wrong()
            return Identity(owner=owner)
        answer = await self._calls.ask(self._check, key, address=address_of(connection))
        if not answer:
            raise _wrong()
        return Identity(owner=owner, user=answer if isinstance(answer, str) else None)


def _wrong() -> AuthenticationError:
    return AuthenticationError("key.wrong", "The API key is not accepted.")


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
