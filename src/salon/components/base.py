"""What all components have in common that a chat shows in a message."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from salon.components.lengths import css_length
from salon.components.props import Props, Source
from salon.messages.parts import ComponentPart, FileRef
from salon.text import clean

_P = TypeVar("_P", bound=Props)

_URL = re.compile(r"https?://\S+\Z", re.IGNORECASE)


class ComponentError(ValueError):
    """A component was given something that it cannot show; the message says what, for its author."""


class Files(Protocol):
    """Where components put what the page is to load. Calls block."""

    def from_path(self, path: str | os.PathLike[str]) -> FileRef:
        """Return a file with a copy of the content at `path`.

        Raises:
            ComponentError: there is no such file, or it lies in no allowed place.
        """

    def from_bytes(self, content: bytes, name: str) -> FileRef:
        """Return a file with `content`."""


class Packing:
    """One component on its way into a part: collects the files that its props refer to."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.refs: list[FileRef] = []

    def source(self, value: Any, name: str) -> Source:
        """Return where the page finds `value`: bytes, a path, an address, or a dictionary with one of these.

        Args:
            value: what its author gave.
            name: the name that bytes get.

        Raises:
            ComponentError: it is none of these.
        """
        match value:
            case bytes() | bytearray():
                return self.bytes(bytes(value), name)
            case str() if _URL.match(value):
                return Source(url=clean(value))
            case str() | os.PathLike() if str(value):
                return self._add(self._files.from_path(value))
            case Mapping() if value.get("path"):
                return self.source(value["path"], name)
            case Mapping() if value.get("url"):
                return self.source(value["url"], name)
        raise ComponentError(
            f"cannot show a value of type `{type(value).__name__}`. Give a path, an address or the content itself."
        )

    def bytes(self, content: bytes, name: str) -> Source:
        """Return where the page finds `content`."""
        return self._add(self._files.from_bytes(content, name))

    def _add(self, ref: FileRef) -> Source:
        if ref not in self.refs:
            self.refs.append(ref)
        return Source(file=self.refs.index(ref))


@dataclass(kw_only=True, eq=False)
class Component:
    """Something that a chat function returns or yields, to be shown in a message.

    Args:
        value: what it shows.
        label: its name, above it and for screen readers.
        show_label: `False` leaves the name to screen readers.
        visible: `False` shows nothing.
        elem_id: `id` of its element in the page.
        elem_classes: classes of its element in the page.
        height: a number of pixels or a CSS length.
        width: like `height`.
        container: for layouts; in a message it changes nothing.
        scale: for layouts; in a message it changes nothing.
        min_width: for layouts; in a message it changes nothing.
        interactive: for inputs; in a message it changes nothing.
    """

    kind: ClassVar[str]

    value: Any = field(default=None, kw_only=False)
    label: str | None = None
    show_label: bool | None = None
    visible: bool = True
    elem_id: str | None = None
    elem_classes: str | Sequence[str] | None = None
    height: float | str | None = None
    width: float | str | None = None
    container: bool = True
    scale: int | None = None
    min_width: int = 160
    interactive: bool | None = None

    def part(self, files: Files) -> ComponentPart:
        """Return what of this component a message holds.

        Raises:
            ComponentError: its value is nothing that it can show.
        """
        packing = Packing(files)
        try:
            text, props = self._pack(packing)
        except ComponentError as error:
            raise ComponentError(f"`{type(self).__name__}` {error}") from None
        built = _cleaned(msgspec.to_builtins(props, str_keys=True))
        return ComponentPart(kind=self.kind, text=clean(text), props=built, files=tuple(packing.refs))

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        raise NotImplementedError

    def _props(self, form: type[_P], **fields: Any) -> _P:
        classes = self.elem_classes.split() if isinstance(self.elem_classes, str) else self.elem_classes or ()
        return form(
            label=None if self.label is None else str(self.label),
            hides_label=self.show_label is False,
            hidden=not self.visible,
            elem_id=self.elem_id,
            elem_classes=tuple(classes),
            height=_css_length(self.height),
            width=_css_length(self.width),
            **fields,
        )


def _css_length(length: float | str | None) -> str | None:
    try:
        return css_length(length)
    except ValueError as error:
        raise ComponentError(f"cannot take its size: {error}.") from None


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean(str(key)): _cleaned(item) for key, item in value.items()}
        case list() | tuple():
            return [_cleaned(item) for item in value]
        case _:
            return value
