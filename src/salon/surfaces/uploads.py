"""Files that users attach: uploaded one a request, before the message that they go with."""

import asyncio

from starlette.requests import Request

from salon.errors import ClientError, TooLargeError
from salon.identity import Identity
from salon.ids import FileId
from salon.messages.parts import FileRef
from salon.spec.config import FilesConfig
from salon.stores.files import FileStore
from salon.stores.media_types import is_accepted

_FILES_AT_MOST = 20
_NAME_LENGTH = 1_000


class FileTypeError(ClientError):
    """A file is of a kind that the application does not take."""

    status = 415


class Uploads:
    """Takes files in, and finds them for a message.

    Args:
        files: where they are kept.
        config: what may be attached; `None` for nothing.
    """

    def __init__(self, files: FileStore, config: FilesConfig | None) -> None:
        self._files = files
        self.config = config

    @property
    def at_most(self) -> int:
        """How many files one message may have."""
        if self.config is None:
            return 0
        return 1 if self.config.count == "single" else _FILES_AT_MOST

    async def receive(self, request: Request, identity: Identity) -> FileRef:
        """Write the request's body to the store as it comes, and return it as a file.

        Raises:
            ClientError: the application takes no files, or not of this kind.
            TooLargeError: more than one file, or all of its owner's, may have.
            StorageFull: the server has no room left.
        """
        config = self.config
        if config is None:
            raise ClientError("file.unwanted", "This application takes no files.")
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > config.size_bytes:
            raise TooLargeError("file.too-large", f"The file has more than {config.size_bytes} bytes.")
        name = request.query_params.get("name", "")[:_NAME_LENGTH]
        media_type = request.headers.get("content-type")
        context = self._files.create(name, owner=identity.owner, media_type=media_type, limit_bytes=config.size_bytes)
        draft = await asyncio.to_thread(context.__enter__)
        try:
            async for chunk in request.stream():
                if chunk:
                    await asyncio.to_thread(draft.write, chunk)
            ref = await asyncio.to_thread(draft.keep)
        finally:
            await asyncio.to_thread(context.__exit__, None, None, None)
        await self.require_type(ref, identity)
        return ref

    async def require_type(self, ref: FileRef, identity: Identity) -> None:
        """Delete a file that the application does not take, and refuse it.

        Raises:
            FileTypeError: it is of such a kind.
        """
        assert self.config is not None
        try:
            _require_type(ref, self.config)
        except FileTypeError:
            await asyncio.to_thread(self._files.delete, ref.id, owner=identity.owner)
            raise

    async def find(
        self, ids: tuple[FileId, ...], identity: Identity, *, checks_types: bool = False
    ) -> tuple[FileRef, ...]:
        """Return the files of a message; `checks_types` where that was not done when they came.

        Raises:
            FileTypeError: the application does not take one of them.
            ClientError: the application takes no files, or not so many.
            FileNotFound: one is not there, or somebody else's.
        """
        if not ids:
            return ()
        if self.config is None or len(ids) > self.at_most:
            raise ClientError(
                "message.files", f"A message has at most {self.at_most} files here; this one has {len(ids)}."
            )
        found = [await asyncio.to_thread(self._files.get, id_, owner=identity.owner) for id_ in ids]
        for stored in found if checks_types else ():
            _require_type(stored.ref, self.config)
        return tuple(stored.ref for stored in found)


def _require_type(ref: FileRef, config: FilesConfig) -> None:
    if not is_accepted(ref.name, ref.media_type, config.types):
        raise FileTypeError("file.type", f"`{ref.name}` is {ref.media_type}; accepted are {', '.join(config.types)}.")
