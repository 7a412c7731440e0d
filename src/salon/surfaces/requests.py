"""Helpers for requests of all protocols, and the conversion of a request into the one that functions get."""

from starlette.requests import Request as HttpRequest

from salon.errors import ClientError
from salon.identity import Identity
from salon.ids import ConversationId, is_wellformed
from salon.request import ClientAddress, Headers, Request

_DIGITS = 15


def require_id(id_: str | None) -> None:
    """Validate an identifier.

    Raises:
        ClientError: the identifier has not the required form.
    """
    if id_ is not None and not is_wellformed(id_):
        raise ClientError("request.invalid", "An id has 8 to 64 letters, digits, `-` or `_`.")


def whole_number(text: str, name: str, *, at_least: int = 0) -> int:
    """Return a client's value of an integer parameter.

    Raises:
        ClientError: the text is not an integer, is too small, or has more than 15 digits.
    """
    if not text.isdecimal() or len(text) > _DIGITS or int(text) < at_least:
        raise ClientError(
            "request.invalid", f"`{name}` has to be a whole number of at least {at_least}, got `{text[:40]}`."
        )
    return int(text)


def conversation_of(request: HttpRequest) -> ConversationId:
    """Return the id of the conversation in a request's path.

    Raises:
        ClientError: the id has not the required form.
    """
    id_ = request.path_params["conversation"]
    require_id(id_)
    return ConversationId(id_)


def request_of(http_request: HttpRequest, identity: Identity, *, session: str | None = None) -> Request:
    """Return the request in the form that the author's function gets."""
    client = http_request.client
    return Request(
        headers=Headers(http_request.headers.items()),
        query_params=dict(http_request.query_params),
        cookies=dict(http_request.cookies),
        client=ClientAddress(host=client.host, port=client.port) if client is not None else ClientAddress(host=""),
        url=str(http_request.url),
        username=identity.user,
        user=identity.claims,
        session_hash=session,
    )


def root_of(http_request: HttpRequest, public_url: str | None) -> str:
    """Return the address of the application as the client sees it, without a slash at the end.

    Args:
        http_request: a request to the application.
        public_url: the public address, if it is known.
    """
    if public_url is not None:
        return public_url
    url = http_request.url
    return f"{url.scheme}://{url.netloc}{http_request.scope.get('root_path', '')}".rstrip("/")
