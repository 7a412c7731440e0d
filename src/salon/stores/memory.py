"""Conversations in this process's memory: gone with it, and bounded in number and size."""

from collections.abc import Iterable, Sequence

from salon.ids import ConversationId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.messages.parts import length_of
from salon.stores.base import ConversationNotFound

_MESSAGE_BYTES = 500


class MemoryConversations:
    """A `ConversationStore` that forgets what was used longest ago when there is too much.

    Whoever has most loses first, and beyond their share an owner loses their own conversations alone.

    Args:
        capacity: how many conversations are kept in all.
        owner_bytes: about how much one owner's conversations may take.
        total_bytes: about how much all may take.
    """

    def __init__(
        self, *, capacity: int = 10_000, owner_bytes: int = 32 * 2**20, total_bytes: int = 256 * 2**20
    ) -> None:
        self._capacity = capacity
        self._owner_bytes = owner_bytes
        self._total_bytes = total_bytes
        self._kept: dict[ConversationId, Conversation] = {}
        self._by_owner: dict[str, dict[ConversationId, int]] = {}
        self._size_bytes = 0
        self._owner_sizes: dict[str, int] = {}

    async def create(self, conversation: Conversation) -> bool:
        """See `ConversationStore.create`."""
        if conversation.id in self._kept:
            return False
        self._kept[conversation.id] = conversation
        self._by_owner.setdefault(conversation.owner, {})[conversation.id] = 0
        self._grow(conversation, _size(conversation.messages.values()) + _MESSAGE_BYTES)
        return True

    async def load(self, conversation: ConversationId, *, owner: str) -> Conversation:
        """See `ConversationStore.load`."""
        return self._owned(conversation, owner)

    async def append(
        self,
        conversation: ConversationId,
        messages: Sequence[StoredMessage],
        *,
        owner: str,
        only_at: MessageId | None = None,
    ) -> None:
        """See `ConversationStore.append`."""
        found = self._owned(conversation, owner)
        moves_head = only_at is None or found.head == only_at
        new = [stored for stored in messages if stored.id not in found.messages]
        for stored in messages:
            found.add(stored, moves_head=moves_head)
        self._grow(found, _size(new))

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
            self._forget(found)

    def _owned(self, id_: ConversationId, owner: str) -> Conversation:
        """Return a conversation, which counts as using it."""
        found = self._kept.get(id_)
        if found is None or found.owner != owner:
            raise ConversationNotFound(id_)
        self._kept[id_] = self._kept.pop(id_)
        sizes = self._by_owner[owner]
        sizes[id_] = sizes.pop(id_)
        return found

    def _grow(self, conversation: Conversation, size_bytes: int) -> None:
        """Count what was added to a conversation, and make room for it if need be."""
        owner = conversation.owner
        sizes = self._by_owner[owner]
        sizes[conversation.id] += size_bytes
        self._owner_sizes[owner] = self._owner_sizes.get(owner, 0) + size_bytes
        self._size_bytes += size_bytes
        while self._owner_sizes[owner] > self._owner_bytes and len(sizes) > 1:
            self._forget_oldest_of(owner)
        while len(self._kept) > self._capacity:
            self._forget_oldest_of(max(self._by_owner, key=lambda owner: len(self._by_owner[owner])))
        while self._size_bytes > self._total_bytes and len(self._kept) > 1:
            self._forget_oldest_of(max(self._owner_sizes, key=self._owner_sizes.__getitem__))

    def _forget_oldest_of(self, owner: str) -> None:
        self._forget(self._kept[next(iter(self._by_owner[owner]))])

    def _forget(self, conversation: Conversation) -> None:
        del self._kept[conversation.id]
        sizes = self._by_owner[conversation.owner]
        size_bytes = sizes.pop(conversation.id)
        self._size_bytes -= size_bytes
        self._owner_sizes[conversation.owner] -= size_bytes
        if not sizes:
            del self._by_owner[conversation.owner], self._owner_sizes[conversation.owner]


def _size(messages: Iterable[StoredMessage]) -> int:
    return sum(_MESSAGE_BYTES + sum(map(length_of, stored.message.parts)) for stored in messages)
