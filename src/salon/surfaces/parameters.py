"""The chats of an application as programs call them: by which names, and with which parameters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from salon.components.base import InputError
from salon.spec.app import AppSpec
from salon.spec.config import ChatConfig
from salon.spec.endpoint import ChatEndpoint
from salon.spec.endpoint import Parameter as Input

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
class CalledChat:
    """A chat of which programs may know: `chat` is what the application calls it, `name` and `alias` what they do."""

    chat: str
    name: str
    alias: str | None
    endpoint: ChatEndpoint
    config: ChatConfig
    parameters: Sequence[Parameter]

    @property
    def visibility(self) -> str:
        """Who may call it; see `Api`."""
        return self.endpoint.api.visibility

    def inputs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the additional inputs by their ids, out of values by the parameters' names."""
        further = (each for each in self.parameters if each.input is not None and each.name in values)
        return {str(each.input): values[each.name] for each in further}


def called_chats(app: AppSpec) -> tuple[CalledChat, ...]:
    """Return the chats of an application; those that have the same name get numbers."""
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
            CalledChat(
                chat=chat,
                name=name,
                alias=alias,
                endpoint=endpoint,
                config=configs.get(chat, ChatConfig(name=chat)),
                parameters=_parameters(endpoint),
            )
        )
    return tuple(found)


def _free(name: str, taken: set[str]) -> str:
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _parameters(endpoint: ChatEndpoint) -> tuple[Parameter, ...]:
    names = endpoint.signature.names
    name = names.get("message", "message")
    if endpoint.multimodal:
        message = Parameter(
            name=name, label="Message", kind="multimodaltextbox", has_default=True, default={"text": "", "files": []}
        )
    else:
        message = Parameter(name=name, label="Message", kind="textbox", schema={"type": "string"})
    found = [message]
    for index, item in enumerate(endpoint.inputs):
        own = names.get(index) or _slug(item.component.label) or f"input_{index + 1}"
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
