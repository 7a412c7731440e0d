"""The automatic titles of conversations that have no title yet."""

from collections.abc import Iterable

from salon.messages.message import Message
from salon.messages.parts import FilePart

TITLE_LENGTH = 40
_FILES_SHOWN = 3


def automatic_title(messages: Iterable[Message]) -> str:
    """Return a title: an icon for each file and the first words of the first message; empty for no messages."""
    first = next((message for message in messages if message.role == "user"), None)
    if first is None:
        return ""
    marks = ["📎"] * min(_FILES_SHOWN, sum(isinstance(part, FilePart) for part in first.parts))
    text = " ".join(first.text[: 100 * TITLE_LENGTH].split())
    words = f"{text[:TITLE_LENGTH].rstrip()}…" if len(text) > TITLE_LENGTH else text
    return " ".join(filter(None, (*marks, words)))
