"""Where a page's parts stand: components and containers report themselves to the container that is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol, Self

_open: ContextVar["Container | None"] = ContextVar("salon-open-container", default=None)


class Container(Protocol):
    """Something that other parts of a page stand in."""

    children: "list[Node]"


class Node:
    """Something that has a place on a page."""

    @property
    def is_placed(self) -> bool:
        """Whether it stands somewhere."""
        return self.__dict__.get("_container") is not None

    def place(self) -> Self:
        """Stand at the end of the container that is open, if one is; return itself."""
        container = _open.get()
        if container is not None and not self.is_placed:
            container.children.append(self)
            self.__dict__["_container"] = container
        return self

    def unrender(self) -> Self:
        """Stand nowhere; return itself."""
        container = self.__dict__.pop("_container", None)
        if container is not None:
            container.children.remove(self)
        return self


class OpenContainer(Node):
    """A container that `with` opens: what is made inside stands in it."""

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
    """Return the outermost container around a node, or around what is being described; `None` when there is none."""
    container = getattr(node, "__dict__", {}).get("_container") or _open.get()
    while container is not None and container.__dict__.get("_container") is not None:
        container = container.__dict__["_container"]
    return container if container is not None or not hasattr(node, "bindings") else node


@contextmanager
def inside(container: Container) -> Iterator[None]:
    """Have what is made meanwhile stand in `container`."""
    token = _open.set(container)
    try:
        yield
    finally:
        _open.reset(token)
