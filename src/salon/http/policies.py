"""The policy of each route, and the one place that enforces it, before a handler reads anything of a request."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salon.errors import ForbiddenError, SalonError, TooLargeError
from salon.http.origins import is_foreign
from salon.http.problems import problem_response
from salon.identity import Identity

Caller: TypeAlias = Literal["anyone", "reader", "program"]
"""Who may call a route.

`anyone`: everybody. `reader`: the reader of the page, who has signed in where the application has accounts.
`program`: a program with an API key where the application has keys, otherwise like `reader`.
"""

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Identify: TypeAlias = Callable[[Request], Awaitable[Identity]]
Refuse: TypeAlias = Callable[[Request, SalonError], Response]

SMALL_BODY_BYTES = 4 * 2**10
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

_IDENTITY = "salon.identity"
_POLICY = "salon.policy"


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutePolicy:
    """The conditions under which a route answers.

    Attributes:
        caller: who may call it.
        body_bytes: how many bytes a request's body may have.
        body_is_file: whether the body is a file, which the error for one that is too large says.
        is_cross_site: whether pages of other sites may send it requests that change something.
    """

    caller: Caller
    body_bytes: int = SMALL_BODY_BYTES
    body_is_file: bool = False
    is_cross_site: bool = False


class PolicyRoute(Route):
    """A route that checks its policy first: the origin, the declared size of the body, and the caller.

    Args:
        path: the path, as Starlette writes it.
        handler: answers requests that keep the policy; `identity_of` gives it the caller.
        policy: the conditions.
        identify: tells who the caller is; raises `AuthenticationError` where somebody has to sign in first.
        refuse: gives the response for an error, in the form of the route's protocol.
        methods: the HTTP methods.
    """

    def __init__(
        self,
        path: str,
        handler: Handler,
        *,
        policy: RoutePolicy,
        identify: Identify | None,
        refuse: Refuse | None = None,
        methods: Sequence[str] = ("GET",),
    ) -> None:
        self.policy = policy
        self._handler = handler
        self._identify = identify
        self._refuse = refuse or _problem

        async def serve(request: Request) -> Response:
            try:
                await self._check(request)
                return await handler(request)
            except SalonError as error:
                return self._refuse(request, error)

        super().__init__(path, serve, methods=list(methods), name=getattr(handler, "__name__", path))

    async def _check(self, request: Request) -> None:
        policy = self.policy
        if request.method not in SAFE_METHODS and not policy.is_cross_site and is_foreign(request.scope):
            raise ForbiddenError("request.origin", "This request comes from another site, which is not allowed here.")
        request.scope[_POLICY] = policy
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > policy.body_bytes:
            raise too_large(request)
        if self._identify is not None:
            request.scope[_IDENTITY] = await self._identify(request)


def identity_of(request: Request) -> Identity:
    """Return the caller, of a route that identifies its callers."""
    identity: Identity = request.scope[_IDENTITY]
    return identity


def body_bytes_of(request: Request) -> int:
    """Return how many bytes the body of a request may have."""
    policy: RoutePolicy = request.scope[_POLICY]
    return policy.body_bytes


def too_large(request: Request) -> TooLargeError:
    """Return the error for a request whose body is longer than its route accepts."""
    policy: RoutePolicy = request.scope[_POLICY]
    if policy.body_is_file:
        return TooLargeError("file.too-large", f"The file has more than {policy.body_bytes} bytes.")
    return TooLargeError("request.too-large", f"The request's body has more than {policy.body_bytes} bytes.")


def _problem(request: Request, error: SalonError) -> Response:
    del request
    return problem_response(error)
