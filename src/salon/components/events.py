"""Events of components, and the functions that are bound to them."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, TypedDict, TypeVar, Unpack, cast, overload

from salon.components.tree import Node, root_of
from salon.errors import AuthorError

When: TypeAlias = Literal["then", "success", "failure"]
_F = TypeVar("_F", bound=Callable[..., Any])


class Element(Protocol):
    """A component or a container, as far as events have to know it."""

    @property
    def elem_id(self) -> str | None:
        """The `id` of its element in the page."""


Elements: TypeAlias = Element | Sequence[Element] | AbstractSet[Element] | None
"""The inputs or the outputs of a function that is bound to an event."""


class EventData:
    """An event, passed to functions that have a parameter of this type.

    Attributes:
        target: the component that the event happened to; `None` for the page.
        data: the event's data, by name.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        self.target = target
        self.data = data


class SelectData(EventData):
    """The item that a user selected.

    Attributes:
        target: the component that contains the item.
        index: the item's position, counted from 0; a pair (row, column) for tables.
        value: the item's value.
        selected: `True` if the item was selected, `False` if it was deselected.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        self.index: Any = data.get("index")
        self.value: Any = data.get("value")
        self.selected: bool = bool(data.get("selected", True))


class MessageData(EventData):
    """An event of one message of a `Chatbot`; the base of the data of `retry`, `undo`, `edit` and `like`.

    Attributes:
        target: the `Chatbot`.
        index: the message's position, counted from 0.
        value: the message's content.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        self.index: Any = data.get("index")
        self.value: Any = data.get("value")


class RetryData(MessageData):
    """The user's message that is to be answered again: `index` and `value`."""


class UndoData(MessageData):
    """The user's message that is to be undone: `index` and `value`."""


class EditData(MessageData):
    """The message that was edited: `index`, its new `value`, and `previous_value`."""

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        self.previous_value: Any = data.get("previous_value")


class LikeData(MessageData):
    """A message that a user liked, disliked, or rated with another option.

    Attributes:
        target: the `Chatbot`.
        index: the message's position, counted from 0; of consecutive messages of one role, the first one's.
        value: the content, as a list of texts.
        liked: `True` for a like, `False` for a dislike, the text of another option, or `None` if the rating was
            withdrawn.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        liked = data.get("liked")
        self.liked: bool | str | None = liked if isinstance(liked, bool | str) else None


@dataclass(kw_only=True, eq=False)
class Binding:
    """A function, with the events that call it, its inputs and its outputs.

    `triggers` are pairs of a node (`None` for the page) and an event's name. A binding has an `after` instead if it
    follows another binding's end.
    """

    function: Callable[..., Any] | None
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    triggers: tuple[tuple[Node | None, str], ...] = ()
    after: "Binding | None" = None
    when: When = "then"
    js: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    cancels: "tuple[Binding, ...]" = ()


class BindsEvents(Protocol):
    """The root of a page's tree, which holds the bindings."""

    bindings: list[Binding]


class StepOptions(TypedDict, total=False):
    """Further parameters of event listeners.

    Args:
        api_name: name of the endpoint for programs; `False` makes it private.
        show_progress: `"full"`, `"minimal"` or `"hidden"`.
        concurrency_limit: largest number of calls at a time; `None` for no limit.
        concurrency_id: name of a limit that several functions share.
        trigger_mode: further events while a call is active: `"once"` drops them, `"multiple"` calls at once,
            `"always_last"` calls once afterwards.
        api_description: no effect, like all parameters below; accepted for programs written for Gradio.
    """

    api_name: str | Literal[False] | None
    show_progress: Literal["full", "minimal", "hidden"]
    concurrency_limit: int | Literal["default"] | None
    concurrency_id: str | None
    trigger_mode: Literal["once", "multiple", "always_last"] | None
    api_description: str | Literal[False] | None
    api_visibility: Literal["public", "undocumented", "private"]
    batch: bool
    every: Any
    key: Any
    max_batch_size: int
    postprocess: bool
    preprocess: bool
    queue: bool | None
    scroll_to_output: bool
    show_api: bool
    show_progress_on: Any
    stream_every: float
    time_limit: float | None
    validator: Callable[..., Any] | None


class EventOptions(StepOptions, total=False):
    """All keyword parameters of event listeners.

    Args:
        js: a JavaScript function of the inputs that the page calls before `fn`, or instead of it.
        cancels: results of other event listeners, whose calls are cancelled.
    """

    js: str | None
    cancels: "Dependency | Sequence[Dependency] | None"


@dataclass(frozen=True, eq=False)
class Dependency:
    """A binding that was made, to which `then`, `success` and `failure` chain further functions."""

    page: BindsEvents
    binding: Binding

    def then(
        self,
        fn: Callable[..., Any] | None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[EventOptions],
    ) -> "Dependency":
        """Call `fn` after this function ended, with or without an error. Its parameters are those of `salon.on`."""
        return bind(self.page, fn, inputs, outputs, options, after=self.binding, when="then")

    def success(
        self,
        fn: Callable[..., Any] | None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[EventOptions],
    ) -> "Dependency":
        """Call `fn` after this function ended without an error. Its parameters are those of `salon.on`."""
        return bind(self.page, fn, inputs, outputs, options, after=self.binding, when="success")

    def failure(
        self,
        fn: Callable[..., Any] | None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[EventOptions],
    ) -> "Dependency":
        """Call `fn` after this function ended with an error. Its parameters are those of `salon.on`."""
        return bind(self.page, fn, inputs, outputs, options, after=self.binding, when="failure")


@dataclass(frozen=True, eq=False)
class Trigger:
    """One event of one component. Call it with a function, or use it as a decorator."""

    node: Any
    event: str

    @overload
    def __call__(
        self,
        fn: Callable[..., Any],
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[EventOptions],
    ) -> Dependency: ...
    @overload
    def __call__(
        self,
        fn: None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        *,
        js: str,
        cancels: Dependency | Sequence[Dependency] | None = None,
        **options: Unpack[StepOptions],
    ) -> Dependency: ...
    @overload
    def __call__(
        self,
        fn: None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        *,
        cancels: Dependency | Sequence[Dependency],
        **options: Unpack[StepOptions],
    ) -> Dependency: ...
    @overload
    def __call__(
        self,
        fn: None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[StepOptions],
    ) -> Callable[[_F], _F]: ...
    def __call__(
        self, fn: Callable[..., Any] | None = None, inputs: Elements = None, outputs: Elements = None, **options: Any
    ) -> Any:
        """Bind `fn` to the event. Its parameters are those of `salon.on`."""
        page = root_of(self.node)
        if page is None:
            raise AuthorError(
                "blocks.none",
                f"`{self.event}` needs a page: create the component and bind the event inside of `with "
                "salon.Blocks() as demo:`.",
            )
        given = cast("EventOptions", options)
        if fn is None and not given.keys() & {"js", "cancels"}:

            def decorate(function: _F) -> _F:
                bind(page, function, inputs, outputs, given, triggers=((self.node, self.event),))
                return function

            return decorate
        return bind(page, fn, inputs, outputs, given, triggers=((self.node, self.event),))


class Event:
    """A descriptor that declares an event of a component's class."""

    name: str

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, node: None, owner: type) -> "Event": ...
    @overload
    def __get__(self, node: object, owner: type) -> Trigger: ...
    def __get__(self, node: object | None, owner: type) -> "Event | Trigger":
        return self if node is None else Trigger(node, self.name)


_OPTIONS = EventOptions.__optional_keys__


def bind(
    page: BindsEvents,
    fn: Callable[..., Any] | None,
    inputs: Elements,
    outputs: Elements,
    options: EventOptions,
    *,
    triggers: tuple[tuple[Node | None, str], ...] = (),
    after: Binding | None = None,
    when: When = "then",
) -> Dependency:
    """Bind a function to events of a page, or to the end of another function.

    Raises:
        AuthorError: an option is unknown.
    """
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise AuthorError(
            "blocks.option",
            f"Event listeners have no parameter `{unknown[0]}`. Their parameters are {', '.join(sorted(_OPTIONS))}.",
        )
    cancels = options.get("cancels") or ()
    binding = Binding(
        function=fn,
        inputs=listed(inputs),
        outputs=listed(outputs),
        triggers=triggers,
        after=after,
        when=when,
        js=options.get("js"),
        options={name: value for name, value in options.items() if name not in ("js", "cancels")},
        cancels=tuple(each.binding for each in ((cancels,) if isinstance(cancels, Dependency) else cancels)),
    )
    page.bindings.append(binding)
    return Dependency(page, binding)


def listed(given: Elements) -> tuple[Any, ...]:
    """Return inputs or outputs as a tuple."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Sequence | set | frozenset) else (given,)
