"""The description of a provider of OpenID Connect, through which users sign in."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from salon.errors import AuthorError


@dataclass(frozen=True, slots=True)
class OIDC:
    """Has users sign in at a provider of OpenID Connect, such as Keycloak, Entra ID, Okta or Google.

    ```python
    gr.ChatInterface(reply, auth=gr.OIDC("https://id.example.com", "chat", os.environ["CLIENT_SECRET"]))
    ```

    It needs `pip install 'salon[oidc]'`. The provider has to know the application's address with `/login/callback` as
    redirect URI, and with `/login` as the one after signing out. `Request.username` is the user's name, and
    `Request.user` what else the provider says.

    Args:
        issuer: address of the provider, at which `/.well-known/openid-configuration` describes it.
        client_id: the application's name at the provider.
        client_secret: the application's password there; `None` for a public client.
        scope: what is asked for; the first word is `openid`.
        username_claims: claims that may be the user's name, the best first. Users are told apart by `sub` all the same.
        label: name of the provider on the page to sign in on.
        session_hours: how long a sign-in lasts before the provider is asked again.

    Raises:
        AuthorError: `issuer` is no address with HTTPS, or `client_id` is empty. Addresses of this machine may
            be without.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    scope: str = field(default="openid profile email", kw_only=True)
    username_claims: Sequence[str] = field(default=("preferred_username", "email", "name", "sub"), kw_only=True)
    label: str = field(default="OpenID Connect", kw_only=True)
    session_hours: float = field(default=12.0, kw_only=True)

    def __post_init__(self) -> None:
        """Check what is given."""
        parts = urlsplit(self.issuer)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
        if not is_safe or not parts.hostname:
            raise AuthorError("oidc.issuer", f"`issuer` has to be an address with https://, got `{self.issuer}`.")
        if not self.client_id:
            raise AuthorError("oidc.client", "`client_id` is empty: it is the application's name at the provider.")
        if "openid" not in self.scope.split():
            raise AuthorError("oidc.scope", f"`scope` needs the word `openid`, got `{self.scope}`.")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
