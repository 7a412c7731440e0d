"""Makes conversations of messages that come from somewhere else: from a share, or from a file."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from salon.errors import ConflictError, NotFoundError
from salon.identity import Identity
from salon.ids import ConversationId, FileId, MessageId, mint
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.messages.parts import ComponentPart, FilePart, FileRef, Part, files_of
from salon.stores.base import ConversationStore
from salon.stores.files import FileNotFound, FileStore, FileTooLarge, StorageFull, add_copy


async def make_conversation(
    messages: Sequence[StoredMessage],
    *,
    conversations: ConversationStore,
    files: FileStore,
    identity: Identity,
    chat: str,
    is_kept: bool,
    head: MessageId | None,
    files_of_owner: str | None = None,
    verified: bool = False,
) -> Conversation:
    """Make a conversation of messages, each after its parent, with copies of their files, and return it.

    Args:
        messages: of all branches.
        conversations: where it will be kept.
        files: where files are kept.
        identity: whose it will be.
        chat: the chat of the page in which it will be.
        is_kept: whether its owner shall find it in a list.
        head: where it stands.
        files_of_owner: whose the files are, by default the asker's; see `copy_files`.
        verified: whether the messages are this server's own.

    Raises:
        NotFoundError: a message comes before its parent, or the head is none of them.
        ConflictError: its owner has as many conversations as the store takes.
        FileTooLarge, StorageFull: there is no room for the files.
    """
    owner = identity.owner
    copied, copies = await copy_files(messages, files=files, from_owner=files_of_owner or owner, owner=owner)
    conversation = Conversation(ConversationId(mint()), owner, verified=verified, chat=chat, is_kept=is_kept)
    try:
        for stored in copied:
            conversation.add(msgspec.structs.replace(stored, signature=None))
        conversation.head = None if head is None else conversation.get(head).id
        await conversations.create(conversation)
    except (NotFoundError, ConflictError):
        await _forget(copies, files, owner)
        raise
    return conversation


async def copy_files(
    messages: Sequence[StoredMessage], *, files: FileStore, from_owner: str, owner: str
) -> tuple[list[StoredMessage], list[FileId]]:
    """Return messages with copies of their files, and the ids of these.

    Files that are not kept, or not by `from_owner`, are left as they are named.

    Args:
        messages: whose files are copied.
        files: where files are kept.
        from_owner: whose the files are.
        owner: whose the copies will be.

    Raises:
        FileTooLarge, StorageFull: there is no room for the files; none is copied then.
    """
    copies: dict[FileId, FileRef] = {}
    try:
        for stored in messages:
            for file in files_of(stored.message.parts):
                if file.id not in copies:
                    copies[file.id] = await asyncio.to_thread(_copy, file, files, from_owner, owner)
    except (FileTooLarge, StorageFull):
        await _forget(_made(copies), files, owner)
        raise
    return [_with_files(stored, copies) for stored in messages], _made(copies)


def _copy(file: FileRef, files: FileStore, from_owner: str, owner: str) -> FileRef:
    try:
        stored = files.get(file.id, owner=from_owner)
        return add_copy(files, stored.path, name=file.name, owner=owner, media_type=file.media_type)
    except (FileNotFound, FileNotFoundError):
        return file


def _made(copies: Mapping[FileId, FileRef]) -> list[FileId]:
    return [copy.id for id_, copy in copies.items() if copy.id != id_]


async def _forget(copies: Sequence[FileId], files: FileStore, owner: str) -> None:
    for copy in copies:
        await asyncio.to_thread(files.delete, copy, owner=owner)


def _with_files(stored: StoredMessage, files: Mapping[FileId, FileRef]) -> StoredMessage:
    parts = tuple(_part_with_files(part, files) for part in stored.message.parts)
    return msgspec.structs.replace(stored, message=msgspec.structs.replace(stored.message, parts=parts))


def _part_with_files(part: Part, files: Mapping[FileId, FileRef]) -> Part:
    match part:
        case ComponentPart(files=refs) if refs:
            return msgspec.structs.replace(part, files=tuple(files[ref.id] for ref in refs))
        case FilePart(file=ref):
            return msgspec.structs.replace(part, file=files[ref.id])
        case _:
            return part
