"""Serves files: the author's from folders that the author has opened, and those that are kept for an owner."""

import mimetypes
import re
from collections.abc import Sequence
from pathlib import Path

from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from salon.errors import NotFoundError

_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain")
_RANGE = re.compile(rb"bytes=(\d{0,18})-(\d{0,18})")
_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=60",
}


def resolve_under(roots: Sequence[Path], name: str, *, hidden: Sequence[Path] = ()) -> Path:
    """Return the regular file that `name` stands for, if it lies in one of `roots`.

    Links are followed first, so none leads out; hidden files and folders below a root are
    not there, nor is anything in one of `hidden`. A root may itself be a file.

    Raises:
        NotFoundError: there is no such file, or not in any of the roots; the two look the same.
    """
    unknown = NotFoundError("file.unknown", "There is no such file.")
    try:
        path = Path(name).resolve(strict=True)
        is_file = path.is_file()
    except (OSError, ValueError, RuntimeError):
        raise unknown from None
    if any(path.is_relative_to(place.resolve()) for place in hidden):
        raise unknown
    for root in roots:
        root = root.resolve()  # noqa: PLW2901 - the same root, seen through links
        if is_file and path.is_relative_to(root):
            if any(part.startswith(".") for part in path.relative_to(root).parts):
                continue
            return path
    raise unknown


class _RangedFile(FileResponse):
    """A file, or one range of it; who asks for several ranges, or for what is none, gets the whole file."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range" or _is_range(value)]
        await super().__call__({**scope, "headers": headers}, receive, send)


def file_response(path: Path, *, media_type: str | None = None) -> Response:
    """Return a response with a file; only what a browser shows harmlessly is shown, the rest is downloaded.

    Args:
        path: of a file that is there.
        media_type: what it is; by default what its name says.
    """
    media_type = media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _RangedFile(
        path,
        media_type=media_type,
        headers=_HEADERS,
        filename=path.name,
        content_disposition_type=_disposition(media_type),
    )


def content_response(content: bytes, media_type: str) -> Response:
    """Return a response with content that is in memory, treated as `file_response` treats a file's."""
    headers = {**_HEADERS, "Content-Disposition": _disposition(media_type)}
    return Response(content, media_type=media_type, headers=headers)


def _is_range(value: bytes) -> bool:
    found = _RANGE.fullmatch(value)
    if found is None or found[1] == found[2] == b"":
        return False
    return b"" in (found[1], found[2]) or int(found[1]) <= int(found[2])


def _disposition(media_type: str) -> str:
    is_shown = media_type in _SHOWN or media_type.startswith(("audio/", "video/"))
    return "inline" if is_shown else "attachment"
