"""The part of a page's description that says who may come in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(kw_only=True, eq=False)
class SignInSpec:
    """What an author says about who may open a page.

    It holds wherever the page is served: by `launch`, `mount`, `salon run` and other servers. What `launch` and `mount`
    are given takes its place. Of `auth`, `auth_dependency` and `trusted_header`, a page has one.

    Args:
        auth: who may sign in: a (name, password) pair, several, or a function of both, which may be async.
        auth_message: what is written above the names and passwords; the page's own words by default.
        auth_dependency: tells of each request, a `starlette.requests.Request`, the name of the user who has sent it;
            `None` refuses it. It may be async.
        trusted_header: header in which a proxy that signs users in puts their name, such as `"X-Forwarded-User"`. Only
            proxies among `trusted_proxies` are believed.
    """

    auth: "tuple[str, str] | Sequence[tuple[str, str]] | Callable[[str, str], Any] | None" = None
    auth_message: str | None = None
    auth_dependency: Callable[[Any], Any] | None = None
    trusted_header: str | None = None
