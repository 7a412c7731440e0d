"""The port for conversations that their owners come back to: lists, names, searching, and what administrators need."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from salon.ids import ConversationId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import Message, StoredMessage
from salon.messages.titles import automatic_title
from salon.stores.base import ConversationStore

TITLE_LENGTH_AT_MOST = 200


class ListPlace(NamedTuple):
    """Where a conversation stands in the list: pinned ones first, then by the last change, newest first."""

    is_pinned: bool
    updated_at: float
    id: ConversationId


@dataclass(frozen=True, kw_only=True, slots=True)
class ConversationEntry:
    """A conversation as it stands in a list.

    Attributes:
        id: of the conversation.
        owner: whose it is.
        title: what it is called; empty while nothing was said.
        chat: the chat of the page in which it is.
        is_named: whether somebody gave it its title; otherwise that is what it begins with.
        is_pinned: whether it stands above the others.
        verified: see `Conversation`.
        created_at: seconds since 1970, UTC.
        updated_at: when something was said last.
    """

    id: ConversationId
    owner: str
    title: str
    chat: str
    is_named: bool
    is_pinned: bool
    verified: bool
    created_at: float
    updated_at: float

    @property
    def place(self) -> ListPlace:
        """Where it stands in the list."""
        return ListPlace(self.is_pinned, self.updated_at, self.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchHit:
    """A conversation in which words were found; `message` is the newest that has the first of them, if one has any."""

    entry: ConversationEntry
    excerpt: str
    message: MessageId | None


class KeptConversations(ConversationStore, Protocol):
    """A `ConversationStore` of which owners see a list. Several processes may use one at once."""

    async def entries(
        self, owner: str, *, chat: str | None = None, before: ListPlace | None = None, limit: int = 50
    ) -> Sequence[ConversationEntry]:
        """Return the first `limit` conversations of an owner's list, or those that come after `before` in it."""

    async def search(self, owner: str, words: str, *, chat: str | None = None, limit: int = 50) -> Sequence[SearchHit]:
        """Return the conversations that hold every word, in the title or any message of any branch, newest first.

        A word is found inside of others, too, without regard to case; so it is in scripts that set no spaces.
        """

    async def entry(self, conversation: ConversationId, *, owner: str) -> ConversationEntry:
        """Return how a conversation stands in the list.

        Raises:
            ConversationNotFound: unknown, or another owner's.
        """

    async def rename(self, conversation: ConversationId, title: str, *, owner: str) -> None:
        """Give a conversation a title; an empty one brings the automatic one back.

        Raises:
            ConversationNotFound: unknown, or another owner's.
        """

    async def pin(self, conversation: ConversationId, is_pinned: bool, *, owner: str) -> None:
        """Set whether a conversation stands above the others.

        Raises:
            ConversationNotFound: unknown, or another owner's.
        """

    async def move_owner(self, from_owner: str, to_owner: str) -> int:
        """Make all conversations of one owner another's, and tell how many they were."""

    async def sweep(self, older_than: float, *, limit: int = 100) -> Sequence[Conversation]:
        """Forget up to `limit` conversations in which nothing was kept since `older_than`, and return them.

        Args:
            older_than: seconds since 1970, by the store's own clock.
            limit: how many at most; fewer come back when no more are left.
        """

    async def all_entries(self, *, before: ListPlace | None = None, limit: int = 50) -> Sequence[ConversationEntry]:
        """Return conversations of all owners, in the order of `entries`. For administrators."""

    async def checkpoint(
        self, conversation: ConversationId, messages: Sequence[StoredMessage], *, owner: str, only_at: MessageId
    ) -> None:
        """Keep a reply that is still being written, in place of the checkpoint before, in case that the process dies.

        `append` of the reply ends it. Until then nobody sees it. It has to be renewed, as the process may have died.

        Args:
            conversation: of an owner; a checkpoint of another conversation, or of none, is not kept.
            messages: the reply so far, each message below the one before.
            owner: the conversation's owner.
            only_at: the question; see `ConversationStore.append`.
        """

    async def recover(self, *, lease_s: float) -> Sequence[ConversationId]:
        """Append the replies of checkpoints whose process has died, and return their conversations.

        Args:
            lease_s: seconds after which a checkpoint that nobody has renewed is one of a dead process, wherever it ran.
        """

    async def close(self) -> None:
        """Let go of what the store holds open; it opens that again when it is used again."""


def first_entry(conversation: Conversation, now: float) -> ConversationEntry:
    """Return how a conversation stands in the list when it is made at the time `now`.

    What comes with messages, such as a copy, keeps their times, unless these lie in the future.
    """
    times = [min(max(0.0, stored.created_at), now) for stored in conversation.messages.values()]
    return ConversationEntry(
        id=conversation.id,
        owner=conversation.owner,
        title=title_of(conversation),
        chat=conversation.chat,
        is_named=False,
        is_pinned=False,
        verified=conversation.verified,
        created_at=min(times, default=now),
        updated_at=max(times, default=now),
    )


def title_of(conversation: Conversation) -> str:
    """Return the automatic title of a conversation."""
    messages: list[Message] = [stored.message for stored in conversation.messages.values()]
    return automatic_title(messages)


def cut_title(title: str) -> str:
    """Return a title that somebody gave, without line breaks and what is too long."""
    return " ".join(title[: 10 * TITLE_LENGTH_AT_MOST].split())[:TITLE_LENGTH_AT_MOST]
