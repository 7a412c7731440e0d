"""An application, compiled: everything that serves it reads this, and nothing changes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from salon.definition.config import PageConfig
from salon.definition.endpoint import ChatEndpoint, Endpoint
from salon.messages.parts import ComponentPart


@dataclass(frozen=True, kw_only=True, slots=True)
class AppSpec:
    """One application: what the page is told, what it runs, and the author's own additions to the page.

    `chats` are its chats by name, `endpoints` the functions that are bound to its events, by id, and `scripts`
    JavaScript functions that the page calls first. `files` are files of the author's, or their content, by the keys
    in their addresses, `author/{key}`; `image_sources` are the origins of pictures that are elsewhere. `dynamic` finds
    out the components whose values are functions, for one page; it may block. `takes_files` tells whether some
    input takes files.
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
