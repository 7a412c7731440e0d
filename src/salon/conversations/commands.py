"""The commands of one conversation: load, undo, switch, delete."""

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
    """The commands of persisted conversations. A command that changes a conversation stops its active reply first.

    Args:
        log: the log of runs.
        index: the index of runs.
        conversations: the store of conversations.
        files: the store of files.
        shares: the store of shares; deleting a conversation deletes its shares.
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
        """Return a conversation, which the caller has to read at once, and its active run.

        Raises:
            ConversationNotFound: the conversation does not exist or belongs to another owner.
        """
        active = await self._index.active(id_)
        return await self._conversations.load(id_, owner=identity.owner), active

    async def end(self, id_: ConversationId, *, identity: Identity) -> MessageId | None:
        """Return the parent of a further message; `None` in an empty conversation.

        While a reply is active, this is the parent of its question. So several turns may run at a time, and none of
        them has an incomplete exchange in its history.
        """
        try:
            conversation, active = await self.load(id_, identity=identity)
        except ConversationNotFound:
            return None
        if active is None or active.answers not in conversation.messages:
            return conversation.head
        return conversation.get(active.answers).parent

    async def undo(self, id_: ConversationId, *, identity: Identity) -> StoredMessage:
        """Undo the last exchange, stop its reply if it is active, and return its user's message.

        The messages stay in the conversation as a branch.

        Raises:
            ConversationNotFound: the conversation does not exist or belongs to another owner.
            ClientError: there is nothing to undo.
        """
        await self._end_active(id_, identity)
        head, undone = undo(await self._conversations.load(id_, owner=identity.owner))
        await self._conversations.move_head(id_, head, owner=identity.owner)
        return undone

    async def switch(self, id_: ConversationId, message: MessageId, *, identity: Identity) -> None:
        """Move the head to the newest leaf below the version `message`.

        Raises:
            NotFoundError: the conversation or the message does not exist, or belongs to another owner.
        """
        await self._end_active(id_, identity)
        leaf = (await self._conversations.load(id_, owner=identity.owner)).latest_leaf(message)
        await self._conversations.move_head(id_, leaf, owner=identity.owner)

    async def delete(self, id_: ConversationId, *, identity: Identity) -> None:
        """Delete a conversation, its files and its shares, and stop its active reply."""
        await self._end_active(id_, identity)
        try:
            conversation = await self._conversations.load(id_, owner=identity.owner)
        except ConversationNotFound:  # the conversation may be in the user's browser only
            await self._forget_shares(id_, identity.owner)
            return
        await self._conversations.delete(id_, owner=identity.owner)
        await self.forget_files(conversation)

    async def forget_files(self, conversation: Conversation) -> None:
        """Delete the files and the shares of a conversation that was deleted."""
        owner = conversation.owner
        await self._forget_shares(conversation.id, owner)
        files = {file.id for stored in conversation.messages.values() for file in files_of(stored.message.parts)}
        for file in files:
            await asyncio.to_thread(self._files.delete, file, owner=owner)

    async def _forget_shares(self, id_: ConversationId, owner: str) -> None:
        if self._shares is not None:
            await self._shares.forget_shares(id_, owner=owner)

    async def _end_active(self, id_: ConversationId, identity: Identity) -> None:
        """Stop the active reply of a conversation, and wait for its end."""
        while (active := await self._index.active(id_)) is not None and active.owner == identity.owner:
            await self._log.cancel(active.id)
            async for _ in self._log.read(active.id):
                pass
            await asyncio.sleep(0)
