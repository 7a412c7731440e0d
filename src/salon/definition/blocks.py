"""The declarative half of `Blocks`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from salon.components.events import Binding
from salon.components.placing import Node
from salon.themes import Theme


@dataclass(kw_only=True, eq=False)
class BlocksSpec:
    """What an author says about a page.

    Args:
        title: name of the application, above the page and in the browser's tab; it may hold HTML.
        theme: the look: `"default"`, `"soft"`, `"ocean"`, `"citrus"`, `"monochrome"`, `"glass"`, or a `Theme`.
        css: style rules for the page.
        css_paths: files with style rules, before `css`.
        js: JavaScript that runs when the page opens: a function, or statements.
        head: HTML for the page's head.
        head_paths: files with HTML for the page's head, before `head`.
        fill_height: without effect: chats take what the window leaves them.
        fill_width: the page takes the whole width of the window.
        lang: language of the page, such as `"zh-CN"` or `"en"`; the browser's by default.
    """

    title: str | None = None
    theme: str | Theme | None = None
    css: str | None = None
    css_paths: str | Path | Sequence[str | Path] | None = None
    js: str | None = None
    head: str | None = None
    head_paths: str | Path | Sequence[str | Path] | None = None
    fill_height: bool = False
    fill_width: bool = False
    lang: str | None = None
    children: list[Node] = field(default_factory=list, init=False)
    bindings: list[Binding] = field(default_factory=list, init=False)
