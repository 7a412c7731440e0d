"""What owners do with the conversations that are kept for them: list, find, name, adopt and bring in."""

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
    """The conversations that are kept on this server.

    Clients that nobody can tell apart, without a cookie or a name, see no list: it would be everybody's.

    Args:
        commands: what is done with one conversation.
        kept: where conversations are kept.
        shares: where snapshots are kept that were shared.
        files: where files are kept.
    """

    def __init__(self, *, commands: Commands, kept: KeptConversations, shares: ShareStore, files: FileStore) -> None:
        self._commands = commands
        self._kept = kept
        self._shares = shares
        self._files = files

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

    async def add(
        self,
        messages: Sequence[StoredMessage],
        *,
        identity: Identity,
        chat: str,
        title: str,
        head: MessageId | None,
    ) -> ConversationEntry:
        """Make a conversation of the asker's of messages; see `make_conversation`.

        Args:
            messages: of all branches.
            identity: whose it will be.
            chat: the chat of the page in which it will be.
            title: its name; empty for the automatic one.
            head: where it stands.

        Raises:
            NotFoundError: a message comes before its parent, or the head is none of them.
            ConflictError: the asker has as many conversations as the store takes.
            FileTooLarge, StorageFull: there is no room for the files.
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
