"""The port for files: what users attach and what replies show."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from salon.errors import NotFoundError, TooLargeError, UnavailableError
from salon.ids import FileId
from salon.messages.parts import FileRef


class FileNotFound(NotFoundError):
    """There is no such file, it is somebody else's, or it was kept for its time; the three look the same."""

    def __init__(self) -> None:
        super().__init__("file.unknown", "There is no such file.")


class FileTooLarge(TooLargeError):
    """A file is larger than what is accepted, or its owner has too many already."""


class StorageFull(UnavailableError):
    """The server has no room left."""

    status = 507


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A file as it is kept: `path` can be read while the file is kept, and must not be written."""

    ref: FileRef
    path: Path
    sha256: str


class FileDraft(Protocol):
    """A file that is being written; nobody sees it before `keep`."""

    def write(self, chunk: bytes) -> None:
        """Add bytes.

        Raises:
            FileTooLarge: beyond what one file, or all of its owner's, may have.
            StorageFull: there is no room left.
        """

    def keep(self) -> FileRef:
        """Make the file one of its owner's, in one step, and return it.

        Raises:
            StorageFull: there is no room left.
        """


class FileStore(Protocol):
    """Keeps files. Every call names the owner; what is another owner's does not exist.

    Calls block, so the event loop makes them in threads. They may come from several threads at once.
    """

    def create(
        self, name: str, *, owner: str, media_type: str | None = None, limit_bytes: int | None = None
    ) -> AbstractContextManager[FileDraft]:
        """Begin a file; leaving the context without `keep` leaves nothing behind.

        What it is, is found by its first bytes; `name` and `media_type`, what its sender says, only decide between
        kinds that begin alike. `name` is stripped of folders and of what no file system or screen takes.
        """

    def get(self, id_: FileId, *, owner: str) -> StoredFile:
        """Return a file, which counts as using it.

        Raises:
            FileNotFound: unknown, another owner's, or not kept any more.
        """

    def at(self, path: Path, *, owner: str) -> FileRef | None:
        """Return the file of this owner's that is kept at `path`, if one is."""

    def share(self, id_: FileId, *, owner: str, to: str) -> FileRef:
        """Return a file with the same content, for another owner.

        Raises:
            FileNotFound: see `get`.
            FileTooLarge, StorageFull: see `FileDraft.write`.
        """

    def rename(self, id_: FileId, name: str, *, owner: str) -> FileRef:
        """Give a file another name, stripped like that of `create`; its id stays.

        Raises:
            FileNotFound: see `get`.
        """

    def delete(self, id_: FileId, *, owner: str) -> None:
        """Forget a file; an unknown one is forgotten already."""

    def sweep(self) -> None:
        """Forget what was not used for longer than files are kept, and what was begun and never ended."""
