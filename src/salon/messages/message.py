"""Messages: their content, and their envelope in a conversation."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from salon.errors import Failure
from salon.ids import MessageId, mint
from salon.messages.parts import FilePart, FileRef, Part, TextPart

Role: TypeAlias = Literal["user", "assistant", "system"]
Status: TypeAlias = Literal["complete", "error", "cancelled", "interrupted"]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The content of a message: a role and parts.

    `status` tells how a reply ended: `cancelled` by the user, `interrupted` by the server's stop, or `error` with the
    reason in `failure`; `parts` always contains the content that was shown. `is_pushed` marks a message that the
    application sent outside of a reply.
    """

    role: Role
    parts: tuple[Part, ...] = ()
    status: Status = "complete"
    failure: Failure | None = None
    is_pushed: bool = False

    def continues(self, before: "Message") -> bool:
        """Tell whether this message and the one before it belong to one turn of the assistant."""
        return self.role == before.role == "assistant" and self.is_pushed == before.is_pushed

    @property
    def text(self) -> str:
        """The text of all text parts, without thoughts."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message with its envelope in a conversation; `created_at` is in seconds since 1970, UTC.

    `signature` is the server's signature, in copies that clients store.
    """

    id: MessageId
    message: Message
    created_at: float
    parent: MessageId | None = None
    signature: str | None = None


def user_message(text: str, files: tuple[FileRef, ...] = ()) -> Message:
    """Return a user's message: its text, left out if empty and there are files, and its files."""
    texts = (TextPart(text=text),) if text or not files else ()
    return Message(role="user", parts=(*texts, *(FilePart(file=file) for file in files)))


def chained(
    messages: Iterable[Message],
    *,
    below: MessageId | None = None,
    ids: Iterable[MessageId] | None = None,
    created_at: float,
) -> list[StoredMessage]:
    """Return messages with their envelopes, each the parent of the next.

    Args:
        messages: the messages, oldest first.
        below: parent of the first message.
        ids: ids of the messages; new ones by default.
        created_at: time of all messages, in seconds since 1970, UTC.
    """
    contents = list(messages)
    named = list(ids) if ids is not None else [MessageId(mint()) for _ in contents]
    parents = (below, *named)
    return [
        StoredMessage(id=id_, parent=parent, message=message, created_at=created_at)
        for id_, parent, message in zip(named, parents[:-1], contents, strict=True)
    ]
