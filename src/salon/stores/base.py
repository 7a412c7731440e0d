"""The ports of everything that is kept."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from salon.errors import NotFoundError
from salon.ids import ConversationId, FileId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage


class ConversationNotFound(NotFoundError):
    """There is no such conversation, or it is somebody else's."""

    def __init__(self, conversation: ConversationId) -> None:
        super().__init__("conversation.unknown", f"There is no conversation `{conversation}`.")


class ConversationStore(Protocol):
    """Keeps conversations. Every call names the owner; what is another owner's does not exist."""

    async def create(self, conversation: Conversation) -> bool:
        """Keep a new conversation; tell whether its id was free.

        Raises:
            ConflictError: its owner has as many as the store takes.
        """

    async def load(self, conversation: ConversationId, *, owner: str) -> Conversation:
        """Return the conversation as it is now. The caller only reads it, and not across an `await`.

        Raises:
            ConversationNotFound: unknown, or another owner's.
        """

    async def append(
        self,
        conversation: ConversationId,
        messages: Sequence[StoredMessage],
        *,
        owner: str,
        only_at: MessageId | None = None,
    ) -> None:
        """Add messages, each below its parent, and move the head to the last.

        With `only_at`, the head moves only if it stands there: whoever has gone elsewhere stays there.

        Messages whose id is there already are left as they are, so that writing twice is harmless.

        Raises:
            ConversationNotFound: unknown, or another owner's.
            NotFoundError: a parent is not part of the conversation.
        """

    async def move_head(self, conversation: ConversationId, head: MessageId | None, *, owner: str) -> None:
        """Make `head` the end of what is shown; `None` shows nothing.

        Raises:
            ConversationNotFound: unknown, or another owner's.
            NotFoundError: `head` is not part of the conversation.
        """

    async def delete(self, conversation: ConversationId, *, owner: str) -> None:
        """Forget the conversation; an unknown one is forgotten already."""

    async def owner_of(self, conversation: ConversationId) -> str:
        """Return whose a conversation is. For the application itself, as nobody has to be asked.

        Raises:
            ConversationNotFound: unknown.
        """

    async def files(self) -> AbstractSet[FileId]:
        """Return the ids of all files that conversations refer to."""
