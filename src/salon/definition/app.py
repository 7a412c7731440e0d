"""The compiled application, which is immutable and which the server reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from salon.definition.config import PageConfig
from salon.definition.endpoint import ChatEndpoint, Endpoint
from salon.messages.parts import ComponentPart


@dataclass(frozen=True, kw_only=True, slots=True)
class AppSpec:
    """One application: the page's configuration, its endpoints, and the author's own additions to the page.

    `chats` are the chats by name, `endpoints` the functions bound to events, by id, and `scripts` the JavaScript
    functions that the page calls before them. `files` are the author's files, or their content, by the keys of their
    addresses, `author/{key}`; `image_sources` are the origins of images on other hosts. `dynamic` evaluates the
    components whose values are functions, for one page; it may block. `takes_files` tells whether any input accepts
    files.
    """

    page: PageConfig
    chats: Mapping[str, ChatEndpoint] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    scripts: Mapping[str, str] = field(default_factory=dict)
    theme_css: str = ""
    css: str = ""
    js: str = ""
    head: str = ""
    files: Mapping[str, Path | bytes] = field(default_factory=dict)
    image_sources: tuple[str, ...] = ()
    takes_files: bool = False
    dynamic: Callable[[], dict[str, ComponentPart]] = dict
