"""Checks of the author's values; their errors name the value and the way out."""

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from salon.components.button import Button
from salon.components.lengths import css_length
from salon.errors import AuthorError

_T = TypeVar("_T")


@contextmanager
def collecting(problems: list[AuthorError]) -> Iterator[None]:
    """Catch an `AuthorError` that the block raises, and append it to `problems`."""
    try:
        yield
    except AuthorError as error:
        problems.append(error)


def together(problems: Sequence[AuthorError]) -> AuthorError:
    """Return one error with the messages of all `problems`."""
    if len(problems) == 1:
        return problems[0]
    lines = [line.removeprefix("- ") for problem in problems for line in problem.message.splitlines()]
    return AuthorError(problems[0].code, "\n".join(f"- {line}" for line in lines))


def instance(name: str, value: _T | None, type_: type[_T]) -> _T | None:
    """Check that `value` is a `wanted` or `None`, and return it."""
    if value is not None and not isinstance(value, type_):
        raise AuthorError("chat.component", f"`{name}` has to be a `{type_.__name__}`, got `{value!r}`.")
    return value


def require_one_of(name: str, value: object, known: Sequence[str]) -> None:
    """Raise an error, with the nearest known name, unless `value` is one of `known`."""
    if value in known:
        return
    nearest = difflib.get_close_matches(str(value), known, n=1)
    hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
    raise AuthorError(f"chat.{name}", f"`{name}` has to be one of {', '.join(known)}; got `{value!r}`.{hint}")


def require_limit(limit: object) -> None:
    """Raise an error unless `limit` is a limit of concurrency."""
    if limit is None or limit == "default" or (type(limit) is int and limit > 0):
        return
    raise AuthorError(
        "chat.concurrency_limit",
        f'`concurrency_limit` has to be a positive number, `None` or "default"; got `{limit!r}`.',
    )


def require_label(name: str, value: object) -> None:
    """Raise an error unless `value` can be the label of a button."""
    if not isinstance(value, str | bool | Button | None):
        raise AuthorError(
            f"chat.{name}", f"`{name}` has to be a label, `True`, `False` or a `Button`; got `{value!r}`."
        )


def label(button: str | bool | Button | None) -> str | bool | None:
    """Return the label of a button, which may be a label or a `Button`."""
    return button.value if isinstance(button, Button) else button


def label_setting(label: str | bool | None) -> str | bool | None:
    """Convert a button's label to the page's form: `True` to `None` (the default), `None` to `False` (hidden)."""
    return None if label is True else label or False


def length_of(length: float | str | None) -> str | None:
    """Return a CSS length."""
    try:
        return css_length(length)
    except ValueError as error:
        raise AuthorError("chat.length", f"The height is not valid: {error}.") from None
