"""Conversations in this process's memory: gone with it, and bounded in number."""

from collections.abc import Sequence

from salon.ids import ConversationId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.stores.base import ConversationNotFound


class MemoryConversations:
    """A `ConversationStore` that keeps the `capacity` conversations that were used last."""

    def __init__(self, *, capacity: int = 10_000) -> None:
        self._capacity = capacity
        self._kept: dict[ConversationId, Conversation] = {}

    async def create(self, conversation: Conversation) -> bool:
        """See `ConversationStore.create`."""
        if conversation.id in self._kept:
            return False
        self._kept[conversation.id] = conversation
        while len(self._kept) > self._capacity:
            del self._kept[next(iter(self._kept))]
        return True

    async def load(self, conversation: ConversationId, *, owner: str) -> Conversation:
        """See `ConversationStore.load`."""
        return self._owned(conversation, owner)

    async def append(self, conversation: ConversationId, messages: Sequence[StoredMessage], *, owner: str) -> None:
        """See `ConversationStore.append`."""
        found = self._owned(conversation, owner)
        for stored in messages:
            found.add(stored)

    async def move_head(self, conversation: ConversationId, head: MessageId | None, *, owner: str) -> None:
        """See `ConversationStore.move_head`."""
        found = self._owned(conversation, owner)
        if head is not None:
            found.get(head)
        found.head = head

    async def delete(self, conversation: ConversationId, *, owner: str) -> None:
        """See `ConversationStore.delete`."""
        found = self._kept.get(conversation)
        if found is not None and found.owner == owner:
            del self._kept[conversation]

    def _owned(self, conversation: ConversationId, owner: str) -> Conversation:
        found = self._kept.pop(conversation, None)
        if found is not None:
            self._kept[conversation] = found
        if found is None or found.owner != owner:
            raise ConversationNotFound(conversation)
        return found
