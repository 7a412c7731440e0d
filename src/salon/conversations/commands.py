"""The commands of a reader over a conversation: look at it, undo, switch, delete."""

import asyncio

from salon.identity import Identity
from salon.ids import ConversationId, MessageId
from salon.messages.conversation import Conversation, undo
from salon.messages.message import StoredMessage
from salon.messages.parts import files_of
from salon.runs.index import RunIndex
from salon.runs.log import RunLog
from salon.runs.run import Run
from salon.stores.base import ConversationNotFound, ConversationStore
from salon.stores.files import FileStore
from salon.stores.shares import ShareStore


class Commands:
    """The commands over kept conversations. What changes a conversation ends the reply in it first.

    Args:
        log: where runs are written.
        index: which runs there are.
        conversations: where messages are kept.
        files: where files are kept.
        shares: where snapshots are kept that were shared, which go with their conversation.
    """

    def __init__(
        self,
        *,
        log: RunLog,
        index: RunIndex,
        conversations: ConversationStore,
        files: FileStore,
        shares: ShareStore | None = None,
    ) -> None:
        self._shares = shares
        self._log = log
        self._index = index
        self._conversations = conversations
        self._files = files

    async def load(self, id_: ConversationId, *, identity: Identity) -> tuple[Conversation, Run | None]:
        """Return a conversation, to be read at once, and the run that is answering in it.

        Raises:
            ConversationNotFound: unknown, or somebody else's.
        """
        active = await self._index.active(id_)
        return await self._conversations.load(id_, owner=identity.owner), active

    async def end(self, id_: ConversationId, *, identity: Identity) -> MessageId | None:
        """Return what a further message follows; `None` where nothing was said yet.

        While a reply is being written, that is what the conversation was before: so several turns may go on at a time
        without one having half of another in its history.
        """
        try:
            conversation, active = await self.load(id_, identity=identity)
        except ConversationNotFound:
            return None
        if active is None or active.answers not in conversation.messages:
            return conversation.head
        return conversation.get(active.answers).parent

    async def undo(self, id_: ConversationId, *, identity: Identity) -> StoredMessage:
        """Take the last exchange back, stop its reply if need be, and return the user's message of it.

        The branch itself stays.

        Raises:
            ConversationNotFound: unknown, or somebody else's.
            ClientError: there is nothing to take back.
        """
        await self._end_active(id_, identity)
        head, undone = undo(await self._conversations.load(id_, owner=identity.owner))
        await self._conversations.move_head(id_, head, owner=identity.owner)
        return undone

    async def switch(self, id_: ConversationId, message: MessageId, *, identity: Identity) -> None:
        """Show the version `message` and what was last said below it.

        Raises:
            NotFoundError: unknown conversation or message, or somebody else's.
        """
        await self._end_active(id_, identity)
        leaf = (await self._conversations.load(id_, owner=identity.owner)).latest_leaf(message)
        await self._conversations.move_head(id_, leaf, owner=identity.owner)

    async def delete(self, id_: ConversationId, *, identity: Identity) -> None:
        """Forget a conversation, its files and what was shared of it, and stop what is answering in it."""
        await self._end_active(id_, identity)
        try:
            conversation = await self._conversations.load(id_, owner=identity.owner)
        except ConversationNotFound:  # only its reader's browser may know it
            await self._forget_shares(id_, identity.owner)
            return
        await self._conversations.delete(id_, owner=identity.owner)
        await self.forget_files(conversation)

    async def forget_files(self, conversation: Conversation) -> None:
        """Forget the files of a conversation that is not there any more, and what was shared of it."""
        owner = conversation.owner
        await self._forget_shares(conversation.id, owner)
        files = {file.id for stored in conversation.messages.values() for file in files_of(stored.message.parts)}
        for file in files:
            await asyncio.to_thread(self._files.delete, file, owner=owner)

    async def _forget_shares(self, id_: ConversationId, owner: str) -> None:
        if self._shares is not None:
            await self._shares.forget_shares(id_, owner=owner)

    async def _end_active(self, id_: ConversationId, identity: Identity) -> None:
        """Stop what is answering in a conversation, and wait for its end."""
        while (active := await self._index.active(id_)) is not None and active.owner == identity.owner:
            await self._log.cancel(active.id)
            async for _ in self._log.read(active.id):
                pass
            await asyncio.sleep(0)
