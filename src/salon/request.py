"""The HTTP request that a function answers, as the function gets it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


class Headers(Mapping[str, str]):
    """The headers of a request, by name in any case."""

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
    """The request that a chat function answers; declare a parameter of this type to get it.

    Attributes:
        headers: of the HTTP request, by name in any case.
        query_params: of the page's or the call's address.
        cookies: as the client sent them.
        client: network address.
        url: full address that was asked for.
        username: who is signed in; `None` without `auth`.
        session_hash: the conversation's id.
        history_verified: `False` when the history comes from the client's own copy, which
            this server could not check.
    """

    headers: Headers = field(default_factory=lambda: Headers(()))
    query_params: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    client: ClientAddress = ClientAddress(host="")
    url: str = ""
    username: str | None = None
    session_hash: str | None = None
    history_verified: bool = True
