"""Refusals in the one form that every client gets, RFC 9457 with a stable `code`."""

import http

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from salon.errors import SalonError


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was refused."""

    status: int
    code: str
    title: str
    detail: str


def problem_response(error: SalonError, *, status: int | None = None) -> Response:
    """Return the response that refuses a request with `error`, by another `status` than its own where one is given."""
    status = status or error.status
    headers = {"Cache-Control": "no-store"}
    if status in (429, 503):
        headers["Retry-After"] = "2"
    title = http.HTTPStatus(status).phrase
    problem = Problem(status=status, code=error.code, title=title, detail=error.message)
    return Response(msgspec.json.encode(problem), status, headers=headers, media_type="application/problem+json")


async def on_salon_error(request: Request, error: Exception) -> Response:
    """Answer an error of ours that a route raised; for Starlette's exception handlers."""
    del request
    assert isinstance(error, SalonError)
    return problem_response(error)
