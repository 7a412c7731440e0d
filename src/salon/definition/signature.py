"""What an author's function can be given, found out once, when the application is built."""

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
"""What a parameter gets; a number stands for the input at that place."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Which value goes to which parameter: by position, and by name.

    `names` are how its author calls the values, as far as they are parameters of their own.
    """

    positional: tuple[ArgumentSource, ...]
    named: Mapping[str, ArgumentSource] = field(default_factory=dict)
    names: Mapping[ArgumentSource, str] = field(default_factory=dict)


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
    function: Callable[..., Any],
    *,
    request_type: type,
    injected_types: tuple[type, ...],
    input_count: int = 0,
    keywords: Sequence[str] = (),
) -> Signature:
    """Return how to call a chat function with a message, the history if it takes one, and additional inputs.

    Parameters annotated with `request_type` get the request; parameters whose default is one of
    `injected_types` keep it. A function that has just enough parameters for the message and the
    `input_count` additional inputs, and none called `history`, gets no history. `keywords` are parameters that are
    additional inputs themselves, in their order, instead of others.

    Raises:
        AuthorError: the function cannot take what it would be given; the message says why.
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
    """Return how to call a function that is bound to an event, and the type of what it is told of the event, if any.

    Raises:
        AuthorError: the function cannot take what it would be given; the message says why.
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
    return signature, injection.wanted_event(parameters)


@dataclass(frozen=True, slots=True)
class _Injection:
    """Which parameters get something that is no input."""

    hints: Mapping[str, Any]
    request_type: type
    injected_types: tuple[type, ...]
    event_type: type | None = None

    def source(self, parameter: inspect.Parameter) -> ArgumentSource | None:
        """Return what a parameter gets by its annotation."""
        hint = self.hints.get(parameter.name, parameter.annotation)
        if _mentions(hint, self.request_type):
            return "request"
        return "event" if self._event(hint) is not None else None

    def wanted_event(self, parameters: list[inspect.Parameter]) -> type | None:
        """Return the type of the parameter that is told of the event."""
        hints = (self.hints.get(parameter.name, parameter.annotation) for parameter in parameters)
        return next((found for hint in hints if (found := self._event(hint)) is not None), None)

    def keeps_default(self, parameter: inspect.Parameter) -> bool:
        """Tell whether a parameter's own default is what it is to get."""
        return isinstance(parameter.default, self.injected_types)

    def _event(self, hint: Any) -> type | None:
        wanted = self.event_type
        candidates = (hint, *typing.get_args(hint))
        if wanted is None:
            return None
        return next((each for each in candidates if isinstance(each, type) and issubclass(each, wanted)), None)


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    """Return a function's parameters; `None` for one written in C that does not tell.

    Raises:
        AuthorError: it is no function.
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
    """Return which parameter gets what; takes from `inputs` what has found a place.

    Raises:
        AuthorError: a parameter would get nothing.
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
    """Return how many values that are not injected can be passed by position."""
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return float("inf")
    return sum(
        parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and not injection.keeps_default(parameter)
        and injection.source(parameter) is None
        for parameter in parameters
    )


def _unfit(function: Callable[..., Any], given: str, reason: str, written: str) -> AuthorError:
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", type(function).__name__)
    return AuthorError(
        "function.signature",
        f"The function `{name}` is called with {given}, but {reason}. "
        f"Write it as `def {name if name.isidentifier() else 'reply'}({written}): …`.",
    )


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return a function's annotations, resolved as far as that can be done."""
    while isinstance(function, functools.partial):
        function = function.func
    target = function if inspect.isroutine(function) else getattr(function, "__call__", function)  # noqa: B004
    namespace = getattr(inspect.unwrap(target), "__globals__", {})
    hints: dict[str, Any] = {}
    for name, hint in getattr(target, "__annotations__", {}).items():
        # Hints are the author's code and may name anything: one that cannot be resolved is left as it stands.
        with suppress(Exception):
            hints |= typing.get_type_hints(
                SimpleNamespace(__annotations__={name: hint}), namespace, include_extras=True
            )
    return hints


def _mentions(hint: Any, wanted: type) -> bool:
    return hint is wanted or wanted in typing.get_args(hint)
