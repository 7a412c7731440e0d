"""The appearance of an application: its theme, and the author's own additions to the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from salon.definition.checks import collecting, require_one_of, together
from salon.errors import AuthorError
from salon.text import decoded
from salon.themes import THEMES, Default, Theme

# Gradio's names of themes that look the same here.
_ALIKE = {"base": "default", "origin": "default"}


class HasAppearance(Protocol):
    """A definition with the appearance of its page."""

    theme: str | Theme | None
    css: str | None
    css_paths: str | Path | Sequence[str | Path] | None
    js: str | None
    head: str | None
    head_paths: str | Path | Sequence[str | Path] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """The name of a theme, its CSS, and the author's own additions."""

    name: str = "default"
    theme_css: str = ""
    css: str = ""
    js: str = ""
    head: str = ""


def compile_appearance(spec: HasAppearance) -> Appearance:
    """Return the appearance of the page that `spec` defines.

    Raises:
        AuthorError: the theme does not exist, or a file cannot be read; the message lists all problems at once.
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
    return Appearance(name=type(theme).__name__.lower(), theme_css=theme.css(), js=spec.js or "", **additions)


def _texts(name: str, paths: str | Path | Sequence[str | Path] | None) -> list[str]:
    """Return the content of the author's files.

    Raises:
        AuthorError: a file cannot be read.
    """
    all_paths = [paths] if isinstance(paths, str | Path) else list(paths or ())
    try:
        return [decoded(Path(path).read_bytes()) for path in all_paths]
    except (OSError, UnicodeDecodeError) as error:
        raise AuthorError(f"chat.{name}", f"`{name}` contains a file that cannot be read: {error}.") from None


def _theme(theme: str | Theme | None) -> Theme:
    if isinstance(theme, Theme):
        return theme
    name = str(theme or "default").lower().removeprefix("gradio/")
    name = _ALIKE.get(name, name)
    require_one_of("theme", name, tuple(THEMES))
    return THEMES[name]()
