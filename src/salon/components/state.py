"""State: values of a session that are not shown."""

from dataclasses import field
from typing import Any, ClassVar

from salon.components.base import Component, InputError, Packing
from salon.components.events import Event
from salon.components.parameter_checks import component
from salon.components.props import BrowserStateProps, Props


@component(ignored=frozenset(("time_to_live", "delete_callback")))
class State(Component):
    """Any Python value that the server keeps for one session; it is never sent to the browser.

    Args:
        value: initial value; every session gets a deep copy.
    """

    kind: ClassVar[str] = "state"
    is_shown: ClassVar[bool] = False

    value: Any = field(default=None, kw_only=False)

    def accept(self, value: Any) -> Any:
        """Refuse the value: clients cannot set state."""
        del value
        raise InputError("is kept by the server, so clients cannot send it; leave it out")


@component()
class BrowserState(Component):
    """A JSON value that the visitor's browser stores, beyond the session.

    Args:
        default_value: initial value.
        storage_key: key under which the browser stores the value; by default it is derived from the position on the
            page.
        secret: no effect: users can read and change values that their browser stores.
    """

    kind: ClassVar[str] = "browserstate"

    default_value: Any = field(default=None, kw_only=False)
    storage_key: str | None = None
    secret: str | None = None

    change: ClassVar[Event] = Event()

    def __post_init__(self, render: bool) -> None:
        """Set the value to the default."""
        super().__post_init__(render)
        self.value: Any = self.default_value

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._props(BrowserStateProps, value=self.value, storage_key=self.storage_key)
