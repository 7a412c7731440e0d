"""The port for what readers think of messages."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from salon.ids import ConversationId, MessageId
from salon.messages.message import StoredMessage

LIKE = "Like"
DISLIKE = "Dislike"


class Opinion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a reader thinks of a message: some of the options that were offered, and their own words."""

    options: tuple[str, ...] = ()
    comment: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing (any more)."""
        return not self.options and not self.comment

    @property
    def liked(self) -> bool | None:
        """`True` for a like, `False` for a dislike, `None` for neither."""
        return True if LIKE in self.options else False if DISLIKE in self.options else None


class FeedbackRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An opinion with its context.

    `messages` is the path of the conversation that its reader saw, with `message` on it, the first one of the
    side's turn that is meant; of a path that is too long, the beginning is left out. `given_at` is in seconds since
    1970, UTC; `user` is who was signed in. `verified` is false when the conversation came from its reader's own
    copy, which the server could not check.
    """

    owner: str
    conversation: ConversationId
    message: MessageId
    opinion: Opinion
    given_at: float
    chat: str = "chat"
    user: str | None = None
    verified: bool = True
    messages: tuple[StoredMessage, ...] = ()


class FeedbackStore(Protocol):
    """Keeps the last opinion of each owner on each message. What is another owner's does not exist.

    Calls block, so the event loop makes them in threads. They may come from several threads and processes at once.
    Any may raise `UnavailableError`, where the store is a database that does not answer.
    """

    def put(self, record: FeedbackRecord) -> None:
        """Keep an opinion in place of the one before; an empty one takes that back.

        Raises:
            StorageFull: it cannot be written; the one before is still there.
        """

    def get(self, conversation: ConversationId, message: MessageId, *, owner: str) -> FeedbackRecord | None:
        """Return what is kept for one message."""

    def opinions(self, conversation: ConversationId, *, owner: str) -> dict[MessageId, Opinion]:
        """Return the opinions on a conversation's messages."""

    def move_owner(self, from_owner: str, to_owner: str) -> None:
        """Make all opinions of one owner another's.

        Raises:
            StorageFull: not all can be written; those that could not stay where they are.
        """

    def records(self) -> Iterator[FeedbackRecord]:
        """Yield all that is kept, of all owners, oldest first; for the author, not for requests."""


class FeedbackRow(msgspec.Struct, frozen=True, kw_only=True):
    """An opinion as a table has it: the conversation in the form of the history, and which of its messages is meant.

    `value` is what that message says. `given_at` is in seconds since 1970, UTC.
    """

    conversation: list[dict[str, object]]
    index: int
    value: str
    opinion: Opinion
    given_at: float


class FeedbackTable(Protocol):
    """Takes every opinion that is given or taken back, for people to read in a spreadsheet."""

    def append(self, row: FeedbackRow) -> None:
        """Add a row; when this returns, it is there for good. It blocks.

        Raises:
            StorageFull: it cannot be written; nothing of it is there.
        """
