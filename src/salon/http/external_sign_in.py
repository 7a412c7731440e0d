"""Callers whom something else has signed in already: the application around this one, or a proxy in front of it."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from salon.http.author_calls import AuthorCalls
from salon.http.forwarded import address_of, has_been_forwarded, is_from_proxy
from salon.identity import Identity

_log = logging.getLogger("salon")
_REFUSALS = (401, 403)


class DependencySignIn:
    """Asks the author's function at each request who has sent it.

    Args:
        function: gets the request, and returns the name of its user, or `None` where nobody is signed in; it may be
            async. An `HTTPException` with the status 401 or 403 means the same as `None`.
    """

    def __init__(self, function: Callable[[Request], Any]) -> None:
        self._function = function
        self._calls = AuthorCalls("auth_dependency", passes=(HTTPException,))

    async def identify(self, request: Request) -> Identity | None:
        """Return who has sent a request.

        Raises:
            AuthorCallError: the function failed, or returned something else than a name.
            UnavailableError: the function is too slow for all that ask.
        """
        # The body is for whoever handles the request.
        asked = Request({**request.scope})
        try:
            user = await self._calls.ask(self._function, asked, address=address_of(request))
        except HTTPException as error:
            if error.status_code in _REFUSALS:
                return None
            raise self._calls.failed(error) from error
        if user is None or user == "":
            return None
        if not isinstance(user, str):
            raise self._calls.failed(TypeError(f"It has to return a name or `None`, not a {type(user).__name__}."))
        return Identity(owner=f"user:{user}", user=user)


class HeaderSignIn:
    """Believes a proxy that is trusted, and has signed users in, who they are.

    Args:
        header: in which the proxy puts the name of the user, such as `X-Forwarded-User`. It has to remove this header
            from what it passes on for others.
    """

    def __init__(self, header: str) -> None:
        self._header = header
        self._has_warned = False

    async def identify(self, request: Request) -> Identity | None:
        """Return who has sent a request; nobody where it came past the proxy."""
        names = request.headers.getlist(self._header)
        if not names:
            return None
        if not is_from_proxy(request.scope):
            self._warn(request)
            return None
        user = names[0].strip()
        if len(names) > 1 or not user:  # of several, one may be the client's own
            return None
        with suppress(UnicodeDecodeError):
            user = user.encode("latin-1").decode()  # proxies send names in UTF-8
        return Identity(owner=f"user:{user}", user=user)

    def _warn(self, request: Request) -> None:
        if self._has_warned:
            return
        self._has_warned = True
        if has_been_forwarded(request.scope):
            _log.warning(
                "The server has hidden which proxy sent `%s`, so nobody is signed in by it. With Uvicorn, start it "
                "with `--no-proxy-headers`: the application reads these headers itself",
                self._header,
            )
        else:
            _log.warning(
                "Refused `%s` from %s, which is not among `trusted_proxies`. If it is your proxy, add it there",
                self._header,
                address_of(request) or "a socket",
            )
