"""Signing in at a provider of OpenID Connect."""

import asyncio
import hashlib
import logging
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from salon.errors import AuthenticationError, UnavailableError
from salon.http.forwarded import address_of
from salon.http.sessions import Sessions, Token
from salon.http.visitors import cookie_name, set_cookie
from salon.identity import Identity
from salon.oidc import OIDC
from salon.optional import require
from salon.secrets import Secrets

_log = logging.getLogger("salon")
_BEGUN_S = 600
_CLAIMS_BYTES = 2_000
_ANSWER_WITHIN_S = 10.0
_MESSAGE_LENGTH = 200
# These speak of the sign-in, not of the user.
_PROTOCOL_CLAIMS = frozenset(
    ("acr", "amr", "at_hash", "aud", "auth_time", "azp", "c_hash", "exp", "iat", "iss", "jti", "nbf", "nonce", "s_hash")
)


class ProviderSignIn:
    """Sends users to a provider, and recognises them when they come back.

    The authorization code flow, with PKCE, `state` and `nonce`. What has to be known when the user comes back is in a
    signed cookie of the browser that was sent, so nobody else's answer is accepted there.

    Args:
        oidc: the provider.
        secrets: sign the tokens.
        signed_out: file for the tokens that were signed out and have not ended yet.

    Raises:
        AuthorError: Authlib is not installed; the message names the command that installs it.
    """

    def __init__(self, oidc: OIDC, *, secrets: Secrets, signed_out: Path) -> None:
        client = require("authlib.integrations.starlette_client", extra="oidc")
        errors = require("authlib.common.errors", extra="oidc")
        jose = require("joserfc.errors", extra="oidc")
        http = require("authlib.integrations.httpx_client._compat", extra="oidc").httpx2
        self.label = oidc.label
        self._oidc = oidc
        self._issuer = oidc.issuer.rstrip("/")
        self._refusals: tuple[type[Exception], ...] = (errors.AuthlibBaseError, jose.JoseError)
        self._outages: tuple[type[Exception], ...] = (http.HTTPError, RuntimeError, TimeoutError)
        self._no_metadata: tuple[type[Exception], ...] = (*self._outages, ValueError)
        self._client: Any = client.OAuth().register(
            "salon",
            client_id=oidc.client_id,
            client_secret=oidc.client_secret,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": oidc.scope,
                "code_challenge_method": "S256",
                "timeout": _ANSWER_WITHIN_S,
                "follow_redirects": False,
                **({} if oidc.client_secret is not None else {"token_endpoint_auth_method": "none"}),
            },
        )
        scope = f" oidc {self._issuer} {oidc.client_id}"
        self._sessions = Sessions(secrets, scope=scope, signed_out=signed_out)
        self._begun = URLSafeTimedSerializer([*reversed(secrets.keys("sign-in"))], salt=f"salon-sign-in{scope}")
        self._cookie = f"salon-sign-in-{hashlib.sha256(scope.encode()).hexdigest()[:8]}"
        self._has_warned = False

    async def begin(self, request: Request, redirect_uri: str) -> Response:
        """Return the response that sends a browser to the provider.

        Args:
            request: of the browser.
            redirect_uri: address at which it comes back.

        Raises:
            UnavailableError: the provider does not answer.
        """
        session: dict[str, Any] = {}
        asked = Request({**request.scope, "session": session})
        await self._metadata()
        response: Response = await self._client.authorize_redirect(asked, redirect_uri)
        value = str(self._begun.dumps(session))
        set_cookie(request, response, cookie_name(request, self._cookie), value, max_age_s=_BEGUN_S)
        return response

    async def finish(self, request: Request, response: Response) -> None:
        """Have `response` sign in the user whom the provider has sent back.

        Raises:
            AuthenticationError: the provider refused, or the answer is not to what this browser was sent for.
            UnavailableError: the provider does not answer.
        """
        name = cookie_name(request, self._cookie)
        set_cookie(request, response, name, "", max_age_s=0)
        try:
            session = self._begun.loads(request.cookies.get(name, ""), max_age=_BEGUN_S)
        except BadSignature:
            raise self._refused(request, "it was not begun in this browser, or more than ten minutes ago") from None
        metadata = await self._metadata()
        if request.query_params.get("iss", metadata["issuer"]) != metadata["issuer"]:
            raise self._refused(request, "another provider answered")
        asked = Request({**request.scope, "session": session})
        expected = {"iss": {"essential": True, "value": metadata["issuer"]}}
        expected["aud"] = {"essential": True, "value": self._oidc.client_id}
        try:
            token = await self._client.authorize_access_token(asked, claims_options=expected)
            claims = dict(token.get("userinfo") or {})
            if not claims.get("sub"):
                raise self._refused(request, "the provider sent no ID token")
            if metadata.get("userinfo_endpoint"):
                further = dict(await self._client.userinfo(token=token))
                if further.get("sub") != claims["sub"]:
                    raise self._refused(request, "the provider speaks of two users")
                claims = further | claims
        except self._refusals as error:
            raise self._refused(request, str(error)) from error
        except self._outages as error:
            raise self._unreachable(error) from error
        data = {"name": self._name(claims), "claims": self._kept(claims)}
        self._sessions.sign_in(request, response, str(claims["sub"]), data)

    async def identify(self, request: HTTPConnection) -> Identity | None:
        """Return who is signed in."""
        token = self._sessions.token(request)
        if token is None or time.time() > token.signed_in_at + self._oidc.session_hours * 3_600:
            return None
        return self._identity(token)

    def keep(self, connection: HTTPConnection, response: Response) -> None:
        """Put off the end of a token that is in use."""
        self._sessions.keep(connection, response)

    async def sign_out(
        self, connection: HTTPConnection, response: Response, *, return_to: str, everywhere: bool = False
    ) -> str | None:
        """Make the token that came with the request useless, or all of its user's.

        Args:
            connection: of the browser.
            response: takes the token from it.
            return_to: address to which the provider sends the browser back.
            everywhere: whether the user's other sessions end, too.

        Returns:
            The address at which the provider signs the user out, if it can.
        """
        self._sessions.sign_out(connection, response, everywhere=everywhere)
        try:
            end = (await self._metadata()).get("end_session_endpoint")
        except UnavailableError:
            return None
        if not end:
            return None
        query = urlencode({"client_id": self._oidc.client_id, "post_logout_redirect_uri": return_to})
        return f"{end}{'&' if '?' in end else '?'}{query}"

    def _identity(self, token: Token) -> Identity:
        sub = hashlib.sha256(f"{self._issuer}\0{token.user}".encode()).hexdigest()[:32]
        return Identity(owner=f"oidc:{sub}", user=token.data["name"], claims=token.data["claims"])

    async def _metadata(self) -> dict[str, Any]:
        """Return how the provider describes itself; it is asked once."""
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                metadata: dict[str, Any] = await self._client.load_server_metadata()
        except self._no_metadata as error:
            raise self._unreachable(error) from error
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
            raise self._unreachable(ValueError(f"it calls itself {str(metadata.get('issuer'))[:_MESSAGE_LENGTH]!r}"))
        return metadata

    def _name(self, claims: dict[str, Any]) -> str:
        names = (claims.get(claim) for claim in (*self._oidc.username_claims, "sub"))
        return next(str(name) for name in names if name)[:_MESSAGE_LENGTH]

    def _kept(self, claims: dict[str, Any]) -> dict[str, Any]:
        """Return the claims about the user, as far as they fit into a cookie, the shortest first."""
        sizes = {name: len(msgspec.json.encode({name: value})) for name, value in claims.items()}
        kept, room = {}, _CLAIMS_BYTES
        for name in sorted(sizes.keys() - _PROTOCOL_CLAIMS, key=lambda each: (each != "sub", sizes[each])):
            room -= sizes[name]
            if room >= 0:
                kept[name] = claims[name]
            elif not self._has_warned:
                self._has_warned = True
                _log.warning("The claim `%s` is too long to be kept, so `Request.user` has to do without", name)
        return kept

    def _refused(self, request: Request, why: str) -> AuthenticationError:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        address = address_of(request) or "nowhere"
        _log.warning("Sign-in at the provider from %s failed at %s: %.200r", address, moment, why)
        return AuthenticationError("login.refused", "The sign-in did not succeed. Try again.")

    def _unreachable(self, error: Exception) -> UnavailableError:
        _log.error("The provider %s is of no use: %s", self._issuer, error or type(error).__name__)
        return UnavailableError("login.provider", "The provider of sign-ins does not answer. Try again in a moment.")
