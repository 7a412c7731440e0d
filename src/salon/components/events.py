"""What happens to components, and the functions that are to be called then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, overload

from salon.components.tree import Node, root_of
from salon.errors import AuthorError

When: TypeAlias = Literal["then", "success", "failure"]


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


@dataclass(frozen=True, eq=False)
class Dependency:
    """A function that was bound to an event; what `then` and its like add follows its end."""

    page: BindsEvents
    binding: Binding

    def then(
        self, fn: Callable[..., Any] | None = None, inputs: Any = None, outputs: Any = None, **options: Any
    ) -> "Dependency":
        """Call `fn` afterwards, however it ended. Its parameters are those of `salon.on`."""
        return self._follow("then", fn, inputs, outputs, options)

    def success(
        self, fn: Callable[..., Any] | None = None, inputs: Any = None, outputs: Any = None, **options: Any
    ) -> "Dependency":
        """Call `fn` afterwards, unless it ended with an error. Its parameters are those of `salon.on`."""
        return self._follow("success", fn, inputs, outputs, options)

    def failure(
        self, fn: Callable[..., Any] | None = None, inputs: Any = None, outputs: Any = None, **options: Any
    ) -> "Dependency":
        """Call `fn` afterwards, if it ended with an error. Its parameters are those of `salon.on`."""
        return self._follow("failure", fn, inputs, outputs, options)

    def _follow(
        self, when: When, fn: Callable[..., Any] | None, inputs: Any, outputs: Any, options: dict[str, Any]
    ) -> "Dependency":
        return bind(self.page, fn, inputs, outputs, options, after=self.binding, when=when)


@dataclass(frozen=True, eq=False)
class Trigger:
    """One event of one component. Call it with a function, or use it as a decorator."""

    node: Any
    event: str

    def __call__(
        self, fn: Callable[..., Any] | None = None, inputs: Any = None, outputs: Any = None, **options: Any
    ) -> Any:
        """Have `fn` called whenever it happens. Its parameters are those of `salon.on`."""
        page = root_of(self.node)
        if page is None:
            raise AuthorError(
                "blocks.none", f"`{self.event}` needs a page: describe it inside of `with salon.Blocks() as demo:`."
            )
        if fn is None and not options.keys() & {"js", "cancels"}:

            def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
                bind(page, function, inputs, outputs, options, triggers=((self.node, self.event),))
                return function

            return decorate
        return bind(page, fn, inputs, outputs, options, triggers=((self.node, self.event),))


class Event:
    """Declares that something can happen to a kind of component."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, node: None, owner: type) -> "Event": ...
    @overload
    def __get__(self, node: object, owner: type) -> Trigger: ...
    def __get__(self, node: object | None, owner: type) -> "Event | Trigger":
        return self if node is None else Trigger(node, self.name)


OPTIONS = frozenset(
    (
        "api_name",
        "api_description",
        "api_visibility",
        "show_api",
        "show_progress",
        "concurrency_limit",
        "concurrency_id",
        "trigger_mode",
        "js",
        "cancels",
        "queue",
        "scroll_to_output",
        "batch",
        "max_batch_size",
        "preprocess",
        "postprocess",
        "every",
        "key",
        "stream_every",
        "time_limit",
        "show_progress_on",
        "validator",
    )
)


def bind(
    page: BindsEvents,
    fn: Callable[..., Any] | None,
    inputs: Any,
    outputs: Any,
    options: dict[str, Any],
    *,
    triggers: tuple[tuple[Node | None, str], ...] = (),
    after: Binding | None = None,
    when: When = "then",
) -> Dependency:
    """Bind a function to events of a page, or to the end of another one.

    Raises:
        AuthorError: an option is not known.
    """
    unknown = sorted(set(options) - OPTIONS)
    if unknown:
        raise AuthorError("blocks.option", f"Events have no parameter `{unknown[0]}`.")
    cancels = options.pop("cancels", None) or ()
    given = cancels if isinstance(cancels, list | tuple) else (cancels,)
    binding = Binding(
        function=fn,
        inputs=_listed(inputs),
        outputs=_listed(outputs),
        triggers=triggers,
        after=after,
        when=when,
        js=options.pop("js", None),
        options=options,
        cancels=tuple(dependency.binding for dependency in given),
    )
    page.bindings.append(binding)
    return Dependency(page, binding)


def _listed(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, Sequence | set | frozenset) else (given,)
