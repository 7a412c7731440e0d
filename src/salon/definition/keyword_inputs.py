"""Additional inputs from a chat function's keyword-only parameters, for the page and for every protocol."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

from salon.components.base import Component
from salon.components.choice import Checkbox, CheckboxGroup, Dropdown, Radio
from salon.components.number import Number, Slider
from salon.components.text import Textbox

_FEW = 4


def keyword_inputs(function: Callable[..., Any], hints: Mapping[str, Any]) -> dict[str, Component]:
    """Return the components for a function's keyword-only parameters, by name.

    `bool` becomes a checkbox; `int` and `float` a number, or a slider if both bounds are known; `Literal` a choice of
    one, and a list of it of several; `str` a text box. `Annotated` adds bounds, by `ge` and `le` (as of
    `annotated_types` and pydantic) or a `range`, a help text, or the component itself. Parameters with other types, or
    without, keep their defaults.

    Args:
        function: the chat function.
        hints: its resolved annotations.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return {}
    components: dict[str, Component] = {}
    for parameter in parameters:
        if parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        component = _component(parameter.name, hints.get(parameter.name), parameter.default)
        if component is not None:
            components[parameter.name] = component
    return components


def _component(name: str, hint: Any, default: Any) -> Component | None:
    value = None if default is inspect.Parameter.empty else default
    extras: tuple[Any, ...] = ()
    if get_origin(hint) is Annotated:
        hint, *rest = get_args(hint)
        extras = tuple(rest)
    own = next((extra for extra in extras if isinstance(extra, Component)), None)
    if own is not None:
        made = own if value is None else own.with_value(value)
        made.label = made.label or label_of(name)
        return made
    described: dict[str, Any] = {"label": label_of(name), "render": False}
    remark = next((extra for extra in extras if isinstance(extra, str)), None)
    if remark is not None:
        described["info"] = remark
    if get_origin(hint) in (typing.Union, types.UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        hint = options[0] if len(options) == 1 else None
    return _of_type(hint, value, extras, described)


def _of_type(hint: Any, value: Any, extras: tuple[Any, ...], described: dict[str, Any]) -> Component | None:
    if hint is bool:
        return Checkbox(bool(value), **described)
    if hint in (int, float):
        return _number(hint, value, extras, described)
    if hint is str:
        return Textbox(value, **described)
    if get_origin(hint) is Literal:
        choices = list(get_args(hint))
        chosen = choices[0] if value is None else value
        kind = Radio if len(choices) <= _FEW else Dropdown
        return kind(choices, chosen, **described)
    if get_origin(hint) is list and get_origin(get_args(hint)[0]) is Literal:
        return CheckboxGroup(list(get_args(get_args(hint)[0])), value or [], **described)
    return None


def _number(hint: type, value: Any, extras: tuple[Any, ...], described: dict[str, Any]) -> Component:
    low, high = _bounds(extras)
    step = next((extra.step for extra in extras if isinstance(extra, range)), 1 if hint is int else None)
    if low is not None and high is not None:
        return Slider(low, high, value, step=step, **described)
    precision = 0 if hint is int else None
    return Number(value, minimum=low, maximum=high, precision=precision, **described)


def _bounds(extras: tuple[Any, ...]) -> tuple[float | None, float | None]:
    low: float | None = None
    high: float | None = None
    for extra in extras:
        for each in (extra, *getattr(extra, "metadata", ())):
            if isinstance(each, range):
                low, high = each.start, each.stop - each.step
            else:
                low = getattr(each, "ge", None) if getattr(each, "ge", None) is not None else low
                high = getattr(each, "le", None) if getattr(each, "le", None) is not None else high
    return low, high


def label_of(name: str) -> str:
    """Return the label for a parameter's name."""
    return name.replace("_", " ").strip().capitalize()
