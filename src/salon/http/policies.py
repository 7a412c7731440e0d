"""The policy of each route, and the one place that enforces it, before a handler reads anything of a request."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from salon.errors import ForbiddenError, SalonError, TooLargeError
from salon.http.forwarded import address_of
from salon.http.origins import is_foreign
from salon.http.problems import problem_response
from salon.identity import ANONYMOUS, Identity
from salon.quotas import ConcurrencyQuota, RateQuota, address_key

Caller: TypeAlias = Literal["anyone", "reader", "program"]
"""Who may call a route.

`anyone`: everybody. `reader`: the reader of the page, who has signed in where the application has accounts.
`program`: a program with an API key where the application has keys, otherwise like `reader`.
"""

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Identify: TypeAlias = Callable[[Request], Awaitable[Identity]]
Refuse: TypeAlias = Callable[[Request, SalonError], Response]

Rate: TypeAlias = Literal["turns", "uploads"]
"""The rate under which a request counts: what it asks for."""

SMALL_BODY_BYTES = 4 * 2**10
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

_IDENTITY = "salon.identity"
_POLICY = "salon.policy"
_BODY = "salon.body"


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestQuotas:
    """How many requests callers may send, and how many bytes their bodies may hold at a time.

    Attributes:
        rates: how often a minute, for each rate.
        streams: how many requests may stay open for long.
        bodies: how many bytes of bodies the server holds.
    """

    rates: dict[Rate, RateQuota]
    streams: ConcurrencyQuota
    bodies: ConcurrencyQuota


class BodyBudget:
    """Counts the bytes of one request's body while it is held.

    Args:
        quota: where they are counted.
        identity: the caller.
    """

    def __init__(self, quota: ConcurrencyQuota, identity: Identity) -> None:
        self._quota = quota
        self._identity = identity
        self._taken = 0

    def take(self, size_bytes: int) -> None:
        """Count more bytes.

        Raises:
            RateError, UnavailableError: the caller, or all together, hold too many.
        """
        self._quota.take(self._identity, size_bytes)
        self._taken += size_bytes

    def close(self) -> None:
        """Give all of them back."""
        if self._taken:
            self._quota.give_back(self._identity, self._taken)
            self._taken = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutePolicy:
    """The conditions under which a route answers.

    Attributes:
        caller: who may call it.
        body_bytes: how many bytes a request's body may have.
        body_is_file: whether the body is a file, which the error for one that is too large says.
        rate: the rate under which each request counts.
        is_long: whether the request may stay open for long, such as a stream.
        is_cross_site: whether pages of other sites may send it requests that change something.
    """

    caller: Caller
    body_bytes: int = SMALL_BODY_BYTES
    body_is_file: bool = False
    rate: Rate | None = None
    is_long: bool = False
    is_cross_site: bool = False


class PolicyRoute(Route):
    """A route that checks its policy first: the origin, the caller, its quotas, and the declared size of the body.

    Args:
        path: the path, as Starlette writes it.
        handler: answers requests that keep the policy; `identity_of` gives it the caller.
        policy: the conditions.
        quotas: count what callers take.
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
        quotas: RequestQuotas,
        identify: Identify | None,
        refuse: Refuse | None = None,
        methods: Sequence[str] = ("GET",),
    ) -> None:
        super().__init__(path, handler, methods=list(methods), name=getattr(handler, "__name__", path))
        self.policy = policy
        self.app = self._serve
        self._handler = handler
        self._quotas = quotas
        self._identify = identify
        self._refuse = refuse or _problem

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        with ExitStack() as until_sent:
            with ExitStack() as until_handled:
                try:
                    await self._check(request, until_sent, until_handled)
                    response = await self._handler(request)
                except SalonError as error:
                    response = self._refuse(request, error)
                except ClientDisconnect:
                    response = Response(status_code=400)  # nobody reads it
            await response(scope, receive, send)

    async def _check(self, request: Request, until_sent: ExitStack, until_handled: ExitStack) -> None:
        policy = self.policy
        if request.method not in SAFE_METHODS and not policy.is_cross_site and is_foreign(request.scope):
            raise ForbiddenError("request.origin", "This request comes from another site, which is not allowed here.")
        address = address_key(address_of(request))
        identity = ANONYMOUS if self._identify is None else await self._identify(request)
        identity = msgspec.structs.replace(identity, address=address)
        request.scope[_IDENTITY] = identity
        if policy.rate is not None:
            self._quotas.rates[policy.rate].count(identity)
        if policy.is_long:
            until_sent.enter_context(self._quotas.streams.held(identity))
        request.scope[_POLICY] = policy
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > policy.body_bytes:
            raise too_large(request)
        body = request.scope[_BODY] = BodyBudget(self._quotas.bodies, identity)
        until_handled.callback(body.close)


def identity_of(request: Request) -> Identity:
    """Return the caller; of routes for anyone, that is nobody in particular, with an address."""
    identity: Identity = request.scope[_IDENTITY]
    return identity


def body_budget_of(request: Request) -> BodyBudget:
    """Return where the bytes of a request's body are counted."""
    budget: BodyBudget = request.scope[_BODY]
    return budget


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
