"""An application, compiled: everything that serves it reads this, and nothing changes it."""

from dataclasses import dataclass

from salon.spec.config import PageConfig
from salon.spec.endpoint import ChatEndpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class AppSpec:
    """One application: what the page is told, what it runs, and the author's own additions to the page."""

    page: PageConfig
    chat: ChatEndpoint
    theme_css: str = ""
    css: str = ""
    js: str = ""
    head: str = ""
