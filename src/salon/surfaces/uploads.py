"""Uploads: attached files, one in each request, before the message that refers to them."""

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
    """The application accepts no files of this type."""

    status = 415


class Uploads:
    """Receives uploads, and finds the files of a message.

    Args:
        files: the store of files.
        config: rules for attached files of each chat, by its name; `None` if the chat accepts none.
        size_bytes: largest size of a file of an input.
        takes_inputs: whether any input accepts files.

    Attributes:
        accepts_files: whether the application accepts files at all.
        size_bytes: largest size of one file.
    """

    def __init__(
        self, files: FileStore, config: Mapping[str, FilesConfig | None], *, size_bytes: int, takes_inputs: bool
    ) -> None:
        self._files = files
        self._config = config
        configs = [one for one in config.values() if one is not None]
        self.accepts_files = takes_inputs or bool(configs)
        self.size_bytes = max((one.size_bytes for one in configs), default=size_bytes)
        is_restricted = configs and not takes_inputs and all(one.types for one in configs)
        self._types = tuple(kind for one in configs for kind in one.types) if is_restricted else ()

    async def receive(self, request: Request, identity: Identity) -> FileRef:
        """Stream the request's body to the store, and return the file.

        An upload with an id from its client resumes after the bytes that the server has.

        Raises:
            ClientError: the application accepts no files, or not of this type.
            ConflictError: the server has another number of bytes of this upload than the client assumes.
            TooLargeError: the file, or all files of the owner, exceed their limit.
            StorageFull: the server's disk is full.
        """
        if not self.accepts_files:
            raise ClientError("file.unwanted", "This application accepts no files.")
        upload, after = _upload(request), whole_number(request.query_params.get("after", "0"), "after")
        declared = request.headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) + after > self.size_bytes:
            raise TooLargeError(
                "file.too-large",
                f"The file has more than {self.size_bytes} bytes, which is the limit of this application.",
            )
        state = 0 if upload is None else await asyncio.to_thread(self._files.uploaded, upload, owner=identity.owner)
        if isinstance(state, FileRef):
            return state
        if state != after:
            raise ConflictError(
                "upload.part",
                f"The server has {state} bytes of this upload, not {after}. Ask for its state, and send the rest.",
            )
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
        """Delete a file whose type no chat or input accepts, and raise an error.

        Raises:
            FileTypeError: no chat or input accepts the type.
        """
        try:
            _require_type(ref, self._types)
        except FileTypeError:
            await asyncio.to_thread(self._files.delete, ref.id, owner=identity.owner)
            raise

    async def get(self, id_: FileId, identity: Identity) -> FileRef:
        """Return a file.

        Raises:
            FileNotFound: the file does not exist or belongs to another owner.
        """
        return (await asyncio.to_thread(self._files.get, id_, owner=identity.owner)).ref

    async def look(self, upload: str, identity: Identity) -> FileRef | int:
        """Return the file of a completed upload, or the number of bytes that the server has.

        A request that is still sending this upload is aborted: the client asks because its connection is lost.
        """
        require_id(upload)
        return await asyncio.to_thread(self._files.uploaded, UploadId(upload), owner=identity.owner)

    async def forget(self, upload: str, identity: Identity) -> None:
        """Delete an upload that its client cancelled."""
        require_id(upload)
        await asyncio.to_thread(self._files.forget_upload, UploadId(upload), owner=identity.owner)

    async def find(self, ids: tuple[FileId, ...], identity: Identity, *, chat: str) -> tuple[FileRef, ...]:
        """Return the files of a message.

        Raises:
            ClientError: the chat accepts no files, fewer files, or not of this type.
            FileNotFound: a file does not exist or belongs to another owner.
        """
        if not ids:
            return ()
        config = self._config.get(chat)
        most = 0 if config is None else 1 if config.count == "single" else FILES_AT_MOST
        if len(ids) > most:
            raise ClientError(
                "message.files", f"A message has at most {most} files in this chat; this one has {len(ids)}."
            )
        files = [await self.get(id_, identity) for id_ in ids]
        for ref in files:
            if config is not None:
                _require_type(ref, config.types)
        return tuple(files)


def _require_type(ref: FileRef, types: tuple[str, ...]) -> None:
    if not is_accepted(ref.name, ref.media_type, types):
        raise FileTypeError("file.type", f"`{ref.name}` is {ref.media_type}; accepted types are {', '.join(types)}.")


def _upload(request: Request) -> UploadId | None:
    upload = request.query_params.get("upload")
    require_id(upload)
    return None if upload is None else UploadId(upload)


def uploads_of(services: Services) -> Uploads:
    """Return the uploads of an application."""
    return Uploads(
        services.files,
        {chat.name: chat.files for chat in services.app.page.chats},
        size_bytes=services.file_bytes,
        takes_inputs=services.app.takes_files,
    )
