"""From a request over HTTP to what the author's function may know of it."""

from starlette.requests import Request as HttpRequest

from salon.engine.context import Client, Headers, Request
from salon.identity import Identity


def request_of(http_request: HttpRequest, identity: Identity) -> Request:
    """Return what the author's function may know of a request."""
    client = http_request.client
    return Request(
        headers=Headers(http_request.headers.items()),
        query_params=dict(http_request.query_params),
        cookies=dict(http_request.cookies),
        client=Client(host=client.host, port=client.port) if client is not None else Client(host=""),
        url=str(http_request.url),
        username=identity.user,
    )
