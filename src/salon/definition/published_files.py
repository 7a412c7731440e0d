"""Files of the author that the page shows, each behind a key that does not reveal its path."""

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
    """The author's files by key, and the origins of images on other hosts.

    It is the `Files` of the components on the page.
    """

    def __init__(self) -> None:
        self.files: dict[str, Path | bytes] = {}
        self.origins: set[str] = set()

    def address(self, parameter: str, source: str | Path | None) -> str | None:
        """Return the address of `source`: an address is returned unchanged, a path gets an address of its own.

        Raises:
            AuthorError: the file does not exist.
        """
        if source is None:
            return None
        if str(source).startswith(_ADDRESSES):
            if origin := _ORIGIN.match(str(source)):
                self.origins.add(origin[0])
            return str(source)
        path = Path(source).resolve()
        if not path.is_file():
            raise AuthorError(f"chat.{parameter}", f"`{parameter}` is the path `{source}`, but there is no such file.")
        return self._publish(path, str(path).encode(), path.suffix)

    def from_path(self, path: str | os.PathLike[str]) -> Source:
        """See `Files.from_path`."""
        file = Path(path).resolve()
        if not file.is_file():
            raise ComponentError(f"has the path `{path}`, but there is no such file.")
        return _named(self._publish(file, str(file).encode(), file.suffix), file.name)

    def from_bytes(self, content: bytes, name: str) -> Source:
        """See `Files.from_bytes`."""
        return _named(self._publish(content, content, Path(name).suffix), name)

    def _publish(self, file: Path | bytes, identity: bytes, suffix: str) -> str:
        key = hashlib.sha256(identity).hexdigest()[:24] + suffix.lower()
        self.files[key] = file
        return f"{AUTHOR}{key}"

    def path(self, address: str) -> Path:
        """Return the path of the file behind an address that `address` returned."""
        file = self.files[address.removeprefix(AUTHOR)]
        assert isinstance(file, Path)
        return file


def _named(address: str, name: str) -> Source:
    """Return the address with the file's name appended, which the page shows and saves the file under."""
    return Source(url=f"{address}/{quote(name, safe='')}")
