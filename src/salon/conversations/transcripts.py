"""Opens conversations for turns, and writes questions and replies into them."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from salon.conversations.pending_replies import PendingReplies
from salon.conversations.signing import MessageSigner
from salon.conversations.watchers import Watchers
from salon.errors import LOST, ClientError, ConflictError, UnavailableError
from salon.events.fold import Reply
from salon.identity import ANONYMOUS
from salon.ids import ConversationId, MessageId, mint
from salon.messages.conversation import Conversation, restore
from salon.messages.message import Message, StoredMessage
from salon.stores.base import ConversationNotFound, ConversationStore
from salon.stores.kept import KeptConversations


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation in which a turn takes place. The turn only reads it.

    Attributes:
        tree: the messages.
        is_saved: whether the store has it already; otherwise its first message creates it.
        is_passing: whether no store will ever have it, as its caller brings the history along.
    """

    tree: Conversation
    is_saved: bool
    is_passing: bool = False

    def parent_of_new(self, wanted: MessageId | None) -> MessageId | None:
        """Return the message that a new one follows whose sender wants it below `wanted`.

        Messages that the application pushed there meanwhile, and that the sender may not have seen, come before it.
        """
        tree = self.tree
        if wanted is not None and tree.get(wanted).message.role != "assistant":
            return wanted
        end = tree.head
        while end is not None and end != wanted:
            stored = tree.get(end)
            if not stored.message.is_pushed:
                return wanted
            end = stored.parent
        return tree.head if end == wanted else wanted

    def question_to_repeat(self, message: MessageId | None) -> MessageId:
        """Return the id of a user's message that is to be answered again.

        Raises:
            NotFoundError: the message is not part of the conversation.
            ClientError: the message is not a user's.
        """
        stored = None if message is None else self.tree.get(message)
        if stored is None or stored.message.role != "user":
            raise ClientError(
                "message.unanswerable", f"`parent` (`{message}`) is not a user's message to answer again."
            )
        return stored.id

    def require_place(self, id_: MessageId, parent: MessageId | None, message: Message) -> None:
        """Refuse a new message that does not fit in.

        Raises:
            NotFoundError: the parent is not part of the conversation.
            ConflictError: another message has the id.
        """
        if parent is not None:
            self.tree.get(parent)
        known = self.tree.messages.get(id_)
        if known is not None and (known.parent, known.message) != (parent, message):
            raise ConflictError("message.taken", f"The id `{id_}` is another message's. Choose another one.")


class Transcripts:
    """Reads and writes conversations on behalf of turns. Belongs to the event loop on which it is first used.

    A turn costs one `load` and one write before its function starts, and one write when its reply ends.

    Args:
        conversations: the store.
        signer: signs messages of conversations that browsers keep.
        kept: the store in which replies that are still being written are kept, too.
        watchers: the readers who look at a conversation, who hear of new messages.
        clock: seconds since 1970, for the times of messages.
    """

    def __init__(
        self,
        conversations: ConversationStore,
        *,
        signer: MessageSigner | None = None,
        kept: KeptConversations | None = None,
        watchers: Watchers,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._conversations = conversations
        self._signer = signer
        self._kept = kept
        self._watchers = watchers
        self._clock = clock
        self._pending = PendingReplies()

    def passing(self, history: Sequence[Message], *, owner: str) -> OpenConversation:
        """Return a conversation that no store will have, with the history that the caller gives."""
        tree = Conversation(ConversationId(mint()), owner, verified=not history)
        for message in history:
            tree.add(StoredMessage(id=MessageId(mint()), parent=tree.head, message=message, created_at=0))
        return OpenConversation(tree, is_saved=False, is_passing=True)

    async def open(
        self,
        id_: ConversationId,
        *,
        owner: str,
        chat: str = "chat",
        parent: MessageId | None = None,
        copy: Sequence[StoredMessage] | None = None,
        is_kept: bool = False,
    ) -> OpenConversation:
        """Return a conversation: as the store has it, new, or made from the client's copy.

        Args:
            id_: the conversation's id.
            owner: the conversation's owner.
            chat: the chat of the page in which a new one is.
            parent: the message that the client goes on from.
            copy: the client's own messages up to `parent`, used where the store does not know the conversation.
            is_kept: whether the owner's list shows the conversation, if it is new.

        Raises:
            ConflictError: the conversation is not known any more, and there is no copy.
            ClientError: a message of the copy does not follow one before it.
            UnavailableError: the store does not answer, or has not taken an earlier reply yet.
        """
        await self._pending.settle(id_)
        try:
            return OpenConversation(await self._conversations.load(id_, owner=owner), is_saved=True)
        except ConversationNotFound:
            if copy is None and parent is not None:
                raise ConflictError(
                    "conversation.unknown",
                    f"The server does not know the conversation `{id_}` any more. "
                    "Send the turn again with a `copy` of its messages.",
                ) from None
        # Clients that nobody can tell apart share an owner; a list of theirs would show each the others' conversations.
        tree = Conversation(id_, owner, chat=chat, is_kept=is_kept and owner != ANONYMOUS.owner)
        if copy is not None:
            tree.verified = self._signer is not None and self._signer.are_signed(id_, copy)
            restore(tree, copy)
        return OpenConversation(tree, is_saved=False)

    async def save(self, opened: OpenConversation) -> Conversation:
        """Have the store keep an open conversation, and return it.

        Raises:
            ConflictError: the id is somebody else's.
        """
        if opened.is_saved or await self._conversations.create(opened.tree):
            return opened.tree
        return await self._created_meanwhile(opened)

    async def ask(
        self, opened: OpenConversation, question: StoredMessage | None, *, answers: MessageId
    ) -> list[StoredMessage]:
        """Save a question, move the head to it, and return the messages from the first to the question.

        Args:
            opened: the conversation.
            question: a new message; `None` where `answers` is one that is there already.
            answers: the id of the question.

        Raises:
            ConflictError: the conversation's id is somebody else's.
        """
        tree = opened.tree
        if opened.is_passing:
            assert question is not None
            return [*tree.path(question.parent), question]
        if not opened.is_saved:
            if question is not None:
                tree.add(question)
            tree.head = answers
            if await self._conversations.create(tree):
                self._watchers.tell(tree.id, answers)
                return tree.path(answers)
            # Another turn has created it since `open`, so this one goes on from there.
            tree = await self._created_meanwhile(opened)
        if question is not None:
            await self._conversations.append(tree.id, [question], owner=tree.owner)
            before = tree.path(question.parent)
        else:
            await self._conversations.move_head(tree.id, answers, owner=tree.owner)
            *before, question = tree.path(answers)
        self._watchers.tell(tree.id, answers)
        return [*before, question]

    def question(self, id_: MessageId, parent: MessageId | None, message: Message) -> StoredMessage:
        """Return a user's message that is said now."""
        return StoredMessage(id=id_, parent=parent, message=message, created_at=self._clock())

    async def reply(self, conversation: ConversationId, reply: Reply, *, answers: MessageId, owner: str) -> None:
        """Save a reply below its question, now or as soon as the store takes it.

        The head moves only if it is still at the question: a reader who went elsewhere stays there.

        Raises:
            UnavailableError: the store does not answer; the reply is held, and saved later.
        """

        async def save() -> None:
            stored = self._stored(reply, answers)
            with suppress(ConversationNotFound):  # deleted meanwhile
                await self._conversations.append(conversation, stored, owner=owner, only_at=answers)

        try:
            await save()
        except UnavailableError:
            self._pending.add(conversation, save)
            raise

    async def checkpoint(self, conversation: ConversationId, reply: Reply, *, answers: MessageId, owner: str) -> None:
        """Keep a reply that is still being written, as it would be if the process died now.

        A store that does not take it is no reason to end the reply; the next checkpoint comes soon.
        """
        if self._kept is None or not reply.ids:
            return
        stored = self._stored(reply.ended("interrupted", LOST), answers)
        with suppress(UnavailableError):
            await self._kept.checkpoint(conversation, stored, owner=owner, only_at=answers)

    def _stored(self, reply: Reply, answers: MessageId) -> list[StoredMessage]:
        stored, parent = [], answers
        for id_, message in zip(reply.ids, reply.messages, strict=True):
            stored.append(StoredMessage(id=id_, parent=parent, message=message, created_at=self._clock()))
            parent = id_
        return stored

    def sign(
        self, conversation: ConversationId, id_: MessageId, parent: MessageId | None, message: Message
    ) -> str | None:
        """Return the signature of a message in its place; `None` where nothing is signed."""
        return None if self._signer is None else self._signer.sign(conversation, id_, parent, message)

    async def close(self) -> None:
        """Save for the last time the replies that the store has not taken yet."""
        await self._pending.close()

    async def _created_meanwhile(self, opened: OpenConversation) -> Conversation:
        tree = opened.tree
        try:
            return await self._conversations.load(tree.id, owner=tree.owner)
        except ConversationNotFound:
            raise ConflictError("conversation.taken", f"The id `{tree.id}` is in use. Choose another one.") from None
