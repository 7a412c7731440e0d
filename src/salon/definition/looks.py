"""How an application looks: its theme, and the author's own additions to the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from salon.definition.checks import collecting, require_one_of, together
from salon.errors import AuthorError
from salon.text import decoded
from salon.themes import THEMES, Default, Theme

# Names of Gradio's themes that differ from others in what is ours anyway.
_ALIKE = {"base": "default", "origin": "default"}


class HasLooks(Protocol):
    """A description that says how its page looks."""

    theme: str | Theme | None
    css: str | None
    css_paths: str | Path | Sequence[str | Path] | None
    js: str | None
    head: str | None
    head_paths: str | Path | Sequence[str | Path] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The name of a theme, its style rules, and the author's own."""

    name: str = "default"
    theme_css: str = ""
    css: str = ""
    js: str = ""
    head: str = ""


def compile_looks(spec: HasLooks) -> Looks:
    """Return how the page of `spec` looks.

    Raises:
        AuthorError: there is no such theme, or a file cannot be read; the message lists all problems at once.
    """
    problems: list[AuthorError] = []
    theme: Theme = Default()
    additions = {"css": spec.css or "", "head": spec.head or ""}
    with collecting(problems):
        theme = _theme(spec.theme)
    for name, paths in (("css", spec.css_paths), ("head", spec.head_paths)):
        with collecting(problems):
            additions[name] = "\n".join([*_texts(f"{name}_paths", paths), additions[name]]).strip()
    if problems:
        raise together(problems)
    return Looks(name=type(theme).__name__.lower(), theme_css=theme.css(), js=spec.js or "", **additions)


def _texts(name: str, paths: str | Path | Sequence[str | Path] | None) -> list[str]:
    """Return what is in the author's files.

    Raises:
        AuthorError: one cannot be read.
    """
    all_paths = [paths] if isinstance(paths, str | Path) else list(paths or ())
    try:
        return [decoded(Path(path).read_bytes()) for path in all_paths]
    except (OSError, UnicodeDecodeError) as error:
        raise AuthorError(f"chat.{name}", f"`{name}` names a file that cannot be read: {error}.") from None


def _theme(theme: str | Theme | None) -> Theme:
    if isinstance(theme, Theme):
        return theme
    name = str(theme or "default").lower().removeprefix("gradio/")
    name = _ALIKE.get(name, name)
    require_one_of("theme", name, tuple(THEMES))
    return THEMES[name]()
