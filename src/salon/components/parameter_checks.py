"""Checks of the keywords that authors pass to constructors: errors suggest the nearest correct name."""

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

_ARGUMENTS = "_constructor_arguments"
_TOLERATED = "_tolerated"
_WITHOUT_EFFECT = frozenset(
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
    """A constructor or function was called with keywords that it does not have."""


def takes_parameters(
    *, renamed: Mapping[str, str] | None = None, ignored: frozenset[str] = frozenset()
) -> Callable[[type[_T]], type[_T]]:
    """Return a decorator for dataclasses that checks the keywords which are not fields.

    Args:
        renamed: keywords that programs written for Gradio use, with the field that each is an alias of.
        ignored: keywords of Gradio's that have no effect here; they are accepted with a warning.

    The decorated constructor raises `UnknownParameterError`, which names all unknown keywords at once. `given_to`
    returns the arguments that it was called with.
    """
    other_names = renamed or {}

    def decorate(cls: type[_T]) -> type[_T]:
        construct = cls.__init__
        known = [name for name in inspect.signature(construct).parameters if name != "self"]
        by_position = [field.name for field in dataclasses.fields(cls) if field.init and not field.kw_only]  # type: ignore[arg-type]

        @functools.wraps(construct)
        def checked(self: _T, /, *args: Any, **keywords: Any) -> None:
            _resolve_keywords(cls.__name__, keywords, known, other_names, ignored)
            self.__dict__[_ARGUMENTS] = dict(zip(by_position, args, strict=False)) | keywords
            construct(self, *args, **keywords)

        setattr(checked, _TOLERATED, (other_names, ignored))
        cls.__init__ = checked  # type: ignore[assignment, method-assign]
        return cls

    return decorate


def takes_keywords(
    *, renamed: Mapping[str, str] | None = None, ignored: frozenset[str] = frozenset()
) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Return a decorator that checks the keywords of a function, as `takes_parameters` does for a constructor."""
    other_names = renamed or {}

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        known = list(inspect.signature(function).parameters)

        @functools.wraps(function)
        def checked(*args: _P.args, **keywords: _P.kwargs) -> _T:
            _resolve_keywords(function.__name__, keywords, known, other_names, ignored)
            return function(*args, **keywords)

        setattr(checked, _TOLERATED, (other_names, ignored))
        return checked

    return decorate


def tolerated_by(function: Callable[..., Any]) -> dict[str, str | None]:
    """Return the keywords that a function or constructor accepts besides its parameters.

    Maps each keyword to the parameter that it is an alias of, or to `None` if it has no effect.
    """
    known = inspect.signature(function).parameters
    renamed, ignored = getattr(function, _TOLERATED, ({}, frozenset()))
    return {name: renamed.get(name) for name in sorted({*renamed, *ignored} - known.keys())}


def _resolve_keywords(
    owner: str, keywords: dict[str, Any], known: Sequence[str], other_names: Mapping[str, str], ignored: frozenset[str]
) -> None:
    """Rename aliases in `keywords` and remove ignored keywords, in place, so that only known keywords remain.

    Raises:
        UnknownParameterError: a keyword is neither known, nor an alias, nor ignored; the message names all such
            keywords.
    """
    problems = []
    for name in [name for name in keywords if name not in known]:
        value = keywords.pop(name)
        if name in other_names:
            keywords.setdefault(other_names[name], value)
        elif name in ignored:
            warnings.warn(f"`{owner}` ignores `{name}`: the parameter has no effect in Salon.", stacklevel=3)
        else:
            nearest = difflib.get_close_matches(name, [*known, *other_names], n=1)
            hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
            problems.append(f"`{owner}` has no parameter `{name}`.{hint}")
    if problems:
        raise UnknownParameterError("parameters.unknown", "\n".join(problems))


def given_to(value: object) -> Mapping[str, Any]:
    """Return the arguments that the constructor of `value` was called with, by field name."""
    arguments: Mapping[str, Any] = value.__dict__.get(_ARGUMENTS, {})
    return arguments


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(dataclasses.field,))
def component(
    *, renamed: Mapping[str, str] | None = None, ignored: frozenset[str] = frozenset()
) -> Callable[[type[_T]], type[_T]]:
    """Return a decorator that makes a component's class a dataclass; its arguments are those of `takes_parameters`."""

    def decorate(cls: type[_T]) -> type[_T]:
        made = dataclasses.dataclass(kw_only=True, eq=False, repr=False)(cls)
        return takes_parameters(renamed=renamed, ignored=_WITHOUT_EFFECT | ignored)(made)

    return decorate
