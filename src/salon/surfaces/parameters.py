"""The parameters of a chat, as programs that call it see them: the message, then the further ones."""

from dataclasses import dataclass, field
from typing import Any

from salon.spec.app import AppSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One parameter. `schema` is a JSON Schema; `kind` is the component that stands for it in the page.

    Without a default, callers have to give it.
    """

    name: str
    label: str
    kind: str
    schema: dict[str, Any] = field(default_factory=dict)
    has_default: bool = False
    default: Any = None


def message_parameter(app: AppSpec) -> Parameter:
    """Return the message."""
    name = app.chat.signature.message
    if not app.chat.multimodal:
        return Parameter(name=name, label="Message", kind="textbox", schema={"type": "string"})
    return Parameter(name=name, label="Message", kind="multimodaltextbox")


def further_parameters(app: AppSpec) -> tuple[Parameter, ...]:
    """Return what follows the message."""
    del app
    return ()
