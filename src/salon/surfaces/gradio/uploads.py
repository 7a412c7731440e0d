"""Uploads of Gradio's clients: several files in one form, all stored or none."""

import asyncio
from contextlib import ExitStack

from starlette.requests import Request

from salon.errors import ClientError
from salon.http.multipart import read_multipart
from salon.identity import Identity
from salon.messages.parts import FileRef
from salon.stores.files import FileDraft, FileStore
from salon.surfaces.gradio.decode import NAMELESS
from salon.surfaces.uploads import FILES_AT_MOST, Uploads

_FIELD = "files"


async def receive(request: Request, identity: Identity, *, files: FileStore, uploads: Uploads) -> list[FileRef]:
    """Stream the files of a form to the store, and return them.

    Raises:
        ClientError: the application accepts no files, or not of this type; or the form is invalid.
        TooLargeError: a file, or all files of the owner, exceed their limit.
        StorageFull: the server's disk is full.
    """
    if not uploads.accepts_files:
        raise ClientError("file.unwanted", "This application accepts no files.")
    with ExitStack() as stack:
        drafts: list[FileDraft] = []
        current = None
        async for part, chunk in read_multipart(request, parts_at_most=FILES_AT_MOST):
            if part.name != _FIELD:
                raise ClientError(
                    "request.invalid", f"Files have to be in parts named `{_FIELD}`, not `{part.name[:40]}`."
                )
            if part is not current:
                name = part.filename or ""
                if name.strip() in (".", ".."):
                    raise ClientError("file.name", f"A file cannot have the name `{name}`.")
                context = files.create(
                    name,
                    owner=identity.owner,
                    media_type=part.media_type,
                    limit_bytes=uploads.size_bytes,
                    source=identity.address,
                )
                drafts.append(await asyncio.to_thread(stack.enter_context, context))
                current = part
            if chunk is not None:
                await asyncio.to_thread(drafts[-1].write, chunk)
        if not drafts:
            raise ClientError("request.invalid", f"The form has no part named `{_FIELD}`.")
        kept = [await asyncio.to_thread(draft.keep) for draft in drafts]
    for ref in kept:
        if ref.name != NAMELESS:
            await uploads.require_type(ref, identity)
    return kept
