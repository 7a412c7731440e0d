"""The messages with which every conversation begins, from the author's `Chatbot(value=…)`."""

from collections.abc import Mapping
from typing import Any, get_args

from salon.components.base import ComponentError
from salon.components.drafts import DraftReader
from salon.definition.published_files import PublishedFiles
from salon.errors import AuthorError
from salon.messages.chat_message import ChatMessage
from salon.messages.message import Message, Role


def compile_opening_messages(value: Any, published: PublishedFiles) -> tuple[Message, ...]:
    """Return the messages of a `Chatbot`'s `value`.

    Args:
        value: dictionaries with `role` and `content`, `ChatMessage`s, or pairs of the user's and the assistant's
            message; or a function that returns these.
        published: the author's files, to which the messages' files are added.

    Raises:
        AuthorError: the value has another form, or a message cannot be shown.
    """
    messages = value() if callable(value) else value
    if messages is None:
        return ()
    if not isinstance(messages, list | tuple):
        raise _refused(messages)
    compiled: list[Message] = []
    reader = DraftReader(published)
    for item in messages:
        try:
            compiled += [Message(role=role, parts=reader.parts(content)) for role, content in _sides(item)]
        except ComponentError as error:
            raise AuthorError("chat.value", f"`value` contains a message that cannot be shown: {error}") from None
    return tuple(compiled)


def _sides(item: Any) -> list[tuple[Role, Any]]:
    """Return the role and the content of each message in one item.

    Raises:
        AuthorError: the item is no message.
    """
    if isinstance(item, list | tuple) and len(item) == 2:
        roles: tuple[Role, Role] = ("user", "assistant")
        return [(role, {"content": content}) for role, content in zip(roles, item, strict=True) if content is not None]
    if isinstance(item, ChatMessage):
        role: Any = item.role
    elif isinstance(item, Mapping) and "content" in item:
        role = item.get("role")
    else:
        role = None
    if role not in get_args(Role):
        raise _refused(item)
    return [(role, item)]


def _refused(value: Any) -> AuthorError:
    return AuthorError(
        "chat.value",
        '`value` has to be a list of messages such as {"role": "user" or "assistant", "content": text}; '
        f"got `{value!r:.200}`.",
    )
