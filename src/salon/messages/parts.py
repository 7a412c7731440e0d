"""The parts that a message is made of. Parts are pure values: equal content is equal."""

from typing import Any, Literal, TypeAlias, assert_never

import msgspec

from salon.ids import FileId


class FileRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that the server keeps for one owner. `id` is signed and hard to guess, and no path on the server."""

    id: FileId
    name: str
    media_type: str
    size_bytes: int


class TextPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="text", tag_field="type"):
    """Text that the reader sees; an assistant's is Markdown, a user's is shown as written."""

    text: str = ""


class ThoughtPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="thought", tag_field="type"):
    """A step on the way to the answer, such as a model's reasoning or a tool's call, shown folded away.

    `text` is Markdown, `log` a short remark beside the title, `duration_s` how long it took in seconds. A thought
    whose `parent` is the `id` of another one of the message is shown inside that one.
    """

    title: str
    text: str = ""
    status: Literal["pending", "done"] | None = None
    log: str | None = None
    duration_s: float | None = None
    id: str | None = None
    parent: str | None = None


class FilePart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="file", tag_field="type"):
    """A file that a user attached. `alt_text` says what it shows."""

    file: FileRef
    alt_text: str = ""

    @property
    def text(self) -> str:
        """What can grow: nothing."""
        return ""


class ComponentPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="component", tag_field="type"):
    """Something that the page shows with a view of its own, chosen by `kind`.

    `props` are of the kind's form in `components.json`; a `file` in them is the number of one of `files`. `text` is the
    content of kinds that are made of text, so that it can grow like any text.
    """

    kind: str
    text: str = ""
    props: dict[str, Any] = msgspec.field(default_factory=dict)
    files: tuple[FileRef, ...] = ()


class Option(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A preset reply: choosing it sends `value`; the button says `label`."""

    value: str
    label: str


class OptionsPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="options", tag_field="type"):
    """Preset replies, shown as buttons while their message is the last."""

    options: tuple[Option, ...]

    @property
    def text(self) -> str:
        """What can grow: nothing."""
        return ""


Part: TypeAlias = TextPart | ThoughtPart | FilePart | ComponentPart | OptionsPart


def with_text(part: Part, text: str) -> Part:
    """Return `part` with its text replaced; parts that have none stay as they are."""
    match part:
        case TextPart() | ThoughtPart() | ComponentPart():
            return msgspec.structs.replace(part, text=text)
        case FilePart() | OptionsPart():
            return part
        case _:
            assert_never(part)


def length_of(part: Part) -> int:
    """Return about how many characters a part takes, for limits."""
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
    """Return the files that some parts refer to."""
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
