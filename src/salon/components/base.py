"""The base of all components: their common arguments, and the conversions between values, props and parts."""

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
    """An author's value or argument that a component cannot show. The message names it, for the author."""


class InputError(ValueError):
    """A client's value that a component does not accept. The message names the accepted form, for the client."""


class Skip:
    """The type of `SKIP`, which `salon.skip` returns: the component keeps its value and props."""


SKIP = Skip()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a component: the props that change, and the new text and files, each `None` if unchanged."""

    props: dict[str, Any]
    text: str | None = None
    files: tuple[FileRef, ...] | None = None


FindPath: TypeAlias = Callable[[FileRef | Source], Path | None]
"""A function that finds the file that a client named: returns its path, or `None` if the file was deleted meanwhile.

A `Source` with an address refers to one of the author's files that the page shows.
"""


class Files(Protocol):
    """The store for files that components refer to and the page loads. Its methods block."""

    def from_path(self, path: str | os.PathLike[str]) -> FileRef | Source:
        """Return a reference to a file with the content at `path`, or the address at which the page loads it.

        Raises:
            ComponentError: the file does not exist, or is outside of the allowed folders.
        """

    def from_bytes(self, content: bytes, name: str) -> FileRef | Source:
        """Return a reference to a file with `content`, or the address at which the page loads it."""


class Packing:
    """The conversion of one component into a part: it collects the files to which the component's props refer."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.refs: list[FileRef] = []

    def source(self, value: Any, name: str) -> Source:
        """Return the source of `value`: bytes, a path, an address, or a dictionary with `path` or `url`.

        Args:
            value: the author's value.
            name: file name for bytes.

        Raises:
            ComponentError: the value has another type.
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
            f"cannot show a value of type `{type(value).__name__}`. Pass a path, an address, or the content as bytes."
        )

    def bytes(self, content: bytes, name: str) -> Source:
        """Return the source of `content`."""
        return self._add(self._files.from_bytes(content, name))

    def _add(self, ref: FileRef | Source) -> Source:
        if isinstance(ref, Source):
            return ref
        # Props refer to a file by its index among the part's files, and contain neither its id nor a path. So code that
        # copies, shares, exports or deletes messages finds and replaces all files without knowing any kind of
        # component.
        if ref not in self.refs:
            self.refs.append(ref)
        return Source(file=self.refs.index(ref))


class _Valued:
    # Declared here without being a dataclass field: the position of `value` among the arguments differs between
    # components, so each of them declares the field itself.
    value: Any


@component()
class Component(Node, _Valued):
    """A component: shown in a message, or on a page, where it may also be an input.

    Args:
        value: the value that it shows, or an input's initial value; a function without parameters is called for every
            page that is loaded.
        label: the component's name, shown above it and announced by screen readers.
        info: help text below the label of an input.
        show_label: `False` hides the label; screen readers still announce it.
        visible: `False` hides the component.
        elem_id: `id` of the component's HTML element.
        elem_classes: CSS classes of the component's HTML element.
        height: the height, as a number of pixels or a CSS length.
        width: the width, like `height`.
        container: `False` draws no frame around an input.
        scale: the component's share of a row's width, relative to the other children of the row.
        min_width: width in pixels below which the component wraps into a line of its own in a row.
        interactive: whether users may change the value; by default they may, unless the component is only an output of
            functions.
        render: `False` does not add the component to the open container; call `render()` where it belongs, or pass it
            to a chat.
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
        """Add the component to the open container, unless `render` is false."""
        if render:
            self.place()

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in given_to(self).items())
        return f"{type(self).__name__}({arguments})"

    @property
    def name(self) -> str:
        """The component's name in messages of errors: its label, or the name of its class."""
        return self.label or type(self).__name__

    def part(self, files: Files) -> ComponentPart:
        """Return the part that represents this component in a message or on a page.

        Raises:
            ComponentError: the component cannot show its value.
        """
        packing = Packing(files)
        text, props = self._packed(packing)
        built = _cleaned(msgspec.to_builtins(props, str_keys=True))
        return ComponentPart(kind=self.kind, text=clean(text), props=built, files=tuple(packing.refs))

    def changed_by(self, value: Any, files: Files) -> Change:
        """Return the change that a function's result makes: a new value, or an update of the component's arguments.

        Raises:
            ComponentError: the component cannot show the result.
        """
        arguments = _updated(self, value)
        packing = Packing(files)
        # The component is shared by all pages and sessions, so the change is applied to a copy. The copy is serialised
        # as a whole, because one prop may depend on several arguments; then only the props of the changed arguments are
        # sent. Sending the others, too, would reset what earlier calls had changed on the page.
        changed = copy.copy(self)
        for name, argument in arguments.items():
            setattr(changed, name, argument)
        text, props = changed._packed(packing)  # noqa: SLF001 - of the same class
        names = {prop for name in arguments for prop in self._prop_names(name)}
        built = {name: msgspec.to_builtins(getattr(props, name), str_keys=True) for name in names}
        # Text and files belong to the value: `None` leaves those on the page unchanged.
        if "value" not in arguments:
            return Change(_cleaned(built))
        return Change(_cleaned(built), clean(text), tuple(packing.refs))

    def _prop_names(self, argument: str) -> Sequence[str]:
        """Return the names of the props that depend on an argument of the constructor."""
        if argument == "value":
            return self.value_props
        return _RENAMED.get(argument, (argument,))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the values that clients may send."""
        return {}

    def with_value(self, value: Any) -> Self:
        """Return a copy of this component with another value."""
        other = copy.copy(self)
        other.value = value
        return other

    def default(self) -> Any:
        """Return the value that is used if a client sends none, in the form that `accept` returns."""
        return self.accept(self.value)

    def own(self) -> Any:
        """Return `default`; if the value is a function, call it first."""
        return self.with_value(self.value()).default() if callable(self.value) else self.default()

    def accept(self, value: Any) -> Any:
        """Validate a client's value, and return it in the one form that `read` takes; `None` means no value.

        Raises:
            InputError: the value is not of this component's form, or out of its bounds.
        """
        return value

    def read(self, value: Any, files: "FindPath") -> Any:
        """Return the Python value that functions get for a validated value. It may block, to read files.

        Raises:
            InputError: the content of the file is not of the form that this component needs.
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


# Arguments whose props have other names, mostly so that the default is false, which the JSON omits.
_RENAMED: dict[str, tuple[str, ...]] = {
    "visible": ("hidden",),
    "show_label": ("hides_label",),
    "container": ("bare",),
    "wrap_lines": ("wraps",),
    "show_search": ("searchable",),
}


def _updated(component: Component, value: Any) -> Mapping[str, Any]:
    """Return the arguments that a function's result changes, with their new values."""
    if isinstance(value, Component) and value.kind == component.kind:
        return given_to(value)
    if isinstance(value, Mapping) and value.get("__type__") == "update":
        known = {field.name for field in fields(component)}
        arguments = {name: argument for name, argument in value.items() if name != "__type__"}
        unknown = [name for name in arguments if name not in known]
        if unknown:
            raise ComponentError(
                f"`{type(component).__name__}` has no argument `{unknown[0]}` to update; its arguments are "
                f"{', '.join(sorted(known))}."
            )
        return arguments
    return {"value": value}


# `render` is both a parameter of the constructor and a method: programs written for Gradio use both. A method defined
# in the class body would become the default of the field `render`, so it is set afterwards.
setattr(Component, "render", Component.place)  # noqa: B010 - the type checker knows the parameter


def is_hidden(visible: object) -> bool:
    """Tell whether a component is hidden; programs written for Gradio also pass `"hidden"`."""
    return not visible or visible == "hidden"


def classes_of(classes: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of CSS classes, from a sequence or from one text separated by spaces."""
    return tuple(classes.split() if isinstance(classes, str) else classes or ())


def _css_length(length: float | str | None) -> str | None:
    try:
        return css_length(length)
    except ValueError as error:
        raise ComponentError(f"cannot use this size: {error}.") from None


def _cleaned(value: Any) -> Any:
    # A lone surrogate or NUL anywhere in the props would make the whole event impossible to encode or to persist.
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean(str(key)): _cleaned(item) for key, item in value.items()}
        case list() | tuple():
            return [_cleaned(item) for item in value]
        case _:
            return value
