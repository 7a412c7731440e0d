"""Feedback: validates, persists and reports users' ratings of messages."""

import asyncio
import inspect
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from salon.components.props import Source
from salon.conversations.history import as_messages
from salon.conversations.transcripts import Transcripts
from salon.definition.endpoint import ChatEndpoint
from salon.definition.feedback import FeedbackRules
from salon.errors import ClientError, NotFoundError, RateError, TooLargeError
from salon.identity import Identity
from salon.ids import ConversationId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import FileRef, length_of
from salon.request import Request
from salon.stores.base import ConversationNotFound, ConversationStore
from salon.stores.feedback import DISLIKE, LIKE, FeedbackRecord, FeedbackRow, FeedbackStore, FeedbackTable, Opinion
from salon.text import clean

_log = logging.getLogger("salon")

COMMENT_LENGTH = 4_000
_WITHIN_S = 60.0
_AT_MOST = 60
_OWNERS = 10_000
_RECORD_LENGTH = 256 * 2**10


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A user's rating of a message, for the function `on_feedback`.

    Attributes:
        conversation: id of the conversation.
        history: the whole conversation as the user saw it, in the form of the function's history.
        index: the rated message's position in `history`, counted from 0; of consecutive messages of one role, the first
            one's.
        value: content of the rated message.
        liked: `True` for a like, `False` for a dislike, `None` for neither.
        options: all selected options; empty if the rating was withdrawn.
        comment: the user's comment.
        request: the HTTP request; its `username` is `None` without `auth`.
    """

    conversation: str
    history: Sequence[Mapping[str, Any]]
    index: int
    value: str
    liked: bool | None
    options: tuple[str, ...]
    comment: str
    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSubmission:
    """The request of a surface: a rating of one message of a conversation.

    `copy` is the client's own path of messages, used if the store does not have the conversation.
    """

    identity: Identity
    conversation: ConversationId
    message: MessageId
    opinion: Opinion
    chat: str = "chat"
    copy: tuple[StoredMessage, ...] | None = None
    request: Callable[[], Request] = field(default=Request)


class FeedbackService:
    """Accepts ratings. An instance belongs to the event loop on which it is first used.

    Args:
        chats: the chats by name.
        conversations: the store of conversations.
        store: the store of ratings.
        transcripts: restores conversations that the store does not have.
        open_table: function that returns the table in a folder; its second argument tells whether the table has
            comments.
        clock: function that returns seconds since 1970.
    """

    def __init__(
        self,
        chats: Mapping[str, ChatEndpoint],
        *,
        conversations: ConversationStore,
        store: FeedbackStore,
        transcripts: Transcripts,
        open_table: Callable[[Path, bool], FeedbackTable],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._chats = chats
        self._conversations = conversations
        self._store = store
        self._transcripts = transcripts
        self._open_table = open_table
        self._clock = clock
        self._recent: dict[str, deque[float]] = {}
        self._order: dict[str, asyncio.Lock] = {}
        self._hooks: set[asyncio.Task[None]] = set()
        self.is_wanted = any(chat.feedback is not None for chat in chats.values())

    async def opinions(self, conversation: ConversationId, *, identity: Identity) -> dict[MessageId, Opinion]:
        """Return the user's ratings of a conversation's messages."""
        if not self.is_wanted:
            return {}
        return await asyncio.to_thread(self._store.opinions, conversation, owner=identity.owner)

    async def move_owner(self, from_owner: str, to_owner: str) -> None:
        """Transfer all ratings to another owner; see `FeedbackStore.move_owner`."""
        await asyncio.to_thread(self._store.move_owner, from_owner, to_owner)

    async def give(self, submission: FeedbackSubmission) -> tuple[MessageId, Opinion]:
        """Persist a rating in place of the previous one; return it and the id of the message that it belongs to.

        This is the first message of the turn that contains the rated message.

        Raises:
            ClientError: the chat accepts no feedback, has no such option, or the message cannot be rated.
            RateError: the owner exceeds the rate limit.
            NotFoundError: the chat, the conversation or the message does not exist, or belongs to another owner.
            StorageFull: the rating cannot be persisted; nothing has changed.
        """
        rules = self._rules(submission)
        opinion = _checked(submission.opinion, rules)
        owner = submission.identity.owner
        self._count(owner)
        conversation = await self._conversation(submission)
        path, message = _find(conversation, submission, rules)
        chat = self._chats[submission.chat]
        record = FeedbackRecord(
            owner=owner,
            conversation=submission.conversation,
            message=message,
            opinion=opinion,
            given_at=self._clock(),
            chat=submission.chat,
            user=submission.identity.user,
            verified=conversation.verified,
            messages=_bounded(path, message),
        )
        index, row = row_of(record, chat.opening)
        async with self._order.setdefault(owner, asyncio.Lock()):
            await asyncio.to_thread(self._keep, record, row, rules)
        if rules.hook is not None:
            feedback = Feedback(
                conversation=submission.conversation,
                history=row.conversation,
                index=index,
                value=row.value,
                liked=opinion.liked,
                options=opinion.options,
                comment=opinion.comment,
                request=submission.request(),
            )
            task = asyncio.create_task(_tell(rules.hook, feedback))
            self._hooks.add(task)
            task.add_done_callback(self._hooks.discard)
        return message, opinion

    def _rules(self, submission: FeedbackSubmission) -> FeedbackRules:
        chat = self._chats.get(submission.chat)
        if chat is None:
            raise NotFoundError("chat.unknown", f"This application has no chat `{submission.chat[:40]}`.")
        if chat.feedback is None:
            raise ClientError("feedback.unwanted", "This chat accepts no feedback.")
        return chat.feedback

    def _count(self, owner: str) -> None:
        """Enforce the rate limit of one owner: each rating adds a row with a whole conversation to the table."""
        now = self._clock()
        if len(self._recent) > _OWNERS:
            self._recent = {name: times for name, times in self._recent.items() if times[-1] > now - _WITHIN_S}
            self._order = {name: lock for name, lock in self._order.items() if name in self._recent or lock.locked()}
        times = self._recent.setdefault(owner, deque(maxlen=_AT_MOST))
        if len(times) == _AT_MOST and times[0] > now - _WITHIN_S:
            raise RateError("feedback.rate", "Too many ratings within a minute. Try again in a minute.")
        times.append(now)

    async def _conversation(self, submission: FeedbackSubmission) -> Conversation:
        identity, copy = submission.identity, submission.copy
        try:
            return await self._conversations.load(submission.conversation, owner=identity.owner)
        except ConversationNotFound:
            if copy is None:
                raise
        opened = await self._transcripts.open(
            submission.conversation,
            owner=identity.owner,
            chat=submission.chat,
            parent=copy[-1].id if copy else None,
            copy=copy,
            is_kept=self._chats[submission.chat].history_place == "server",
        )
        return await self._transcripts.save(opened)

    def _keep(self, record: FeedbackRecord, row: FeedbackRow, rules: FeedbackRules) -> None:
        """Write a rating to the store and to the table, or to neither."""
        before = self._store.get(record.conversation, record.message, owner=record.owner)
        if record.opinion == (Opinion() if before is None else before.opinion):
            return
        self._store.put(record)
        if rules.folder is None:
            return
        try:
            self._open_table(rules.folder, rules.takes_comments).append(row)
        except Exception:
            self._store.put(before or msgspec.structs.replace(record, opinion=Opinion()))
            raise


def _find(
    conversation: Conversation, submission: FeedbackSubmission, rules: FeedbackRules
) -> tuple[list[StoredMessage], MessageId]:
    """Return the path that the user saw, and the first message of the rated turn."""
    stored = conversation.get(submission.message)
    if stored.message.role == "user" and not rules.takes_user_messages:
        raise ClientError("feedback.message", "Only replies can be rated in this chat, and this is a user's message.")
    while stored.parent is not None:
        before = conversation.get(stored.parent)
        if not stored.message.continues(before.message):
            break
        stored = before
    path = conversation.path(conversation.head)
    if all(each.id != submission.message for each in path):
        path = conversation.path(conversation.latest_leaf(submission.message))
    return path, stored.id


def _bounded(path: Sequence[StoredMessage], message: MessageId) -> tuple[StoredMessage, ...]:
    """Return the messages of a path around `message`, up to the size of a record; the first are dropped first."""
    start = 0
    meant = next(index for index, stored in enumerate(path) if stored.id == message)
    lengths = [sum(map(length_of, stored.message.parts)) for stored in path]
    length = sum(lengths)
    while length > _RECORD_LENGTH and start < meant:
        length -= lengths[start]
        start += 1
    end = len(path)
    while length > _RECORD_LENGTH and end > meant + 1:
        end -= 1
        length -= lengths[end]
    return tuple(path[start:end])


def row_of(record: FeedbackRecord, opening: Sequence[Message] = ()) -> tuple[int, FeedbackRow]:
    """Return a rating as a row of the table, and the position of its message.

    Args:
        record: the rating.
        opening: the messages with which every conversation of the chat begins.
    """
    messages: list[dict[str, Any]] = []
    index, texts = 0, []
    for message in opening:
        messages += as_messages([message], _by_name)
    last: Message | None = None
    for stored in record.messages:
        if stored.id == record.message:
            last, index = stored.message, len(messages)
        elif last is not None:
            last = stored.message if stored.message.continues(last) else None
        if last is not None:
            texts.append(stored.message.text)
        messages += as_messages([stored.message], _by_name)
    value = "\n\n".join(filter(None, texts))
    return index, FeedbackRow(
        conversation=messages, index=index, value=value, opinion=record.opinion, given_at=record.given_at
    )


def _by_name(file: FileRef | Source) -> Path | None:
    """Represent a file by its name: its path is of no use to readers of the table, and does not last."""
    return Path(file.name) if isinstance(file, FileRef) else None


def _checked(opinion: Opinion, rules: FeedbackRules) -> Opinion:
    unknown = [option for option in opinion.options if option not in rules.options]
    if unknown:
        raise ClientError(
            "feedback.option",
            f"This chat has no feedback option `{unknown[0][:40]}`. Its options are {', '.join(rules.options)}.",
        )
    if LIKE in opinion.options and DISLIKE in opinion.options:
        raise ClientError("feedback.option", "A rating is a like or a dislike, not both.")
    if opinion.comment and not rules.takes_comments:
        raise ClientError("feedback.comment", "This chat accepts no comments with feedback.")
    if len(opinion.comment) > COMMENT_LENGTH:
        raise TooLargeError("feedback.comment", f"A comment has at most {COMMENT_LENGTH} characters; shorten it.")
    chosen = tuple(option for option in rules.options if option in opinion.options)
    return Opinion(options=chosen, comment=clean(opinion.comment.strip()))


async def _tell(hook: Callable[..., Any], feedback: Feedback) -> None:
    """Call the author's function. The rating is persisted already, so its exceptions are only logged."""
    try:
        result = hook(feedback) if inspect.iscoroutinefunction(hook) else await asyncio.to_thread(hook, feedback)
        if inspect.isawaitable(result):
            await result
    except Exception:  # noqa: BLE001 - whatever the author's code raises
        _log.exception("`on_feedback` failed")
