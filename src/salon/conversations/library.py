"""The library: an owner's persisted conversations: list, search, rename, transfer and import."""

import asyncio
from collections.abc import Sequence

from salon.conversations.commands import Commands
from salon.conversations.copying import make_conversation
from salon.identity import ANONYMOUS, Identity
from salon.ids import ConversationId, MessageId
from salon.messages.message import StoredMessage
from salon.stores.files import FileStore
from salon.stores.kept import ConversationEntry, KeptConversations, ListPlace, SearchHit
from salon.stores.shares import ShareStore


class Library:
    """The persisted conversations of all owners.

    Clients without a cookie or a name cannot be told apart, so they get no list: it would contain everybody's
    conversations.

    Args:
        commands: the commands of one conversation.
        kept: the store of persisted conversations.
        shares: the store of shares.
        files: the store of files.
    """

    def __init__(self, *, commands: Commands, kept: KeptConversations, shares: ShareStore, files: FileStore) -> None:
        self._commands = commands
        self._kept = kept
        self._shares = shares
        self._files = files

    async def entries(
        self, *, identity: Identity, chat: str | None = None, before: ListPlace | None = None, limit: int
    ) -> Sequence[ConversationEntry]:
        """Return a page of the owner's list; see `KeptConversations.entries`."""
        if identity.owner == ANONYMOUS.owner:
            return ()
        return await self._kept.entries(identity.owner, chat=chat, before=before, limit=limit)

    async def search(
        self, words: str, *, identity: Identity, chat: str | None = None, limit: int
    ) -> Sequence[SearchHit]:
        """Search the owner's conversations; see `KeptConversations.search`."""
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
        """Rename a conversation, pin it or both, and return its new entry in the list.

        Raises:
            ConversationNotFound: the conversation does not exist or belongs to another owner.
        """
        if title is not None:
            await self._kept.rename(id_, title, owner=identity.owner)
        if is_pinned is not None:
            await self._kept.pin(id_, is_pinned, owner=identity.owner)
        return await self._kept.entry(id_, owner=identity.owner)

    async def entry(self, id_: ConversationId, *, identity: Identity) -> ConversationEntry:
        """Return the entry of a conversation in the list.

        Raises:
            ConversationNotFound: the conversation does not exist or belongs to another owner.
        """
        return await self._kept.entry(id_, owner=identity.owner)

    async def has_any(self, owner: str) -> bool:
        """Tell whether an owner has a conversation that can be transferred."""
        return owner != ANONYMOUS.owner and bool(await self._kept.entries(owner, limit=1))

    async def adopt(self, from_owner: str, *, identity: Identity) -> int:
        """Transfer all conversations of an owner, with files and shares, to the user; return their number."""
        if ANONYMOUS.owner in (from_owner, identity.owner) or from_owner == identity.owner:
            return 0
        await asyncio.to_thread(self._files.move_owner, from_owner, identity.owner)
        await self._shares.move_shares(from_owner, identity.owner)
        return await self._kept.move_owner(from_owner, identity.owner)

    async def sweep(self, older_than: float) -> None:
        """Delete the conversations without a message since `older_than`, with their files and shares."""
        while swept := await self._kept.sweep(older_than):
            for conversation in swept:
                await self._commands.forget_files(conversation)

    async def add(
        self,
        messages: Sequence[StoredMessage],
        *,
        identity: Identity,
        chat: str,
        title: str,
        head: MessageId | None,
    ) -> ConversationEntry:
        """Create a conversation from messages; see `make_conversation`.

        Args:
            messages: the messages of all branches.
            identity: the new conversation's owner.
            chat: name of the chat on the page.
            title: the title; empty for the automatic one.
            head: id of the head.

        Raises:
            NotFoundError: a message precedes its parent, or the head is none of the messages.
            ConflictError: the owner has the largest number of conversations already.
            FileTooLarge, StorageFull: there is no space for the files.
        """
        conversation = await make_conversation(
            messages,
            conversations=self._kept,
            files=self._files,
            identity=identity,
            chat=chat,
            is_kept=True,
            head=head,
        )
        if title:
            await self._kept.rename(conversation.id, title, owner=identity.owner)
        return await self._kept.entry(conversation.id, owner=identity.owner)
