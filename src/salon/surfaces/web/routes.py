"""The table of all routes of the page and the native protocol."""

from collections.abc import Sequence
from pathlib import Path

from salon.http.auth import Login
from salon.http.policies import PolicyRoute
from salon.http.provider_sign_in import ProviderSignIn
from salon.http.static import StaticFiles
from salon.surfaces.base import Services
from salon.surfaces.uploads import uploads_of
from salon.surfaces.web.application import ApplicationRoutes
from salon.surfaces.web.conversations import ConversationRoutes
from salon.surfaces.web.documents import DocumentRoutes
from salon.surfaces.web.files import FileRoutes
from salon.surfaces.web.library import LibraryRoutes
from salon.surfaces.web.page import Pages
from salon.surfaces.web.provider_sessions import ProviderSessionRoutes
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
    login: Login | ProviderSignIn | None,
    reloads: bool,
    public_url: str | None = None,
) -> list[PolicyRoute]:
    """Return the routes, to be mounted below the application's root.

    Args:
        services: services of the application.
        pages: renders the page.
        static: files of the built front end.
        file_roots: files and folders of the author that the page may show.
        hidden: files and folders that are never served, even inside of `file_roots`.
        login: the sign-in; `None` if there is none.
        reloads: whether pages may watch for restarts of the server.
        public_url: public address of the application, if it differs from the requests' address.
    """
    uploads = uploads_of(services)
    application = ApplicationRoutes(
        services, pages=pages, static=static, login=login, reloads=reloads, public_url=public_url
    )
    sessions: SessionRoutes | ProviderSessionRoutes | None = None
    if isinstance(login, ProviderSignIn):
        sessions = ProviderSessionRoutes(services, pages=pages, provider=login, public_url=public_url)
    elif login is not None:
        sessions = SessionRoutes(services, pages=pages, login=login)
    return [
        *application.routes(),
        *FileRoutes(services, uploads, roots=file_roots, hidden=hidden).routes(),
        *TurnRoutes(services, uploads).routes(),
        *LibraryRoutes(services).routes(),
        *SharingRoutes(services).routes(),
        *DocumentRoutes(services).routes(),
        *ConversationRoutes(services).routes(),
        *(() if sessions is None else sessions.routes()),
    ]
