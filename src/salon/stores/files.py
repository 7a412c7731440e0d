"""The port for files: what users attach and what replies show."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from salon.errors import ConflictError, NotFoundError, TooLargeError, UnavailableError
from salon.ids import FileId, UploadId
from salon.messages.parts import FileRef

_CHUNK_BYTES = 2**20


class FileNotFound(NotFoundError):
    """There is no such file, it is somebody else's, or it was kept for its time; the three look the same."""

    def __init__(self) -> None:
        super().__init__("file.unknown", "There is no such file.")


class FileTooLarge(TooLargeError):
    """A file is larger than what is accepted, or its owner has too many already."""


class UploadElsewhere(ConflictError):
    """Somebody goes on with the same upload, so this draft has come to its end."""

    def __init__(self) -> None:
        super().__init__("upload.elsewhere", "The upload goes on in another request.")


class StorageFull(UnavailableError):
    """The server has no room left, or none for this sender."""

    status = 507


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A file as it is kept: `path` can be read while the file is kept, and must not be written."""

    ref: FileRef
    path: Path
    sha256: str


class FileDraft(Protocol):
    """A file that is being written; nobody sees it before `keep`."""

    @property
    def size_bytes(self) -> int:
        """How much is written, with what was there of its upload."""

    def write(self, chunk: bytes) -> None:
        """Add bytes.

        Raises:
            FileTooLarge: beyond what one file, or all of its owner's, may have.
            StorageFull: there is no room left.
            UploadElsewhere: another draft goes on with the upload.
        """

    def discard(self) -> None:
        """Leave nothing behind, of its upload neither."""

    def keep(self) -> FileRef:
        """Make the file one of its owner's, in one step, and return it.

        Raises:
            StorageFull: there is no room left.
            UploadElsewhere: another draft goes on with the upload.
        """


class FileStore(Protocol):
    """Keeps files. Every call names the owner; what is another owner's does not exist.

    Calls block, so the event loop makes them in threads. They may come from several threads at once.
    """

    def create(
        self,
        name: str,
        *,
        owner: str,
        media_type: str | None = None,
        limit_bytes: int | None = None,
        upload: UploadId | None = None,
        source: str = "",
    ) -> AbstractContextManager[FileDraft]:
        """Begin a file; leaving the context without `keep` leaves nothing behind.

        `source` is the network address of the sender, where the file comes from one, for limits.

        With `upload`, an id of its sender's, what was written stays there for an hour instead, and the next draft with
        the same id goes on after it.

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

    def uploaded(self, upload: UploadId, *, owner: str) -> FileRef | int:
        """Return the file that an upload has become, else how many bytes are there; whoever still writes is cut off."""

    def forget_upload(self, upload: UploadId, *, owner: str) -> None:
        """Forget what is there of an upload; a file that it has become stays."""

    def rename(self, id_: FileId, name: str, *, owner: str) -> FileRef:
        """Give a file another name, stripped like that of `create`; its id stays.

        Raises:
            FileNotFound: see `get`.
        """

    def delete(self, id_: FileId, *, owner: str) -> None:
        """Forget a file; an unknown one is forgotten already."""

    def move_owner(self, from_owner: str, to_owner: str) -> None:
        """Make all files of one owner another's, under the ids that they have."""

    def sweep(self, in_use: Collection[FileId] = ()) -> None:
        """Forget what was not used for longer than files are kept, and what was begun and never ended.

        Args:
            in_use: what stays, however long ago it was used.
        """


def add_copy(store: FileStore, path: Path, *, name: str, owner: str, media_type: str | None = None) -> FileRef:
    """Put a copy of what is at `path` into `store`, and return it.

    Raises:
        OSError: it cannot be read.
        FileTooLarge, StorageFull: see `FileDraft.write`.
    """
    with store.create(name, owner=owner, media_type=media_type) as draft, path.open("rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            draft.write(chunk)
        return draft.keep()
