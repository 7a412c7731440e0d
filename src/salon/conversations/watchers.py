"""Tells those who look at a conversation that something was added to it without their doing."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from salon.ids import ConversationId, MessageId


class Watchers:
    """Who watches which conversations of this process. Belongs to the event loop on which it is used."""

    def __init__(self) -> None:
        self._watching: dict[ConversationId, set[_Watcher]] = {}

    def tell(self, conversation: ConversationId, head: MessageId) -> None:
        """Say that a conversation ends with `head` now."""
        for watcher in self._watching.get(conversation, ()):
            watcher.tell(head)

    async def watch(
        self, conversation: ConversationId, head: Callable[[], Awaitable[MessageId | None]]
    ) -> AsyncGenerator[MessageId, None]:
        """Yield what `head` gives, if anything, then what is told; of several that came meanwhile only the last.

        It ends when nothing more will be told. Whoever is told slowly holds nobody up.
        """
        watcher = _Watcher()
        self._watching.setdefault(conversation, set()).add(watcher)
        try:
            # Only now: what is told before somebody watches would be missed.
            first = await head()
            if first is not None and not watcher.was_told:
                watcher.tell(first)
            while (told := await watcher.next()) is not None:
                yield told
        finally:
            others = self._watching[conversation]
            others.discard(watcher)
            if not others:
                del self._watching[conversation]

    def end(self) -> None:
        """Let everybody go."""
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
