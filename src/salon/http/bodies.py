"""Reads request bodies: bounded, and straight into typed values."""

import asyncio
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from salon.errors import ClientError
from salon.http.policies import body_budget_of, body_bytes_of, too_large

_T = TypeVar("_T")

_WITHIN_S = 30.0
_FIELDS_AT_MOST = 8


class SlowError(ClientError):
    """The request's body did not come in time."""

    status = 408

    def __init__(self) -> None:
        super().__init__("request.slow", "The request's body did not come in time.")


async def read_body(request: Request) -> bytes:
    """Return the body.

    Raises:
        TooLargeError: the body has more bytes than the route's policy accepts, whatever the request's header says.
        SlowError: the body is not there within 30 seconds.
        RateError, UnavailableError: the caller, or all callers together, hold too many bytes in bodies.
    """
    limit_bytes, budget = body_bytes_of(request), body_budget_of(request)
    chunks = []
    size = 0
    try:
        async with asyncio.timeout(_WITHIN_S):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit_bytes:
                    raise too_large(request)
                budget.take(len(chunk))
                chunks.append(chunk)
    except TimeoutError:
        raise SlowError from None
    return b"".join(chunks)


def require_json(request: Request) -> None:
    """Refuse what does not say that it is JSON: browsers send that to no other site without asking.

    Raises:
        ClientError: the request's type is another.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ClientError("request.invalid", "The request's `Content-Type` has to be `application/json`.")


async def read_json(request: Request, shape: type[_T]) -> _T:
    """Return the body as a value of type `shape`.

    Raises:
        TooLargeError, SlowError: see `read_body`.
        ClientError: it is not JSON, or not of that shape; the message says where.
    """
    require_json(request)
    body = await read_body(request)
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientError("request.invalid", f"The request is not what is expected here: {error}") from None


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a small URL-encoded form.

    Raises:
        TooLargeError, SlowError: see `read_body`.
        ClientError: the body is no such form, or has more than eight fields.
    """
    body = await read_body(request)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_AT_MOST))
    except ValueError:
        raise ClientError("request.invalid", "The form cannot be read.") from None
