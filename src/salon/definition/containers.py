"""The serialisation of containers: their initial options, and the changes that functions make."""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from salon.components.base import Change, Component, ComponentError, Files, classes_of, is_hidden
from salon.components.layout import Accordion, Column, Layout, Row, Sidebar, Tab, Tabs
from salon.components.parameter_checks import component, given_to
from salon.definition.checks import length_of

_OPTIONS = {"visible": "hidden", "interactive": "disabled", "id": "name"}
"""Options whose name differs from the argument's."""


@component()
class ContainerOutput(Component):
    """The adapter that lets a function's output be a container: it changes the container's arguments."""

    kind: ClassVar[str] = "container"
    is_shown: ClassVar[bool] = False

    layout: Layout

    def changed_by(self, value: Any, files: Files) -> Change:
        """See `Component.changed_by`."""
        del files
        changed = copy.copy(self.layout)
        arguments = self._arguments(value)
        for name, argument in arguments.items():
            setattr(changed, name, argument)
        options = options_of(changed)
        names = [_OPTIONS.get(name, name) for name in arguments]
        return Change({name: options[name] for name in names if name in options})

    def _arguments(self, value: Any) -> Mapping[str, Any]:
        name = type(self.layout).__name__
        if type(value) is type(self.layout):
            arguments = given_to(value)
        elif isinstance(value, Mapping) and value.get("__type__") == "update":
            arguments = {name: argument for name, argument in value.items() if name != "__type__"}
        else:
            raise ComponentError(
                f"`{name}` has to be set to another `{name}(…)` or to `update(…)`, got a value of type "
                f"`{type(value).__name__}`."
            )
        unknown = [each for each in arguments if each not in self.layout.__dict__]
        if unknown:
            raise ComponentError(f"`{name}` has no argument `{unknown[0]}` to update.")
        return arguments


def options_of(layout: Layout) -> dict[str, Any]:
    """Return a container's options by name; `None` marks defaults."""
    options: dict[str, Any] = {
        "hidden": is_hidden(layout.visible) or None,
        "elem_id": layout.elem_id,
        "elem_classes": list(classes_of(layout.elem_classes)) or None,
        "scale": layout.scale,
        "min_width": layout.min_width or None,
    }
    match layout:
        case Row():
            options["variant"] = None if layout.variant == "default" else layout.variant
            options["equal_height"] = layout.equal_height or None
            for name in ("height", "min_height", "max_height"):
                options[name] = length_of(getattr(layout, name))
        case Column():
            options["variant"] = None if layout.variant == "default" else layout.variant
        case Accordion():
            options |= {"label": layout.label, "open": layout.open or None}
        case Sidebar():
            width = length_of(layout.width)
            options |= {"label": layout.label, "open": layout.open or None, "width": width, "position": layout.position}
        case Tabs():
            options["selected"] = layout.selected
        case Tab():
            options |= {"label": layout.label or "", "name": layout.id, "disabled": not layout.interactive or None}
    return options
