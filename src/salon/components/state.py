"""Values that belong to one session, and are not shown."""

from dataclasses import field
from typing import Any, ClassVar

from salon.components.base import Component, InputError, Packing
from salon.components.events import Event
from salon.components.parameter_checks import component
from salon.components.props import BrowserStateProps, Props


@component(ignored=frozenset(("time_to_live", "delete_callback")))
class State(Component):
    """Any value of Python's that the server keeps for one visitor's page; it is never sent anywhere.

    Args:
        value: what it is at first; every session gets a copy of its own.
    """

    kind: ClassVar[str] = "state"
    is_shown: ClassVar[bool] = False

    value: Any = field(default=None, kw_only=False)

    def accept(self, value: Any) -> Any:
        """Refuse: clients have no say in it."""
        del value
        raise InputError("is kept by the server")


@component()
class BrowserState(Component):
    """A value that JSON can hold, which the visitor's browser keeps, also when it is closed.

    Args:
        default_value: what it is at first.
        storage_key: what the browser calls it; by default it goes by its place on the page.
        secret: without effect: what a browser keeps can be read and changed by its user.
    """

    kind: ClassVar[str] = "browserstate"

    default_value: Any = field(default=None, kw_only=False)
    storage_key: str | None = None
    secret: str | None = None

    change: ClassVar[Event] = Event()

    def __post_init__(self, render: bool) -> None:
        """Take the default for the value."""
        super().__post_init__(render)
        self.value: Any = self.default_value

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._props(BrowserStateProps, value=self.value, storage_key=self.storage_key)
