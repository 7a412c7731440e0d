"""The part of a page's description that says who may come in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from salon.oidc import OIDC


@dataclass(kw_only=True, eq=False)
class SignInSpec:
    """The sign-in of a page.

    It is required wherever the page is served: by `launch`, `mount`, `salon run` and other servers. Arguments of
    `launch` and `mount` take precedence. A page has one of `auth`, `auth_dependency` and `trusted_header`.

    Args:
        auth: users who may sign in: a (name, password) pair, a list of pairs, a function of name and password, which
            may be async, or an OpenID Connect provider, `OIDC(…)`.
        auth_message: text or HTML of the sign-in page, in place of the default text.
        auth_dependency: function of a request, a `starlette.requests.Request`, that returns the name of its user, or
            `None` to refuse it. It may be async.
        trusted_header: header with the user's name, such as `"X-Forwarded-User"`, set by a proxy that signs users in.
            It is accepted from `trusted_proxies` only.
    """

    auth: tuple[str, str] | Sequence[tuple[str, str]] | Callable[[str, str], Any] | OIDC | None = None
    auth_message: str | None = None
    auth_dependency: Callable[[Any], Any] | None = None
    trusted_header: str | None = None
