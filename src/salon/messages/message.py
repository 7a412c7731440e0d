"""A message, as a value and as a conversation keeps it."""

from typing import Literal, TypeAlias

import msgspec

from salon.errors import Failure
from salon.ids import MessageId
from salon.messages.parts import FilePart, FileRef, Part, TextPart

Role: TypeAlias = Literal["user", "assistant", "system"]
Status: TypeAlias = Literal["complete", "error", "cancelled", "interrupted"]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one side said: a role and parts.

    `status` tells how a reply ended: `cancelled` by its reader, `interrupted` by the server's
    end, `error` with the reason in `failure`. Whatever it says, `parts` holds what was seen.
    `is_pushed` marks what the application said by itself, outside of a reply.
    """

    role: Role
    parts: tuple[Part, ...] = ()
    status: Status = "complete"
    failure: Failure | None = None
    is_pushed: bool = False

    def continues(self, before: "Message") -> bool:
        """Tell whether this and the message before it are of one turn of the assistant's."""
        return self.role == before.role == "assistant" and self.is_pushed == before.is_pushed

    @property
    def text(self) -> str:
        """The text of all text parts, without thoughts."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, TextPart))


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message in its place in a conversation; `created_at` is in seconds since 1970, UTC.

    `signature` is the server's, in copies that clients keep.
    """

    id: MessageId
    message: Message
    created_at: float
    parent: MessageId | None = None
    signature: str | None = None


def user_message(text: str, files: tuple[FileRef, ...] = ()) -> Message:
    """Return what a user said: a text, unless there are only files, and files."""
    texts = (TextPart(text=text),) if text or not files else ()
    return Message(role="user", parts=(*texts, *(FilePart(file=file) for file in files)))
