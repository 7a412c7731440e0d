"""Pending replies: replies that could not be persisted when they ended, because the store did not respond."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

from salon.errors import UnavailableError
from salon.ids import ConversationId

Keep: TypeAlias = Callable[[], Awaitable[None]]

_log = logging.getLogger("salon")

_LONGEST_WAIT_S = 30.0


class PendingReplies:
    """Holds replies in memory until the store accepts them.

    It retries with increasing waits, before the next turn of the conversation, and when the server stops.

    While the store does not respond, no turn is accepted either; so the number of pending replies is bounded by the
    number of runs that were active when it failed.

    Args:
        wait_s: seconds until the first retry; each wait is twice as long as the one before, up to 30 seconds.
    """

    def __init__(self, *, wait_s: float = 1.0) -> None:
        self._wait_s = wait_s
        self._waiting: dict[ConversationId, list[Keep]] = {}
        self._trying = asyncio.Lock()
        self._again: asyncio.Task[None] | None = None

    def add(self, conversation: ConversationId, keep: Keep) -> None:
        """Call `keep`, which raised an `UnavailableError` before, again until it succeeds."""
        self._waiting.setdefault(conversation, []).append(keep)
        if self._again is None or self._again.done():
            self._again = asyncio.create_task(self._try_again())

    async def settle(self, conversation: ConversationId | None) -> None:
        """Persist the pending replies of a conversation.

        Raises:
            UnavailableError: the store still does not respond.
        """
        while conversation in self._waiting:
            async with self._trying:
                await self._settle(conversation)

    async def close(self) -> None:
        """Try for the last time."""
        if self._again is not None:
            self._again.cancel()
        for conversation in list(self._waiting):
            with suppress(UnavailableError):
                await self.settle(conversation)
        for conversation in self._waiting:
            _log.error(
                "A reply in the conversation %s is lost: the store did not accept it before the server stopped",
                conversation,
            )
        self._waiting.clear()

    async def _try_again(self) -> None:
        wait_s = self._wait_s
        while self._waiting:
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
            with suppress(UnavailableError):
                for conversation in list(self._waiting):
                    await self.settle(conversation)

    async def _settle(self, conversation: ConversationId) -> None:
        replies = self._waiting.get(conversation, [])
        while replies:
            try:
                await replies[0]()
            except UnavailableError:
                raise
            except Exception:  # noqa: BLE001 - whatever a store does, the other replies get their turn
                _log.exception("A reply in the conversation %s is lost: the store refused it", conversation)
            del replies[0]
        self._waiting.pop(conversation, None)
