"""What owners do with the conversations that are kept for them: list, find, name, share, take out and bring in."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from salon.engine.commands import Commands
from salon.errors import ConflictError, NotFoundError
from salon.identity import ANONYMOUS, Identity
from salon.ids import ConversationId, FileId, MessageId, mint
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.messages.parts import ComponentPart, FilePart, FileRef, Part
from salon.messages.parts import files_of as files_of_parts
from salon.stores.files import FileNotFound, FileStore, FileTooLarge, StorageFull, StoredFile, add_copy
from salon.stores.kept import ConversationEntry, KeptConversations, ListPlace, SearchHit
from salon.stores.shares import Share, ShareStore

_SHARE_BYTES = 18
_SHARES_AT_MOST = 200


class Library:
    """The conversations that are kept on this server.

    Clients that nobody can tell apart, without a cookie or a name, see no list: it would be everybody's.

    Args:
        commands: what is done with one conversation.
        kept: where conversations are kept.
        shares: where snapshots are kept that were shared.
        files: where files are kept.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        *,
        commands: Commands,
        kept: KeptConversations,
        shares: ShareStore,
        files: FileStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._commands = commands
        self._kept = kept
        self._shares = shares
        self._files = files
        self._clock = clock

    async def entries(
        self, *, identity: Identity, chat: str | None = None, before: ListPlace | None = None, limit: int
    ) -> Sequence[ConversationEntry]:
        """Return a page of the asker's list; see `KeptConversations.entries`."""
        if identity.owner == ANONYMOUS.owner:
            return ()
        return await self._kept.entries(identity.owner, chat=chat, before=before, limit=limit)

    async def search(
        self, words: str, *, identity: Identity, chat: str | None = None, limit: int
    ) -> Sequence[SearchHit]:
        """Return where the asker's conversations hold words; see `KeptConversations.search`."""
        if identity.owner == ANONYMOUS.owner:
            return ()
        return await self._kept.search(identity.owner, words, chat=chat, limit=limit)

    async def change(
        self,
        id_: ConversationId,
        *,
        identity: Identity,
        title: str | None = None,
        is_pinned: bool | None = None,
    ) -> ConversationEntry:
        """Rename a conversation, pin it or both, and return how it stands in the list then.

        Raises:
            ConversationNotFound: unknown, or somebody else's.
        """
        if title is not None:
            await self._kept.rename(id_, title, owner=identity.owner)
        if is_pinned is not None:
            await self._kept.pin(id_, is_pinned, owner=identity.owner)
        return await self._kept.entry(id_, owner=identity.owner)

    async def entry(self, id_: ConversationId, *, identity: Identity) -> ConversationEntry:
        """Return how a conversation stands in the list.

        Raises:
            ConversationNotFound: unknown, or somebody else's.
        """
        return await self._kept.entry(id_, owner=identity.owner)

    async def has_any(self, owner: str) -> bool:
        """Tell whether an owner has a conversation that could be taken over."""
        return owner != ANONYMOUS.owner and bool(await self._kept.entries(owner, limit=1))

    async def adopt(self, from_owner: str, *, identity: Identity) -> int:
        """Make all that an owner has the asker's, files and shares included, and tell how many conversations it was."""
        if ANONYMOUS.owner in (from_owner, identity.owner) or from_owner == identity.owner:
            return 0
        await asyncio.to_thread(self._files.move_owner, from_owner, identity.owner)
        await self._shares.move_shares(from_owner, identity.owner)
        return await self._kept.move_owner(from_owner, identity.owner)

    async def sweep(self, older_than: float) -> None:
        """Forget conversations in which nothing was said since `older_than`, with their files and shares."""
        while swept := await self._kept.sweep(older_than):
            for conversation in swept:
                await self._commands.forget_files(conversation)

    async def share(self, id_: ConversationId, *, identity: Identity) -> Share:
        """Share the path that a conversation shows now, as it is now, and return the share.

        Raises:
            ConversationNotFound: unknown, or somebody else's.
            NotFoundError: nothing was said in it yet.
            ConflictError: the asker has shared too much already.
        """
        entry = await self._kept.entry(id_, owner=identity.owner)
        conversation = await self._kept.load(id_, owner=identity.owner)
        path = tuple(conversation.path(conversation.head))
        if not path:
            raise NotFoundError("conversation.empty", "Nothing was said in this conversation yet.")
        if len(await self._shares.shares(identity.owner, limit=_SHARES_AT_MOST)) >= _SHARES_AT_MOST:
            raise ConflictError(
                "shares.too-many", f"At most {_SHARES_AT_MOST} conversations are shared at a time. Revoke one first."
            )
        share = Share(
            id=secrets.token_urlsafe(_SHARE_BYTES),
            owner=identity.owner,
            conversation=id_,
            title=entry.title,
            created_at=self._clock(),
            messages=path,
        )
        await self._shares.add_share(share)
        return share

    async def shares(self, *, identity: Identity) -> Sequence[Share]:
        """Return what the asker has shared, newest first, without messages."""
        if identity.owner == ANONYMOUS.owner:
            return ()
        return await self._shares.shares(identity.owner, limit=_SHARES_AT_MOST)

    async def revoke(self, id_: str, *, identity: Identity) -> None:
        """Take a share of the asker's back; an unknown one is taken back already."""
        await self._shares.revoke(id_, owner=identity.owner)

    async def shared(self, id_: str) -> Share:
        """Return what is shared under an id, whoever asks.

        Raises:
            ShareNotFound: nothing is, or not any more.
        """
        return await self._shares.share(id_)

    async def shared_file(self, id_: str, file: FileId) -> StoredFile:
        """Return a file that a shared message shows, whoever asks.

        Raises:
            ShareNotFound: nothing is shared under the id, or not any more.
            FileNotFound: it is none of these, or is not kept any more.
        """
        share = await self._shares.share(id_)
        if all(file != ref.id for stored in share.messages for ref in files_of_parts(stored.message.parts)):
            raise FileNotFound
        return await asyncio.to_thread(self._files.get, file, owner=share.owner)

    async def continue_share(self, id_: str, *, identity: Identity, chat: str) -> ConversationEntry:
        """Copy what is shared, files included, into a new conversation of the asker's.

        Raises:
            ShareNotFound: nothing is shared under the id, or not any more.
            FileTooLarge, StorageFull: there is no room for its files.
        """
        share = await self._shares.share(id_)
        original = await self._original(share)
        return await self.add(
            share.messages,
            identity=identity,
            chat=chat if original is None else original.chat,
            files_of=share.owner,
            title="",
            head=share.messages[-1].id,
            verified=original is not None and original.verified,
        )

    async def add(
        self,
        messages: Sequence[StoredMessage],
        *,
        identity: Identity,
        chat: str,
        title: str,
        head: MessageId | None,
        files_of: str | None = None,
        verified: bool = False,
    ) -> ConversationEntry:
        """Make a conversation of the asker's of messages, each after its parent, with copies of their files.

        Args:
            messages: of all branches.
            identity: whose it will be.
            chat: the chat of the page in which it will be.
            title: its name; empty for the automatic one.
            head: where it stands.
            files_of: the owner of the files, by default the asker; those that are not kept are left as they are named.
            verified: whether the messages are this server's own.

        Raises:
            NotFoundError: a message comes before its parent, or the head is none of them.
            FileTooLarge, StorageFull: there is no room for the files.
        """
        copies: dict[FileId, FileRef] = {}
        wanted = {file.id: file for stored in messages for file in files_of_parts(stored.message.parts)}
        try:
            for file in wanted.values():
                copies[file.id] = await asyncio.to_thread(self._copy, file, files_of or identity.owner, identity.owner)
            id_ = ConversationId(mint())
            conversation = Conversation(id_, identity.owner, verified=verified, chat=chat, is_kept=True)
            for stored in messages:
                parts = tuple(_with_files(part, copies) for part in stored.message.parts)
                message = msgspec.structs.replace(stored.message, parts=parts)
                conversation.add(msgspec.structs.replace(stored, message=message, signature=None))
            conversation.head = None if head is None else conversation.get(head).id
            await self._kept.create(conversation)
        except (FileTooLarge, StorageFull, NotFoundError):
            for id_copied, copy in copies.items():
                if copy.id != id_copied:
                    await asyncio.to_thread(self._files.delete, copy.id, owner=identity.owner)
            raise
        if title:
            await self._kept.rename(id_, title, owner=identity.owner)
        return await self._kept.entry(id_, owner=identity.owner)

    def _copy(self, file: FileRef, from_owner: str, owner: str) -> FileRef:
        try:
            stored = self._files.get(file.id, owner=from_owner)
            return add_copy(self._files, stored.path, name=file.name, owner=owner, media_type=file.media_type)
        except (FileNotFound, FileNotFoundError):
            return file

    async def _original(self, share: Share) -> ConversationEntry | None:
        try:
            return await self._kept.entry(share.conversation, owner=share.owner)
        except NotFoundError:
            return None


def _with_files(part: Part, files: Mapping[FileId, FileRef]) -> Part:
    match part:
        case ComponentPart(files=refs) if refs:
            return msgspec.structs.replace(part, files=tuple(files[ref.id] for ref in refs))
        case FilePart(file=ref):
            return msgspec.structs.replace(part, file=files[ref.id])
        case _:
            return part
