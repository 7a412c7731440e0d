"""What all components have in common, in messages and on pages, as what is shown and as what is entered."""

import copy
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, Self, TypeAlias, TypeVar

import msgspec

from salon.components.events import Event
from salon.components.lengths import css_length
from salon.components.parameter_checks import component, given_to
from salon.components.props import Props, Source
from salon.components.tree import Node
from salon.messages.parts import ComponentPart, FileRef
from salon.text import clean

_P = TypeVar("_P", bound=Props)

_URL = re.compile(r"https?://\S+\Z", re.IGNORECASE)


class ComponentError(ValueError):
    """A component was given something that it cannot show; the message says what, for its author."""


class InputError(ValueError):
    """A client sent a value that a component does not take; the message says what it would take, for its sender."""


class Skip:
    """What `salon.skip` returns: leave the component as it is."""


SKIP = Skip()


@dataclass(frozen=True, slots=True)
class Change:
    """What changes of a component: some of its props, and its text and files unless they are `None`."""

    props: dict[str, Any]
    text: str | None = None
    files: tuple[FileRef, ...] | None = None


FindPath: TypeAlias = Callable[[FileRef | Source], Path | None]
"""Where functions find files that clients named: gives a path, or `None` when the file is not kept any more.

A `Source` with an address stands for a file of the author's that the page shows."""


class Files(Protocol):
    """Where components put what the page is to load. Calls block."""

    def from_path(self, path: str | os.PathLike[str]) -> FileRef | Source:
        """Return a file with the content at `path`, or where the page finds it.

        Raises:
            ComponentError: there is no such file, or it lies in no allowed place.
        """

    def from_bytes(self, content: bytes, name: str) -> FileRef | Source:
        """Return a file with `content`, or where the page finds it."""


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

    def _add(self, ref: FileRef | Source) -> Source:
        if isinstance(ref, Source):
            return ref
        if ref not in self.refs:
            self.refs.append(ref)
        return Source(file=self.refs.index(ref))


class _Valued:
    # Declared where it is no field: each component says itself at which place of its constructor it stands.
    value: Any


@component()
class Component(Node, _Valued):
    """Something to be shown in a message, or to stand on a page, where it may take values.

    Args:
        value: what it shows, or holds at first; a function without parameters is called anew for every page.
        label: its name, above it and for screen readers.
        info: a remark below the name of an input.
        show_label: `False` leaves the name to screen readers.
        visible: `False` shows nothing.
        elem_id: `id` of its element in the page.
        elem_classes: classes of its element in the page.
        height: a number of pixels or a CSS length.
        width: like `height`.
        container: `False` draws no frame around an input.
        scale: its share of a row's width, in relation to what else stands there.
        min_width: pixels below which it takes a line of its own in a row.
        interactive: whether users may change it; by default, what is only ever shown by functions is not.
        render: `False` leaves its place open: `render()` gives it one, or who uses it does.
    """

    change: ClassVar[Event] = Event()
    input: ClassVar[Event] = Event()

    kind: ClassVar[str]
    is_shown: ClassVar[bool] = True
    blocks: ClassVar[bool] = False
    value_props: ClassVar[tuple[str, ...]] = ("value",)

    label: str | None = None
    info: str | None = None
    show_label: bool | None = None
    visible: bool | Literal["hidden"] = True
    elem_id: str | None = None
    elem_classes: str | Sequence[str] | None = None
    height: float | str | None = None
    width: float | str | None = None
    container: bool = True
    scale: int | None = None
    min_width: int = 160
    interactive: bool | None = None
    render: InitVar[bool] = True

    def __post_init__(self, render: bool) -> None:
        """Take a place on the page that is being described, unless `render` is false."""
        if render:
            self.place()

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in given_to(self).items())
        return f"{type(self).__name__}({arguments})"

    @property
    def name(self) -> str:
        """What errors call it: its label, or the name of its class."""
        return self.label or type(self).__name__

    def part(self, files: Files) -> ComponentPart:
        """Return what of this component a message or a page holds.

        Raises:
            ComponentError: its value is nothing that it can show.
        """
        packing = Packing(files)
        text, props = self._packed(packing)
        built = _cleaned(msgspec.to_builtins(props, str_keys=True))
        return ComponentPart(kind=self.kind, text=clean(text), props=built, files=tuple(packing.refs))

    def changed_by(self, value: Any, files: Files) -> Change:
        """Return what a function's value changes of this component: another value, or an update of its arguments.

        Raises:
            ComponentError: it is nothing that this component can show.
        """
        given = _updated(self, value)
        packing = Packing(files)
        changed = copy.copy(self)
        for name, argument in given.items():
            setattr(changed, name, argument)
        text, props = changed._packed(packing)  # noqa: SLF001 - of the same class
        names = {prop for name in given for prop in self._prop_names(name)}
        built = {name: msgspec.to_builtins(getattr(props, name), str_keys=True) for name in names}
        if "value" not in given:
            return Change(_cleaned(built))
        return Change(_cleaned(built), clean(text), tuple(packing.refs))

    def _prop_names(self, argument: str) -> Sequence[str]:
        """Return which props an argument of the constructor decides."""
        if argument == "value":
            return self.value_props
        return _RENAMED.get(argument, (argument,))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the values that a client may send."""
        return {}

    def with_value(self, value: Any) -> Self:
        """Return this component with another value."""
        other = copy.copy(self)
        other.value = value
        return other

    def default(self) -> Any:
        """Return the value that counts while a client sends none."""
        return self.accept(self.value)

    def own(self) -> Any:
        """Return `default`, found out now where it is a function."""
        return self.with_value(self.value()).default() if callable(self.value) else self.default()

    def accept(self, value: Any) -> Any:
        """Return what a client sent, in the one form that `read` takes; `None` stands for nothing.

        Raises:
            InputError: it is not of this component's form, or out of its bounds.
        """
        return value

    def read(self, value: Any, files: "FindPath") -> Any:
        """Return what functions get for an accepted value. It may block, to read files.

        Raises:
            InputError: its content is not what it has to be.
        """
        del files
        return value

    def _packed(self, packing: Packing) -> tuple[str, Props]:
        try:
            return self._pack(packing)
        except ComponentError as error:
            raise ComponentError(f"`{type(self).__name__}` {error}") from None

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        raise NotImplementedError

    def _shown_height(self) -> float | str | None:
        return self.height

    def _props(self, form: type[_P], **fields: Any) -> _P:
        return form(
            label=None if self.label is None else str(self.label),
            info=None if self.info is None else str(self.info),
            hides_label=self.show_label is False,
            hidden=is_hidden(self.visible),
            elem_id=self.elem_id,
            elem_classes=classes_of(self.elem_classes),
            height=_css_length(self._shown_height()),
            width=_css_length(self.width),
            bare=not self.container,
            scale=self.scale,
            min_width=self.min_width,
            interactive=self.interactive,
            **fields,
        )


_RENAMED: dict[str, tuple[str, ...]] = {
    "visible": ("hidden",),
    "show_label": ("hides_label",),
    "container": ("bare",),
    "wrap_lines": ("wraps",),
    "show_search": ("searchable",),
}


def _updated(component: Component, value: Any) -> Mapping[str, Any]:
    """Return the arguments that a function's value changes."""
    if isinstance(value, Component) and value.kind == component.kind:
        return given_to(value)
    if isinstance(value, Mapping) and value.get("__type__") == "update":
        known = {field.name for field in fields(component)}
        given = {name: argument for name, argument in value.items() if name != "__type__"}
        unknown = [name for name in given if name not in known]
        if unknown:
            raise ComponentError(f"`{type(component).__name__}` has no `{unknown[0]}` to update.")
        return given
    return {"value": value}


# A parameter of the constructor and a method of this name: programs written for Gradio use both.
setattr(Component, "render", Component.place)  # noqa: B010 - the type checker knows the parameter


def is_hidden(visible: object) -> bool:
    """Tell whether nothing is shown; programs for Gradio also say `"hidden"`."""
    return not visible or visible == "hidden"


def classes_of(classes: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of classes, given one by one or in a text."""
    return tuple(classes.split() if isinstance(classes, str) else classes or ())


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
