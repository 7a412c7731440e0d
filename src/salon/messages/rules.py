"""The rules that a user's message has to keep, whatever protocol brings it."""

import msgspec

from salon.errors import ClientError, TooLargeError
from salon.messages.message import Message
from salon.messages.parts import TextPart, files_of
from salon.text import clean


def checked_message(message: Message, *, max_length: int) -> Message:
    """Return a user's message in the form in which it is kept: with text that every encoding can carry.

    A message of spaces alone is one: its function may have an answer to that. Boxes to write in do not send it.

    Args:
        message: the message as its sender gave it.
        max_length: how many characters its texts may have together.

    Raises:
        ClientError: the message has neither text nor files (`message.empty`).
        TooLargeError: the message has too many characters (`message.too-long`).
    """
    texts = [part.text for part in message.parts if isinstance(part, TextPart)]
    length = sum(map(len, texts))
    if length > max_length:
        raise TooLargeError(
            "message.too-long", f"The message has {length} characters; at most {max_length} are accepted."
        )
    if not any(texts) and not files_of(message.parts):
        raise ClientError("message.empty", "The message is empty. Send a text or a file.")
    parts = tuple(TextPart(text=clean(part.text)) if isinstance(part, TextPart) else part for part in message.parts)
    return msgspec.structs.replace(message, parts=parts)
