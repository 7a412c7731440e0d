"""A conversation is a tree of messages with a head. Retrying and editing add branches; nothing is destroyed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from salon.errors import ClientError, NotFoundError
from salon.ids import ConversationId, MessageId
from salon.messages.message import StoredMessage


@dataclass(slots=True)
class Conversation:
    """All versions of one talk. Stores change it with `add` and `head`; everybody else reads.

    `verified` is false when the messages came from a client's own copy that this server
    could not check. Siblings, messages with the same parent, are versions of each other.
    `chat` is the chat of the page in which it is; `is_kept` tells whether its owner shall find it in a list.
    """

    id: ConversationId
    owner: str
    verified: bool = True
    head: MessageId | None = None
    messages: dict[MessageId, StoredMessage] = field(default_factory=dict)
    children: dict[MessageId | None, list[MessageId]] = field(default_factory=dict)
    chat: str = "chat"
    is_kept: bool = False

    def add(self, stored: StoredMessage, *, moves_head: bool = True) -> None:
        """Add a message below its parent, and move the head to it; adding it again changes nothing.

        Raises:
            NotFoundError: the parent is not part of this conversation.
        """
        if stored.id in self.messages:
            return
        if stored.parent is not None:
            self.get(stored.parent)
        self.messages[stored.id] = stored
        self.children.setdefault(stored.parent, []).append(stored.id)
        if moves_head:
            self.head = stored.id

    def get(self, message: MessageId) -> StoredMessage:
        """Return one message.

        Raises:
            NotFoundError: it is not part of this conversation.
        """
        try:
            return self.messages[message]
        except KeyError:
            raise NotFoundError("message.unknown", f"There is no message `{message}` in this conversation.") from None

    def path(self, end: MessageId | None) -> list[StoredMessage]:
        """Return the messages from the first to `end`, both included; empty for `None`."""
        found: list[StoredMessage] = []
        while end is not None:
            stored = self.get(end)
            found.append(stored)
            end = stored.parent
        found.reverse()
        return found

    def versions(self, message: MessageId) -> Sequence[MessageId]:
        """Return the ids of all versions of a message, oldest first, itself included."""
        return self.children[self.get(message).parent]

    def latest_leaf(self, message: MessageId) -> MessageId:
        """Return the end of the branch that was last added to below `message`."""
        self.get(message)
        while below := self.children.get(message):
            message = below[-1]
        return message


def undo(conversation: Conversation) -> tuple[MessageId | None, StoredMessage]:
    """Return the head after taking back the last exchange, and the user's message taken back.

    Raises:
        ClientError: nobody has said anything yet.
    """
    for stored in reversed(conversation.path(conversation.head)):
        if stored.message.role == "user":
            return stored.parent, stored
    raise ClientError("conversation.empty", "There is nothing to undo: no user message is left.")


def restore(conversation: Conversation, messages: Iterable[StoredMessage]) -> None:
    """Fill an empty conversation with saved messages, each after its parent; what came before the first is lost.

    The head is where the last of them stands, in the branch that was given first.

    Raises:
        ClientError: a message does not follow one before it.
    """
    first: MessageId | None = None
    lost: MessageId | None = None
    end: MessageId | None = None
    for saved in messages:
        stored = msgspec.structs.replace(saved, signature=None)
        if first is None:
            first, lost = stored.id, stored.parent
        if stored.parent == lost:
            stored = msgspec.structs.replace(stored, parent=None)
        if stored.id in conversation.messages or (
            stored.parent is not None and stored.parent not in conversation.messages
        ):
            raise ClientError(
                "conversation.copy",
                f"The saved message `{stored.id}` does not follow one before it (`{stored.parent}`).",
            )
        if stored.parent == end:
            end = stored.id
        conversation.add(stored)
    for versions in conversation.children.values():
        versions.sort(key=lambda id_: conversation.messages[id_].created_at)
    conversation.head = end
