"""The parts that a message is made of. Parts are pure values: equal content is equal."""

from typing import Literal, TypeAlias

import msgspec


class TextPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="text", tag_field="type"):
    """Text that the reader sees; an assistant's is Markdown, a user's is shown as written."""

    text: str = ""


class ThoughtPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="thought", tag_field="type"):
    """A step on the way to the answer, such as a model's reasoning or a tool's call, shown folded away.

    `text` is Markdown, `log` a short remark beside the title, `duration_s` how long it took in seconds.
    """

    title: str
    text: str = ""
    status: Literal["pending", "done"] | None = None
    log: str | None = None
    duration_s: float | None = None


Part: TypeAlias = TextPart | ThoughtPart


def with_text(part: Part, text: str) -> Part:
    """Return `part` with its text replaced."""
    return msgspec.structs.replace(part, text=text)
