"""Routes to sign in at a provider of OpenID Connect, and out."""

import html
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from salon.errors import AuthenticationError, UnavailableError
from salon.http.bodies import read_form
from salon.http.policies import PolicyRoute
from salon.http.provider_sign_in import ProviderSignIn
from salon.surfaces.base import Services
from salon.surfaces.requests import root_of
from salon.surfaces.web.page import Pages

_REFUSALS = ("login.refused", "login.provider")


class ProviderSessionRoutes:
    """Sends readers to the provider, takes them back, and signs them out.

    Args:
        services: the application.
        pages: renders the page to sign in on.
        provider: at which readers sign in.
        public_url: the application's address, where it is not the one that requests come to.
    """

    def __init__(self, services: Services, *, pages: Pages, provider: ProviderSignIn, public_url: str | None) -> None:
        self._services = services
        self._pages = pages
        self._provider = provider
        self._root = partial(root_of, public_url=public_url)

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted where the application is."""
        route = partial(self._services.route, caller="anyone")
        return [
            route("/login", self._login_page),
            route("/login/provider", self._begin),
            route("/login/callback", self._finish),
            route("/logout", self._sign_out, methods=["POST"]),
        ]

    async def _login_page(self, request: Request) -> Response:
        refusal = request.query_params.get("refused")
        return self._pages.login(
            request,
            provider=self._provider.label,
            refusal=refusal if refusal in _REFUSALS else None,
            status=401 if refusal in _REFUSALS else 200,
        )

    async def _begin(self, request: Request) -> Response:
        try:
            return await self._provider.begin(request, f"{self._root(request)}/login/callback")
        except UnavailableError as error:
            return RedirectResponse(f"../login?refused={error.code}", 303)

    async def _finish(self, request: Request) -> Response:
        response = RedirectResponse("../", 303)
        try:
            await self._provider.finish(request, response)
        except (AuthenticationError, UnavailableError) as error:
            response.headers["location"] = f"../login?refused={error.code}"
        return response

    async def _sign_out(self, request: Request) -> Response:
        form = await read_form(request)
        response = HTMLResponse(headers={"Cache-Control": "no-store"})
        address = await self._provider.sign_out(
            request, response, return_to=f"{self._root(request)}/login", everywhere="everywhere" in form
        )
        # The policy of the page lets no form lead to another host, not even by a redirection; a page of its own may.
        target = html.escape(address or "login")
        content = f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={target}">'
        response.body = content.encode()
        response.headers["content-length"] = str(len(response.body))
        return response
