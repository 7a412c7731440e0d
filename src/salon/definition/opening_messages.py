"""The messages that a conversation begins with, from what its author says of them."""

from collections.abc import Mapping
from typing import Any, get_args

from salon.components.base import ComponentError
from salon.components.drafts import DraftReader
from salon.definition.published_files import PublishedFiles
from salon.errors import AuthorError
from salon.messages.chat_message import ChatMessage
from salon.messages.message import Message, Role


def compile_opening_messages(value: Any, published: PublishedFiles) -> tuple[Message, ...]:
    """Return the messages that a `Chatbot`'s `value` stands for.

    Args:
        value: dictionaries with `role` and `content`, `ChatMessage`s, or pairs of what the user and the assistant said;
            or a function that returns these.
        published: gets the files in them.

    Raises:
        AuthorError: it is something else, or a message cannot be shown.
    """
    given = value() if callable(value) else value
    if given is None:
        return ()
    if not isinstance(given, list | tuple):
        raise _refused(given)
    found: list[Message] = []
    reader = DraftReader(published)
    for item in given:
        try:
            found += [Message(role=role, parts=reader.parts(said)) for role, said in _sides(item)]
        except ComponentError as error:
            raise AuthorError("chat.value", f"`value` holds a message that cannot be shown: {error}") from None
    return tuple(found)


def _sides(item: Any) -> list[tuple[Role, Any]]:
    """Return who says what in one item.

    Raises:
        AuthorError: it is no message.
    """
    if isinstance(item, list | tuple) and len(item) == 2:
        roles: tuple[Role, Role] = ("user", "assistant")
        return [(role, {"content": said}) for role, said in zip(roles, item, strict=True) if said is not None]
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
