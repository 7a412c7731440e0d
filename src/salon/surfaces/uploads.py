"""Files that users attach: uploaded one a request, before the message that they go with."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request

from salon.definition.config import FilesConfig
from salon.errors import ClientError, ConflictError, TooLargeError
from salon.identity import Identity
from salon.ids import FileId, UploadId
from salon.media_types import is_accepted
from salon.messages.parts import FileRef
from salon.stores.files import FileStore
from salon.surfaces.base import Services
from salon.surfaces.requests import require_id, whole_number

FILES_AT_MOST = 20
_NAME_LENGTH = 1_000


class FileTypeError(ClientError):
    """A file is of a kind that the application does not take."""

    status = 415


class Uploads:
    """Takes files in, and finds them for a message.

    Args:
        files: where they are kept.
        config: what may be attached in each chat, by its name; `None` for nothing.
        size_bytes: what one file may have, as an input.
        takes_inputs: whether there are inputs that take files.

    Attributes:
        is_wanted: whether the application takes any.
        size_bytes: what one of them may have.
    """

    def __init__(
        self, files: FileStore, config: Mapping[str, FilesConfig | None], *, size_bytes: int, takes_inputs: bool
    ) -> None:
        self._files = files
        self._config = config
        wanted = [one for one in config.values() if one is not None]
        self.is_wanted = takes_inputs or bool(wanted)
        self.size_bytes = max((one.size_bytes for one in wanted), default=size_bytes)
        is_restricted = wanted and not takes_inputs and all(one.types for one in wanted)
        self._types = tuple(kind for one in wanted for kind in one.types) if is_restricted else ()

    async def receive(self, request: Request, identity: Identity) -> FileRef:
        """Write the request's body to the store as it comes, and return it as a file.

        An upload that its sender has given an id goes on after what is there of it.

        Raises:
            ClientError: the application takes no files, or not of this kind.
            ConflictError: the server has another part of the upload than the sender thinks.
            TooLargeError: more than one file, or all of its owner's, may have.
            StorageFull: the server has no room left.
        """
        if not self.is_wanted:
            raise ClientError("file.unwanted", "This application takes no files.")
        upload, after = _upload(request), whole_number(request.query_params.get("after", "0"), "after")
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) + after > self.size_bytes:
            raise TooLargeError("file.too-large", f"The file has more than {self.size_bytes} bytes.")
        there = 0 if upload is None else await asyncio.to_thread(self._files.uploaded, upload, owner=identity.owner)
        if isinstance(there, FileRef):
            return there
        if there != after:
            raise ConflictError("upload.part", f"The server has {there} bytes of this upload, not {after}.")
        context = self._files.create(
            request.query_params.get("name", "")[:_NAME_LENGTH],
            owner=identity.owner,
            media_type=request.headers.get("content-type"),
            limit_bytes=self.size_bytes,
            upload=upload,
            source=identity.address,
        )
        draft = await asyncio.to_thread(context.__enter__)
        try:
            async for chunk in request.stream():
                if chunk:
                    await asyncio.to_thread(draft.write, chunk)
            ref = await asyncio.to_thread(draft.keep)
        except TooLargeError:
            await asyncio.to_thread(draft.discard)
            raise
        finally:
            await asyncio.to_thread(context.__exit__, None, None, None)
        await self.require_type(ref, identity)
        return ref

    async def require_type(self, ref: FileRef, identity: Identity) -> None:
        """Delete a file that nothing in the application takes, and refuse it.

        Raises:
            FileTypeError: it is of such a kind.
        """
        try:
            _require_type(ref, self._types)
        except FileTypeError:
            await asyncio.to_thread(self._files.delete, ref.id, owner=identity.owner)
            raise

    async def get(self, id_: FileId, identity: Identity) -> FileRef:
        """Return a file.

        Raises:
            FileNotFound: it is not there, or somebody else's.
        """
        return (await asyncio.to_thread(self._files.get, id_, owner=identity.owner)).ref

    async def look(self, upload: str, identity: Identity) -> FileRef | int:
        """Return the file that an upload has become, or how many bytes of it are there.

        Whoever still sends it is cut off: its sender asks because the way is lost.
        """
        require_id(upload)
        return await asyncio.to_thread(self._files.uploaded, UploadId(upload), owner=identity.owner)

    async def forget(self, upload: str, identity: Identity) -> None:
        """Forget an upload that its sender has given up."""
        require_id(upload)
        await asyncio.to_thread(self._files.forget_upload, UploadId(upload), owner=identity.owner)

    async def find(self, ids: tuple[FileId, ...], identity: Identity, *, chat: str) -> tuple[FileRef, ...]:
        """Return the files of a message.

        Raises:
            ClientError: the chat takes no files, not so many, or not of this kind.
            FileNotFound: one is not there, or somebody else's.
        """
        if not ids:
            return ()
        config = self._config.get(chat)
        most = 0 if config is None else 1 if config.count == "single" else FILES_AT_MOST
        if len(ids) > most:
            raise ClientError("message.files", f"A message has at most {most} files here; this one has {len(ids)}.")
        found = [await self.get(id_, identity) for id_ in ids]
        for ref in found:
            if config is not None:
                _require_type(ref, config.types)
        return tuple(found)


def _require_type(ref: FileRef, types: tuple[str, ...]) -> None:
    if not is_accepted(ref.name, ref.media_type, types):
        raise FileTypeError("file.type", f"`{ref.name}` is {ref.media_type}; accepted are {', '.join(types)}.")


def _upload(request: Request) -> UploadId | None:
    upload = request.query_params.get("upload")
    require_id(upload)
    return None if upload is None else UploadId(upload)


def uploads_of(services: Services) -> Uploads:
    """Return what takes files in for an application."""
    return Uploads(
        services.files,
        {chat.name: chat.files for chat in services.app.page.chats},
        size_bytes=services.file_bytes,
        takes_inputs=services.app.takes_files,
    )
