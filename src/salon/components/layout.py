"""What other parts of a page stand in."""

from dataclasses import InitVar, field
from typing import Any, ClassVar, Literal

from salon.components.events import Event
from salon.components.parameter_checks import component
from salon.components.tree import Node, OpenContainer


@component()
class Layout(OpenContainer):
    """Something that other parts of a page stand in: open it with `with`, and make them inside.

    Args:
        visible: `False` shows nothing of it.
        elem_id: `id` of its element in the page.
        elem_classes: classes of its element in the page.
        scale: its share of a row's width, in relation to what else stands there.
        min_width: pixels below which it takes a line of its own in a row.
        render: `False` leaves its place open.
    """

    kind: ClassVar[str]

    visible: bool | Literal["hidden"] = True
    elem_id: str | None = None
    elem_classes: Any = None
    scale: int | None = None
    min_width: int = 0
    render: InitVar[bool] = True

    def __post_init__(self, render: bool) -> None:
        """Take a place on the page that is being described, unless `render` is false."""
        self.children: list[Node] = []
        if render:
            self.place()


setattr(Layout, "render", Layout.place)  # noqa: B010 - see `Component.render`


@component(ignored=frozenset(("show_progress",)))
class Row(Layout):
    """Things beside each other, below each other where there is no room.

    Args:
        variant: `"panel"` draws a ground, `"compact"` leaves no gaps.
        equal_height: all are as high as the highest.
        height: a number of pixels or a CSS length.
        max_height: likewise; beyond it, it scrolls.
        min_height: likewise.
    """

    kind: ClassVar[str] = "row"

    variant: Literal["default", "panel", "compact"] = "default"
    equal_height: bool = False
    height: float | str | None = None
    max_height: float | str | None = None
    min_height: float | str | None = None


@component(ignored=frozenset(("show_progress",)))
class Column(Layout):
    """Things below each other.

    Args:
        variant: `"panel"` draws a ground, `"compact"` leaves no gaps.
    """

    kind: ClassVar[str] = "column"

    scale: int | None = field(default=1, kw_only=False)
    min_width: int = 320
    variant: Literal["default", "panel", "compact"] = "default"


@component()
class Group(Layout):
    """Things that belong together, in one frame."""

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
    """Things that can be folded away.

    Args:
        label: what is to be seen while it is closed.
        open: whether it is open at first.
    """

    kind: ClassVar[str] = "accordion"

    label: str | None = field(default=None, kw_only=False)
    open: bool = True


@component()
class Sidebar(Layout):
    """Things at the side of the page, to be folded away; on a phone, in a drawer.

    Args:
        label: its name.
        open: whether it is open at first.
        width: a number of pixels or a CSS length.
        position: `"left"` or `"right"`.
    """

    kind: ClassVar[str] = "sidebar"

    label: str | None = field(default=None, kw_only=False)
    open: bool = True
    width: float | str = 320
    position: Literal["left", "right"] = "left"


@component(ignored=frozenset(("overflow_behavior",)))
class Tabs(Layout):
    """Leaves of which one is in sight: open a `Tab` inside for each.

    Args:
        selected: `id` of the one in sight at first; the first by default.
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
    """One leaf of `Tabs`. Where there are none around it, all that follow each other share some.

    Args:
        label: what is written on it.
        id: what `Tabs(selected=)` calls it.
        interactive: `False` lets nobody go there.
    """

    select: ClassVar[Event] = Event()

    kind: ClassVar[str] = "tab"

    label: str | None = field(default=None, kw_only=False)
    id: str | int | None = None
    interactive: bool = True


TabItem = Tab
