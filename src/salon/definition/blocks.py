"""The definition of `Blocks`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from salon.components.events import Binding
from salon.components.tree import Node
from salon.themes import Theme


@dataclass(kw_only=True, eq=False)
class BlocksSpec:
    """The arguments of `Blocks`.

    Args:
        title: name of the application, shown above the page and in the browser's tab; it may contain HTML.
        theme: the theme: `"default"`, `"soft"`, `"ocean"`, `"citrus"`, `"monochrome"`, `"glass"`, or a `Theme`.
        css: CSS of the page.
        css_paths: CSS files, included before `css`.
        js: JavaScript that runs when the page opens: a function, or statements.
        head: HTML for the page's head.
        head_paths: files with HTML for the page's head, before `head`.
        fill_height: no effect: chats fill the height that the window leaves.
        fill_width: `True` lets the page take the whole width of the window.
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
