"""The transcripts of turns: loads conversations, and persists questions and replies."""

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
from salon.messages.message import Message, StoredMessage, chained
from salon.stores.base import ConversationNotFound, ConversationStore
from salon.stores.kept import KeptConversations


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """The conversation of a turn. The turn only reads it.

    Attributes:
        tree: the conversation.
        is_saved: whether the store has the conversation; otherwise the first message creates it.
        is_passing: whether the conversation is transient: the caller sends the history, and the store never gets it.
    """

    tree: Conversation
    is_saved: bool
    is_passing: bool = False

    def parent_of_new(self, requested: MessageId | None) -> MessageId | None:
        """Return the parent of a new message whose sender requests the parent `requested`.

        If the application pushed messages below `requested` that the sender may not have seen, the parent is the last
        of these.
        """
        tree = self.tree
        if requested is not None and tree.get(requested).message.role != "assistant":
            return requested
        end = tree.head
        while end is not None and end != requested:
            stored = tree.get(end)
            if not stored.message.is_pushed:
                return requested
            end = stored.parent
        return tree.head if end == requested else requested

    def question_to_repeat(self, message: MessageId | None) -> MessageId:
        """Return the id of a user's message that is to be answered again.

        Raises:
            NotFoundError: the message is not in the conversation.
            ClientError: the message is not a user's.
        """
        stored = None if message is None else self.tree.get(message)
        if stored is None or stored.message.role != "user":
            raise ClientError(
                "message.unanswerable",
                f"`parent` (`{message}`) has to be the id of a user's message, so that it can be answered again.",
            )
        return stored.id

    def require_place(self, id_: MessageId, parent: MessageId | None, message: Message) -> None:
        """Check that a new message can be added below its parent.

        Raises:
            NotFoundError: the parent is not in the conversation.
            ConflictError: another message has this id.
        """
        if parent is not None:
            self.tree.get(parent)
        known = self.tree.messages.get(id_)
        if known is not None and (known.parent, known.message) != (parent, message):
            raise ConflictError(
                "message.taken", f"The id `{id_}` belongs to another message of this conversation. Choose another one."
            )


class Transcripts:
    """Loads and persists conversations for turns. An instance belongs to the event loop on which it is first used.

    A turn costs one `load` and one write before its function starts, and one write when its reply ends.

    Args:
        conversations: the store.
        signer: signs the messages of conversations that browsers store.
        kept: the store that holds replies while they are written, too.
        watchers: the clients that watch conversations and are notified of new messages.
        clock: function that returns seconds since 1970, for the times of messages.
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
        """Return a transient conversation with the history that the caller sends."""
        tree = Conversation(ConversationId(mint()), owner, verified=not history)
        for stored in chained(history, created_at=0):
            tree.add(stored)
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
        """Return a conversation: loaded from the store, new, or restored from the client's copy.

        Args:
            id_: the conversation's id.
            owner: the conversation's owner.
            chat: name of the chat on the page; for new conversations.
            parent: id of the message below which the client adds a message.
            copy: the client's messages up to `parent`, used if the store does not have the conversation.
            is_kept: whether a new conversation is listed for its owner.

        Raises:
            ConflictError: the store no longer has the conversation, and there is no copy.
            ClientError: the parent of a message of the copy is not among the messages before it.
            UnavailableError: the store does not respond, or has not accepted an earlier reply yet.
        """
        # A reply that is still pending has to be persisted first: otherwise the store does not have the message that
        # the new one follows, and the function does not get it in its history.
        await self._pending.settle(id_)
        try:
            return OpenConversation(await self._conversations.load(id_, owner=owner), is_saved=True)
        except ConversationNotFound:
            if copy is None and parent is not None:
                raise ConflictError(
                    "conversation.unknown",
                    f"The server no longer has the conversation `{id_}`. Send the turn again with a `copy` of its "
                    "messages.",
                ) from None
        # Clients without a cookie or a name cannot be told apart, so they share one owner. A list for this owner would
        # show every such client the conversations of all others; so theirs are not listed.
        tree = Conversation(id_, owner, chat=chat, is_kept=is_kept and owner != ANONYMOUS.owner)
        if copy is not None:
            tree.verified = self._signer is not None and self._signer.are_signed(id_, copy)
            restore(tree, copy)
        return OpenConversation(tree, is_saved=False)

    async def save(self, opened: OpenConversation) -> Conversation:
        """Persist a conversation if the store does not have it yet, and return it.

        Raises:
            ConflictError: the id belongs to another owner.
        """
        if opened.is_saved or await self._conversations.create(opened.tree):
            return opened.tree
        return await self._created_meanwhile(opened)

    async def ask(
        self, opened: OpenConversation, question: StoredMessage | None, *, answers: MessageId
    ) -> list[StoredMessage]:
        """Persist a question, move the head to it, and return the messages from the first to the question.

        Args:
            opened: the conversation.
            question: a new message; `None` if `answers` is already in the conversation.
            answers: id of the question.

        Raises:
            ConflictError: the conversation's id belongs to another owner.
        """
        tree = opened.tree
        if opened.is_passing:
            assert question is not None
            return [*tree.path(question.parent), question]
        if not opened.is_saved:
            # The first question is in the tree when the conversation is created, so that this is one write, not two.
            if question is not None:
                tree.add(question)
            tree.head = answers
            if await self._conversations.create(tree):
                self._watchers.tell(tree.id, answers)
                return tree.path(answers)
            # Another turn has created the conversation since `open`, so this turn continues in that one. Raising an
            # error here would lose the second of two messages that a client sends at once in a new conversation.
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
        """Return a user's message with its envelope, created now."""
        return StoredMessage(id=id_, parent=parent, message=message, created_at=self._clock())

    async def reply(self, conversation: ConversationId, reply: Reply, *, answers: MessageId, owner: str) -> None:
        """Persist a reply below its question, now or as soon as the store accepts it.

        The head moves only if it is still at the question: a user who switched to another branch meanwhile stays there.

        Raises:
            UnavailableError: the store does not respond; the reply is held, and persisted later.
        """

        # A closure over the reply: if the store does not respond, it is called again later, with the same ids;
        # appending is idempotent, so a write that succeeded although its response was lost is not repeated.
        async def save() -> None:
            stored = self._stored(reply, answers)
            with suppress(ConversationNotFound):  # the conversation was deleted meanwhile
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
        return chained(reply.messages, below=answers, ids=reply.ids, created_at=self._clock())

    def sign(
        self, conversation: ConversationId, id_: MessageId, parent: MessageId | None, message: Message
    ) -> str | None:
        """Return the signature of a message below its parent; `None` if nothing is signed."""
        return None if self._signer is None else self._signer.sign(conversation, id_, parent, message)

    async def close(self) -> None:
        """Try for the last time to persist the replies that the store has not accepted yet."""
        await self._pending.close()

    async def _created_meanwhile(self, opened: OpenConversation) -> Conversation:
        tree = opened.tree
        try:
            return await self._conversations.load(tree.id, owner=tree.owner)
        except ConversationNotFound:
            raise ConflictError("conversation.taken", f"The id `{tree.id}` is in use. Choose another one.") from None
