"""Sends each conversation to where it belongs: to the store that its owner lists, or to the one that forgets."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from salon.ids import ConversationId, FileId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.stores.base import ConversationNotFound, ConversationStore


class RoutedConversations:
    """A `ConversationStore` of two.

    Args:
        passing: keeps what nobody lists, such as temporary chats; it is asked first, so it should be quick.
        kept: keeps what is marked to be kept.
    """

    def __init__(self, *, passing: ConversationStore, kept: ConversationStore) -> None:
        self._passing = passing
        self._kept = kept

    async def create(self, conversation: Conversation) -> bool:
        """See `ConversationStore.create`."""
        store, other = (self._kept, self._passing) if conversation.is_kept else (self._passing, self._kept)
        try:
            await other.owner_of(conversation.id)
        except ConversationNotFound:
            return await store.create(conversation)
        return False

    async def load(self, conversation: ConversationId, *, owner: str) -> Conversation:
        """See `ConversationStore.load`."""
        return await (await self._store(conversation)).load(conversation, owner=owner)

    async def append(
        self,
        conversation: ConversationId,
        messages: Sequence[StoredMessage],
        *,
        owner: str,
        only_at: MessageId | None = None,
    ) -> None:
        """See `ConversationStore.append`."""
        await (await self._store(conversation)).append(conversation, messages, owner=owner, only_at=only_at)

    async def move_head(self, conversation: ConversationId, head: MessageId | None, *, owner: str) -> None:
        """See `ConversationStore.move_head`."""
        await (await self._store(conversation)).move_head(conversation, head, owner=owner)

    async def delete(self, conversation: ConversationId, *, owner: str) -> None:
        """See `ConversationStore.delete`."""
        await (await self._store(conversation)).delete(conversation, owner=owner)

    async def owner_of(self, conversation: ConversationId) -> str:
        """See `ConversationStore.owner_of`."""
        return await (await self._store(conversation)).owner_of(conversation)

    async def files(self) -> AbstractSet[FileId]:
        """See `ConversationStore.files`."""
        return await self._passing.files() | await self._kept.files()

    async def _store(self, conversation: ConversationId) -> ConversationStore:
        try:
            await self._passing.owner_of(conversation)
        except ConversationNotFound:
            return self._kept
        return self._passing
