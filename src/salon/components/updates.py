"""What functions return to change more of a component than its value, or nothing of it."""

from typing import Any

from salon.components.base import SKIP, Skip


def update(**arguments: Any) -> dict[str, Any]:
    """Return what changes some of a component's arguments when a function returns it for an output.

    Args:
        arguments: arguments of the component's constructor, such as `visible=False` or `choices=["a", "b"]`. Returning
            a component of the same class, `Dropdown(choices=["a", "b"])`, does the same.
    """
    return {"__type__": "update", **arguments}


def skip() -> Skip:
    """Return what leaves an output as it is when a function returns it."""
    return SKIP
