"""Conversations that were loaded before, so that only what is new has to be read."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from salon.ids import ConversationId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage

_CONVERSATIONS_AT_MOST = 256


@dataclass(slots=True)
class CachedConversation:
    """A conversation as far as it was read.

    Attributes:
        mark: what it was given when it was made; another conversation of the same id has another.
        conversation: with the messages that were read.
        last: number of the last of these.
    """

    mark: str
    conversation: Conversation
    last: int = 0

    def add(self, messages: Sequence[tuple[int, StoredMessage]]) -> None:
        """Add what was read after `last`, or in part before, by somebody else at the same time."""
        for number, stored in messages:
            self.conversation.add(stored, moves_head=False)
            self.last = max(self.last, number)


class ConversationCache:
    """Keeps what was used last, up to a number of messages in all. Belongs to the event loop on which it is first used.

    Args:
        messages_at_most: how many are kept; 0 for none.
    """

    def __init__(self, messages_at_most: int) -> None:
        self._at_most = messages_at_most
        self._loaded: OrderedDict[ConversationId, CachedConversation] = OrderedDict()
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self, id_: ConversationId, owner: str) -> CachedConversation | None:
        """Return what is known of an owner's conversation."""
        if not self._is_at_home():
            return None
        found = self._loaded.get(id_)
        return found if found is not None and found.conversation.owner == owner else None

    def put(self, loaded: CachedConversation) -> None:
        """Keep what was read now, and let go of what was used longest ago."""
        if not self._at_most or not self._is_at_home():
            return
        id_ = loaded.conversation.id
        self._loaded[id_] = loaded
        self._loaded.move_to_end(id_)
        count = sum(len(each.conversation.messages) for each in self._loaded.values())  # a few hundred at most
        while count > self._at_most or len(self._loaded) > _CONVERSATIONS_AT_MOST:
            _, oldest = self._loaded.popitem(last=False)
            count -= len(oldest.conversation.messages)

    def forget(self, id_: ConversationId) -> None:
        """Let go of a conversation."""
        if self._is_at_home():
            self._loaded.pop(id_, None)

    def _is_at_home(self) -> bool:
        """Tell whether this is the event loop of these conversations; when that has ended, the next one begins anew."""
        running = asyncio.get_running_loop()
        if self._loop is None or self._loop.is_closed():
            self._loop = running
            self._loaded.clear()
        return self._loop is running
