"""Mounts a page in an existing ASGI application."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from salon.launching import Launchable
from salon.oidc import OIDC

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request

_App = TypeVar("_App", bound="Starlette")


def mount(
    app: _App,
    demo: Launchable,
    *,
    path: str,
    auth: "tuple[str, str] | Sequence[tuple[str, str]] | Callable[[str, str], Any] | OIDC | None" = None,
    auth_message: str | None = None,
    auth_dependency: "Callable[[Request], Any] | None" = None,
    trusted_header: str | None = None,
) -> _App:
    """Serve `demo` below `path` of a FastAPI or Starlette application, and return that application.

    The chat starts and stops with the application.

    Args:
        app: the application.
        demo: a `ChatInterface` or `Blocks`.
        path: path of the page, such as `"/chat"`.
        auth: users who may sign in: a (name, password) pair, a list of pairs, a function of name and password, which
            may be async, or `OIDC(…)`; by default those of the page.
        auth_message: text or HTML of the sign-in page, in place of the default text.
        auth_dependency: instead of `auth`, function of a request that returns the name of its user, or `None` to refuse
            it. It may be async. The request has the values of the middleware of `app`, such as its session.
        trusted_header: instead of `auth`, header with the user's name, set by a proxy of `SALON_TRUSTED_PROXIES` that
            signs users in.

    Raises:
        AuthorError: two of these are given, or one has another form.
    """
    given = {
        "auth": auth,
        "auth_message": auth_message,
        "auth_dependency": auth_dependency,
        "trusted_header": trusted_header,
    }
    chat = demo.served_by_others(given)
    app.mount(path, chat)
    lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def both(outer: _App) -> AsyncIterator[object]:
        async with lifespan(outer) as state, chat.lifespan():
            yield state

    app.router.lifespan_context = both  # type: ignore[assignment]  # its state passes through as it came
    return app
