"""The components of one page: which there are, what each is called, and what the page is told of it."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from salon.components.base import Component, ComponentError, InputError
from salon.components.catalog import component_named
from salon.components.layout import Layout, Tab, Tabs
from salon.components.tree import Node
from salon.definition.checks import collecting, together
from salon.definition.config import ComponentNode, ContainerNode, LayoutNode
from salon.definition.containers import ContainerOutput, options_of
from salon.definition.endpoint import Parameter
from salon.definition.published_files import PublishedFiles
from salon.errors import AuthorError

_FORMS = frozenset(
    ("checkbox", "checkboxgroup", "colorpicker", "datetime", "dropdown", "number", "radio", "slider", "textbox")
)


class PageComponents:
    """Gives the parts of one page their ids.

    Args:
        published: gets the files that components show.
        place: what stands for a node that is no ordinary component or container; `None` for others.
        static: identities of components that only functions set.

    Attributes:
        parameters: all components so far, by their ids.
        names: what components are called that have no label, by their identities.
    """

    def __init__(
        self,
        published: PublishedFiles,
        *,
        place: Callable[[Node], LayoutNode | None] | None = None,
        static: frozenset[int] = frozenset(),
    ) -> None:
        self.published = published
        self.parameters: dict[str, Parameter] = {}
        self.names: dict[int, str] = {}
        self._place = place
        self._static = static
        self._containers: dict[int, str] = {}
        self._ids: dict[int, str] = {}
        self._count = 0

    def parameter(self, component: Component) -> Parameter:
        """Return a component with its id, the same whenever it is asked for."""
        known = self._ids.get(id(component))
        if known is None:
            known = self._ids[id(component)] = self._next_id()
            self.parameters[known] = Parameter(known, component)
        return self.parameters[known]

    def node(self, component: Component) -> ComponentNode:
        """Return what the page is told of a component.

        Raises:
            AuthorError: its value is nothing that it can hold.
        """
        placed = self._place(component) if self._place is not None else None
        if isinstance(placed, ComponentNode):
            return placed
        parameter = self.parameter(component)
        shown = component.with_value(component.value()) if callable(component.value) else component
        try:
            shown.default()
            part = shown.part(self.published)
        except InputError as error:
            raise AuthorError(
                "component.value", f"`{component!r}` has a `value` that it does not take: it {error}."
            ) from None
        except ComponentError as error:
            raise AuthorError("component.value", f"{error}") from None
        if id(component) in self._static and component.interactive is None:
            part = msgspec.structs.replace(part, props=part.props | {"interactive": False})
        if not part.props.get("label") and not part.props.get("placeholder"):
            part = msgspec.structs.replace(part, props=part.props | self._name(component))
        return ComponentNode(id=parameter.id, part=part)

    def _name(self, component: Component) -> dict[str, Any]:
        """Return a label where nothing names a component: what its function calls it, or its kind, not shown."""
        name = self.names.get(id(component))
        if name is not None:
            return {"label": name}
        return {"label": type(component).__name__, "hides_label": True} if component.kind in _FORMS else {}

    def id_of_container(self, layout: Layout) -> str:
        """Return the id of a container, the same whenever it is asked for."""
        return self._containers.setdefault(id(layout), f"l{len(self._containers) + 1}")

    def output(self, layout: Layout) -> Parameter:
        """Return what stands for a container among the things that a function sets."""
        return Parameter(self.id_of_container(layout), ContainerOutput(layout=layout, render=False))

    def nodes(self, children: Sequence[Node]) -> tuple[LayoutNode, ...]:
        """Return what the page is told of all that stands in a container.

        Raises:
            AuthorError: some of it is described wrongly; the message lists all problems at once.
        """
        problems: list[AuthorError] = []
        found: list[LayoutNode] = []
        leaves: list[Node] = []
        for child in (*children, None):
            if isinstance(child, Tab):
                leaves.append(child)
                continue
            if leaves:
                with collecting(problems):
                    inside = self.nodes_of_tabs(leaves)
                    found.append(ContainerNode(id=self._next_id(), kind="tabs", children=inside))
                leaves = []
            if child is not None:
                with collecting(problems):
                    found += self._node(child)
        if problems:
            raise together(problems)
        return tuple(found)

    def nodes_of_tabs(self, tabs: Sequence[Node]) -> tuple[LayoutNode, ...]:
        """Return what the page is told of the leaves of tabs."""
        return tuple(self._container(tab) for tab in tabs if isinstance(tab, Layout))

    def _node(self, child: Node) -> list[LayoutNode]:
        placed = self._place(child) if self._place is not None else None
        if placed is not None:
            return [placed]
        if isinstance(child, Component):
            return [self.node(child)] if child.is_shown else []
        return [self._container(child)] if isinstance(child, Layout) else []

    def _container(self, layout: Layout) -> ContainerNode:
        given = {name: value for name, value in options_of(layout).items() if value is not None}
        is_tabs = isinstance(layout, Tabs)
        children = self.nodes_of_tabs(layout.children) if is_tabs else self.nodes(layout.children)
        return ContainerNode(id=self.id_of_container(layout), kind=layout.kind, children=children, options=given)  # type: ignore[arg-type]  # kinds of the classes above

    def _next_id(self) -> str:
        self._count += 1
        return f"c{self._count}"


def components_of(name: str, given: str | Component | Sequence[str | Component] | None) -> tuple[Component, ...]:
    """Return the components that an author gave, singly or in a list; short names stand for new ones.

    Raises:
        AuthorError: something is neither a component nor the name of one.
    """
    items = () if given is None else (given,) if isinstance(given, str | Component) else tuple(given)
    found: list[Component] = []
    problems: list[AuthorError] = []
    for item in items:
        with collecting(problems):
            if isinstance(item, str):
                found.append(component_named(item))
            elif isinstance(item, Component):
                found.append(item)
            else:
                raise AuthorError(
                    f"chat.{name}", f'`{name}` holds components and names such as `"slider"`; got `{item!r}` in it.'
                )
    if problems:
        raise together(problems)
    return tuple(found)
