"""What turns one JSON value into another, as a list of edits."""

from typing import Any, TypeAlias

Edit: TypeAlias = tuple[str, list[str | int], Any]
"""`replace`, `append`, `add` or `delete`; where; and with what."""


def edits(old: Any, new: Any) -> list[Edit]:
    """Return edits that, applied one after the other, make `new` of `old`; none when they are equal."""
    found: list[Edit] = []
    _compare(old, new, [], found)
    return found


def _compare(old: Any, new: Any, path: list[str | int], found: list[Edit]) -> None:
    if type(old) is type(new):
        if old == new:
            return
        if isinstance(new, str) and old and new.startswith(old):
            found.append(("append", path, new[len(old) :]))
            return
        if isinstance(new, list):
            for index, (before, after) in enumerate(zip(old, new, strict=False)):
                _compare(before, after, [*path, index], found)
            found += [("delete", [*path, index], None) for index in range(len(old) - 1, len(new) - 1, -1)]
            found += [("add", [*path, index], new[index]) for index in range(len(old), len(new))]
            return
        if isinstance(new, dict):
            found += [("delete", [*path, key], None) for key in old if key not in new]
            for key, value in new.items():
                if key in old:
                    _compare(old[key], value, [*path, key], found)
                else:
                    found.append(("add", [*path, key], value))
            return
    found.append(("replace", path, new))
