"""The table of all routes of the page and the native protocol."""

from collections.abc import Sequence
from pathlib import Path

from salon.http.auth import Login
from salon.http.policies import PolicyRoute
from salon.http.static import StaticFiles
from salon.surfaces.base import Services
from salon.surfaces.uploads import uploads_of
from salon.surfaces.web.application import ApplicationRoutes
from salon.surfaces.web.conversations import ConversationRoutes
from salon.surfaces.web.documents import DocumentRoutes
from salon.surfaces.web.files import FileRoutes
from salon.surfaces.web.library import LibraryRoutes
from salon.surfaces.web.page import Pages
from salon.surfaces.web.sessions import SessionRoutes
from salon.surfaces.web.sharing import SharingRoutes
from salon.surfaces.web.turns import TurnRoutes


def web_routes(
    services: Services,
    *,
    pages: Pages,
    static: StaticFiles,
    file_roots: Sequence[Path],
    hidden: Sequence[Path],
    login: Login | None,
    reloads: bool,
    public_url: str | None = None,
) -> list[PolicyRoute]:
    """Return the routes, to be mounted where the application is.

    Args:
        services: the application.
        pages: renders the page.
        static: the built files.
        file_roots: files and folders of the author's that the page may show.
        hidden: files and folders that are never shown, even in one of these.
        login: who may sign in; `None` lets everybody in.
        reloads: whether pages may watch for restarts of the server.
        public_url: the application's address, where it is not the one that requests come to.
    """
    uploads = uploads_of(services)
    application = ApplicationRoutes(
        services, pages=pages, static=static, login=login, reloads=reloads, public_url=public_url
    )
    return [
        *application.routes(),
        *FileRoutes(services, uploads, roots=file_roots, hidden=hidden).routes(),
        *TurnRoutes(services, uploads).routes(),
        *LibraryRoutes(services).routes(),
        *SharingRoutes(services).routes(),
        *DocumentRoutes(services).routes(),
        *ConversationRoutes(services).routes(),
        *(SessionRoutes(services, pages=pages, login=login).routes() if login is not None else ()),
    ]
