"""Media types of files, detected from their first bytes."""

import mimetypes
import re
from collections.abc import Sequence

from salon.text import decoded

HEAD_BYTES = 4_096
UNKNOWN = "application/octet-stream"

_MAGIC = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"\0\0\1\0", "image/x-icon"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_UNASSIGNED = re.compile("[\ufdd0-\ufdef\ufff0-\ufff8\ufffe\uffff\ue000-\uf8ff]")
_RIFF = ("image/webp", "audio/wav", "video/x-msvideo")
# Containers for several kinds of content: the client's claim decides, within these bounds.
_KINDS_OF: dict[str, tuple[str, ...]] = {
    "video/webm": ("video/webm", "audio/webm", "video/x-matroska", "audio/x-matroska"),
    "audio/ogg": ("audio/ogg", "video/ogg", "audio/opus"),
    "video/mp4": ("video/mp4", "audio/mp4", "video/quicktime", "video/3gpp"),
    "audio/mpeg": ("audio/mpeg",),
}
_EXTENSIONS = {
    ".md": "text/markdown",
    ".weba": "audio/webm",
    ".webm": "video/webm",
    ".m4a": "audio/mp4",
    ".opus": "audio/opus",
    ".ogg": "audio/ogg",
    ".csv": "text/csv",
    ".json": "application/json",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".epub": "application/epub+zip",
}
_TEXT_LIKE = ("application/json", "application/xml", "application/yaml", "application/toml", "application/x-sh")
_CONTAINED = ("application/vnd.", "application/epub+zip", "application/java-archive", "application/x-")


def guess_type(name: str) -> str:
    """Return the media type that a file's extension suggests."""
    dot = name.rfind(".")
    extension = name[dot:].lower() if dot > 0 else ""
    return _EXTENSIONS.get(extension) or mimetypes.guess_type(f"a{extension}", strict=False)[0] or UNKNOWN


def sniff(head: bytes, *, name: str, claimed: str | None = None) -> str:
    """Return the media type of a file whose first bytes are `head`.

    `name` and `claimed` only decide between types with the same first bytes, so an HTML page cannot pass for an image.
    """
    claims = [(claimed or "").partition(";")[0].strip().lower(), guess_type(name)]
    # The byte order mark of UTF-16 looks like the first bytes of a sound.
    detected = None if _is_marked_text(head) else _by_magic(head)
    if detected is not None:
        kinds = _KINDS_OF.get(detected, ())
        if detected == "application/zip":
            return claims[1] if claims[1].startswith(_CONTAINED) else detected
        return next((kind for kind in claims if kind in kinds), detected)
    if not _is_text(head):
        # Binary content without a known signature is served as data, whatever its extension.
        return claims[1] if claims[1].startswith(_CONTAINED) else UNKNOWN
    start = decoded(head).lstrip("\ufeff \t\r\n")[:1_024].lower().encode()
    if start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in start):
        return "image/svg+xml"
    if start.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    is_text = claims[1].startswith("text/") or claims[1] in _TEXT_LIKE
    return claims[1] if is_text else "text/plain"


def is_accepted(name: str, media_type: str, file_types: Sequence[str]) -> bool:
    """Tell whether a file matches one of `file_types`: extensions (`.pdf`), families (`image`) or media types."""
    family = media_type.partition("/")[0]
    return not file_types or any(
        accepted in ("file", family, media_type)
        or (accepted.endswith("/*") and accepted[:-2] == family)
        or (accepted.startswith(".") and name.lower().endswith(accepted) and _may_be(media_type, accepted))
        for accepted in map(str.lower, file_types)
    )


def _may_be(media_type: str, extension: str) -> bool:
    """Tell whether a file with this extension can be of a type; the content of images, sound and videos proves it."""
    promised = guess_type(f"a{extension}")
    families = [kind.partition("/")[0] for kind in (promised, media_type)]
    if not {"image", "audio", "video"} & set(families) and promised != "application/pdf":
        return True
    return promised in (media_type, UNKNOWN) or families[0] == families[1] or set(families) == {"audio", "video"}


def _by_magic(head: bytes) -> str | None:
    for offset, magic, media_type in _MAGIC:
        if head.startswith(magic, offset) and (media_type not in _RIFF or head.startswith(b"RIFF")):
            return media_type
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4, 0xE6):
        return "audio/mpeg"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return None


def _is_marked_text(head: bytes) -> bool:
    """Tell whether `head` is text in UTF-16 or UTF-32 that says so with its mark."""
    if not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    whole = head[: len(head) - len(head) % 4]
    text = decoded(whole if len(whole) > 2 else head)
    return "\ufffd" not in text and not _CONTROLS.search(text) and not _UNASSIGNED.search(text)


def _is_text(head: bytes) -> bool:
    if _is_marked_text(head):
        return True
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 3 and len(head) >= HEAD_BYTES:
            return True
        # Other encodings say nothing of themselves, but text in them has no signs that steer devices.
        text = decoded(head)
        return not _CONTROLS.search(text) and text.count("\ufffd") <= (len(head) >= HEAD_BYTES)
    return True
