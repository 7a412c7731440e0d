"""The routes of signing in and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from salon.errors import RateError, UnavailableError
from salon.http.auth import TRIES_WITHIN_S, Login
from salon.http.author_calls import AuthorCallError
from salon.http.bodies import read_form
from salon.http.forwarded import address_of
from salon.http.policies import PolicyRoute
from salon.surfaces.base import Services
from salon.surfaces.web.page import Pages


class SessionRoutes:
    """Signs users in and out.

    Args:
        services: services of the application.
        pages: renders the sign-in page.
        login: the sign-in.
    """

    def __init__(self, services: Services, *, pages: Pages, login: Login) -> None:
        self._services = services
        self._pages = pages
        self._login = login

    def routes(self) -> list[PolicyRoute]:
        """Return the routes, to be mounted below the application's root."""
        route = self._services.route
        return [
            route("/login", self._login_page, caller="anyone"),
            route("/login", self._sign_in, caller="anyone", methods=["POST"]),
            route("/logout", self._sign_out, caller="anyone", methods=["POST"]),
        ]

    async def _login_page(self, request: Request) -> Response:
        return self._pages.login(request)

    async def _sign_in(self, request: Request) -> Response:
        form = await read_form(request)
        user, password = form.get("username", ""), form.get("password", "")
        if not user or not password:
            return self._pages.login(request, refusal="login.incomplete", status=400)
        try:
            is_right = await self._login.verify(user, password, address=address_of(request))
        except RateError as error:
            response = self._pages.login(request, refusal=error.code, status=error.status)
            response.headers["Retry-After"] = str(int(TRIES_WITHIN_S))
            return response
        except (AuthorCallError, UnavailableError) as error:
            return self._pages.login(
                request,
                refusal=error.code,
                incident=error.incident if isinstance(error, AuthorCallError) else "",
                status=error.status,
            )
        if not is_right:
            return self._pages.login(request, refusal="login.wrong", status=401)
        answer = RedirectResponse("./", 303)
        self._login.sign_in(request, answer, user, password)
        return answer

    async def _sign_out(self, request: Request) -> Response:
        form = await read_form(request)
        response = RedirectResponse("login", 303)
        self._login.sign_out(request, response, everywhere="everywhere" in form)
        return response
