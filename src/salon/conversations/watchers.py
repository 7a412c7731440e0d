"""Tells readers who look at a conversation that something was added to it without their doing."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from salon.errors import StoppingError
from salon.identity import Identity
from salon.ids import ConversationId, MessageId
from salon.stores.base import ConversationNotFound, ConversationStore


class Watchers:
    """The readers who watch conversations in this process. Belongs to the event loop on which it is used.

    Args:
        conversations: the store.
    """

    def __init__(self, conversations: ConversationStore) -> None:
        self._conversations = conversations
        self._watching: dict[ConversationId, set[_Watcher]] = {}
        self._is_over = False

    def start(self) -> None:
        """Take watchers, also after an `end`."""
        self._is_over = False

    def tell(self, conversation: ConversationId, head: MessageId) -> None:
        """Tell all watchers of a conversation that it ends with `head` now."""
        for watcher in self._watching.get(conversation, ()):
            watcher.tell(head)

    async def watch(self, conversation: ConversationId, *, identity: Identity) -> AsyncGenerator[MessageId, None]:
        """Return the end of a conversation, and then the new end whenever a message was added to it in this process.

        That is told when a reply begins, which can be followed, and when a message was pushed. Of several ends that
        came meanwhile, only the last is given, so a slow watcher holds nobody up.

        Raises:
            StoppingError: the server is stopping.
            ConversationNotFound: unknown, or somebody else's.
        """
        if self._is_over:
            raise StoppingError
        await self._conversations.load(conversation, owner=identity.owner)
        return self._heads(conversation, identity.owner)

    async def _heads(self, conversation: ConversationId, owner: str) -> AsyncGenerator[MessageId, None]:
        watcher = _Watcher()
        self._watching.setdefault(conversation, set()).add(watcher)
        try:
            # The end is read only now: a message that is told before the watcher is in the set would be missed.
            with suppress(ConversationNotFound):  # deleted meanwhile
                head = (await self._conversations.load(conversation, owner=owner)).head
                if head is not None and not watcher.was_told:
                    watcher.tell(head)
            while (told := await watcher.next()) is not None:
                yield told
        finally:
            others = self._watching[conversation]
            others.discard(watcher)
            if not others:
                del self._watching[conversation]

    def end(self) -> None:
        """Let all watchers go, and take no more."""
        self._is_over = True
        for watchers in self._watching.values():
            for watcher in watchers:
                watcher.end()


class _Watcher:
    def __init__(self) -> None:
        self._head: MessageId | None = None
        self._is_over = False
        self._told = asyncio.Event()

    @property
    def was_told(self) -> bool:
        return self._told.is_set()

    def tell(self, head: MessageId) -> None:
        self._head = head
        self._told.set()

    def end(self) -> None:
        self._is_over = True
        self._told.set()

    async def next(self) -> MessageId | None:
        await self._told.wait()
        self._told.clear()
        return None if self._is_over else self._head
