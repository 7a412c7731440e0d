"""The values, besides text, that a chat function may return or yield."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Append:
    """Text that is appended to the reply so far, for functions that stream tokens.

    `yield Append("…")` contains the new text only; `yield text_so_far` repeats the whole text. Both send the same bytes
    to clients.

    Args:
        text: Markdown.

    Raises:
        TypeError: `text` is not a string.
    """

    text: str

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise TypeError(f"`Append` takes text, got a value of type `{type(self.text).__name__}`.")


@dataclass(slots=True)
class ChatMessage:
    """One message of a reply.

    Args:
        content: Markdown, a component, a figure, an image, a path, or a list of these.
        role: no effect: the role is always `"assistant"`; accepted for programs that set it.
        metadata: `title` makes the message a thought, which is shown collapsed. `status` (`"pending"` shows a spinner,
            `"done"` collapses it), `log` (a remark beside the title) and `duration` (in seconds) describe it. A thought
            with a `parent_id` is shown inside of the one with this `id`.
        options: preset replies, shown as buttons below the last message: texts, or dictionaries with `value`, the text
            that is sent, and `label`.
    """

    content: Any = ""
    role: str = "assistant"
    metadata: dict[str, Any] = field(default_factory=dict)
    options: Sequence[Any] = ()
