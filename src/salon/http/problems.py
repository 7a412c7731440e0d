"""Refusals in the one form that every client gets, RFC 9457 with a stable `code`."""

import http

from starlette.requests import Request
from starlette.responses import Response

from salon.errors import SalonError
from salon.jsontypes import dumps


def problem_response(error: SalonError) -> Response:
    """Return the response that refuses a request with `error`."""
    headers = {"Cache-Control": "no-store"}
    if error.status in (429, 503):
        headers["Retry-After"] = "2"
    body = {
        "status": error.status,
        "code": error.code,
        "title": http.HTTPStatus(error.status).phrase,
        "detail": error.message,
    }
    return Response(dumps(body), error.status, headers=headers, media_type="application/problem+json")


async def on_salon_error(request: Request, error: Exception) -> Response:
    """Answer an error of ours that a route raised; for Starlette's exception handlers."""
    del request
    assert isinstance(error, SalonError)
    return problem_response(error)
