"""Files of the author's own that the page shows, each behind a key that says nothing of its path."""

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import quote

from salon.components.base import ComponentError
from salon.components.props import AUTHOR, Source
from salon.errors import AuthorError

_ADDRESSES = ("http://", "https://", "data:image/")
_ORIGIN = re.compile(r"https?://[\w.:\[\]-]+")


class PublishedFiles:
    """The author's files by their keys, and the origins of pictures that are elsewhere.

    It is the `Files` of components that stand on the page.
    """

    def __init__(self) -> None:
        self.files: dict[str, Path | bytes] = {}
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
        return self._publish(path, str(path).encode(), path.suffix)

    def from_path(self, path: str | os.PathLike[str]) -> Source:
        """See `Files.from_path`."""
        found = Path(path).resolve()
        if not found.is_file():
            raise ComponentError(f"was given the path `{path}`, and there is no such file.")
        return _named(self._publish(found, str(found).encode(), found.suffix), found.name)

    def from_bytes(self, content: bytes, name: str) -> Source:
        """See `Files.from_bytes`."""
        return _named(self._publish(content, content, Path(name).suffix), name)

    def _publish(self, file: Path | bytes, identity: bytes, suffix: str) -> str:
        key = hashlib.sha256(identity).hexdigest()[:24] + suffix.lower()
        self.files[key] = file
        return f"{AUTHOR}{key}"

    def path(self, address: str) -> Path:
        """Return the file behind an address that `address` gave."""
        file = self.files[address.removeprefix(AUTHOR)]
        assert isinstance(file, Path)
        return file


def _named(address: str, name: str) -> Source:
    """Return the address with the file's name at its end, which is what the page calls it and saves it as."""
    return Source(url=f"{address}/{quote(name, safe='')}")
