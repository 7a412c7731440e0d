"""The history of a conversation in the forms that chat functions take."""

from collections.abc import Iterable
from typing import Any

from salon.components.base import FindPath
from salon.conversations.content import content_of
from salon.messages.message import Message
from salon.messages.parts import OptionsPart, TextPart, ThoughtPart

HistoryMessage = dict[str, Any]


def without_failed_turns(messages: Iterable[Message]) -> list[Message]:
    """Return messages without the questions that got no answer at all, because their replies failed or were stopped.

    Two questions in a row are refused by models whose chat templates expect the roles to alternate, so one failed turn
    would spoil the conversation for good. A reply that has begun stays, with the text that its reader saw.
    """
    kept: list[Message] = []
    for message in messages:
        if message.role == "assistant" and message.status != "complete" and not _has_content(message):
            if kept and kept[-1].role == "user":
                kept.pop()
        else:
            kept.append(message)
    return kept


def as_messages(messages: Iterable[Message], find: FindPath) -> list[HistoryMessage]:
    """Return `{"role", "content"}` for each message, without thoughts, and without replies that failed at once."""
    return [
        {"role": message.role, "content": content_of(message.parts, find)}
        for message in messages
        if message.role != "assistant" or message.status == "complete" or _has_content(message)
    ]


def _has_content(message: Message) -> bool:
    return any(
        bool(part.text) if isinstance(part, TextPart) else not isinstance(part, ThoughtPart | OptionsPart)
        for part in message.parts
    )


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
