"""What a chat function may return or yield besides text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Append:
    """Text to be appended to the reply so far, for functions that stream tokens.

    `yield Append("…")` states the new text alone; `yield text_so_far` states all of it. Both
    cost the same on the wire.

    Args:
        text: Markdown.

    Raises:
        TypeError: `text` is not a string.
    """

    text: str

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise TypeError(f"`Append` takes text, got {type(self.text).__name__}.")


@dataclass(slots=True)
class ChatMessage:
    """One message of a reply.

    Args:
        content: Markdown text, a component, a figure, a picture, a path, or a list of these.
        role: always taken as `"assistant"`; accepted so that messages can be built in one way everywhere.
        metadata: `title` makes the message a thought, shown folded away; with it go
            `status` (`"pending"` shows a spinner, `"done"` folds it), `log` (a remark beside
            the title) and `duration` (seconds). A thought with a `parent_id` stands inside the
            one with that `id`.
        options: preset replies, shown as buttons below the message while it is the last: texts, or
            dictionaries with `value`, which is sent, and `label`.
    """

    content: Any = ""
    role: str = "assistant"
    metadata: dict[str, Any] = field(default_factory=dict)
    options: Sequence[Any] = ()
