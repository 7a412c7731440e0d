"""Buttons."""

from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar, Literal

from salon.components.base import Component, Packing
from salon.components.parameters import component
from salon.components.props import ButtonProps, Props
from salon.components.text import accept_text, text_of


@component(ignored=frozenset(("link_target",)))
class Button(Component):
    """A button. It can also name one of the chat's own: `retry_btn=salon.Button("Again")`.

    Args:
        value: its label.
        variant: how much it stands out: `"primary"`, `"secondary"`, `"stop"`; others count as
            secondary.
        size: `"sm"`, `"md"` or `"lg"`.
        icon: a picture before its label: a path or an address.
        link: an address that it opens.
    """

    kind: ClassVar[str] = "button"
    value_props: ClassVar[tuple[str, ...]] = ()

    value: Any = field(default="Run", kw_only=False)
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
        icon = None if self.icon is None else packing.source(self.icon, "icon.png")
        return text_of(self.value), self._props(
            ButtonProps, variant=self.variant, size=self.size, icon=icon, link=self.link
        )
