"""The compilation of a page's definition into a frozen application."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from salon.components.base import Component
from salon.components.button import ClearButton
from salon.components.chat import Chatbot
from salon.components.content import JSON, Code, Dataframe
from salon.components.events import Binding, EventData
from salon.components.layout import Layout
from salon.components.media import Audio, File, Gallery, Image, Video
from salon.components.state import State
from salon.components.tree import Node
from salon.definition.app import AppSpec
from salon.definition.appearance import Appearance, compile_appearance
from salon.definition.blocks import BlocksSpec
from salon.definition.chat import ChatSpec
from salon.definition.chat_config import compile_chatbot
from salon.definition.checks import collecting, require_limit, require_one_of, together
from salon.definition.compile import CHAT, assemble, compile_chat
from salon.definition.config import BindingConfig, ChatConfig, ChatNode, ComponentNode, LayoutNode, PageConfig
from salon.definition.endpoint import ChatEndpoint, Endpoint, Parameter
from salon.definition.feedback import FeedbackRules, feedback_config, options_of
from salon.definition.page_components import PageComponents
from salon.definition.published_files import PublishedFiles
from salon.definition.signature import inspect_event_function, is_async
from salon.errors import AuthorError
from salon.messages.parts import ComponentPart
from salon.text import unindented

_MODES = ("once", "multiple", "always_last")
_CONTENT = (Audio, Code, Dataframe, File, Gallery, Image, JSON, Video)


def compile_blocks(spec: BlocksSpec, *, request_type: type, injected_types: tuple[type, ...]) -> AppSpec:
    """Compile a page.

    Args:
        spec: definition of the page.
        request_type: annotation of parameters that get the request.
        injected_types: types of defaults that mark a parameter as injected.

    Raises:
        AuthorError: the definition contradicts itself, or refers to something that does not exist; the message lists
            all problems at once.
    """
    problems: list[AuthorError] = []
    chats: dict[str, ChatSpec] = {}
    appearance = Appearance()
    layout: tuple[LayoutNode, ...] = ()

    def place(node: Node) -> LayoutNode | None:
        if isinstance(node, Chatbot):
            return _chatbot(node, parts)
        if not isinstance(node, ChatSpec):
            return None
        name = CHAT if not chats else f"{CHAT}{len(chats) + 1}"
        chats[name] = node
        return ChatNode(chat=name)

    parts = PageComponents(PublishedFiles(), place=place, static=_static(spec))
    with collecting(problems):
        appearance = compile_appearance(spec)
    with collecting(problems):
        layout = parts.nodes(spec.children)
    configs: list[ChatConfig] = []
    heard = {id(node) for binding in spec.bindings for node, event in binding.triggers if event == "like"}
    used = {id(node) for binding in spec.bindings for node in (*binding.inputs, *binding.outputs)}
    used |= {id(node) for binding in spec.bindings for node, _ in binding.triggers}
    used |= {id(node) for button in _clear_buttons(spec.children) for node in button.emptied}
    endpoints: dict[str, ChatEndpoint] = {}
    for name, chat in chats.items():
        with collecting(problems):
            config, endpoints[name] = compile_chat(
                chat,
                name=name,
                parts=parts,
                request_type=request_type,
                injected_types=injected_types,
                is_heard=id(chat.chatbot) in heard,
                used=frozenset(used),
            )
            configs.append(config)
    own = frozenset(id(each) for chat in chats.values() for each in (chat.chatbot, chat.textbox) if each is not None)
    functions = _Bindings(parts, request_type=request_type, injected_types=injected_types, in_chats=own)
    for binding in spec.bindings:
        with collecting(problems):
            functions.add(binding)
    for button in _clear_buttons(spec.children):
        functions.add_clearing(button)
    if problems:
        raise together(problems)
    page = PageConfig(
        title=spec.title and unindented(spec.title),
        lang=spec.lang,
        theme=appearance.name,
        chats=tuple(configs),
        layout=layout,
        bindings=tuple(functions.configs),
        fill_width=spec.fill_width,
    )
    return assemble(page, endpoints, appearance, parts, endpoints=functions.endpoints, scripts=functions.scripts)


class _Bindings:
    """The compilation of bindings into endpoints and into the page's configuration of them.

    `in_chats` are the identities of the `Chatbot`s and text boxes that belong to a chat of the page.
    """

    def __init__(
        self,
        parts: PageComponents,
        *,
        request_type: type,
        injected_types: tuple[type, ...],
        in_chats: frozenset[int] = frozenset(),
    ) -> None:
        self._in_chats = in_chats
        self._parts = parts
        self._request_type = request_type
        self._injected_types = injected_types
        self._ids: dict[int, str] = {}
        self.configs: list[BindingConfig] = []
        self.endpoints: dict[str, Endpoint] = {}
        self.scripts: dict[str, str] = {}

    def add(self, binding: Binding) -> None:
        """Compile a binding; a binding that it follows has to be compiled before.

        Raises:
            AuthorError: it refers to a component that is not on the page, or its function's parameters do not match.
        """
        id_ = self._next_id(binding)
        inputs = tuple(self._parameter(each) for each in binding.inputs)
        outputs = tuple(self._output(each) for each in binding.outputs)
        mode = binding.options.get("trigger_mode") or ("multiple" if _is_about_likes(binding) else "once")
        progress = binding.options.get("show_progress", "full")
        require_one_of("trigger_mode", mode, _MODES)
        require_one_of("show_progress", progress, ("full", "minimal", "hidden"))
        if binding.function is not None:
            self.endpoints[id_] = self._endpoint(id_, binding, inputs, outputs)
        if binding.js is not None:
            self.scripts[id_] = binding.js
        self.configs.append(
            BindingConfig(
                id=id_,
                triggers=tuple((self._id_of(node), event) for node, event in binding.triggers),
                after=None if binding.after is None else self._ids.get(id(binding.after)),
                when=binding.when,
                inputs=tuple(each.id for each in inputs),
                outputs=tuple(each.id for each in outputs),
                calls=binding.function is not None,
                script=binding.js is not None,
                cancels=tuple(self._ids[id(each)] for each in binding.cancels if id(each) in self._ids),
                mode=mode,  # type: ignore[arg-type]  # one of these
                show_progress=progress,
            )
        )

    def add_clearing(self, button: ClearButton) -> None:
        """Bind a button to the reset of its components."""
        ids = tuple(self._parameter(each).id for each in button.emptied if isinstance(each, Component))
        node = self._parts.parameter(button).id
        self.configs.append(
            BindingConfig(id=self._next_id(button), triggers=((node, "click"),), clears=ids, calls=False)
        )

    def _next_id(self, thing: object) -> str:
        id_ = self._ids[id(thing)] = f"e{len(self._ids) + 1}"
        return id_

    def _id_of(self, node: Node | None) -> str | None:
        if node is None or isinstance(node, BlocksSpec):
            return None
        if isinstance(node, Layout):
            return self._parts.id_of_container(node)
        return self._parameter(node).id

    def _output(self, component: Any) -> Parameter:
        return (
            self._parts.output(component)
            if isinstance(component, Layout) and component.is_placed
            else self._parameter(component)
        )

    def _parameter(self, component: Any) -> Parameter:
        if not isinstance(component, Component):
            raise AuthorError(
                "blocks.component", f"Inputs and outputs of events have to be components; got `{component!r}`."
            )
        if not component.is_placed and not isinstance(component, State) and id(component) not in self._in_chats:
            raise AuthorError(
                "blocks.component",
                f"`{component!r}` is not on this page. Create it, or call its `render()`, inside of `with "
                "salon.Blocks() as demo:`.",
            )
        return self._parts.parameter(component)

    def _endpoint(
        self, id_: str, binding: Binding, inputs: tuple[Parameter, ...], outputs: tuple[Parameter, ...]
    ) -> Endpoint:
        assert binding.function is not None
        limit = binding.options.get("concurrency_limit", "default")
        require_limit(limit)
        signature, event_type = inspect_event_function(
            binding.function,
            request_type=self._request_type,
            injected_types=self._injected_types,
            event_type=EventData,
            input_count=len(inputs),
        )
        target = binding.triggers[0][0] if binding.triggers else None
        return Endpoint(
            id=id_,
            function=binding.function,
            signature=signature,
            runs_on_loop=is_async(binding.function),
            inputs=inputs,
            outputs=outputs,
            target=target if isinstance(target, Component) else None,
            event_type=event_type,
            concurrency_limit=limit,
            concurrency_id=binding.options.get("concurrency_id"),
            api_name=binding.options.get("api_name"),
        )


def _chatbot(chatbot: Chatbot, parts: PageComponents) -> ComponentNode:
    """Return the node of a conversation that functions fill."""
    rules = FeedbackRules(
        options=options_of("feedback_options", chatbot.feedback_options), takes_user_messages=chatbot.like_user_message
    )
    shown_config = msgspec.structs.replace(
        compile_chatbot(chatbot, parts.published), feedback=feedback_config(rules, chatbot)
    )
    config = msgspec.to_builtins(shown_config)
    props = {"messages": config.pop("opening", []), "config": config}
    props |= {name: value for name, value in (("hidden", not chatbot.visible), ("scale", chatbot.scale)) if value}
    return ComponentNode(id=parts.parameter(chatbot).id, part=ComponentPart(kind=chatbot.kind, props=props))


def _is_about_likes(binding: Binding) -> bool:
    """Tell whether each event carries data of its own, so that none may be dropped while a call is active."""
    return any(event == "like" for _, event in binding.triggers)


def _static(spec: BlocksSpec) -> frozenset[int]:
    """Return the identities of components that users do not change.

    These are set by functions only, or have an initial value and are no function's input.
    """
    outputs_of_functions: set[int] = set()
    taken: set[int] = set()
    for binding in spec.bindings:
        outputs_of_functions |= {id(each) for each in binding.outputs if not hasattr(each, "click")}
        taken |= {id(each) for each in binding.inputs}
        taken |= {id(node) for node, event in binding.triggers if event in ("input", "submit", "upload", "release")}
    for chat in _chats(spec.children):
        outputs = chat.additional_outputs or ()
        outputs_of_functions |= {id(each) for each in (outputs if isinstance(outputs, list | tuple) else (outputs,))}
        inputs = chat.additional_inputs or ()
        taken |= {id(each) for each in (inputs if isinstance(inputs, list | tuple) else (inputs,))}
    with_content = {id(each) for each in _components(spec.children) if isinstance(each, _CONTENT) and _has_value(each)}
    return frozenset((outputs_of_functions | with_content) - taken)


def _has_value(component: Component) -> bool:
    value = component.value
    return value is not None and not (isinstance(value, str | list | tuple | dict) and not value)


def _components(children: Sequence[Node]) -> Iterator[Component]:
    for child in children:
        if isinstance(child, Component):
            yield child
        elif isinstance(child, Layout):
            yield from _components(child.children)


def _chats(children: list[Node]) -> list[ChatSpec]:
    chats: list[ChatSpec] = []
    for child in children:
        if isinstance(child, ChatSpec):
            chats.append(child)
        elif isinstance(child, Layout):
            chats += _chats(child.children)
    return chats


def _clear_buttons(children: list[Node]) -> list[ClearButton]:
    buttons: list[ClearButton] = []
    for child in children:
        if isinstance(child, ClearButton) and child.emptied:
            buttons.append(child)
        elif isinstance(child, Layout):
            buttons += _clear_buttons(child.children)
    return buttons
