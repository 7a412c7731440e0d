"""The creation of conversations from copied messages: of a share, or of an imported file."""

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
    """Create a conversation from messages, parents first, with copies of their files, and return it.

    Args:
        messages: the messages of all branches.
        conversations: the store of conversations.
        files: the store of files.
        identity: the new conversation's owner.
        chat: name of the chat on the page.
        is_kept: whether the conversation is listed for its owner.
        head: id of the head.
        files_of_owner: owner of the original files, by default `identity`'s; see `copy_files`.
        verified: whether this server signed or stored all of the messages.

    Raises:
        NotFoundError: a message precedes its parent, or the head is none of the messages.
        ConflictError: the owner has the largest number of conversations already.
        FileTooLarge, StorageFull: there is no space for the files.
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
    """Return messages with copies of their files, and the ids of the copies.

    References to files that the store does not have for `from_owner` are left unchanged.

    Args:
        messages: messages whose files are copied.
        files: the store of files.
        from_owner: owner of the original files.
        owner: owner of the copies.

    Raises:
        FileTooLarge, StorageFull: there is no space for the files; then no file is copied.
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
