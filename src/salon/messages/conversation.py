"""Conversations: trees of messages with a head. A retry and an edit add branches; no message is overwritten."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from salon.errors import ClientError, NotFoundError
from salon.ids import ConversationId, MessageId
from salon.messages.message import StoredMessage


@dataclass(slots=True)
class Conversation:
    """A conversation with all versions of its messages. Only stores change it, with `add` and `head`.

    `verified` is false if the messages come from a client's copy whose signatures this server could not verify.
    Siblings, messages with the same parent, are versions of each other. `chat` is the name of the chat on the page;
    `is_kept` tells whether the conversation is persisted in its owner's list.
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
        """Add a message below its parent, and move the head to it. Adding it again has no effect (idempotent).

        Raises:
            NotFoundError: the parent is not in this conversation.
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
            NotFoundError: the message is not in this conversation.
        """
        try:
            return self.messages[message]
        except KeyError:
            raise NotFoundError("message.unknown", f"There is no message `{message}` in this conversation.") from None

    def path(self, end: MessageId | None) -> list[StoredMessage]:
        """Return the messages from the first to `end`, inclusive; an empty list for `None`."""
        messages: list[StoredMessage] = []
        while end is not None:
            stored = self.get(end)
            messages.append(stored)
            end = stored.parent
        messages.reverse()
        return messages

    def versions(self, message: MessageId) -> Sequence[MessageId]:
        """Return the ids of all versions of a message, oldest first, including its own."""
        return self.children[self.get(message).parent]

    def latest_leaf(self, message: MessageId) -> MessageId:
        """Return the leaf of the newest branch below `message`."""
        self.get(message)
        while below := self.children.get(message):
            message = below[-1]
        return message


def undo(conversation: Conversation) -> tuple[MessageId | None, StoredMessage]:
    """Return the head after the last exchange is undone, and the user's message of this exchange.

    Raises:
        ClientError: the conversation has no message of the user.
    """
    for stored in reversed(conversation.path(conversation.head)):
        if stored.message.role == "user":
            return stored.parent, stored
    raise ClientError("conversation.empty", "There is nothing to undo: the conversation has no message of the user.")


def restore(conversation: Conversation, messages: Iterable[StoredMessage]) -> None:
    """Fill an empty conversation with saved messages, in which parents precede their children.

    The first message becomes a root even if its parent is missing. The head becomes the end of the first branch.

    Raises:
        ClientError: a message appears twice, or its parent is not among the messages before it.
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
                f"The saved message `{stored.id}` appears twice, or its parent `{stored.parent}` is not before it.",
            )
        if stored.parent == end:
            end = stored.id
        conversation.add(stored)
    for versions in conversation.children.values():
        versions.sort(key=lambda id_: conversation.messages[id_].created_at)
    conversation.head = end
