"""Reads forms of several parts as they come in, bounded in every direction."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.requests import Request

from salon.errors import ClientError, TooLargeError
from salon.http.bodies import SlowError

_HEADER_BYTES = 8 * 2**10
_HEADERS_AT_MOST = 8
_BOUNDARY_BYTES = 200
_BYTES_PER_S = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a form. `filename` is `None` for fields that are no files."""

    name: str
    filename: str | None
    media_type: str | None


async def read_multipart(
    request: Request, *, parts_at_most: int, patience_s: float = 20.0
) -> AsyncGenerator[tuple[Part, bytes] | tuple[Part, None], None]:
    """Yield the content of each part in pieces, then `None` for its end.

    Args:
        request: with the form.
        parts_at_most: how many parts it may have.
        patience_s: how long it may take before it has to come at 10 kB a second, in seconds.

    Raises:
        ClientError: it is not such a form, or ends before its end.
        TooLargeError: it has too many parts, or a part's headers are too long.
        SlowError: it comes more slowly.
    """
    # Loaded with the first form, which most applications never see.
    from python_multipart.exceptions import FormParserError  # noqa: PLC0415
    from python_multipart.multipart import MultipartParser, parse_options_header  # noqa: PLC0415

    media_type, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if media_type != b"multipart/form-data" or not 0 < len(boundary) <= _BOUNDARY_BYTES:
        raise ClientError("request.invalid", "The request's `Content-Type` has to be `multipart/form-data`.")
    reading = _Reading(parts_at_most)
    try:
        parser = MultipartParser(boundary, reading.callbacks())  # type: ignore[arg-type]  # a dictionary of them
        async for chunk in _chunks(request, patience_s):
            parser.write(chunk)
            for item in reading.take():
                yield item
    except FormParserError as error:
        raise ClientError("request.invalid", f"The form cannot be read: {error}") from None
    if not reading.is_whole:
        raise ClientError("request.invalid", "The form ends before its last part does.")


async def _chunks(request: Request, patience_s: float) -> AsyncGenerator[bytes, None]:
    """Yield the body; give up on senders that hardly send."""
    started = asyncio.get_running_loop().time()
    received = 0
    stream = request.stream()
    while True:
        deadline = started + patience_s + received / _BYTES_PER_S
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise SlowError from None
        if chunk is None:
            return
        received += len(chunk)
        if chunk:
            yield chunk


class _Reading:
    """Turns the parser's calls into parts and pieces."""

    def __init__(self, parts_at_most: int) -> None:
        self._left = parts_at_most
        self._items: list[tuple[Part, bytes] | tuple[Part, None]] = []
        self._headers: dict[str, bytes] = {}
        self._field = b""
        self._value = b""
        self._part: Part | None = None
        self.is_whole = False

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_field,
            "on_header_value": self._on_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def take(self) -> list[tuple[Part, bytes] | tuple[Part, None]]:
        items, self._items = self._items, []
        return items

    def _begin(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooLargeError("request.too-large", "The form has too many parts.")
        self._headers = {}

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._check_headers()

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_headers()

    def _check_headers(self) -> None:
        if max(len(self._field), len(self._value)) > _HEADER_BYTES or len(self._headers) > _HEADERS_AT_MOST:
            raise TooLargeError("request.too-large", "A part of the form has too long or too many headers.")

    def _end_header(self) -> None:
        self._headers[self._field.decode("latin-1").lower()] = self._value
        self._field = self._value = b""

    def _end_headers(self) -> None:
        from python_multipart.multipart import parse_options_header  # noqa: PLC0415

        disposition, options = parse_options_header(self._headers.get("content-disposition", b""))
        name = options.get(b"name")
        if disposition != b"form-data" or name is None:
            raise ClientError("request.invalid", "A part of the form has no name.")
        filename = options.get(b"filename")
        media_type = self._headers.get("content-type")
        self._part = Part(
            name=name.decode("utf-8", "replace"),
            filename=None if filename is None else filename.decode("utf-8", "replace"),
            media_type=None if media_type is None else media_type.decode("latin-1"),
        )

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        assert self._part is not None
        self._items.append((self._part, data[start:end]))

    def _end_part(self) -> None:
        assert self._part is not None
        self._items.append((self._part, None))

    def _end(self) -> None:
        self.is_whole = True
