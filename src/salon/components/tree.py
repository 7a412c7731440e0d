"""The tree of a page: components and containers add themselves to the container whose `with` block is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol, Self

_open: ContextVar["Container | None"] = ContextVar("salon-open-container", default=None)


class Container(Protocol):
    """A node that has children."""

    children: "list[Node]"


class Node:
    """A node of a page's tree."""

    @property
    def is_placed(self) -> bool:
        """Whether the node has a parent."""
        return self.__dict__.get("_container") is not None

    def place(self) -> Self:
        """Append the node to the open container, if there is one and the node has no parent yet; return the node."""
        container = _open.get()
        if container is not None and not self.is_placed:
            container.children.append(self)
            self.__dict__["_container"] = container
        return self

    def unrender(self) -> Self:
        """Remove the node from its container; return the node."""
        container = self.__dict__.pop("_container", None)
        if container is not None:
            container.children.remove(self)
        return self


class OpenContainer(Node):
    """A container that is opened by `with`: nodes made inside of the block become its children."""

    children: list[Node]

    def __enter__(self) -> Self:
        opened = inside(self)
        opened.__enter__()
        self.__dict__.setdefault("_opened", []).append(opened)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__dict__["_opened"].pop().__exit__(kind, error, trace)


def root_of(node: object) -> Any:
    """Return the root of a node's tree, or of the open container; `None` if there is neither."""
    container = getattr(node, "__dict__", {}).get("_container") or _open.get()
    while container is not None and container.__dict__.get("_container") is not None:
        container = container.__dict__["_container"]
    return container if container is not None or not hasattr(node, "bindings") else node


@contextmanager
def inside(container: Container) -> Iterator[None]:
    """Open `container`: nodes made inside of the block become its children."""
    token = _open.set(container)
    try:
        yield
    finally:
        _open.reset(token)
