"""The parts of a message. Parts are immutable values: parts with equal content are equal."""

from typing import Any, Literal, TypeAlias, assert_never

import msgspec

from salon.ids import FileId


class FileRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reference to a file that the server stores for one owner. `id` is signed, hard to guess, and no path."""

    id: FileId
    name: str
    media_type: str
    size_bytes: int


class TextPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="text", tag_field="type"):
    """Text for the user; an assistant's text is Markdown, a user's is shown as written."""

    text: str = ""


class ThoughtPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="thought", tag_field="type"):
    """An intermediate step of a reply, such as a model's reasoning or a tool call, shown collapsed.

    `text` is Markdown, `log` a short remark beside the title, `duration_s` the duration in seconds. A thought whose
    `parent` is the `id` of another thought of the message is shown inside of that one.
    """

    title: str
    text: str = ""
    status: Literal["pending", "done"] | None = None
    log: str | None = None
    duration_s: float | None = None
    id: str | None = None
    parent: str | None = None


class FilePart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="file", tag_field="type"):
    """A file that a user attached. `alt_text` is its alternative text for screen readers."""

    file: FileRef
    alt_text: str = ""

    @property
    def text(self) -> str:
        """The text that can grow: always empty."""
        return ""


class ComponentPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="component", tag_field="type"):
    """A component, shown by the view for its `kind`.

    `props` have the kind's schema in `components.json`; a `file` in them is an index into `files`. `text` is the
    content of kinds that consist of text, so that it can be streamed like any text.
    """

    kind: str
    text: str = ""
    props: dict[str, Any] = msgspec.field(default_factory=dict)
    files: tuple[FileRef, ...] = ()


class Option(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A preset reply: a button with the text `label`; a click sends `value`."""

    value: str
    label: str


class OptionsPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="options", tag_field="type"):
    """Preset replies, shown as buttons below the last message."""

    options: tuple[Option, ...]

    @property
    def text(self) -> str:
        """The text that can grow: always empty."""
        return ""


Part: TypeAlias = TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart


def with_text(part: Part, text: str) -> Part:
    """Return `part` with its text replaced; parts without text are returned unchanged."""
    match part:
        case TextPart() | ThoughtPart() | ComponentPart():
            return msgspec.structs.replace(part, text=text)
        case FilePart() | OptionsPart():
            return part
        case _:
            assert_never(part)


def length_of(part: Part) -> int:
    """Return the approximate number of characters of a part, for limits."""
    match part:
        case TextPart(text=text):
            return len(text)
        case ThoughtPart():
            return len(part.text) + len(part.title) + len(part.log or "")
        case FilePart() | ComponentPart() | OptionsPart():
            return len(msgspec.json.encode(part))
        case _:
            assert_never(part)


def files_of(parts: tuple[Part, ...]) -> tuple[FileRef, ...]:
    """Return the files to which the parts refer."""
    found: list[FileRef] = []
    for part in parts:
        match part:
            case FilePart(file=file):
                found.append(file)
            case ComponentPart(files=files):
                found += files
            case TextPart() | ThoughtPart() | OptionsPart():
                pass
            case _:
                assert_never(part)
    return tuple(found)
