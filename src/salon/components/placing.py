"""Where a page's parts stand: components and containers report themselves to the container that is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

_open: ContextVar["Container | None"] = ContextVar("salon-open-container", default=None)


class Node:
    """Something that has a place on a page."""

    @property
    def is_placed(self) -> bool:
        """Whether it stands somewhere."""
        return self.__dict__.get("_container") is not None

    def place(self) -> None:
        """Stand at the end of the container that is open, if one is."""
        container = _open.get()
        if container is not None and not self.is_placed:
            container.children.append(self)
            self.__dict__["_container"] = container

    def unplace(self) -> None:
        """Stand nowhere."""
        container = self.__dict__.pop("_container", None)
        if container is not None:
            container.children.remove(self)


class Container(Protocol):
    """Something that other parts of a page stand in."""

    children: list[Node]


def open_container() -> Container | None:
    """Return the container whose `with` block is being run, if one is."""
    return _open.get()


@contextmanager
def inside(container: Container) -> Iterator[None]:
    """Have what is made meanwhile stand in `container`."""
    token = _open.set(container)
    try:
        yield
    finally:
        _open.reset(token)
