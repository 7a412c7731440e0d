"""From a turn's place in its conversation to the arguments of the author's function."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from salon.engine.contents import FindFile, content_of
from salon.engine.context import Request
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import FilePart
from salon.spec.endpoint import ChatEndpoint

HistoryMessage = dict[str, Any]


def as_messages(messages: Iterable[Message], find: FindFile) -> list[HistoryMessage]:
    """Return `{"role", "content"}` for each message that says something; thoughts are left out."""
    contents = ((message.role, content_of(message.parts, find)) for message in messages)
    return [{"role": role, "content": content} for role, content in contents if content or role == "user"]


def as_pairs(messages: Iterable[Message], find: FindFile) -> list[list[Any]]:
    """Return `[user, assistant]` pairs; what one side said without the other's answer has `None` beside it."""
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


def _asked(message: Message, find: FindFile) -> dict[str, Any]:
    """Return a user's message with the paths of its files; what is not kept any more is left out."""
    paths = (find(part.file) for part in message.parts if isinstance(part, FilePart))
    return {"text": message.text, "files": [str(path) for path in paths if path is not None]}


def bind(
    chat: ChatEndpoint, path: Sequence[StoredMessage], request: Callable[[], Request], find: FindFile
) -> Callable[[], Any]:
    """Return the author's function with its arguments filled in; `path` ends with the message to answer."""
    before = (*chat.opening, *(stored.message for stored in path[:-1]))
    values: dict[str, Callable[[], Any]] = {
        "message": lambda: _asked(path[-1].message, find) if chat.multimodal else path[-1].message.text,
        "history": lambda: (as_messages if chat.history == "messages" else as_pairs)(before, find),
        "request": request,
    }
    positional = [values[source]() for source in chat.signature.positional]
    named = {name: values[source]() for name, source in chat.signature.named.items()}
    return partial(chat.function, *positional, **named)
