"""Names of files as they may be kept and shown."""

import unicodedata

from salon.text import clean

_NAME_BYTES = 200
_EXTENSION_BYTES = 20
_TURNING = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORBIDDEN = set('<>:"|?*')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def clean_name(name: str) -> str:
    """Return the last step of `name` without what a file system refuses or what makes a name look like another."""
    name = clean(name).replace("\\", "/").rsplit("/", 1)[-1]
    name = unicodedata.normalize("NFC", name)
    name = "".join(
        "_" if character in _FORBIDDEN else character
        for character in name
        if unicodedata.category(character) != "Cc" and character not in _TURNING
    )
    name = name.strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > _EXTENSION_BYTES:
        stem, extension = name, ""
    if stem.lower() in _RESERVED or stem.startswith("-"):
        stem = f"_{stem}"
    ending = f".{extension}" if extension else ""
    stem = stem.encode()[: _NAME_BYTES - len(ending.encode())].decode(errors="ignore").rstrip(" .")
    return f"{stem}{ending}".strip() or "file"
