"""The class `Blocks`: a page with a layout of chats and components, and functions bound to their events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, TypeVar, Unpack, cast, overload

from salon.components.events import Dependency, Elements, Event, EventOptions, StepOptions, Trigger, bind, listed
from salon.components.parameter_checks import takes_parameters
from salon.components.tree import OpenContainer, root_of
from salon.definition.app import AppSpec
from salon.definition.blocks import BlocksSpec
from salon.definition.compile_blocks import compile_blocks
from salon.engine.context import Progress
from salon.errors import AuthorError
from salon.launching import Launchable
from salon.request import Request

_F = TypeVar("_F", bound=Callable[..., Any])
_NO_EFFECT = frozenset(("analytics_enabled", "mode", "delete_cache"))


@takes_parameters(ignored=_NO_EFFECT)
@dataclass(kw_only=True, eq=False, repr=False)
class Blocks(OpenContainer, BlocksSpec, Launchable):
    """A page of chats and other components.

    ```python
    import salon as gr

    with gr.Blocks() as demo:
        prompt = gr.Textbox("Be brief.", label="System prompt")
        gr.ChatInterface(reply, additional_inputs=[prompt])

    demo.launch()
    ```

    Its arguments are those of `BlocksSpec`.
    """

    load: ClassVar[Event] = Event()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if error is None:
            self._compile()

    def _compile(self) -> AppSpec:
        return compile_blocks(self, request_type=Request, injected_types=(Progress,))


@overload
def on(
    triggers: Trigger | Sequence[Trigger] | None,
    fn: Callable[..., Any],
    inputs: Elements = None,
    outputs: Elements = None,
    **options: Unpack[EventOptions],
) -> Dependency: ...
@overload
def on(
    triggers: Trigger | Sequence[Trigger] | None = None,
    *,
    fn: Callable[..., Any],
    inputs: Elements = None,
    outputs: Elements = None,
    **options: Unpack[EventOptions],
) -> Dependency: ...
@overload
def on(
    triggers: Trigger | Sequence[Trigger] | None = None,
    fn: None = None,
    inputs: Elements = None,
    outputs: Elements = None,
    *,
    js: str,
    cancels: Dependency | Sequence[Dependency] | None = None,
    **options: Unpack[StepOptions],
) -> Dependency: ...
@overload
def on(
    triggers: Trigger | Sequence[Trigger] | None = None,
    fn: None = None,
    inputs: Elements = None,
    outputs: Elements = None,
    *,
    cancels: Dependency | Sequence[Dependency],
    **options: Unpack[StepOptions],
) -> Dependency: ...
@overload
def on(
    triggers: Trigger | Sequence[Trigger] | None = None,
    fn: None = None,
    inputs: Elements = None,
    outputs: Elements = None,
    **options: Unpack[StepOptions],
) -> Callable[[_F], _F]: ...
def on(
    triggers: Trigger | Sequence[Trigger] | None = None,
    fn: Callable[..., Any] | None = None,
    inputs: Elements = None,
    outputs: Elements = None,
    **options: Any,
) -> Any:
    """Bind `fn` to several events of the page that is being defined.

    Args:
        triggers: events, such as `[textbox.submit, button.click]`; by default the changes of all inputs.
        fn: function that gets the inputs' values by position, and returns or yields a value for each output: one value,
            several in a tuple, a dictionary from components to values, `update(…)`, or `skip()`. Generators stream.
            Without `fn`, the result is a decorator.
        inputs: components whose values `fn` gets.
        outputs: components that `fn` sets, or containers, whose arguments it changes: `Column(visible=True)`,
            `Tabs(selected="data")`, `update(open=False)`.
        options: `trigger_mode` (further events while a call is active: `"once"` drops them, `"multiple"` calls at once,
            `"always_last"` calls once afterwards), `js` (a JavaScript function of the inputs that the page calls before
            `fn`, or instead of it), `show_progress` (`"full"`, `"minimal"`, `"hidden"`), `concurrency_limit`,
            `concurrency_id`, `cancels` (results of other bindings, whose calls are cancelled), `api_name`.

    Returns:
        A binding, to which `then`, `success` and `failure` chain further functions.

    Raises:
        AuthorError: there is no page, or an option is unknown.
    """
    trigger_list = (triggers,) if isinstance(triggers, Trigger) else tuple(triggers or ())
    page = root_of(trigger_list[0].node if trigger_list else None)
    if page is None:
        raise AuthorError("blocks.none", "`on` needs a page. Call it inside of `with salon.Blocks() as demo:`.")
    pairs = tuple((each.node, each.event) for each in trigger_list) or tuple(
        (each, "change") for each in listed(inputs)
    )
    chosen = cast("EventOptions", options)
    if fn is None and not chosen.keys() & {"js", "cancels"}:

        def decorate(function: _F) -> _F:
            bind(page, function, inputs, outputs, chosen, triggers=pairs)
            return function

        return decorate
    return bind(page, fn, inputs, outputs, chosen, triggers=pairs)
