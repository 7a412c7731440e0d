"""The routes of the page itself, and of descriptions of the application."""

import secrets
from collections.abc import AsyncGenerator, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salon.errors import AuthenticationError
from salon.http.auth import Login
from salon.http.event_stream import EventStream
from salon.http.policies import Handler, PolicyRoute, identity_of
from salon.http.provider_sign_in import ProviderSignIn
from salon.http.responses import json_response
from salon.http.static import StaticFiles
from salon.surfaces.base import Services
from salon.surfaces.requests import root_of
from salon.surfaces.web.openapi import openapi
from salon.surfaces.web.page import Pages
from salon.surfaces.web.views import endpoints_view


class ApplicationRoutes:
    """Serves the page, its assets, and the application's configuration and endpoints.

    Args:
        services: services of the application.
        pages: renders the page.
        static: files of the built front end.
        login: the sign-in; `None` if there is none.
        reloads: whether pages may watch for restarts of the server.
        public_url: public address of the application, if it differs from the requests' address.
    """

    def __init__(
        self,
        services: Services,
        *,
        pages: Pages,
        static: StaticFiles,
        login: Login | ProviderSignIn | None,
        reloads: bool,
        public_url: str | None,
    ) -> None:
        self._services = services
        self._pages = pages
        self._static = static
        self._login = login
        self._reloads = reloads
        self._public_url = public_url
        self._start = secrets.token_hex(8)

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route, pages = self._services.route, self._pages
        frames = {
            "diagram": pages.diagram_frame,
            "html": pages.html_frame,
            "plot": pages.plot_frame,
            "reply": pages.reply_frame,
        }
        routes = [
            route("/", self._page, caller="anyone"),  # the handler redirects users who have to sign in
            route("/assets/{name}", self._static.serve, caller="anyone"),
            *(route(f"/frames/{name}", _frame(frame), caller="anyone") for name, frame in frames.items()),
            route("/healthz", self._health, caller="anyone"),
            route("/api/config", self._config),
            route("/api/openapi.json", self._openapi),
            route("/api/endpoints", self._endpoints),
        ]
        if self._reloads:
            routes.append(route("/api/reload", self._reload, is_long=True))
        return routes

    async def _page(self, request: Request) -> Response:
        try:
            response: Response = await self._pages.chat(request, await self._services.identify(request))
        except AuthenticationError:
            return self._pages.refusal(request) if self._login is None else RedirectResponse("login", 303)
        self._services.visitors.remember(request, response)
        if self._login is not None:
            self._login.keep(request, response)
        return response

    async def _health(self, request: Request) -> Response:
        del request
        if self._services.engine.is_stopping:
            return Response(b'{"status":"stopping"}', 503, media_type="application/json")
        return Response(b'{"status":"ok"}', media_type="application/json")

    async def _config(self, request: Request) -> Response:
        return json_response(await self._pages.config(identity_of(request)))

    async def _openapi(self, request: Request) -> Response:
        title = self._services.app.page.title or "Salon"
        body = msgspec.json.encode(openapi(root_of(request, self._public_url), title))
        return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def _endpoints(self, request: Request) -> Response:
        address = root_of(request, self._public_url)
        return json_response(endpoints_view(self._services.app, self._services.protocols, address))

    async def _reload(self, request: Request) -> Response:
        """Send an id of this server process, and keep the stream open, so that the page notices the process's end."""
        del request

        async def frames() -> AsyncGenerator[bytes, None]:
            yield b"data: %b\n\n" % self._start.encode()
            await self._services.engine.stopping.wait()

        return EventStream(frames())


def _frame(render: Callable[[], Response]) -> Handler:
    async def frame(request: Request) -> Response:
        del request
        return render()

    return frame
