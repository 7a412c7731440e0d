"""Checks what authors pass to constructors: misspelt names are named with the nearest right one."""

import dataclasses
import difflib
import functools
import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar, dataclass_transform

from salon.errors import AuthorError

_T = TypeVar("_T")
_P = ParamSpec("_P")

_GIVEN = "_given"
_TOLERATED = "_tolerated"
_WITHOUT_MEANING = frozenset(
    (
        "buttons",
        "every",
        "inputs",
        "key",
        "load_fn",
        "preserved_by_key",
        "show_copy_button",
        "show_download_button",
        "show_fullscreen_button",
        "show_share_button",
    )
)


class UnknownParameterError(AuthorError, TypeError):
    """A constructor was called with parameters that it does not have."""


def takes_parameters(
    *, renamed: Mapping[str, str] | None = None, ignored: frozenset[str] = frozenset()
) -> Callable[[type[_T]], type[_T]]:
    """Return a decorator of dataclasses that helps with names which are not fields.

    Args:
        renamed: names that programs written for Gradio use, and the field that each stands for.
        ignored: names that such programs use for what has no meaning here; they are accepted with a warning.

    The decorated constructor raises `UnknownParameterError`, which names all the others at once. What it was
    given can be asked for with `given_to`.
    """
    other_names = renamed or {}

    def decorate(cls: type[_T]) -> type[_T]:
        construct = cls.__init__
        known = [name for name in inspect.signature(construct).parameters if name != "self"]
        by_position = [field.name for field in dataclasses.fields(cls) if field.init and not field.kw_only]  # type: ignore[arg-type]

        @functools.wraps(construct)
        def checked(self: _T, /, *args: Any, **given: Any) -> None:
            _settle(cls.__name__, given, known, other_names, ignored)
            self.__dict__[_GIVEN] = dict(zip(by_position, args, strict=False)) | given
            construct(self, *args, **given)

        setattr(checked, _TOLERATED, (other_names, ignored))
        cls.__init__ = checked  # type: ignore[assignment, method-assign]
        return cls

    return decorate


def takes_keywords(
    *, renamed: Mapping[str, str] | None = None, ignored: frozenset[str] = frozenset()
) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Return a decorator that does for a function what `takes_parameters` does for a constructor."""
    other_names = renamed or {}

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        known = list(inspect.signature(function).parameters)

        @functools.wraps(function)
        def checked(*args: _P.args, **given: _P.kwargs) -> _T:
            _settle(function.__name__, given, known, other_names, ignored)
            return function(*args, **given)

        setattr(checked, _TOLERATED, (other_names, ignored))
        return checked

    return decorate


def tolerated_by(function: Callable[..., Any]) -> dict[str, str | None]:
    """Return the names that a function or constructor takes besides its parameters.

    Each stands for the parameter that it means, or for `None` where it has no meaning.
    """
    known = inspect.signature(function).parameters
    renamed, ignored = getattr(function, _TOLERATED, ({}, frozenset()))
    return {name: renamed.get(name) for name in sorted({*renamed, *ignored} - known.keys())}


def _settle(
    owner: str, given: dict[str, Any], known: Sequence[str], other_names: Mapping[str, str], ignored: frozenset[str]
) -> None:
    """Leave in `given` what is `known`, under the names that are known.

    Raises:
        UnknownParameterError: something is neither known nor has it another name, nor is it ignored; the message names
            all of that.
    """
    problems = []
    for name in [name for name in given if name not in known]:
        value = given.pop(name)
        if name in other_names:
            given.setdefault(other_names[name], value)
        elif name in ignored:
            warnings.warn(f"`{owner}` ignores `{name}`: it has no meaning here.", stacklevel=3)
        else:
            nearest = difflib.get_close_matches(name, [*known, *other_names], n=1)
            hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
            problems.append(f"`{owner}` has no parameter `{name}`.{hint}")
    if problems:
        raise UnknownParameterError("parameters.unknown", "\n".join(problems))


def given_to(value: object) -> Mapping[str, Any]:
    """Return the arguments that the constructor of `value` was called with, by the names of its fields."""
    given: Mapping[str, Any] = value.__dict__.get(_GIVEN, {})
    return given


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(dataclasses.field,))
def component(
    *, renamed: Mapping[str, str] | None = None, ignored: frozenset[str] = frozenset()
) -> Callable[[type[_T]], type[_T]]:
    """Return a decorator that makes a dataclass of a component; see `takes_parameters` for its arguments."""

    def decorate(cls: type[_T]) -> type[_T]:
        made = dataclasses.dataclass(kw_only=True, eq=False, repr=False)(cls)
        return takes_parameters(renamed=renamed, ignored=_WITHOUT_MEANING | ignored)(made)

    return decorate
