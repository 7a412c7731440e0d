"""Reads request bodies: bounded, and straight into typed values."""

import asyncio
from typing import TypeVar

import msgspec
from starlette.requests import Request

from salon.errors import ClientError, TooLargeError

_T = TypeVar("_T")

_WITHIN_S = 30.0


class SlowError(ClientError):
    """The request's body did not come in time."""

    status = 408

    def __init__(self) -> None:
        super().__init__("request.slow", "The request's body did not come in time.")


async def read_body(request: Request, *, limit_bytes: int) -> bytes:
    """Return the body.

    Raises:
        TooLargeError: it has more than `limit_bytes`, whatever its header says.
        SlowError: it is not there within 30 seconds.
    """
    too_large = TooLargeError("request.too-large", f"The request has more than {limit_bytes} bytes.")
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > limit_bytes:
        raise too_large
    chunks = []
    size = 0
    try:
        async with asyncio.timeout(_WITHIN_S):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit_bytes:
                    raise too_large
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


async def read_json(request: Request, shape: type[_T], *, limit_bytes: int) -> _T:
    """Return the body as a value of type `shape`.

    Raises:
        TooLargeError: see `read_body`.
        ClientError: it is not JSON, or not of that shape; the message says where.
    """
    require_json(request)
    body = await read_body(request, limit_bytes=limit_bytes)
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClientError("request.invalid", f"The request is not what is expected here: {error}") from None
