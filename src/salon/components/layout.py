"""Containers: nodes of a page that have children."""

from dataclasses import InitVar, field
from typing import Any, ClassVar, Literal

from salon.components.events import Event
from salon.components.parameter_checks import component
from salon.components.tree import Node, OpenContainer


@component()
class Layout(OpenContainer):
    """A container: open it with `with`, and create its children inside of the block.

    Args:
        visible: `False` hides the container and its children.
        elem_id: `id` of the container's HTML element.
        elem_classes: CSS classes of the container's HTML element.
        scale: the container's share of a row's width, relative to the other children of the row.
        min_width: width in pixels below which the container wraps into a line of its own in a row.
        render: `False` does not add the container to the open one; call `render()` where it belongs.
    """

    kind: ClassVar[str]

    visible: bool | Literal["hidden"] = True
    elem_id: str | None = None
    elem_classes: Any = None
    scale: int | None = None
    min_width: int = 0
    render: InitVar[bool] = True

    def __post_init__(self, render: bool) -> None:
        """Add the container to the open one, unless `render` is false."""
        self.children: list[Node] = []
        if render:
            self.place()


setattr(Layout, "render", Layout.place)  # noqa: B010 - see `Component.render`


@component(ignored=frozenset(("show_progress",)))
class Row(Layout):
    """A row: children beside each other, wrapping where the width does not suffice.

    Args:
        variant: `"panel"` draws a background, `"compact"` leaves no gaps.
        equal_height: `True` makes all children as high as the highest.
        height: the height, as a number of pixels or a CSS length.
        max_height: the largest height, like `height`; higher content scrolls.
        min_height: the smallest height, like `height`.
    """

    kind: ClassVar[str] = "row"

    variant: Literal["default", "panel", "compact"] = "default"
    equal_height: bool = False
    height: float | str | None = None
    max_height: float | str | None = None
    min_height: float | str | None = None


@component(ignored=frozenset(("show_progress",)))
class Column(Layout):
    """A column: children below each other.

    Args:
        variant: `"panel"` draws a background, `"compact"` leaves no gaps.
    """

    kind: ClassVar[str] = "column"

    scale: int | None = field(default=1, kw_only=False)
    min_width: int = 320
    variant: Literal["default", "panel", "compact"] = "default"


@component()
class Group(Layout):
    """A group: children in one common frame."""

    kind: ClassVar[str] = "group"


@component(
    ignored=frozenset(
        (
            "height",
            "max_height",
        )
    )
)
class Accordion(Layout):
    """A section that can be collapsed.

    Args:
        label: heading of the section, always visible.
        open: whether the section is expanded at first.
    """

    kind: ClassVar[str] = "accordion"

    label: str | None = field(default=None, kw_only=False)
    open: bool = True


@component()
class Sidebar(Layout):
    """A panel at the side of the page that can be collapsed; on phones, a drawer.

    Args:
        label: the panel's name.
        open: whether the panel is expanded at first.
        width: the width, as a number of pixels or a CSS length.
        position: side of the page, `"left"` or `"right"`.
    """

    kind: ClassVar[str] = "sidebar"

    label: str | None = field(default=None, kw_only=False)
    open: bool = True
    width: float | str = 320
    position: Literal["left", "right"] = "left"


@component(ignored=frozenset(("overflow_behavior",)))
class Tabs(Layout):
    """A set of tabs, of which one is selected: create a `Tab` inside of the block for each.

    Args:
        selected: `id` of the tab that is selected at first; the first tab by default.
    """

    kind: ClassVar[str] = "tabs"

    selected: str | int | None = None


@component(
    ignored=frozenset(
        (
            "alignment",
            "height",
            "max_height",
            "render_children",
        )
    )
)
class Tab(Layout):
    """One tab of `Tabs`. Consecutive tabs without `Tabs` around them form one set.

    Args:
        label: the tab's heading.
        id: name that `Tabs(selected=…)` refers to.
        interactive: `False` disables the tab.
    """

    select: ClassVar[Event] = Event()

    kind: ClassVar[str] = "tab"

    label: str | None = field(default=None, kw_only=False)
    id: str | int | None = None
    interactive: bool = True


TabItem = Tab
