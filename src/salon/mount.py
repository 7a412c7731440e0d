"""Puts a chat into an application that exists already."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from salon.launching import Launchable

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request

_App = TypeVar("_App", bound="Starlette")


def mount(
    app: _App,
    demo: Launchable,
    *,
    path: str,
    auth: "tuple[str, str] | Sequence[tuple[str, str]] | Callable[[str, str], Any] | None" = None,
    auth_message: str | None = None,
    auth_dependency: "Callable[[Request], Any] | None" = None,
    trusted_header: str | None = None,
) -> _App:
    """Serve `demo` below `path` of a FastAPI or Starlette application, and return that application.

    The chat starts and stops with the application.

    Args:
        app: the application.
        demo: a `ChatInterface` or `Blocks`.
        path: such as `"/chat"`.
        auth: who may sign in: a (name, password) pair, several, or a function of both, which may be async; by default
            what the page itself says.
        auth_message: what is written above the names and passwords; the page's own words by default.
        auth_dependency: instead of `auth`, tells of each request the name of the user who has sent it; `None` refuses
            it. It may be async. What the middleware of `app` has put into the request, such as its session, is there.
        trusted_header: instead of `auth`, header in which a proxy that signs users in puts their name; only those of
            the setting `SALON_TRUSTED_PROXIES` are believed.

    Raises:
        AuthorError: two of these are given, or one is of another form.
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
