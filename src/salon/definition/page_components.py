"""The components of one page: their ids, labels and nodes."""

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
    """The components and containers of one page, by id.

    Args:
        published: the author's files, to which the components' files are added.
        place: function that returns the node of a chat or another special component; `None` for ordinary ones.
        static: identities of components that only functions set.

    Attributes:
        parameters: all components so far, by id.
        names: labels of components without one, by identity.
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
        """Return a component with its id; repeated calls return the same id."""
        known = self._ids.get(id(component))
        if known is None:
            known = self._ids[id(component)] = self._next_id()
            self.parameters[known] = Parameter(known, component)
        return self.parameters[known]

    def node(self, component: Component) -> ComponentNode:
        """Return the node of a component.

        Raises:
            AuthorError: the component cannot have its initial value.
        """
        placed = self._place(component) if self._place is not None else None
        if isinstance(placed, ComponentNode):
            return placed
        parameter = self.parameter(component)
        evaluated = component.with_value(component.value()) if callable(component.value) else component
        try:
            evaluated.default()
            part = evaluated.part(self.published)
        except InputError as error:
            raise AuthorError(
                "component.value", f"`{component!r}` has an initial `value` that is not accepted: it {error}."
            ) from None
        except ComponentError as error:
            raise AuthorError("component.value", f"{error}") from None
        if id(component) in self._static and component.interactive is None:
            part = msgspec.structs.replace(part, props=part.props | {"interactive": False})
        if not part.props.get("label") and not part.props.get("placeholder"):
            part = msgspec.structs.replace(part, props=part.props | self._name(component))
        return ComponentNode(id=parameter.id, part=part)

    def _name(self, component: Component) -> dict[str, Any]:
        """Return the label of a component without one: its parameter's name, or its kind, which is not shown."""
        name = self.names.get(id(component))
        if name is not None:
            return {"label": name}
        return {"label": type(component).__name__, "hides_label": True} if component.kind in _FORMS else {}

    def id_of_container(self, layout: Layout) -> str:
        """Return the id of a container; repeated calls return the same id."""
        return self._containers.setdefault(id(layout), f"l{len(self._containers) + 1}")

    def output(self, layout: Layout) -> Parameter:
        """Return the output that sets a container's arguments."""
        return Parameter(self.id_of_container(layout), ContainerOutput(layout=layout, render=False))

    def nodes(self, children: Sequence[Node]) -> tuple[LayoutNode, ...]:
        """Return the nodes of a container's children.

        Raises:
            AuthorError: a child's definition is wrong; the message lists all problems at once.
        """
        problems: list[AuthorError] = []
        nodes: list[LayoutNode] = []
        leaves: list[Node] = []
        for child in (*children, None):
            if isinstance(child, Tab):
                leaves.append(child)
                continue
            if leaves:
                with collecting(problems):
                    inside = self.nodes_of_tabs(leaves)
                    nodes.append(ContainerNode(id=self._next_id(), kind="tabs", children=inside))
                leaves = []
            if child is not None:
                with collecting(problems):
                    nodes += self._node(child)
        if problems:
            raise together(problems)
        return tuple(nodes)

    def nodes_of_tabs(self, tabs: Sequence[Node]) -> tuple[LayoutNode, ...]:
        """Return the nodes of tabs."""
        return tuple(self._container(tab) for tab in tabs if isinstance(tab, Layout))

    def _node(self, child: Node) -> list[LayoutNode]:
        placed = self._place(child) if self._place is not None else None
        if placed is not None:
            return [placed]
        if isinstance(child, Component):
            return [self.node(child)] if child.is_shown else []
        return [self._container(child)] if isinstance(child, Layout) else []

    def _container(self, layout: Layout) -> ContainerNode:
        options = {name: value for name, value in options_of(layout).items() if value is not None}
        is_tabs = isinstance(layout, Tabs)
        children = self.nodes_of_tabs(layout.children) if is_tabs else self.nodes(layout.children)
        return ContainerNode(id=self.id_of_container(layout), kind=layout.kind, children=children, options=options)  # type: ignore[arg-type]  # kinds of the classes above

    def _next_id(self) -> str:
        self._count += 1
        return f"c{self._count}"


def components_of(name: str, value: str | Component | Sequence[str | Component] | None) -> tuple[Component, ...]:
    """Return the author's components, one or a list; short names become new components.

    Raises:
        AuthorError: an item is neither a component nor the name of one.
    """
    items = () if value is None else (value,) if isinstance(value, str | Component) else tuple(value)
    components: list[Component] = []
    problems: list[AuthorError] = []
    for item in items:
        with collecting(problems):
            if isinstance(item, str):
                components.append(component_named(item))
            elif isinstance(item, Component):
                components.append(item)
            else:
                raise AuthorError(
                    f"chat.{name}",
                    f'`{name}` has to contain components and names such as `"slider"`; got `{item!r}` in it.',
                )
    if problems:
        raise together(problems)
    return tuple(components)
