"""An application, compiled: everything that serves it reads this, and nothing changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from salon.spec.config import PageConfig
from salon.spec.endpoint import ChatEndpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class AppSpec:
    """One application: what the page is told, what it runs, and the author's own additions to the page.

    `files` are pictures of the author's by the keys in their addresses, `author/{key}`; `image_sources` are the
    origins of those that are elsewhere.
    """

    page: PageConfig
    chat: ChatEndpoint
    theme_css: str = ""
    css: str = ""
    js: str = ""
    head: str = ""
    files: Mapping[str, Path] = field(default_factory=dict)
    image_sources: tuple[str, ...] = ()
