"""A chat endpoint, ready to run."""

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
    """A value that functions get besides the message, or that they set: a component and its id on the page."""

    id: str
    component: Component


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A function that is bound to events of a page, and how to run it.

    `signature` names inputs by their places, `target` is the component whose event it is, if it is one's,
    `event_type` the `EventData` that the function wants. What
    `concurrency_limit` and `concurrency_id` mean is said at `ChatEndpoint`.
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
    """A message to click on: its text, which may be there in several languages, and files that go with it.

    `values` are those of additional inputs, by their ids.
    """

    texts: tuple[str, ...]
    files: tuple[Path, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatEndpoint:
    """The author's function and how to run it.

    `concurrency_limit` is how many runs may go on at a time, `None` for no limit, `"default"` for as many as
    blocking functions may use threads, and no limit for async ones; endpoints with the same `concurrency_id` share
    one limit. `examples` are what the page offers; their answers are kept when `example_cache` is set, and made at
    the start (`"eager"`) or at the first click (`"lazy"`). `opening` is what every conversation begins with.
    `reasoning_tags` stand around thoughts in a reply's text. `inputs` are the additional inputs, in the order of
    the function's parameters, and `outputs` what the function sets beside its reply. `feedback` says what its
    readers are asked for, `history_place` where conversations are kept for their owners to come back to,
    `history_store` is the author's own store for them. `api` says how programs call it; `yields`, that it is a
    generator by definition.
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
