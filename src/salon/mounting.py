"""Mounts a page in an existing ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from salon.launching import Launchable

if TYPE_CHECKING:
    from starlette.applications import Starlette

_App = TypeVar("_App", bound="Starlette")


def mount(app: _App, demo: Launchable, *, path: str) -> _App:
    """Serve `demo` below `path` of a FastAPI or Starlette application, and return that application.

    The chat starts and stops with the application.

    Args:
        app: the application.
        demo: a `ChatInterface` or `Blocks`.
        path: path of the page, such as `"/chat"`.
    """
    chat = demo.app
    app.mount(path, chat)
    lifespan = app.router.lifespan_context

    @asynccontextmanager
    async def both(outer: _App) -> AsyncIterator[object]:
        async with lifespan(outer) as state, chat.lifespan():
            yield state

    app.router.lifespan_context = both  # type: ignore[assignment]  # its state passes through as it came
    return app
