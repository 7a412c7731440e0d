"""Inputs for numbers."""

import math
import random
from dataclasses import field
from typing import Any, ClassVar

from salon.components.base import Component, ComponentError, InputError, Packing
from salon.components.events import Event
from salon.components.parameter_checks import component
from salon.components.props import NumberProps, Props, SliderProps


@component()
class Number(Component):
    """A box for a number. Functions get an `int` or a `float`, or `None` while it is empty.

    Args:
        value: initial number.
        placeholder: text shown while the box is empty.
        minimum: smallest accepted number.
        maximum: largest accepted number.
        step: increment of the arrow keys.
        precision: decimal places of the number that functions get; 0 for integers.
    """

    submit: ClassVar[Event] = Event()
    focus: ClassVar[Event] = Event()
    blur: ClassVar[Event] = Event()

    kind: ClassVar[str] = "number"

    value: Any = field(default=None, kw_only=False)
    placeholder: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1
    precision: int | None = None

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        kind = "integer" if self.precision == 0 else "number"
        return {"type": kind, **_bounds(self.minimum, self.maximum)}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None:
            return None
        number = accept_number(value, self.minimum, self.maximum)
        if self.precision is None:
            return number
        return round(number) if self.precision == 0 else round(number, self.precision)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._props(
            NumberProps,
            value=_number_of(self.value),
            placeholder=self.placeholder,
            minimum=_number_of(self.minimum),
            maximum=_number_of(self.maximum),
            step=self.step,
        )


@component(
    ignored=frozenset(
        (
            "precision",
            "show_reset_button",
        )
    )
)
class Slider(Component):
    """A slider, with a box to enter the number. Functions get an `int` or a `float`.

    Args:
        minimum: smallest number.
        maximum: largest number.
        value: initial number; `minimum` by default.
        step: increment of the arrow keys; by default 1 if the other numbers are integers, else a hundredth of the
            range.
        randomize: `True` starts with a random number in the range, a new one for every page, instead of `value`.
    """

    release: ClassVar[Event] = Event()

    kind: ClassVar[str] = "slider"

    minimum: float = field(default=0, kw_only=False)
    maximum: float = field(default=100, kw_only=False)
    value: Any = field(default=None, kw_only=False)
    step: float | None = None
    randomize: bool = False

    def __post_init__(self, render: bool) -> None:
        """Add the slider to the open container; with `randomize`, replace its value by a function that draws one."""
        super().__post_init__(render)
        if self.randomize:
            self.value = self._anywhere

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "number", **_bounds(self.minimum, self.maximum)}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return accept_number(self.minimum if value is None else value, self.minimum, self.maximum)

    @property
    def _step(self) -> float:
        if self.step is not None:
            return self.step
        is_whole = all(float(number).is_integer() for number in (self.minimum, self.maximum))
        span = self.maximum - self.minimum
        return 1 if is_whole and span > 1 else 10 ** math.floor(math.log10(span / 10))

    def _anywhere(self) -> float:
        if not self.minimum < self.maximum or not self._step > 0:
            return self.minimum  # `_pack` reports a wrong range or step, with the component's name
        steps = random.randint(0, math.floor((self.maximum - self.minimum) / self._step))  # noqa: S311 - no secret
        return round(self.minimum + steps * self._step, 10)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        if not self.minimum < self.maximum:
            raise ComponentError(f"needs a `minimum` below its `maximum`; got {self.minimum!r} and {self.maximum!r}.")
        if self.step is not None and not self.step > 0:
            raise ComponentError(f"needs a `step` above 0; got {self.step!r}.")
        return "", self._props(
            SliderProps,
            value=self.accept(_number_of(self.value)),
            minimum=self.minimum,
            maximum=self.maximum,
            step=self._step,
        )


def accept_number(value: Any, minimum: float | None, maximum: float | None) -> float:
    """Return a client's number.

    Raises:
        InputError: the value is no number, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"takes a number, got {value!r:.80}")
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        bounds = (
            f"from {minimum:g} to {maximum:g}"
            if minimum is not None and maximum is not None
            else f"from {minimum:g} on"
            if minimum is not None
            else f"up to {maximum:g}"
        )
        raise InputError(f"takes a number {bounds}, got {value!r:.80}")
    return value


def _number_of(value: Any) -> Any:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)):
        return value
    raise ComponentError(f"takes a number as `value`, got `{value!r}`.")


def _bounds(minimum: float | None, maximum: float | None) -> dict[str, Any]:
    bounds = {"minimum": minimum, "maximum": maximum}
    return {name: bound for name, bound in bounds.items() if bound is not None}
