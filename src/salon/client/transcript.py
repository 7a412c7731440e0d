"""A conversation as the client knows it, and how it reads what the server knows."""

from collections.abc import Sequence
from typing import Any

import msgspec

from salon.client.errors import refusal
from salon.client.stream import RunStream
from salon.errors import SalonError
from salon.ids import ConversationId, RunId, mint
from salon.messages.message import StoredMessage

_PAGE = 200
# As much as servers take of a copy: 200 messages, and two MiB for the whole request.
_COPY_MESSAGES = 200
_COPY_BYTES = 2**20


class _ActiveRun(msgspec.Struct, frozen=True):
    id: RunId


class _View(msgspec.Struct, frozen=True):
    messages: list[StoredMessage]
    earlier: bool = False
    run: _ActiveRun | None = None


class ListedConversation(msgspec.Struct, frozen=True):
    """A conversation as the server lists it. Times are in seconds since 1970, UTC.

    Attributes:
        excerpt: where words were searched, what stands around them.
    """

    id: ConversationId
    title: str
    created_at: float
    updated_at: float
    is_named: bool = False
    is_pinned: bool = False
    excerpt: str | None = None


class ListPage(msgspec.Struct, frozen=True):
    """A page of the list, and what asks for the following one."""

    conversations: list[ListedConversation]
    next: str | None = None


class Transcript:
    """What was said in a conversation so far, as this client saw it; a server that has lost it gets it as a copy."""

    def __init__(self, id_: str | None) -> None:
        self.id: ConversationId = ConversationId(id_ or mint())
        self.messages: list[StoredMessage] = []
        self.is_unread: bool = id_ is not None
        self.stream: RunStream | None = None

    @property
    def is_behind(self) -> bool:
        """Whether the server may know more: nothing was read yet, or the last reply was not read to its end."""
        return self.is_unread or (self.stream is not None and self.stream.is_under_way)

    def take(self, reader: "TranscriptReader") -> None:
        """Have what the server knows; when it does not know the conversation, what was here stays."""
        self.is_unread = False
        self.stream = None
        if reader.is_known:
            self.messages = reader.messages

    def clear(self) -> None:
        """Forget all that was said."""
        self.messages, self.stream, self.is_unread = [], None, False

    def undo(self) -> None:
        """Take the last exchange back."""
        if self.is_behind:
            self.is_unread = True
            return
        while self.messages and self.messages.pop().message.role != "user":
            pass

    def judgement(self, options: Sequence[str], comment: str, chat: str) -> dict[str, Any]:
        """Return what says what the reader thinks of the last reply.

        Raises:
            SalonError: there is no reply yet.
        """
        replies = [stored.id for stored in self.messages if stored.message.role == "assistant"]
        if not replies:
            raise SalonError("feedback.none", "There is no reply yet. Ask something first.")
        return {"message": replies[-1], "options": list(options), "comment": comment, "chat": chat}

    def copy(self) -> dict[str, Any]:
        """Return what a request says besides for a server that has lost the conversation."""
        return {"copy": copy_of(self.messages)}


class TranscriptReader:
    """Reads what the server has of a conversation, a page at a time from the end: ask for `path` until it is `None`."""

    def __init__(self, id_: ConversationId) -> None:
        self._id = id_
        self.messages: list[StoredMessage] = []
        self.is_known: bool = True
        self.run: RunId | None = None
        self.path: str | None = f"api/conversations/{id_}?limit={_PAGE}"

    def add(self, status: int, body: bytes) -> None:
        """Take the server's answer.

        Raises:
            SalonError: it refuses, for another reason than that it does not know the conversation.
        """
        if status == 404:
            self.is_known, self.path = False, None
            return
        if status != 200:
            raise refusal(status, body)
        view = msgspec.json.decode(body, type=_View)
        if not self.messages and view.run is not None:
            self.run = view.run.id
        self.messages = [*view.messages, *self.messages]
        goes_on = view.earlier and view.messages
        self.path = f"api/conversations/{self._id}?limit={_PAGE}&before={self.messages[0].id}" if goes_on else None


def copy_of(messages: Sequence[StoredMessage]) -> list[StoredMessage]:
    """Return the end of a conversation, as much of it as servers take; what came before is lost with their own."""
    copy: list[StoredMessage] = []
    size = 0
    for stored in reversed(messages[-_COPY_MESSAGES:]):
        size += len(msgspec.json.encode(stored))
        if size > _COPY_BYTES:
            break
        copy.append(stored)
    copy.reverse()
    return copy
