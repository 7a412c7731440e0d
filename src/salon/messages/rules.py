"""The validation of users' messages, the same for every protocol."""

import msgspec

from salon.errors import ClientError, TooLargeError
from salon.messages.message import Message
from salon.messages.parts import TextPart, files_of
from salon.text import clean


def checked_message(message: Message, *, max_length: int) -> Message:
    """Validate a user's message, and return it with text that every encoding can represent.

    A message that consists of white space is valid, as a function may have a reply to it. The page's text box does not
    send such a message.

    Args:
        message: the message as the client sent it.
        max_length: largest number of characters of all its texts together.

    Raises:
        ClientError: the message has neither text nor files (`message.empty`).
        TooLargeError: the message has too many characters (`message.too-long`).
    """
    texts = [part.text for part in message.parts if isinstance(part, TextPart)]
    length = sum(map(len, texts))
    if length > max_length:
        raise TooLargeError(
            "message.too-long",
            f"The message has {length} characters; at most {max_length} are accepted. Shorten it, or attach the "
            "text as a file.",
        )
    if not any(texts) and not files_of(message.parts):
        raise ClientError("message.empty", "The message is empty. Send a text or a file.")
    parts = tuple(TextPart(text=clean(part.text)) if isinstance(part, TextPart) else part for part in message.parts)
    return msgspec.structs.replace(message, parts=parts)
