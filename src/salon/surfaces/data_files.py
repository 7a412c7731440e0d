"""Files that callers send inside of a request: as data in base64, with or without `data:` before it."""

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
    """What was sent in place of a file is none; the message goes on from the name of the place."""


class DataFiles:
    """Keeps what a request carries as files of its sender, and forgets them when nothing comes of it.

    Args:
        files: where they are kept.
        size_bytes: what one may have.
    """

    def __init__(self, files: FileStore, *, size_bytes: int) -> None:
        self._files = files
        self._size_bytes = size_bytes

    async def keep(self, data: str, identity: Identity, *, name: str | None = None) -> FileRef:
        """Return a file with the content that `data` stands for.

        Raises:
            DataError: it is an address, or no data in base64.
            FileTooLarge, StorageFull: see `FileStore`.
        """
        match = _DATA.match(data)
        if match is None and "://" in data[:20]:
            raise DataError(
                "request.invalid", "is an address, and addresses are not fetched. Send `data:image/png;base64,…`."
            )
        encoded = data[match.end() :] if match is not None else data
        try:
            content = await asyncio.to_thread(base64.b64decode, encoded, validate=True)
        except (binascii.Error, ValueError):
            raise DataError("request.invalid", "is no data in base64, such as `data:image/png;base64,…`.") from None
        media_type = match[1] if match is not None else None
        kind = (media_type or "").partition("/")[2]
        name = name or f"file.{_EXTENSIONS.get(kind, kind or 'bin')}"
        return await asyncio.to_thread(self._write, content, name, media_type, identity)

    async def get(self, id_: FileId, identity: Identity) -> FileRef:
        """Return a file that was uploaded before.

        Raises:
            FileNotFound: it is not there, or somebody else's.
        """
        return (await asyncio.to_thread(self._files.get, id_, owner=identity.owner)).ref

    @asynccontextmanager
    async def received(self, identity: Identity) -> AsyncIterator[list[FileId]]:
        """Give a list for the ids of the files that a request brings, which are deleted if what is inside fails."""
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
