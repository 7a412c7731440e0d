"""The parameters of an author's function, inspected once, when the application is compiled."""

import functools
import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

from salon.errors import AuthorError

ArgumentSource: TypeAlias = Literal["message", "history", "request", "event"] | int
"""The source of a parameter's value; a number is the index of an input."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The source of the value of each parameter, positional and by name.

    `names` are the parameters' names by source, for values that are passed to a parameter of their own.
    """

    positional: tuple[ArgumentSource, ...]
    named: Mapping[str, ArgumentSource] = field(default_factory=dict)
    names: Mapping[ArgumentSource, str] = field(default_factory=dict)


def _definition(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function or method that a call of `function`, a partial or another callable object, runs."""
    while isinstance(function, functools.partial):
        function = function.func
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        function = getattr(function, "__call__", function)  # noqa: B004 - the bound method itself is wanted
    return function


def is_async(function: Callable[..., Any]) -> bool:
    """Tell whether `function` is by its definition a coroutine function or an async generator function."""
    function = _definition(function)
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def is_generator(function: Callable[..., Any]) -> bool:
    """Tell whether `function` is by its definition a generator function, async or not."""
    function = _definition(function)
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


def inspect_chat_function(
    function: Callable[..., Any],
    *,
    request_type: type,
    injected_types: tuple[type, ...],
    input_count: int = 0,
    keywords: Sequence[str] = (),
) -> Signature:
    """Return how to call a chat function with a message, the history if it takes one, and additional inputs.

    Parameters annotated with `request_type` get the request; parameters whose default is one of `injected_types` keep
    it. A function with just enough parameters for the message and the `input_count` additional inputs, none of which is
    named `history`, gets no history. `keywords` are the names of keyword-only parameters that are the additional
    inputs, in their order.

    Raises:
        AuthorError: the function's parameters do not match these values; the message says how to write it.
    """
    parameters = _parameters(function)
    if parameters is None:
        return Signature(("message", "history", *range(input_count)))
    injection = _Injection(hints_of(function), request_type, injected_types)
    inputs: list[ArgumentSource] = ["message", "history", *range(input_count)]
    takes_history = not input_count or any(parameter.name == "history" for parameter in parameters)
    if not takes_history and _places(parameters, injection) == 1 + input_count:
        inputs.remove("history")

    def unfit(reason: str) -> AuthorError:
        return _unfit(function, "the message, the history and the additional inputs", reason, "message, history")

    own = {name: number for number, name in enumerate(keywords)}
    signature = _assign([each for each in parameters if each.name not in own], inputs, injection, unfit)
    names: dict[ArgumentSource, str] = {**signature.names, **{number: name for name, number in own.items()}}
    signature = Signature(signature.positional, {**signature.named, **own}, names)
    if "message" in inputs:
        raise unfit("it takes no message")
    if input_count and inputs:
        raise unfit(f"it has no parameters for {len(inputs)} of the {input_count} additional inputs")
    return signature


def inspect_event_function(
    function: Callable[..., Any],
    *,
    request_type: type,
    injected_types: tuple[type, ...],
    event_type: type,
    input_count: int,
) -> tuple[Signature, type | None]:
    """Return how to call a function that is bound to an event, and the type of `EventData` that it takes, if any.

    Raises:
        AuthorError: the function's parameters do not match the inputs; the message says how to write it.
    """
    parameters = _parameters(function)
    if parameters is None:
        return Signature(tuple(range(input_count))), None
    injection = _Injection(hints_of(function), request_type, injected_types, event_type)
    inputs: list[ArgumentSource] = list(range(input_count))

    def unfit(reason: str) -> AuthorError:
        return _unfit(function, f"its {input_count} inputs", reason, "…")

    signature = _assign(parameters, inputs, injection, unfit)
    if inputs:
        raise unfit(f"it has no parameters for {len(inputs)} of them")
    return signature, injection.event_type_of(parameters)


@dataclass(frozen=True, slots=True)
class _Injection:
    """The parameters whose values are injected instead of being inputs."""

    hints: Mapping[str, Any]
    request_type: type
    injected_types: tuple[type, ...]
    event_type: type | None = None

    def source(self, parameter: inspect.Parameter) -> ArgumentSource | None:
        """Return the injected value's source of a parameter, by its annotation."""
        hint = self.hints.get(parameter.name, parameter.annotation)
        if _mentions(hint, self.request_type):
            return "request"
        return "event" if self._event(hint) is not None else None

    def event_type_of(self, parameters: list[inspect.Parameter]) -> type | None:
        """Return the type of the parameter that gets the event's data."""
        hints = (self.hints.get(parameter.name, parameter.annotation) for parameter in parameters)
        return next((found for hint in hints if (found := self._event(hint)) is not None), None)

    def keeps_default(self, parameter: inspect.Parameter) -> bool:
        """Tell whether a parameter keeps its default, an injected object."""
        return isinstance(parameter.default, self.injected_types)

    def _event(self, hint: Any) -> type | None:
        base = self.event_type
        candidates = (hint, *typing.get_args(hint))
        if base is None:
            return None
        return next((each for each in candidates if isinstance(each, type) and issubclass(each, base)), None)


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """Return a function's parameters; `None` for a function written in C without a signature.

    Raises:
        AuthorError: the value is not callable.
    """
    if not callable(function):
        raise AuthorError(
            "function.not-callable", f"`fn` has to be a function or another callable, got `{function!r}`."
        )
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None


def _assign(
    parameters: list[inspect.Parameter],
    inputs: list[ArgumentSource],
    injection: _Injection,
    unfit: Callable[[str], AuthorError],
) -> Signature:
    """Assign sources to parameters, and remove the assigned inputs from `inputs`.

    Raises:
        AuthorError: a required parameter gets no value.
    """
    positional: list[ArgumentSource] = []
    named: dict[str, ArgumentSource] = {}
    names: dict[ArgumentSource, str] = {}
    by_name_only = False
    for parameter in parameters:
        injected = injection.source(parameter)
        is_named = parameter.kind is parameter.KEYWORD_ONLY
        if injection.keeps_default(parameter):
            by_name_only = True
        elif injected is not None and (is_named or by_name_only):
            named[parameter.name] = injected
        elif injected is not None:
            positional.append(injected)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            positional += inputs
            inputs.clear()
        elif is_named and parameter.default is parameter.empty:
            raise unfit(f"nothing is passed for its keyword-only parameter `{parameter.name}`")
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            if inputs:
                names[inputs[0]] = parameter.name
            if inputs and by_name_only:
                named[parameter.name] = inputs.pop(0)
            elif inputs:
                positional.append(inputs.pop(0))
            elif parameter.default is parameter.empty:
                raise unfit(f"nothing is passed for its parameter `{parameter.name}`")
            else:
                by_name_only = True
    return Signature(tuple(positional), named, names)


def _places(parameters: list[inspect.Parameter], injection: _Injection) -> float:
    """Return the number of values, besides injected ones, that can be passed by position."""
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return float("inf")
    return sum(
        parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and not injection.keeps_default(parameter)
        and injection.source(parameter) is None
        for parameter in parameters
    )


def _unfit(function: Callable[..., Any], values: str, reason: str, written: str) -> AuthorError:
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", type(function).__name__)
    return AuthorError(
        "function.signature",
        f"The function `{name}` is called with {values}, but {reason}. "
        f"Write it as `def {name if name.isidentifier() else 'reply'}({written}): …`.",
    )


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return a function's annotations, resolved as far as possible."""
    while isinstance(function, functools.partial):
        function = function.func
    target = function if inspect.isroutine(function) else getattr(function, "__call__", function)  # noqa: B004
    namespace = getattr(inspect.unwrap(target), "__globals__", {})
    hints: dict[str, Any] = {}
    for name, hint in getattr(target, "__annotations__", {}).items():
        # Annotations are the author's code and may contain any name: one that cannot be resolved is kept as a string.
        with suppress(Exception):
            hints |= typing.get_type_hints(
                SimpleNamespace(__annotations__={name: hint}), namespace, include_extras=True
            )
    return hints


def _mentions(hint: Any, type_: type) -> bool:
    return hint is type_ or type_ in typing.get_args(hint)
