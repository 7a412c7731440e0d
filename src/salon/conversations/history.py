"""The history of a conversation in the forms that chat functions take."""

from collections.abc import Iterable
from typing import Any

from salon.components.base import FindPath
from salon.conversations.content import content_of
from salon.messages.message import Message

HistoryMessage = dict[str, Any]


def as_messages(messages: Iterable[Message], find: FindPath) -> list[HistoryMessage]:
    """Return `{"role", "content"}` for each message with content; thoughts are left out."""
    contents = ((message.role, content_of(message.parts, find)) for message in messages)
    return [{"role": role, "content": content} for role, content in contents if content or role == "user"]


def as_pairs(messages: Iterable[Message], find: FindPath) -> list[list[Any]]:
    """Return `[user, assistant]` pairs; a message without its counterpart is paired with `None`."""
    pairs: list[list[Any]] = []
    for message in as_messages(messages, find):
        if message["role"] == "user":
            pairs.append([message["content"], None])
        elif message["role"] == "assistant":
            if pairs and pairs[-1][1] is None:
                pairs[-1][1] = message["content"]
            else:
                pairs.append([None, message["content"]])
    return pairs
