"""Files inside of requests: data in base64, with or without the prefix of a `data:` URL."""

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from salon.errors import ClientError
from salon.identity import Identity
from salon.ids import FileId
from salon.messages.parts import FileRef
from salon.stores.files import FileStore

_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(;[\w=.+-]+)*;base64,", re.ASCII)
_EXTENSIONS = {"mpeg": "mp3", "jpeg": "jpg", "plain": "txt", "svg+xml": "svg", "x-wav": "wav", "markdown": "md"}


class DataError(ClientError):
    """The value in place of a file is none; the message continues a sentence that begins with the field's name."""


class DataFiles:
    """Stores the files inside of a request for its sender, and deletes them if the request fails.

    Args:
        files: the store of files.
        size_bytes: largest size of one file.
    """

    def __init__(self, files: FileStore, *, size_bytes: int) -> None:
        self._files = files
        self._size_bytes = size_bytes

    async def keep(self, data: str, identity: Identity, *, name: str | None = None) -> FileRef:
        """Store the content of `data`, and return the file.

        Raises:
            DataError: the value is an address, or not base64.
            FileTooLarge, StorageFull: see `FileStore`.
        """
        match = _DATA.match(data)
        if match is None and "://" in data[:20]:
            raise DataError(
                "request.invalid", "is an address, and the server fetches no addresses. Send `data:image/png;base64,…`."
            )
        encoded = data[match.end() :] if match is not None else data
        try:
            content = await asyncio.to_thread(base64.b64decode, encoded, validate=True)
        except (binascii.Error, ValueError):
            raise DataError("request.invalid", "is not base64. Send `data:image/png;base64,…`.") from None
        media_type = match[1] if match is not None else None
        kind = (media_type or "").partition("/")[2]
        name = name or f"file.{_EXTENSIONS.get(kind, kind or 'bin')}"
        return await asyncio.to_thread(self._write, content, name, media_type, identity)

    async def get(self, id_: FileId, identity: Identity) -> FileRef:
        """Return an uploaded file.

        Raises:
            FileNotFound: the file does not exist or belongs to another owner.
        """
        return (await asyncio.to_thread(self._files.get, id_, owner=identity.owner)).ref

    @asynccontextmanager
    async def received(self, identity: Identity) -> AsyncIterator[list[FileId]]:
        """Yield a list for the ids of a request's files; if the block raises, these files are deleted."""
        made: list[FileId] = []
        try:
            yield made
        except BaseException:
            for file in made:
                await asyncio.to_thread(self._files.delete, file, owner=identity.owner)
            raise

    def _write(self, content: bytes, name: str, media_type: str | None, identity: Identity) -> FileRef:
        with self._files.create(
            name,
            owner=identity.owner,
            media_type=media_type,
            limit_bytes=self._size_bytes,
            source=identity.address,
        ) as draft:
            draft.write(content)
            return draft.keep()
