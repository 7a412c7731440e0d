"""Results of functions that change a component's arguments, or leave the component unchanged."""

from typing import Any

from salon.components.base import SKIP, Skip


def update(**arguments: Any) -> dict[str, Any]:
    """Return an update: a function that returns it for an output changes these arguments of the component only.

    Args:
        arguments: arguments of the component's constructor, such as `visible=False` or `choices=["a", "b"]`. Returning
            a component of the same class, `Dropdown(choices=["a", "b"])`, does the same.
    """
    return {"__type__": "update", **arguments}


def skip() -> Skip:
    """Return a marker: a function that returns it for an output leaves the component unchanged."""
    return SKIP
