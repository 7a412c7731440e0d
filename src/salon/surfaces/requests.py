"""What requests of all protocols have in common, and what the author's function may know of one."""

from starlette.requests import Request as HttpRequest

from salon.errors import ClientError
from salon.identity import Identity
from salon.ids import ConversationId, is_wellformed
from salon.request import ClientAddress, Headers, Request

_DIGITS = 15


def require_id(id_: str | None) -> None:
    """Refuse what cannot be an identifier.

    Raises:
        ClientError: it is not of the form.
    """
    if id_ is not None and not is_wellformed(id_):
        raise ClientError("request.invalid", "An id has 8 to 64 letters, digits, `-` or `_`.")


def whole_number(text: str, name: str, *, at_least: int = 0) -> int:
    """Return the whole number that a client gave for a parameter.

    Raises:
        ClientError: the text is not a number, is too small, or has more than 15 digits.
    """
    if not text.isdecimal() or len(text) > _DIGITS or int(text) < at_least:
        raise ClientError(
            "request.invalid", f"`{name}` has to be a whole number of at least {at_least}, got `{text[:40]}`."
        )
    return int(text)


def conversation_of(request: HttpRequest) -> ConversationId:
    """Return the conversation that a request's path names.

    Raises:
        ClientError: it is not of the form of an id.
    """
    id_ = request.path_params["conversation"]
    require_id(id_)
    return ConversationId(id_)


def request_of(http_request: HttpRequest, identity: Identity, *, session: str | None = None) -> Request:
    """Return what the author's function may know of a request."""
    client = http_request.client
    return Request(
        headers=Headers(http_request.headers.items()),
        query_params=dict(http_request.query_params),
        cookies=dict(http_request.cookies),
        client=ClientAddress(host=client.host, port=client.port) if client is not None else ClientAddress(host=""),
        url=str(http_request.url),
        username=identity.user,
        session_hash=session,
    )


def root_of(http_request: HttpRequest, public_url: str | None) -> str:
    """Return the address of the application as the client sees it, without a slash at the end.

    Args:
        http_request: a request to the application.
        public_url: the address, where it is known.
    """
    if public_url is not None:
        return public_url
    url = http_request.url
    return f"{url.scheme}://{url.netloc}{http_request.scope.get('root_path', '')}".rstrip("/")
