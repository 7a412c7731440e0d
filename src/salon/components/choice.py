"""Inputs that offer choices."""

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any, ClassVar, Literal

from salon.components.base import Component, ComponentError, FindPath, InputError, Packing
from salon.components.events import Event
from salon.components.parameter_checks import component
from salon.components.props import CheckboxProps, Choice, ChoiceProps, Props
from salon.text import clean


class _First:
    def __repr__(self) -> str:
        return "FIRST"


FIRST: Any = _First()
"""Marks the first choice as the initial value."""


@component()
class Checkbox(Component):
    """A checkbox. Functions get a `bool`.

    Args:
        value: whether the box is checked at first.
    """

    select: ClassVar[Event] = Event()

    kind: ClassVar[str] = "checkbox"

    value: bool | Callable[[], bool] = field(default=False, kw_only=False)

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "boolean"}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None:
            return False
        if not isinstance(value, bool):
            raise InputError(f"takes true or false, got {value!r:.80}")
        return value

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._props(CheckboxProps, value=bool(self.value))


@component()
class _Choices(Component):
    """The base of inputs with choices; each choice is a text, a number, or a pair (label, value)."""

    select: ClassVar[Event] = Event()

    takes_several: ClassVar[bool] = False

    choices: Sequence[Any] | None = field(default=None, kw_only=False)
    value: Any = field(default=None, kw_only=False)
    type: Literal["value", "index"] = "value"

    def offered(self) -> tuple[Choice, ...]:
        """Return the choices as pairs of label and value.

        Raises:
            ComponentError: a choice is neither a text, a number nor a pair.
        """
        return tuple(map(_choice, self.choices or ()))

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        values = [choice.value for choice in self.offered()]
        one = {"enum": values} if values and not self._takes_others else {}
        return {"type": "array", "items": one} if self._takes_many else one

    def default(self) -> Any:
        """See `Component.default`."""
        return self.accept(self._first())

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if not self._takes_many:
            return None if value is None else self._accept_one(value)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise InputError(f"takes a list, got {value!r:.80}")
        limit = self._most
        if limit is not None and len(value) > limit:
            raise InputError(f"takes at most {limit}, got {len(value)}")
        return [self._accept_one(item) for item in value]

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        del files
        if self.type == "value":
            return value
        values = [choice.value for choice in self.offered()]
        places = [values.index(item) if item in values else None for item in (value if self._takes_many else [value])]
        return places if self._takes_many else places[0]

    @property
    def _takes_many(self) -> bool:
        return self.takes_several

    @property
    def _takes_others(self) -> bool:
        return False

    @property
    def _most(self) -> int | None:
        return None

    def _first(self) -> Any:
        return self.value

    def _accept_one(self, value: Any) -> Any:
        for choice in self.offered():
            if type(choice.value) is type(value) and choice.value == value:
                return value
        if self._takes_others and isinstance(value, str):
            return clean(value)[:10_000]
        names = ", ".join(repr(choice.value) for choice in self.offered()[:20])
        raise InputError(f"takes one of {names}; got {value!r:.80}")

    def _choice_props(self, **fields: Any) -> ChoiceProps:
        try:
            value = self.accept(self._first())
        except InputError as error:
            raise ComponentError(f"has an initial `value` that is not accepted: it {error}.") from None
        return self._props(ChoiceProps, choices=self.offered(), value=value, **fields)


@component(ignored=frozenset(("rtl",)))
class Radio(_Choices):
    """Radio buttons, of which one can be selected. Functions get its value, or `None` while none is selected.

    Args:
        choices: texts or numbers, or pairs (label, value).
        value: value of the choice that is selected at first.
        type: `"value"` passes the choice's value to functions, `"index"` its position, counted from 0.
    """

    kind: ClassVar[str] = "radio"

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._choice_props()


@component()
class CheckboxGroup(_Choices):
    """Checkboxes, of which any number can be checked. Functions get the list of their values.

    Args:
        choices: texts or numbers, or pairs (label, value).
        value: values of the boxes that are checked at first.
        type: `"value"` passes values to functions, `"index"` positions, counted from 0.
        show_select_all: `True` adds a box that checks all others.
    """

    kind: ClassVar[str] = "checkboxgroup"
    takes_several: ClassVar[bool] = True

    show_select_all: bool = False

    def _first(self) -> Any:
        return [self.value] if isinstance(self.value, str | int | float) else self.value

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._choice_props(selects_all=self.show_select_all)


@component(ignored=frozenset(("num_choices_shown",)))
class Dropdown(_Choices):
    """A searchable list of choices, of which one or several can be selected. Functions get the values.

    Args:
        choices: texts or numbers, or pairs (label, value).
        value: value that is selected at first: by default the first choice's, or none with `multiselect`.
        type: `"value"` passes values to functions, `"index"` positions, counted from 0.
        multiselect: `True` lets users select several choices; functions get a list.
        allow_custom_value: `True` lets users enter other texts.
        max_choices: largest number of choices that can be selected.
        filterable: `False` turns off searching by typing.
    """

    kind: ClassVar[str] = "dropdown"

    value: Any = field(default=FIRST, kw_only=False)
    multiselect: bool | None = None
    allow_custom_value: bool = False
    max_choices: int | None = None
    filterable: bool = True

    @property
    def _takes_many(self) -> bool:
        return bool(self.multiselect)

    @property
    def _takes_others(self) -> bool:
        return self.allow_custom_value

    @property
    def _most(self) -> int | None:
        return self.max_choices

    def _first(self) -> Any:
        if self.value is FIRST:
            offered = self.offered()
            return None if self._takes_many or not offered else offered[0].value
        return [self.value] if self._takes_many and isinstance(self.value, str | int | float) else self.value

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._choice_props(
            multiselect=self._takes_many,
            custom=self.allow_custom_value,
            most=self.max_choices,
            filterable=self.filterable,
        )


def _choice(choice: Any) -> Choice:
    label, value = choice if isinstance(choice, list | tuple) and len(choice) == 2 else (choice, choice)
    if not isinstance(value, str | int | float):
        raise ComponentError(f"takes texts, numbers or pairs (label, value) as `choices`; got `{choice!r}`.")
    return Choice(label=clean(str(label)), value=clean(value) if isinstance(value, str) else value)
