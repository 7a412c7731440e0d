"""From what a chat function returned or yielded to the messages that it means."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from salon.messages.chat_message import ChatMessage
from salon.messages.parts import Part, TextPart, ThoughtPart
from salon.text import clean

Draft: TypeAlias = tuple[Part, ...]
"""The parts of one message to be."""


_MESSAGES_AT_MOST = 1_000
_TITLE_LENGTH = 1_000


class ReplyError(Exception):
    """The function produced something that is not a reply; the message says what, for its author."""


def drafts(value: Any) -> tuple[Draft, ...]:
    """Return the messages that `value` stands for.

    A list stands for one message an item; thoughts belong to the message that follows them.

    Raises:
        ReplyError: `value` is nothing that a chat can show.
    """
    items = value if isinstance(value, list | tuple) else (value,)
    if len(items) > _MESSAGES_AT_MOST:
        raise ReplyError(f"A reply has at most {_MESSAGES_AT_MOST} messages, got {len(items)}.")
    messages: list[Draft] = []
    thoughts: list[Part] = []
    for item in items:
        part = _part(item)
        if isinstance(part, ThoughtPart):
            thoughts.append(part)
        else:
            messages.append((*thoughts, part))
            thoughts = []
    if thoughts:
        messages.append(tuple(thoughts))
    return tuple(messages)


def _part(item: Any) -> Part:
    match item:
        case str():
            return TextPart(text=item)
        case ChatMessage(content=content, metadata=metadata):
            return _with_metadata(content, metadata)
        case Mapping() if "content" in item:
            return _with_metadata(item["content"], item.get("metadata"))
        case bool() | None:
            pass
        case int() | float():
            return TextPart(text=str(item))
    if item is None:
        raise ReplyError("The chat function returned `None`. Return or yield the reply's text; is a `return` missing?")
    raise ReplyError(
        f"The chat function returned a value of type `{type(item).__name__}`, which a chat cannot show. "
        "Return or yield a string, a `ChatMessage`, a dictionary with `content`, or a list of these."
    )


def _with_metadata(content: Any, metadata: Any) -> Part:
    if not isinstance(content, str):
        raise ReplyError(f"A message's `content` has to be a string, got `{type(content).__name__}`.")
    if not metadata or not metadata.get("title"):
        return TextPart(text=content)
    status = metadata.get("status")
    if status not in ("pending", "done", None):
        raise ReplyError(f"A thought's `status` is `pending` or `done`, got `{status!r}`.")
    duration = metadata.get("duration")
    if duration is not None and not isinstance(duration, int | float):
        raise ReplyError(f"A thought's `duration` is a number of seconds, got `{duration!r}`.")
    log = metadata.get("log")
    return ThoughtPart(
        title=clean(str(metadata["title"]))[:_TITLE_LENGTH],
        text=content,
        status=status,
        log=None if log is None else clean(str(log))[:_TITLE_LENGTH],
        duration_s=None if duration is None else float(duration),
    )
