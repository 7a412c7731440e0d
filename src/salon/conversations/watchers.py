"""Watchers: clients that are notified when a message is added to a conversation that they show."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from salon.errors import StoppingError
from salon.identity import Identity
from salon.ids import ConversationId, MessageId
from salon.stores.base import ConversationNotFound, ConversationStore


class Watchers:
    """The watchers of conversations in this process. An instance belongs to the event loop on which it is used.

    Args:
        conversations: the store.
    """

    def __init__(self, conversations: ConversationStore) -> None:
        self._conversations = conversations
        self._watching: dict[ConversationId, set[_Watcher]] = {}
        self._is_over = False

    def start(self) -> None:
        """Accept watchers, also after an `end`."""
        self._is_over = False

    def tell(self, conversation: ConversationId, head: MessageId) -> None:
        """Notify all watchers of a conversation of its new head."""
        for watcher in self._watching.get(conversation, ()):
            watcher.tell(head)

    async def watch(self, conversation: ConversationId, *, identity: Identity) -> AsyncGenerator[MessageId, None]:
        """Yield the head of a conversation, and then the new head whenever a message is added to it in this process.

        Watchers are notified when a reply begins, so that they can follow it, and when a message is pushed. If several
        heads arrive before the watcher reads, it gets the last one only: a slow watcher needs no buffer.

        Raises:
            StoppingError: the server is stopping.
            ConversationNotFound: the conversation does not exist or belongs to another owner.
        """
        if self._is_over:
            raise StoppingError
        await self._conversations.load(conversation, owner=identity.owner)
        return self._heads(conversation, identity.owner)

    async def _heads(self, conversation: ConversationId, owner: str) -> AsyncGenerator[MessageId, None]:
        watcher = _Watcher()
        self._watching.setdefault(conversation, set()).add(watcher)
        try:
            # The head is loaded after the watcher was registered: otherwise a message that is added between the two
            # would be missed.
            with suppress(ConversationNotFound):  # the conversation was deleted meanwhile
                head = (await self._conversations.load(conversation, owner=owner)).head
                if head is not None and not watcher.has_changed:
                    watcher.tell(head)
            while (told := await watcher.next()) is not None:
                yield told
        finally:
            others = self._watching[conversation]
            others.discard(watcher)
            if not others:
                del self._watching[conversation]

    def end(self) -> None:
        """End all watchers, and accept no more."""
        self._is_over = True
        for watchers in self._watching.values():
            for watcher in watchers:
                watcher.end()


class _Watcher:
    def __init__(self) -> None:
        self._head: MessageId | None = None
        self._is_over = False
        self._changed = asyncio.Event()

    @property
    def has_changed(self) -> bool:
        return self._changed.is_set()

    def tell(self, head: MessageId) -> None:
        self._head = head
        self._changed.set()

    def end(self) -> None:
        self._is_over = True
        self._changed.set()

    async def next(self) -> MessageId | None:
        await self._changed.wait()
        self._changed.clear()
        return None if self._is_over else self._head
