"""The endpoints of an application that programs may call: chats and functions, with names and parameters."""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from salon.components.base import InputError
from salon.components.state import State
from salon.definition.app import AppSpec
from salon.definition.config import ChatConfig
from salon.definition.containers import ContainerOutput
from salon.definition.endpoint import ChatEndpoint
from salon.definition.endpoint import Parameter as Input
from salon.definition.signature import Signature, is_generator

_EMPTY: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter. `schema` is a JSON Schema; `kind` is the kind of the component on the page.

    `input` is the id of an additional input, `None` for the message. A parameter without a default is required.
    """

    name: str
    label: str
    kind: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    has_default: bool = False
    default: Any = None
    input: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CallableEndpoint:
    """An endpoint that programs may call: a chat, or a function that is bound to an event of the page.

    Either `chat`, the chat's name on the page, or `event`, the function's id, is set. `name` and `alias` are the names
    for programs. `config` is the page's configuration of a chat.
    """

    name: str
    alias: str | None = None
    chat: str | None = None
    event: str | None = None
    description: str = ""
    visibility: str = "public"
    parameters: Sequence[Parameter] = ()
    outputs: Sequence[Input] = ()
    yields: bool = False
    config: ChatConfig = field(default_factory=ChatConfig)

    def inputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Convert values by parameter name to values by the inputs' ids."""
        further = (each for each in self.parameters if each.input is not None and each.name in values)
        return {str(each.input): values[each.name] for each in further}


def callable_endpoints(app: AppSpec) -> tuple[CallableEndpoint, ...]:
    """Return the endpoints, chats first; names that occur twice get numbers."""
    configs = {config.name: config for config in app.page.chats}
    taken: set[str] = set()
    endpoints = []
    for chat, endpoint in app.chats.items():
        api = endpoint.api
        name = _free(api.name, taken)
        taken.add(name)
        alias = None if api.alias is None or api.alias in taken else api.alias
        taken |= {alias} if alias is not None else set()
        endpoints.append(
            CallableEndpoint(
                name=name,
                alias=alias,
                chat=chat,
                description=api.description,
                visibility=api.visibility,
                parameters=_chat_parameters(endpoint),
                outputs=_visible_outputs(endpoint.outputs),
                yields=endpoint.yields,
                config=configs.get(chat, ChatConfig(name=chat)),
            )
        )
    for id_, bound in app.endpoints.items():
        own = getattr(bound.function, "__name__", "").strip("<>") or "function"
        name = _free(bound.api_name or own, taken)
        taken.add(name)
        endpoints.append(
            CallableEndpoint(
                name=name,
                event=id_,
                description=inspect.getdoc(bound.function) or "" if inspect.isroutine(bound.function) else "",
                visibility="private" if bound.api_name is False else "public",
                parameters=_parameters(bound.inputs, bound.signature, ()),
                outputs=_visible_outputs(bound.outputs),
                yields=is_generator(bound.function),
            )
        )
    return tuple(endpoints)


def _visible_outputs(outputs: Sequence[Input]) -> tuple[Input, ...]:
    """Return the outputs of a function that programs get."""
    return tuple(item for item in outputs if not isinstance(item.component, State | ContainerOutput))


def callable_chats(app: AppSpec) -> tuple[CallableEndpoint, ...]:
    """Return the chats that programs may call."""
    return tuple(each for each in callable_endpoints(app) if each.chat is not None)


def _free(name: str, taken: set[str]) -> str:
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _chat_parameters(endpoint: ChatEndpoint) -> tuple[Parameter, ...]:
    name = endpoint.signature.names.get("message", "message")
    if endpoint.multimodal:
        message = Parameter(
            name=name, label="Message", kind="multimodaltextbox", has_default=True, default={"text": "", "files": []}
        )
    else:
        message = Parameter(name=name, label="Message", kind="textbox", schema={"type": "string"})
    return _parameters(endpoint.inputs, endpoint.signature, (message,))


def _parameters(inputs: Sequence[Input], signature: Signature, before: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """Return `before` and the inputs as parameters; states, which belong to the session, are left out."""
    parameters = list(before)
    for index, item in enumerate(inputs):
        if isinstance(item.component, State):
            continue
        own = signature.names.get(index) or _slug(item.component.label) or f"input_{index + 1}"
        parameters.append(_further(item, own, parameters))
    return tuple(parameters)


def _further(item: Input, name: str, before: Sequence[Parameter]) -> Parameter:
    component = item.component
    default: Any = None
    try:
        default = None if callable(component.value) else component.default()
        msgspec.json.encode(default)
    except (InputError, TypeError, ValueError):
        default = None
    return Parameter(
        name=_free(name, {each.name for each in before}),
        label=component.label or "",
        kind=component.kind,
        schema=component.schema(),
        has_default=component.value is not None or default not in _EMPTY,
        default=default,
        input=item.id,
    )


def _slug(label: str | None) -> str:
    return re.sub(r"\W+", "_", label or "").strip("_").lower()
