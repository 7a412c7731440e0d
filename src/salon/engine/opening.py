"""Finds the place of a turn in its conversation, making the conversation where it has to be made."""

from salon.conversations.signing import MessageSigner
from salon.engine.turn import Turn
from salon.errors import ClientError, ConflictError
from salon.ids import ConversationId, MessageId, mint
from salon.messages.conversation import Conversation, restore
from salon.messages.message import StoredMessage
from salon.stores.base import ConversationNotFound, ConversationStore


async def open_conversation(
    conversations: ConversationStore, turn: Turn, signer: MessageSigner | None = None, *, is_kept: bool = False
) -> Conversation:
    """Return the conversation of a turn: as it is kept, new, or made from the client's copy.

    Args:
        conversations: where it is or will be kept.
        turn: what a client sent.
        signer: tells whether the copy is this server's own.
        is_kept: whether its owner shall find it in a list, if it is new.

    Raises:
        ConflictError: it is not known any more and there is no copy, or its id is somebody else's.
        ClientError: the copy does not hang together.
    """
    owner = turn.identity.owner
    if turn.conversation is None:
        return _passing(turn)
    try:
        return await conversations.load(turn.conversation, owner=owner)
    except ConversationNotFound:
        if turn.copy is None and turn.parent is not None:
            raise ConflictError(
                "conversation.unknown",
                f"The server does not know the conversation `{turn.conversation}` any more. "
                "Send the turn again with a `copy` of its messages.",
            ) from None
    conversation = Conversation(turn.conversation, owner, chat=turn.chat, is_kept=is_kept)
    if turn.copy is not None:
        conversation.verified = signer is not None and signer.are_signed(turn.conversation, turn.copy)
        restore(conversation, turn.copy)
    if not await conversations.create(conversation):
        raise ConflictError("conversation.taken", f"The id `{turn.conversation}` is in use. Choose another one.")
    return conversation


def _passing(turn: Turn) -> Conversation:
    """Return a conversation that no store knows, with the history that the caller gives."""
    conversation = Conversation(ConversationId(mint()), turn.identity.owner, verified=not turn.history)
    for message in turn.history:
        stored = StoredMessage(id=MessageId(mint()), parent=conversation.head, message=message, created_at=0)
        conversation.add(stored)
    return conversation


def after_pushed(conversation: Conversation, parent: MessageId | None) -> MessageId | None:
    """Return what a new message follows whose sender wants it below `parent`.

    What the application has pushed there meanwhile, and the sender may not have seen, comes before it.
    """
    if parent is not None and conversation.get(parent).message.role != "assistant":
        return parent
    end = conversation.head
    while end is not None and end != parent:
        stored = conversation.get(end)
        if not stored.message.is_pushed:
            return parent
        end = stored.parent
    return conversation.head if end == parent else parent


def answered(conversation: Conversation, turn: Turn) -> MessageId:
    """Return the id of the user's message that a turn wants answered.

    Raises:
        NotFoundError: the parent is not part of the conversation.
        ClientError: a retry of something that is not a user's message.
        ConflictError: the message's id is taken by another message.
    """
    parent = None if turn.parent is None else conversation.get(turn.parent)
    if turn.message is None:
        if parent is None or parent.message.role != "user":
            raise ClientError(
                "message.unanswerable", f"`parent` (`{turn.parent}`) is not a user's message to answer again."
            )
        return parent.id
    known = conversation.messages.get(turn.message.id)
    if known is not None and (known.parent, known.message) != (turn.parent, turn.message.message):
        raise ConflictError("message.taken", f"The id `{turn.message.id}` is another message's. Choose another one.")
    return turn.message.id
