"""Pictures of the author's own that the page shows, each behind a key that says nothing of its path."""

import hashlib
import re
from pathlib import Path

from salon.errors import AuthorError

_ADDRESSES = ("http://", "https://", "data:image/")
_ORIGIN = re.compile(r"https?://[\w.:\[\]-]+")


class Published:
    """The author's files by their keys, and the origins of pictures that are elsewhere."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}
        self.origins: set[str] = set()

    def address(self, parameter: str, source: str | Path | None) -> str | None:
        """Return where the page finds `source`: an address stays as it is, a path gets one of its own.

        Raises:
            AuthorError: there is no such file.
        """
        if source is None:
            return None
        if str(source).startswith(_ADDRESSES):
            if origin := _ORIGIN.match(str(source)):
                self.origins.add(origin[0])
            return str(source)
        path = Path(source).resolve()
        if not path.is_file():
            raise AuthorError(f"chat.{parameter}", f"`{parameter}` names `{source}`, and there is no such file.")
        key = hashlib.sha256(str(path).encode()).hexdigest()[:24] + path.suffix.lower()
        self.files[key] = path
        return f"author/{key}"

    def path(self, address: str) -> Path:
        """Return the file behind an address that `address` gave."""
        return self.files[address.removeprefix("author/")]
