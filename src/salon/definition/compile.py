"""The compilation of a definition into a frozen application. All errors of authors are raised here."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec

from salon.components.base import Component
from salon.components.layout import Layout
from salon.definition.api import Api, compile_api
from salon.definition.app import AppSpec
from salon.definition.appearance import Appearance, compile_appearance
from salon.definition.chat import ChatSpec
from salon.definition.chat_config import compile_chat_config
from salon.definition.checks import collecting, require_limit, require_one_of, together
from salon.definition.config import ChatConfig, ExampleConfig, PageConfig
from salon.definition.endpoint import ChatEndpoint, Endpoint, Example, Parameter
from salon.definition.example_caching import CacheMode, cache_mode
from salon.definition.feedback import FeedbackRules, feedback_config, feedback_rules
from salon.definition.history import compile_history
from salon.definition.keyword_inputs import keyword_inputs, label_of
from salon.definition.page_components import PageComponents, components_of
from salon.definition.published_files import PublishedFiles
from salon.definition.signature import Signature, hints_of, inspect_chat_function, is_async, is_generator
from salon.errors import AuthorError
from salon.i18n import in_all_languages
from salon.messages.parts import ComponentPart
from salon.text import unindented

_log = logging.getLogger("salon")

CHAT = "chat"
"""Name of the chat of a page that has only one."""


def compile_app(spec: ChatSpec, *, request_type: type, injected_types: tuple[type, ...]) -> AppSpec:
    """Compile a chat that is a page of its own.

    Args:
        spec: definition of the chat.
        request_type: annotation of parameters that get the request.
        injected_types: types of defaults that mark a parameter as injected.

    Raises:
        AuthorError: the definition contradicts itself, or refers to something that does not exist; the message lists
            all problems at once.
    """
    problems: list[AuthorError] = []
    parts = PageComponents(PublishedFiles())
    appearance = Appearance()
    config, endpoint = ChatConfig(), None
    with collecting(problems):
        appearance = compile_appearance(spec)
    with collecting(problems):
        config, endpoint = compile_chat(
            spec, name=CHAT, parts=parts, request_type=request_type, injected_types=injected_types
        )
    if problems or endpoint is None:
        raise together(problems)
    config = msgspec.structs.replace(config, title=None)
    title = spec.title and unindented(spec.title)
    page = PageConfig(title=title, lang=spec.lang, theme=appearance.name, chats=(config,), fill_width=spec.fill_width)
    return assemble(page, {CHAT: endpoint}, appearance, parts)


def assemble(
    page: PageConfig,
    chats: dict[str, ChatEndpoint],
    appearance: Appearance,
    parts: PageComponents,
    *,
    endpoints: Mapping[str, Endpoint] | None = None,
    scripts: Mapping[str, str] | None = None,
) -> AppSpec:
    """Return the application that consists of these compiled parts."""
    return AppSpec(
        page=page,
        chats=chats,
        endpoints=endpoints or {},
        scripts=scripts or {},
        theme_css=appearance.theme_css,
        css=appearance.css,
        js=appearance.js,
        head=appearance.head,
        files=parts.published.files,
        image_sources=tuple(sorted(parts.published.origins)),
        takes_files=any(parameter.component.blocks for parameter in parts.parameters.values()),
        dynamic=_dynamic(parts),
    )


def compile_chat(
    spec: ChatSpec,
    *,
    name: str,
    parts: PageComponents,
    request_type: type,
    injected_types: tuple[type, ...],
    is_heard: bool = False,
    used: frozenset[int] = frozenset(),
) -> tuple[ChatConfig, ChatEndpoint]:
    """Return the page's configuration of one chat, and its endpoint.

    Args:
        spec: definition of the chat.
        name: name of the chat on the page.
        parts: the components of the page.
        request_type: see `compile_app`.
        injected_types: see `compile_app`.
        is_heard: whether a function is bound to the event `like` of its `Chatbot`.
        used: identities of the components that bindings use as trigger, input or output.

    Raises:
        AuthorError: see `compile_app`.
    """
    problems: list[AuthorError] = []
    signature = Signature(())
    config = ChatConfig()
    tags: tuple[tuple[str, str], ...] = ()
    api = Api()
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    caching: CacheMode | None = None
    feedback: FeedbackRules | None = None
    keywords: tuple[str, ...] = ()
    with collecting(problems):
        inputs = _parameters("additional_inputs", spec.additional_inputs, parts)
        if spec.additional_inputs is None:
            own = keyword_inputs(spec.fn, hints_of(spec.fn)) if callable(spec.fn) else {}
            keywords, inputs = tuple(own), tuple(map(parts.parameter, own.values()))
    with collecting(problems):
        outputs = _outputs(spec.additional_outputs, parts)
    with collecting(problems):
        signature = inspect_chat_function(
            spec.fn,
            request_type=request_type,
            injected_types=injected_types,
            input_count=0 if keywords else len(inputs),
            keywords=keywords,
        )
    for index, parameter in enumerate(inputs):
        if index in signature.names:
            parts.names[id(parameter.component)] = label_of(signature.names[index])
    with collecting(problems):
        require_one_of("type", spec.type, ("messages", "tuples"))
    with collecting(problems):
        require_limit(spec.concurrency_limit)
    with collecting(problems):
        config = compile_chat_config(spec, name=name, parts=parts, inputs=inputs)
    with collecting(problems):
        caching = cache_mode(spec.cache_examples, spec.cache_mode)
        if caching is not None:
            config = msgspec.structs.replace(config, run_examples_on_click=True)
    with collecting(problems):
        feedback = feedback_rules(spec, is_heard=is_heard)
        if feedback is not None:
            asked = feedback_config(feedback, spec.chatbot)
            chatbot = msgspec.structs.replace(config.chatbot, feedback=asked)
            config = msgspec.structs.replace(config, chatbot=chatbot)
        if spec.chatbot is not None and id(spec.chatbot) in used:
            config = msgspec.structs.replace(config, chatbot_id=parts.parameter(spec.chatbot).id)
        if spec.textbox is not None and id(spec.textbox) in used:
            config = msgspec.structs.replace(config, textbox_id=parts.parameter(spec.textbox).id)
    with collecting(problems):
        tags = _tags(getattr(spec.chatbot, "reasoning_tags", None))
    with collecting(problems):
        api = compile_api(spec)
    if problems:
        raise together(problems)
    endpoint = ChatEndpoint(
        function=spec.fn,
        signature=signature,
        runs_on_loop=is_async(spec.fn),
        multimodal=spec.multimodal,
        history=spec.type,
        concurrency_limit=spec.concurrency_limit,
        concurrency_id=spec.concurrency_id,
        examples=tuple(_example(example, parts.published) for example in config.examples),
        example_cache=caching,
        opening=config.chatbot.opening,
        history_place=config.history,
        history_store=compile_history(spec.save_history)[1],
        reasoning_tags=tags,
        api=api,
        yields=is_generator(spec.fn),
        inputs=inputs,
        outputs=outputs,
        feedback=feedback,
    )
    return config, endpoint


def _parameters(
    name: str, components: str | Component | Sequence[str | Component] | None, parts: PageComponents
) -> tuple[Parameter, ...]:
    return tuple(map(parts.parameter, components_of(name, components)))


def _outputs(
    outputs: Component | Layout | Sequence[Component | Layout] | None, parts: PageComponents
) -> tuple[Parameter, ...]:
    """Return the outputs of a chat's function: components, and containers of the page."""
    items = outputs if isinstance(outputs, list | tuple) else (outputs,)
    parameters: list[Parameter] = []
    for item in items:
        if isinstance(item, Layout) and item.is_placed:
            parameters.append(parts.output(item))
        else:
            parameters += _parameters("additional_outputs", item, parts)
    return tuple(parameters)


def _example(example: ExampleConfig, published: PublishedFiles) -> Example:
    return Example(
        texts=in_all_languages(example.text),
        files=tuple(published.path(file.address) for file in example.files),
        values=example.values,
    )


def _dynamic(parts: PageComponents) -> Callable[[], dict[str, ComponentPart]]:
    components = {name: item.component for name, item in parts.parameters.items() if callable(item.component.value)}
    return partial(_evaluate, components, parts) if components else dict


def _evaluate(components: dict[str, Component], parts: PageComponents) -> dict[str, ComponentPart]:
    values: dict[str, ComponentPart] = {}
    for name, component in components.items():
        # The functions are the author's: if one fails, the page opens with the initial value.
        try:
            values[name] = parts.node(component).part
        except Exception:  # noqa: BLE001 - whatever it is
            _log.exception("The value of `%s` could not be computed for a new page", component.name)
    return values


def _tags(tags: object) -> tuple[tuple[str, str], ...]:
    pairs = tags if isinstance(tags, list | tuple) else () if tags is None else (tags,)
    for pair in pairs:
        is_pair = isinstance(pair, list | tuple) and len(pair) == 2
        if not is_pair or not all(isinstance(tag, str) and tag.strip() for tag in pair):
            raise AuthorError(
                "chat.reasoning_tags",
                f'`reasoning_tags` has to be a list of pairs such as `("<think>", "</think>")`; got `{pair!r}` in it.',
            )
    return tuple((pair[0], pair[1]) for pair in pairs)
