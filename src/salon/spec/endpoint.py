"""A chat endpoint, ready to run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from salon.messages.message import Message
from salon.spec.caching import CacheMode
from salon.spec.signature import Signature


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A message to click on: its text, which may be there in several languages, and files that go with it."""

    texts: tuple[str, ...]
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatEndpoint:
    """The author's function and how to run it.

    `concurrency_limit` is how many runs may go on at a time, `None` for no limit, `"default"`
    for as many as blocking functions may use threads, and no limit for async ones; endpoints
    with the same `concurrency_id` share one limit. `examples` are what the page offers; their answers are
    kept when `example_cache` is set, and made at the start (`"eager"`) or at the first click (`"lazy"`).
    `opening` is what every conversation begins with. `reasoning_tags` stand around thoughts in a reply's text.
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
