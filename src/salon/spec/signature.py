"""What an author's function can be given, found out once, when the application is built."""

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

from salon.errors import AuthorError

Source: TypeAlias = Literal["message", "history", "request"] | int
"""What a parameter gets; a number stands for the additional input at that place."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Which value goes to which parameter: by position, and by name.

    `message` is how its author calls the message, and `inputs` the additional inputs, where that is known.
    """

    positional: tuple[Source, ...]
    named: Mapping[str, Source] = field(default_factory=dict)
    message: str = "message"
    inputs: tuple[str | None, ...] = ()


def is_async(function: Callable[..., Any]) -> bool:
    """Tell whether calling `function` gives a coroutine or an async generator, as far as its definition says."""
    while isinstance(function, functools.partial):
        function = function.func
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        function = getattr(function, "__call__", function)  # noqa: B004 - the bound method itself is wanted
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def is_generator(function: Callable[..., Any]) -> bool:
    """Tell whether calling `function` gives a generator of either kind, as far as its definition says."""
    while isinstance(function, functools.partial):
        function = function.func
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        function = getattr(function, "__call__", function)  # noqa: B004 - the bound method itself is wanted
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def inspect_chat_function(
    function: Callable[..., Any], *, request_type: type, injected_types: tuple[type, ...], input_count: int = 0
) -> Signature:
    """Return how to call a chat function with a message, the history if it takes one, and additional inputs.

    Parameters annotated with `request_type` get the request; parameters whose default is one of
    `injected_types` keep it. A function that has just enough parameters for the message and the
    `input_count` additional inputs, and none called `history`, gets no history.

    Raises:
        AuthorError: the function cannot take what it would be given; the message says why.
    """
    if not callable(function):
        raise AuthorError(
            "function.not-callable", f"`fn` has to be a function or another callable, got `{function!r}`."
        )
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some functions written in C do not tell
        return Signature(("message", "history", *range(input_count)))
    hints = _hints(function)
    inputs: list[Source] = ["message", "history", *range(input_count)]
    takes_history = not input_count or any(parameter.name == "history" for parameter in parameters)
    if not takes_history and _places(parameters, hints, request_type, injected_types) == 1 + input_count:
        inputs.remove("history")
    positional: list[Source] = []
    named: dict[str, Source] = {}
    names: dict[Source, str] = {}
    by_name_only = False
    for parameter in parameters:
        is_request = _mentions(hints.get(parameter.name, parameter.annotation), request_type)
        is_named = parameter.kind is parameter.KEYWORD_ONLY
        if isinstance(parameter.default, injected_types):
            by_name_only = True
        elif is_request and (is_named or by_name_only):
            named[parameter.name] = "request"
        elif is_request:
            positional.append("request")
        elif parameter.kind is parameter.VAR_POSITIONAL:
            positional += inputs
            inputs = []
        elif is_named and parameter.default is parameter.empty:
            raise _unfit(function, f"nothing is passed for its keyword-only parameter `{parameter.name}`")
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            if inputs:
                names[inputs[0]] = parameter.name
            if inputs and by_name_only:
                named[parameter.name] = inputs.pop(0)
            elif inputs:
                positional.append(inputs.pop(0))
            elif parameter.default is parameter.empty:
                raise _unfit(function, f"nothing is passed for its parameter `{parameter.name}`")
            else:
                by_name_only = True
    if "message" in inputs:
        raise _unfit(function, "it takes no message")
    if input_count and inputs:
        raise _unfit(function, f"it has no parameters for {len(inputs)} of the {input_count} additional inputs")
    return Signature(
        tuple(positional),
        named,
        names.get("message", "message"),
        tuple(names.get(place) for place in range(input_count)),
    )


def _places(
    parameters: list[inspect.Parameter],
    hints: Mapping[str, Any],
    request_type: type,
    injected_types: tuple[type, ...],
) -> float:
    """Return how many values that are not injected can be passed by position."""
    places: float = 0
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            return float("inf")
        is_injected = isinstance(parameter.default, injected_types) or _mentions(
            hints.get(parameter.name, parameter.annotation), request_type
        )
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD) and not is_injected:
            places += 1
    return places


def _unfit(function: Callable[..., Any], reason: str) -> AuthorError:
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", type(function).__name__)
    return AuthorError(
        "function.signature",
        f"The chat function `{name}` is called with the message, the history and the additional inputs, but {reason}. "
        f"Write it as `def {name if name.isidentifier() else 'reply'}(message, history): …`.",
    )


def _hints(function: Callable[..., Any]) -> Mapping[str, Any]:
    while isinstance(function, functools.partial):
        function = function.func
    target = function if inspect.isroutine(function) else getattr(function, "__call__", function)  # noqa: B004
    namespace = getattr(inspect.unwrap(target), "__globals__", {})
    hints: dict[str, Any] = {}
    for name, hint in getattr(target, "__annotations__", {}).items():
        # Hints are the author's code and may name anything: one that cannot be resolved is left as it stands.
        with suppress(Exception):
            hints |= typing.get_type_hints(SimpleNamespace(__annotations__={name: hint}), namespace)
    return hints


def _mentions(hint: Any, wanted: type) -> bool:
    return hint is wanted or wanted in typing.get_args(hint)
