"""The difference of two JSON values, as a list of edits."""

from typing import Any, TypeAlias

Edit: TypeAlias = tuple[str, list[str | int], Any]
"""The operation (`replace`, `append`, `add` or `delete`), the path, and the value."""


def edits(old: Any, new: Any) -> list[Edit]:
    """Return edits that turn `old` into `new` when they are applied in order; none if the values are equal."""
    result: list[Edit] = []
    _compare(old, new, [], result)
    return result


def _compare(old: Any, new: Any, path: list[str | int], result: list[Edit]) -> None:
    if type(old) is type(new):
        if old == new:
            return
        if isinstance(new, str) and old and new.startswith(old):
            result.append(("append", path, new[len(old) :]))
            return
        if isinstance(new, list):
            for index, (before, after) in enumerate(zip(old, new, strict=False)):
                _compare(before, after, [*path, index], result)
            result += [("delete", [*path, index], None) for index in range(len(old) - 1, len(new) - 1, -1)]
            result += [("add", [*path, index], new[index]) for index in range(len(old), len(new))]
            return
        if isinstance(new, dict):
            result += [("delete", [*path, key], None) for key in old if key not in new]
            for key, value in new.items():
                if key in old:
                    _compare(old[key], value, [*path, key], result)
                else:
                    result.append(("add", [*path, key], value))
            return
    result.append(("replace", path, new))
