"""The HTTP request of a turn, in the form that functions get."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


class Headers(Mapping[str, str]):
    """The headers of a request, by case-insensitive name."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values = {name.lower(): value for name, value in pairs}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """The network address of the client, as the server sees it."""

    host: str
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The HTTP request of a turn; chat functions get it in a parameter of this type.

    Attributes:
        headers: the HTTP headers, by case-insensitive name.
        query_params: the query parameters of the page's or the call's address.
        cookies: the client's cookies.
        client: the client's network address.
        url: the full address of the request.
        username: name of the signed-in user; `None` without `auth`.
        user: claims of the signed-in user, such as `email`, with `auth=OIDC(…)`; empty otherwise.
        session_hash: id of the conversation.
        history_verified: `False` if the history comes from the client's own copy, and this server could not verify its
            signatures.
    """

    headers: Headers = field(default_factory=lambda: Headers(()))
    query_params: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    client: ClientAddress = ClientAddress(host="")
    url: str = ""
    username: str | None = None
    user: Mapping[str, Any] = field(default_factory=dict)
    session_hash: str | None = None
    history_verified: bool = True
