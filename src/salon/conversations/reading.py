"""The conversion of values that a chat function returns, or an application pushes, into messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from salon.components.base import ComponentError, Files
from salon.components.catalog import component_for
from salon.components.drafts import Draft, DraftReader, NothingToShowError, is_message
from salon.conversations.reasoning import Tags, parts_of
from salon.events.types import ReplyForm
from salon.messages.chat_message import Append, ChatMessage
from salon.messages.parts import Part, TextPart, ThoughtPart
from salon.text import clean, unindented_reply

_MESSAGES_AT_MOST = 1_000


class ReplyError(Exception):
    """A value that cannot be shown as a reply. The message names it, for the author."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """A whole reply as drafts of its messages, and its form."""

    messages: tuple[Draft, ...]
    form: ReplyForm = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReader:
    """Converts values into messages.

    Attributes:
        files: store for the files that values contain.
        tags: pairs of tags that enclose thoughts in a text.
    """

    files: Files
    tags: Tags = ()

    def read(self, value: Any) -> str | Append | Drafts:
        """Return `value` as text, text to append, or drafts of whole messages. It may block, to write files.

        Raises:
            ReplyError: a chat cannot show `value`.
        """
        if isinstance(value, Append | Drafts):
            return value
        if isinstance(value, str):
            return unindented_reply(str(value))
        try:
            if isinstance(value, list | tuple) and component_for(value) is None:
                return Drafts(self._drafts(value), "messages" if any(map(is_message, value)) else "list")
            return Drafts(self._drafts((value,)), "message" if is_message(value) else "value")
        except ComponentError as error:
            raise ReplyError(f"{error}") from error

    def messages(self, value: Any) -> tuple[Draft, ...]:
        """Return the drafts of a whole reply's messages, at least one. It may block, to write files.

        Raises:
            ReplyError: a chat cannot show `value`.
        """
        match self.read(value):
            case Drafts(messages=messages):
                return messages or ((),)
            case Append(text=text) | str(text):
                return ((TextPart(text=clean(text)),),)

    def parts(self, value: Any) -> Draft:
        """Return the parts of the one message that `value` represents. It may block, to write files.

        Raises:
            ReplyError: a chat cannot show `value`.
            ComponentError: a component in it cannot show its value.
        """
        reader = DraftReader(self.files, partial(parts_of, tags=self.tags)) if self.tags else DraftReader(self.files)
        try:
            return reader.parts(value)
        except NothingToShowError as error:
            raise ReplyError(_nothing(error.value)) from None

    def _drafts(self, items: Sequence[Any]) -> tuple[Draft, ...]:
        """Return the drafts of `items`, one for each; a thought belongs to the message that follows it."""
        if len(items) > _MESSAGES_AT_MOST:
            raise ReplyError(
                f"A reply has at most {_MESSAGES_AT_MOST} messages, got {len(items)}. Return fewer, or join them."
            )
        messages: list[Draft] = []
        thoughts: list[Part] = []
        for item in items:
            parts = self.parts(item)
            if all(isinstance(part, ThoughtPart) for part in parts):
                thoughts += parts
            else:
                messages.append((*thoughts, *parts))
                thoughts = []
        if thoughts:
            messages.append(tuple(thoughts))
        return tuple(messages)


def _nothing(value: Any) -> str:
    if value is None:
        return "The chat function returned `None`. Return or yield the reply's text; a `return` may be missing."
    return (
        f"The chat function returned a value of type `{type(value).__name__}`, which a chat cannot show. "
        "Return or yield a string, a component such as `Image`, a `ChatMessage`, a dictionary with `content`, or a "
        "list of these."
    )


def is_light(value: Any) -> bool:
    """Tell whether a value can be converted so quickly that it needs no thread."""
    match value:
        case str() | Append() | Drafts() | int() | float() | None:
            return True
        case ChatMessage(content=str()):
            return True
        case Mapping():
            return isinstance(value.get("content"), str)
        case list():
            return all(is_light(item) for item in value)
        case _:
            return False
