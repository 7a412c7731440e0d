"""What happens to components, and the functions that are to be called then."""

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
    """What happened, for functions that have a parameter of this type.

    Attributes:
        target: the component to which it happened; `None` for the page.
        data: what the page says of it, by name.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        self.target = target
        self.data = data


class SelectData(EventData):
    """What was selected.

    Attributes:
        target: the component to which it happened.
        index: its place, counted from 0; a pair (row, column) for tables.
        value: its value.
        selected: whether it was chosen, not given up.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        self.index: Any = data.get("index")
        self.value: Any = data.get("value")
        self.selected: bool = bool(data.get("selected", True))


class MessageData(EventData):
    """A message of a `Chatbot` to which something happened; base of what `retry`, `undo`, `edit` and `like` tell.

    Attributes:
        target: the `Chatbot`.
        index: the message's place, counted from 0.
        value: what it says.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        self.index: Any = data.get("index")
        self.value: Any = data.get("value")


class RetryData(MessageData):
    """The user's message that is to be answered anew: `index` and `value`."""


class UndoData(MessageData):
    """The user's message that is to be taken back: `index` and `value`."""


class EditData(MessageData):
    """The message that was changed: `index`, its new `value`, and `previous_value`."""

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        self.previous_value: Any = data.get("previous_value")


class LikeData(MessageData):
    """A message that its reader judged.

    Attributes:
        target: the `Chatbot`.
        index: the message's place, counted from 0; of several in a row, the first one's.
        value: what it says, as a list of texts.
        liked: `True` for a like, `False` for a dislike, another option's text, or `None` when one was taken back.
    """

    def __init__(self, target: Any, data: dict[str, Any]) -> None:
        super().__init__(target, data)
        liked = data.get("liked")
        self.liked: bool | str | None = liked if isinstance(liked, bool | str) else None


@dataclass(kw_only=True, eq=False)
class Binding:
    """A function, and when it is to be called.

    `triggers` are pairs of a node (`None` for the page) and an event's name; instead of them, `after` is a binding
    whose end it waits for.
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
    """A page that is being described, to which functions are bound."""

    bindings: list[Binding]


class StepOptions(TypedDict, total=False):
    """Further parameters of every function that is bound to an event.

    Args:
        api_name: the name by which programs call it; `False`: they cannot call it.
        show_progress: `"full"`, `"minimal"` or `"hidden"`.
        concurrency_limit: how many calls run at a time; `None` for any number.
        concurrency_id: functions with the same name share one limit.
        trigger_mode: what a further event means while a call runs: `"once"` nothing, `"multiple"` another call,
            `"always_last"` one more call afterwards.
        api_description: without effect, like all below; for programs that were written for Gradio.
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
    """All parameters of a bound function that are given by name.

    Args:
        js: a JavaScript function of the inputs that the page calls first, or alone.
        cancels: what is to be stopped: what other events' calls returned.
    """

    js: str | None
    cancels: "Dependency | Sequence[Dependency] | None"


@dataclass(frozen=True, eq=False)
class Dependency:
    """A function that was bound to an event; what `then` and its like add follows its end."""

    page: BindsEvents
    binding: Binding

    def then(
        self,
        fn: Callable[..., Any] | None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[EventOptions],
    ) -> "Dependency":
        """Call `fn` afterwards, however it ended. Its parameters are those of `salon.on`."""
        return bind(self.page, fn, inputs, outputs, options, after=self.binding, when="then")

    def success(
        self,
        fn: Callable[..., Any] | None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[EventOptions],
    ) -> "Dependency":
        """Call `fn` afterwards, unless it ended with an error. Its parameters are those of `salon.on`."""
        return bind(self.page, fn, inputs, outputs, options, after=self.binding, when="success")

    def failure(
        self,
        fn: Callable[..., Any] | None = None,
        inputs: Elements = None,
        outputs: Elements = None,
        **options: Unpack[EventOptions],
    ) -> "Dependency":
        """Call `fn` afterwards, if it ended with an error. Its parameters are those of `salon.on`."""
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
        """Have `fn` called whenever it happens. Its parameters are those of `salon.on`."""
        page = root_of(self.node)
        if page is None:
            raise AuthorError(
                "blocks.none", f"`{self.event}` needs a page: describe it inside of `with salon.Blocks() as demo:`."
            )
        given = cast("EventOptions", options)
        if fn is None and not given.keys() & {"js", "cancels"}:

            def decorate(function: _F) -> _F:
                bind(page, function, inputs, outputs, given, triggers=((self.node, self.event),))
                return function

            return decorate
        return bind(page, fn, inputs, outputs, given, triggers=((self.node, self.event),))


class Event:
    """Declares that something can happen to a kind of component."""

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
    """Bind a function to events of a page, or to the end of another one.

    Raises:
        AuthorError: an option is not known.
    """
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise AuthorError("blocks.option", f"Events have no parameter `{unknown[0]}`.")
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
    """Return inputs or outputs one by one."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Sequence | set | frozenset) else (given,)
