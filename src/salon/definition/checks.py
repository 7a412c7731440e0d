"""What an author's values have to be, and errors that name them and the way out."""

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
    """Add an error that is raised inside to `problems` instead of raising it."""
    try:
        yield
    except AuthorError as error:
        problems.append(error)


def together(problems: Sequence[AuthorError]) -> AuthorError:
    """Return one error that says all of `problems`."""
    if len(problems) == 1:
        return problems[0]
    said = [line.removeprefix("- ") for problem in problems for line in problem.message.splitlines()]
    return AuthorError(problems[0].code, "\n".join(f"- {line}" for line in said))


def instance(name: str, value: _T | None, wanted: type[_T]) -> _T | None:
    """Return `value`, which has to be a `wanted` or `None`."""
    if value is not None and not isinstance(value, wanted):
        raise AuthorError("chat.component", f"`{name}` has to be a `{wanted.__name__}`, got `{value!r}`.")
    return value


def require_one_of(name: str, value: object, known: Sequence[str]) -> None:
    """Refuse what is not `known`, and name the nearest that is."""
    if value in known:
        return
    nearest = difflib.get_close_matches(str(value), known, n=1)
    hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
    raise AuthorError(f"chat.{name}", f"`{name}` has to be one of {', '.join(known)}; got `{value!r}`.{hint}")


def require_limit(limit: object) -> None:
    """Refuse what is no limit of concurrency."""
    if limit is None or limit == "default" or (type(limit) is int and limit > 0):
        return
    raise AuthorError(
        "chat.concurrency_limit",
        f'`concurrency_limit` has to be a positive number, `None` or "default"; got `{limit!r}`.',
    )


def require_label(name: str, value: object) -> None:
    """Refuse what a button cannot be named by."""
    if not isinstance(value, str | bool | Button | None):
        raise AuthorError(
            f"chat.{name}", f"`{name}` has to be a label, `True`, `False` or a `Button`; got `{value!r}`."
        )


def label(button: str | bool | Button | None) -> str | bool | None:
    """Return what a button is named by, whether it is given as one or not."""
    return button.value if isinstance(button, Button) else button


def shown(label: str | bool | None) -> str | bool | None:
    """Turn what authors say of a button (`True`: as usual, `None` or `False`: none) into what the page is told."""
    return None if label is True else label or False


def length_of(length: float | str | None) -> str | None:
    """Return a CSS length."""
    try:
        return css_length(length)
    except ValueError as error:
        raise AuthorError("chat.length", f"As a height, {error}.") from None
