"""Conversations in this process's memory: gone with it, and bounded in number and size."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from salon.ids import ConversationId, FileId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.messages.parts import files_of, length_of
from salon.messages.titles import automatic_title
from salon.stores.base import ConversationNotFound
from salon.stores.kept import ConversationEntry, ListPlace, SearchHit, cut_title, first_entry, title_of
from salon.stores.shares import Share, ShareNotFound
from salon.stores.text_search import excerpt, fold, words_of

_MESSAGE_BYTES = 500


class MemoryConversations:
    """A `KeptConversations` that forgets what was used longest ago when there is too much.

    Whoever has most loses first, and beyond their share an owner loses their own conversations alone.

    Args:
        capacity: how many conversations are kept in all.
        owner_bytes: about how much one owner's conversations may take.
        total_bytes: about how much all may take.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        *,
        capacity: int = 10_000,
        owner_bytes: int = 32 * 2**20,
        total_bytes: int = 256 * 2**20,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._entries: dict[ConversationId, ConversationEntry] = {}
        self._kept_at: dict[ConversationId, float] = {}
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
        now = self._kept_at[conversation.id] = self._clock()
        self._entries[conversation.id] = first_entry(conversation, now)
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
        now = self._kept_at[conversation] = self._clock()
        entry = self._entries[conversation]
        title = entry.title
        if not title and not entry.is_named:
            title = automatic_title(stored.message for stored in messages)
        self._entries[conversation] = replace(entry, title=title, updated_at=now)
        self._grow(found, _size(new))

    async def move_head(self, conversation: ConversationId, head: MessageId | None, *, owner: str) -> None:
        """See `ConversationStore.move_head`."""
        found = self._owned(conversation, owner)
        if head is not None:
            found.get(head)
        found.head = head

    async def checkpoint(
        self, conversation: ConversationId, messages: Sequence[StoredMessage], *, owner: str, only_at: MessageId
    ) -> None:
        """See `KeptConversations.checkpoint`: what is in memory dies with the process, so there is nothing to do."""

    async def recover(self, *, lease_s: float) -> Sequence[ConversationId]:
        """See `KeptConversations.recover`."""
        del lease_s
        return ()

    async def delete(self, conversation: ConversationId, *, owner: str) -> None:
        """See `ConversationStore.delete`."""
        found = self._kept.get(conversation)
        if found is not None and found.owner == owner:
            self._forget(found)

    async def entries(
        self, owner: str, *, chat: str | None = None, before: ListPlace | None = None, limit: int = 50
    ) -> Sequence[ConversationEntry]:
        """See `KeptConversations.entries`."""
        own = [self._entries[id_] for id_ in self._by_owner.get(owner, ())]
        return _page([entry for entry in own if chat is None or entry.chat == chat], before, limit)

    async def all_entries(self, *, before: ListPlace | None = None, limit: int = 50) -> Sequence[ConversationEntry]:
        """See `KeptConversations.all_entries`."""
        return _page(list(self._entries.values()), before, limit)

    async def entry(self, conversation: ConversationId, *, owner: str) -> ConversationEntry:
        """See `KeptConversations.entry`."""
        self._owned(conversation, owner)
        return self._entries[conversation]

    async def owner_of(self, conversation: ConversationId) -> str:
        """See `ConversationStore.owner_of`."""
        if conversation not in self._kept:
            raise ConversationNotFound(conversation)
        return self._kept[conversation].owner

    async def search(self, owner: str, words: str, *, chat: str | None = None, limit: int = 50) -> Sequence[SearchHit]:
        """See `KeptConversations.search`."""
        wanted = words_of(words)
        if not wanted:
            return ()
        own = [
            (self._entries[id_], list(self._kept[id_].messages.values()))
            for id_ in self._by_owner.get(owner, ())
            if chat is None or self._entries[id_].chat == chat
        ]
        own.sort(key=lambda item: (item[0].updated_at, item[0].id), reverse=True)
        return await asyncio.to_thread(_found, own, wanted, limit)

    async def rename(self, conversation: ConversationId, title: str, *, owner: str) -> None:
        """See `KeptConversations.rename`."""
        found, name = self._owned(conversation, owner), cut_title(title)
        title = name or title_of(found)
        self._entries[conversation] = replace(self._entries[conversation], title=title, is_named=bool(name))

    async def pin(self, conversation: ConversationId, is_pinned: bool, *, owner: str) -> None:
        """See `KeptConversations.pin`."""
        self._owned(conversation, owner)
        self._entries[conversation] = replace(self._entries[conversation], is_pinned=is_pinned)

    async def move_owner(self, from_owner: str, to_owner: str) -> int:
        """See `KeptConversations.move_owner`."""
        if from_owner == to_owner:
            return len(self._by_owner.get(to_owner, ()))
        moved = [self._kept[id_] for id_ in self._by_owner.get(from_owner, ())]
        for conversation in moved:
            if conversation.id not in self._kept:  # what came before it took all the room
                continue
            size_bytes = self._by_owner[from_owner][conversation.id]
            entry, kept_at = self._entries[conversation.id], self._kept_at[conversation.id]
            self._forget(conversation)
            conversation.owner = to_owner
            self._kept[conversation.id] = conversation
            self._entries[conversation.id] = replace(entry, owner=to_owner)
            self._kept_at[conversation.id] = kept_at
            self._by_owner.setdefault(to_owner, {})[conversation.id] = 0
            self._grow(conversation, size_bytes)
        return len(moved)

    async def sweep(self, older_than: float, *, limit: int = 100) -> Sequence[Conversation]:
        """See `KeptConversations.sweep`."""
        old = [self._kept[id_] for id_, kept_at in self._kept_at.items() if kept_at < older_than][:limit]
        for conversation in old:
            self._forget(conversation)
        return old

    async def files(self) -> AbstractSet[FileId]:
        """See `ConversationStore.files`."""
        return {
            file.id
            for conversation in self._kept.values()
            for stored in conversation.messages.values()
            for file in files_of(stored.message.parts)
        }

    async def close(self) -> None:
        """See `KeptConversations.close`; nothing is held open."""

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
        del self._kept[conversation.id], self._entries[conversation.id], self._kept_at[conversation.id]
        sizes = self._by_owner[conversation.owner]
        size_bytes = sizes.pop(conversation.id)
        self._size_bytes -= size_bytes
        self._owner_sizes[conversation.owner] -= size_bytes
        if not sizes:
            del self._by_owner[conversation.owner], self._owner_sizes[conversation.owner]


def _size(messages: Iterable[StoredMessage]) -> int:
    return sum(_MESSAGE_BYTES + sum(map(length_of, stored.message.parts)) for stored in messages)


def _page(entries: list[ConversationEntry], before: ListPlace | None, limit: int) -> list[ConversationEntry]:
    entries.sort(key=lambda entry: entry.place, reverse=True)
    return [entry for entry in entries if before is None or entry.place < before][:limit]


def _found(
    conversations: Iterable[tuple[ConversationEntry, list[StoredMessage]]], words: Sequence[str], limit: int
) -> list[SearchHit]:
    hits: list[SearchHit] = []
    for entry, messages in conversations:
        texts = [(stored, fold(stored.message.text)) for stored in reversed(messages)]
        everything = [fold(entry.title), *(text for _, text in texts)]
        if not all(any(word in text for text in everything) for word in words):
            continue
        places = ((stored, word) for word in words for stored, text in texts if word in text)
        stored, word = next(places, (None, ""))
        shown = entry.title if stored is None else excerpt(stored.message.text, word)
        hits.append(SearchHit(entry=entry, excerpt=shown, message=None if stored is None else stored.id))
        if len(hits) == limit:
            break
    return hits


class MemoryShares:
    """A `ShareStore` in this process's memory; beyond `capacity`, the oldest is forgotten.

    Args:
        capacity: how many are kept in all.
    """

    def __init__(self, *, capacity: int = 10_000) -> None:
        self._capacity = capacity
        self._shares: dict[str, Share] = {}

    async def add_share(self, share: Share) -> None:
        """See `ShareStore.add_share`."""
        self._shares[share.id] = share
        while len(self._shares) > self._capacity:
            del self._shares[next(iter(self._shares))]

    async def share(self, id_: str) -> Share:
        """See `ShareStore.share`."""
        if id_ not in self._shares:
            raise ShareNotFound
        return self._shares[id_]

    async def shares(self, owner: str, *, limit: int = 200) -> Sequence[Share]:
        """See `ShareStore.shares`."""
        own = [replace(share, messages=()) for share in self._shares.values() if share.owner == owner]
        own.sort(key=lambda share: (share.created_at, share.id), reverse=True)
        return own[:limit]

    async def revoke(self, id_: str, *, owner: str) -> None:
        """See `ShareStore.revoke`."""
        if id_ in self._shares and self._shares[id_].owner == owner:
            del self._shares[id_]

    async def forget_shares(self, conversation: ConversationId, *, owner: str) -> None:
        """See `ShareStore.forget_shares`."""
        for share in await self.shares(owner, limit=self._capacity):
            if share.conversation == conversation:
                del self._shares[share.id]

    async def move_shares(self, from_owner: str, to_owner: str) -> None:
        """See `ShareStore.move_shares`."""
        for id_, share in list(self._shares.items()):
            if share.owner == from_owner:
                self._shares[id_] = replace(share, owner=to_owner)

    async def sweep_shares(self, older_than: float) -> None:
        """See `ShareStore.sweep_shares`; it has no conversations."""
        for share in [share for share in self._shares.values() if share.created_at < older_than]:
            del self._shares[share.id]
