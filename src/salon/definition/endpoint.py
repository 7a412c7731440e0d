"""Endpoints: compiled functions, ready to run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from salon.components.base import Component
from salon.definition.api import Api
from salon.definition.config import HistoryPlace
from salon.definition.example_caching import CacheMode
from salon.definition.feedback import FeedbackRules
from salon.definition.signature import Signature
from salon.messages.message import Message
from salon.stores.kept import KeptConversations


@dataclass(frozen=True, slots=True)
class Parameter:
    """An additional input or an output of a function: a component and its id on the page."""

    id: str
    component: Component


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A function that is bound to events of a page.

    `signature` refers to inputs by index, `target` is the component of the event, if any, `event_type` the type of
    `EventData` that the function takes. `concurrency_limit` and `concurrency_id` are explained at `ChatEndpoint`.
    """

    id: str
    function: Callable[..., Any]
    signature: Signature
    runs_on_loop: bool
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    target: Component | None = None
    event_type: type | None = None
    concurrency_limit: int | Literal["default"] | None = "default"
    concurrency_id: str | None = None
    queue_size: int | None = 256
    api_name: str | Literal[False] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """An example message: its text, which may be in several languages, and its files.

    `values` are the values of additional inputs, by id.
    """

    texts: tuple[str, ...]
    files: tuple[Path, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatEndpoint:
    """The author's chat function, with its inputs, outputs and limits.

    `concurrency_limit` is the largest number of active runs: `None` for no limit, `"default"` for the number of threads
    of blocking functions and no limit for async ones; endpoints with the same `concurrency_id` share one limit.
    `examples` are the page's examples; their replies are cached if `example_cache` is set: at the start (`"eager"`) or
    after the first click (`"lazy"`). `opening` are the messages with which every conversation begins. `reasoning_tags`
    enclose thoughts in a reply's text. `inputs` are the additional inputs, in the order of the function's parameters,
    and `outputs` the components that the function sets besides its reply. `feedback` are the rules of ratings,
    `history_place` is the place where conversations are persisted, `history_store` the author's own store for them.
    `api` is the endpoint's API for programs; `yields` tells that the function is a generator by its definition.
    """

    function: Callable[..., Any]
    signature: Signature
    runs_on_loop: bool
    multimodal: bool = False
    history: Literal["messages", "tuples"] = "messages"
    concurrency_limit: int | Literal["default"] | None = "default"
    concurrency_id: str | None = None
    queue_size: int | None = 256
    examples: tuple[Example, ...] = ()
    example_cache: CacheMode | None = None
    opening: tuple[Message, ...] = ()
    reasoning_tags: tuple[tuple[str, str], ...] = ()
    history_place: HistoryPlace | None = None
    history_store: KeptConversations | None = None
    api: Api = Api()
    feedback: FeedbackRules | None = None
    yields: bool = False
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
