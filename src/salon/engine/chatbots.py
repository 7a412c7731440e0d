"""Conversations that functions fill: from what a `Chatbot` shows to what functions get, and back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from salon.components.base import ComponentError, FindPath
from salon.components.chat import Chatbot
from salon.conversations.content import content_of
from salon.messages.chat_message import ChatMessage
from salon.messages.message import Message
from salon.messages.parts import Part, ThoughtPart

ReadParts: TypeAlias = Callable[[Any], tuple[Part, ...]]
"""Gives the parts of one message, from what a function says of it."""

_ROLES = ("user", "assistant", "system")


class ShownMessage(dict[str, Any]):
    """A message as functions get it, which remembers what is shown of it until it is changed."""

    def __init__(self, message: Message, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.message = message
        self._fields = dict(fields)

    @property
    def is_changed(self) -> bool:
        """Whether the function has changed it."""
        return dict(self) != self._fields


def read_chatbot(component: Chatbot, messages: Iterable[Message], find: FindPath) -> list[Any]:
    """Return what functions get for the messages of a conversation."""
    shown: list[Any] = [_for_functions(message, find) for message in messages]
    if component.type == "messages":
        return shown
    pairs: list[list[Any]] = []
    for message in shown:
        if message["role"] == "user":
            pairs.append([message["content"], None])
        elif pairs and pairs[-1][1] is None:
            pairs[-1][1] = message["content"]
        else:
            pairs.append([None, message["content"]])
    return pairs


def messages_of(value: Any, read: ReadParts) -> list[dict[str, Any]]:
    """Return the messages that a function's value stands for, in the form of the wire. It may block, to write files.

    Raises:
        ComponentError: it is no list of messages.
        ReplyError: a message cannot be shown.
    """
    if value is None:
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ComponentError(f"A `Chatbot` shows a list of messages, got `{type(value).__name__}`.")
    found: list[Message] = []
    for item in value:
        if isinstance(item, ShownMessage) and not item.is_changed:
            found.append(item.message)
        elif isinstance(item, list | tuple) and len(item) == 2:
            sides = zip(("user", "assistant"), item, strict=True)
            found += [_message(role, side, read) for role, side in sides if side is not None]
        elif isinstance(item, ChatMessage):
            found.append(_message(item.role, item, read))
        elif isinstance(item, Mapping) and "content" in item:
            found.append(_message(item.get("role", "assistant"), item, read))
        else:
            raise ComponentError(
                'A `Chatbot` shows messages such as {"role": "user", "content": "Hello"}, or pairs; '
                f"got `{type(item).__name__}` among them."
            )
    encoded: list[dict[str, Any]] = msgspec.to_builtins(found)
    return encoded


def _message(role: Any, value: Any, read: ReadParts) -> Message:
    if role not in _ROLES:
        raise ComponentError(f"A message's `role` is one of {', '.join(_ROLES)}; got `{role!r}`.")
    return Message(role=role, parts=read(value))


def _for_functions(message: Message, find: FindPath) -> ShownMessage:
    fields: dict[str, Any] = {"role": message.role, "content": content_of(message.parts, find)}
    thoughts = [part for part in message.parts if isinstance(part, ThoughtPart)]
    if thoughts and len(thoughts) == len(message.parts):
        fields["content"] = "\n\n".join(part.text for part in thoughts)
        fields["metadata"] = {"title": thoughts[0].title}
    return ShownMessage(message, fields)


def grown_by(old: Sequence[Any], new: Sequence[Any]) -> tuple[int, str] | None:
    """Return which message says how much more than before, if that is all that has changed."""
    if not new or len(old) != len(new) or list(old[:-1]) != list(new[:-1]):
        return None
    before, after = old[-1], new[-1]
    old_parts, new_parts = before.get("parts", []), after.get("parts", [])
    if not old_parts or len(old_parts) != len(new_parts) or old_parts[:-1] != new_parts[:-1]:
        return None
    if {**before, "parts": None} != {**after, "parts": None}:
        return None
    last, longer = old_parts[-1], new_parts[-1]
    is_text = last.get("type") == longer.get("type") == "text"
    text, more = last.get("text", ""), longer.get("text", "")
    return (len(new) - 1, more[len(text) :]) if is_text and more.startswith(text) else None
