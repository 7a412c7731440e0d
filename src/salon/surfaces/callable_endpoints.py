"""What programs may call of an application: its chats and functions, by which names, and with which parameters."""

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
    """One parameter. `schema` is a JSON Schema; `kind` is the component that stands for it on the page.

    `input` is the id of an additional input, and `None` for the message. Without a default, callers have to give it.
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
    """Something that programs may call: a chat, or a function that is bound to an event of the page.

    `chat` is what the application calls the chat, `event` the id of the endpoint: one of the two is there. `name` and
    `alias` are what programs call it. `config` is what the page is told of a chat.
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
        """Return the values of inputs by their ids, out of values by the parameters' names."""
        further = (each for each in self.parameters if each.input is not None and each.name in values)
        return {str(each.input): values[each.name] for each in further}


def callable_endpoints(app: AppSpec) -> tuple[CallableEndpoint, ...]:
    """Return what programs may call, chats first; what has the same name gets numbers."""
    configs = {config.name: config for config in app.page.chats}
    taken: set[str] = set()
    found = []
    for chat, endpoint in app.chats.items():
        api = endpoint.api
        name = _free(api.name, taken)
        taken.add(name)
        alias = None if api.alias is None or api.alias in taken else api.alias
        taken |= {alias} if alias is not None else set()
        found.append(
            CallableEndpoint(
                name=name,
                alias=alias,
                chat=chat,
                description=api.description,
                visibility=api.visibility,
                parameters=_chat_parameters(endpoint),
                outputs=_told(endpoint.outputs),
                yields=endpoint.yields,
                config=configs.get(chat, ChatConfig(name=chat)),
            )
        )
    for id_, bound in app.endpoints.items():
        own = getattr(bound.function, "__name__", "").strip("<>") or "function"
        name = _free(bound.api_name or own, taken)
        taken.add(name)
        found.append(
            CallableEndpoint(
                name=name,
                event=id_,
                description=inspect.getdoc(bound.function) or "" if inspect.isroutine(bound.function) else "",
                visibility="private" if bound.api_name is False else "public",
                parameters=_parameters(bound.inputs, bound.signature, ()),
                outputs=_told(bound.outputs),
                yields=is_generator(bound.function),
            )
        )
    return tuple(found)


def _told(outputs: Sequence[Input]) -> tuple[Input, ...]:
    """Return those of the things that a function sets which programs hear of."""
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
    """Return what is before, and the inputs; states, which belong to the session, are none."""
    found = list(before)
    for index, item in enumerate(inputs):
        if isinstance(item.component, State):
            continue
        own = signature.names.get(index) or _slug(item.component.label) or f"input_{index + 1}"
        found.append(_further(item, own, found))
    return tuple(found)


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
