"""Buttons."""

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar, Literal

from salon.components.base import Component, FindPath, Packing
from salon.components.events import Event
from salon.components.media import File
from salon.components.parameter_checks import component
from salon.components.props import ButtonProps, Props
from salon.components.text import accept_text, text_of


@component()
class _AnyButton(Component):
    """The base of buttons.

    Args:
        variant: style of the button: `"primary"`, `"secondary"`, `"stop"`; others count as secondary.
        size: `"sm"`, `"md"` or `"lg"`.
        icon: path or address of an image in front of the label.
        link: address that a click opens.
    """

    click: ClassVar[Event] = Event()

    value_props: ClassVar[tuple[str, ...]] = ()

    min_width: int = 80
    variant: Literal["primary", "secondary", "stop", "huggingface"] = "secondary"
    size: Literal["sm", "md", "lg"] = "lg"
    icon: str | Path | None = None
    link: str | None = None

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "string"}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return accept_text(value)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        return text_of(self.value), self._button_props(packing)

    def _button_props(self, packing: Packing, **fields: Any) -> ButtonProps:
        icon = None if self.icon is None else packing.source(self.icon, "icon.png")
        return self._props(ButtonProps, variant=self.variant, size=self.size, icon=icon, link=self.link, **fields)


@component(ignored=frozenset(("link_target",)))
class Button(_AnyButton):
    """A button. It can also name one of the chat's own buttons: `retry_btn=salon.Button("Again")`.

    Args:
        value: the button's label.
    """

    kind: ClassVar[str] = "button"

    value: Any = field(default="Run", kw_only=False)


@component(
    ignored=frozenset(
        (
            "api_name",
            "api_visibility",
            "link_target",
            "show_api",
        )
    )
)
class ClearButton(_AnyButton):
    """A button that resets components to their empty values.

    Args:
        components: the components that it resets.
        value: the button's label.
    """

    kind: ClassVar[str] = "button"

    components: Any = field(default=None, kw_only=False)
    value: Any = field(default="Clear", kw_only=False)

    def __post_init__(self, render: bool) -> None:
        """Add the button to the open container, and bind it to the components."""
        super().__post_init__(render)
        components = self.components if isinstance(self.components, list | tuple) else (self.components,)
        self.emptied: list[Component] = [each for each in components if each is not None]

    def add(self, components: Component | Sequence[Component]) -> "ClearButton":
        """Reset these components, too; return this button."""
        self.emptied += [components] if isinstance(components, Component) else components
        return self


@component(ignored=frozenset(("link_target",)))
class DownloadButton(_AnyButton):
    """A button that downloads a file.

    Args:
        label: the button's label.
        value: the file: a path, an address or bytes.
    """

    kind: ClassVar[str] = "downloadbutton"
    value_props: ClassVar[tuple[str, ...]] = ("source",)

    label: str | None = field(default="Download", kw_only=False)
    value: Any = field(default=None, kw_only=False)

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return value

    def default(self) -> Any:
        """See `Component.default`."""
        return None if self.value is None else str(self.value)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        source = None if self.value is None else packing.source(self.value, "file")
        return text_of(self.label), self._button_props(packing, source=source)


@component(ignored=frozenset(("link_target",)))
class UploadButton(_AnyButton):
    """A button that uploads files; functions get them as those of `File`.

    Args:
        label: the button's label.
        file_count: see `File`.
        file_types: see `File`.
        type: see `File`.
    """

    upload: ClassVar[Event] = Event()

    kind: ClassVar[str] = "uploadbutton"
    value_props: ClassVar[tuple[str, ...]] = ("sources",)
    blocks: ClassVar[bool] = True

    label: str | None = field(default="Upload a File", kw_only=False)
    value: Any = field(default=None, kw_only=False)
    file_count: Literal["single", "multiple", "directory"] = "single"
    file_types: Sequence[str] | None = None
    type: Literal["filepath", "binary"] = "filepath"

    @property
    def _file(self) -> File:
        return File(
            self.value,
            label=self.label,
            file_count=self.file_count,
            file_types=self.file_types,
            type=self.type,
            render=False,
        )

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return self._file.schema()

    def default(self) -> Any:
        """See `Component.default`."""
        return self._file.default()

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return self._file.accept(value)

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        return self._file.read(value, files)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        values = self.value if isinstance(self.value, list | tuple) else () if self.value is None else (self.value,)
        sources = tuple(packing.source(value, "file") for value in values)
        types = (self.file_types,) if isinstance(self.file_types, str) else tuple(self.file_types or ())
        return text_of(self.label), self._button_props(packing, sources=sources, count=self.file_count, types=types)
