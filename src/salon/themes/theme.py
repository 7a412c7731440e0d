"""Themes: the appearance of a page, as values of its tokens `--salon-…`."""

import difflib
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar

from salon.errors import AuthorError
from salon.themes.colors import COLORS, Color, color_named

_Value = TypeVar("_Value")

Pair = tuple[str, str]
"""A pair of values, for light and for dark."""

_SIZES = ("none", "sm", "md", "lg", "xxl")
_RADII = dict(zip(_SIZES, ((2, 2, 4), (8, 5, 14), (14, 9, 22), (20, 14, 28), (26, 18, 34)), strict=True))
_GAPS = {"sm": "20px", "md": "28px", "lg": "36px"}
_TEXTS = {"sm": "0.94rem", "md": "1rem", "lg": "1.09rem"}
_CHINESE = ("'PingFang SC'", "'Microsoft YaHei'", "'Noto Sans CJK SC'", "'Noto Sans SC'")
_COLOR = re.compile(r"(#[0-9a-fA-F]{3,8}|(rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\([^()]*\)|[a-z]+)\Z")
_ENDS_RULE = re.compile(r"[;{}<]|/\*|\*/")
_REFERENCE = re.compile(r"\*(primary|secondary|neutral)_(50|[1-9]00|950)\Z")
_LIGHTNESS = {
    50: 0.975,
    100: 0.945,
    200: 0.9,
    300: 0.83,
    400: 0.73,
    500: 0.63,
    600: 0.55,
    700: 0.48,
    800: 0.41,
    900: 0.35,
    950: 0.25,
}

TOKENS = frozenset(
    [
        "accent",
        "accent-ink",
        "backdrop",
        "background",
        "bubble",
        "bubble-ink",
        "code",
        "code-comment",
        "code-keyword",
        "code-number",
        "code-string",
        "code-title",
        "column",
        "error",
        "error-fill",
        "fade",
        "fill",
        "fill-strong",
        "font",
        "font-mono",
        "gap",
        "info",
        "ink",
        "ink-faint",
        "ink-soft",
        "line-color",
        "mark",
        "mark-ink",
        "page",
        "radius",
        "radius-composer",
        "radius-small",
        "shadow",
        "success",
        "surface",
        "text",
        "warning",
    ]
)
"""The tokens that a theme may set, without `--salon-`."""

VARIABLES = {
    "background_fill_primary": "background",
    "background_fill_secondary": "fill",
    "block_background_fill": "surface",
    "block_radius": "radius",
    "block_shadow": "shadow",
    "body_background_fill": "background",
    "body_text_color": "ink",
    "body_text_color_subdued": "ink-soft",
    "body_text_size": "text",
    "border_color_accent": "accent",
    "border_color_primary": "line-color",
    "button_primary_background_fill": "accent",
    "button_primary_text_color": "accent-ink",
    "button_secondary_background_fill": "fill",
    "code_background_fill": "code",
    "color_accent": "accent",
    "color_accent_soft": "bubble",
    "error_background_fill": "error-fill",
    "error_text_color": "error",
    "input_background_fill": "surface",
    "input_radius": "radius-composer",
    "link_text_color": "accent",
    "section_header_text_color": "ink-soft",
    "shadow_drop": "shadow",
}
"""Gradio's names of the same tokens."""


class Theme:
    """A theme of colours, sizes and fonts, for light and dark.

    Args:
        primary_hue: colour of buttons, links and selections: a name such as `"teal"`, or a `Color`.
        secondary_hue: colour of strings in code.
        neutral_hue: tint of backgrounds, lines and text.
        spacing_size: space between messages: `"sm"`, `"md"` or `"lg"`.
        radius_size: radius of corners: `"none"`, `"sm"`, `"md"`, `"lg"` or `"xxl"`.
        text_size: size of text: `"sm"`, `"md"` or `"lg"`.
        font: names of fonts in order of preference; they have to be installed on the user's device, as the page loads
            none.
        font_mono: names of fonts for code, like `font`.
        tokens: values of single tokens: one for both light and dark, or a pair.

    Raises:
        AuthorError: a colour, size or token does not exist; the message names the nearest.
    """

    base: ClassVar[Mapping[str, str | Pair]] = {}
    """Values by token of the theme without arguments."""

    def __init__(
        self,
        *,
        primary_hue: str | Color | None = None,
        secondary_hue: str | Color | None = None,
        neutral_hue: str | Color | None = None,
        spacing_size: str | None = None,
        radius_size: str | None = None,
        text_size: str | None = None,
        font: str | Sequence[str] | None = None,
        font_mono: str | Sequence[str] | None = None,
        tokens: Mapping[str, str | Pair] | None = None,
    ) -> None:
        self._hues = {
            "primary": _color("primary_hue", primary_hue),
            "secondary": _color("secondary_hue", secondary_hue),
            "neutral": _color("neutral_hue", neutral_hue),
        }
        self._tokens: dict[str, str | Pair] = dict(self.base)
        if neutral := self._hues["neutral"]:
            self._tokens |= _neutral_tokens(neutral)
        if primary := self._hues["primary"]:
            self._tokens |= _primary_tokens(primary)
        if secondary := self._hues["secondary"]:
            self._tokens["code-string"] = (secondary.shade(0.46), secondary.shade(0.8, 0.7))
        if spacing_size is not None:
            self._tokens["gap"] = _size("spacing_size", spacing_size, _GAPS)
        if radius_size is not None:
            self._tokens |= radius_tokens(_size("radius_size", radius_size, _RADII))
        if text_size is not None:
            self._tokens["text"] = _size("text_size", text_size, _TEXTS)
        for name, value in (("font", font), ("font-mono", font_mono)):
            if value is not None:
                self._tokens[name] = _font_list(value, "monospace" if name == "font-mono" else "sans-serif")
        for name, value in (tokens or {}).items():
            _require("tokens", name, TOKENS)
            pair = value if isinstance(value, tuple) else (value, value)
            if len(pair) != 2:
                raise AuthorError(
                    "theme.tokens",
                    f"`{name}` has to be a value, or a pair of values for light and dark; got `{value!r}`.",
                )
            self._tokens[name] = (_safe(name, pair[0]), _safe(name, pair[1]))

    def set(self, **values: Any) -> Self:
        """Set single values by Gradio's names (`button_primary_background_fill`, `…_dark`); return this theme.

        `"*primary_500"` is a shade of the theme's colours. Names without an effect on a chat are ignored, with a
        warning.
        """
        for name, value in values.items():
            is_dark = name.endswith("_dark")
            token = VARIABLES.get(name.removesuffix("_dark"))
            if token is None:
                warnings.warn(f"`{name}` is ignored: it has no effect on Salon's pages.", stacklevel=2)
            elif value is not None:
                text = _safe(name, self._resolved(str(value)))
                before = self._tokens.get(token)
                if is_dark:
                    self._tokens[token] = (_pair(before)[0] if before is not None else "", text)
                else:
                    self._tokens[token] = (text, _pair(before)[1] if before is not None else text)
        return self

    def css(self) -> str:
        """Return the CSS of the theme."""
        lines: list[str] = []
        dark_lines: list[str] = []
        for name, value in sorted(self._tokens.items()):
            light, dark = _pair(value)
            if not light:
                dark_lines.append(f"--salon-{name}:{dark};")
            elif light == dark:
                lines.append(f"--salon-{name}:{light};")
            elif _COLOR.match(light) and _COLOR.match(dark):
                lines.append(f"--salon-{name}:light-dark({light},{dark});")
            else:
                # CSS's `light-dark()`, which has both values, exists for colours only.
                lines.append(f"--salon-{name}:{light};")
                dark_lines.append(f"--salon-{name}:{dark};")
        if not lines and not dark_lines:
            return ""
        rules = f":root{{{''.join(lines)}}}"
        if dark_lines:
            dark = "".join(dark_lines)
            rules += (
                f"@media (prefers-color-scheme:dark){{:root:not([data-color-scheme='light']){{{dark}}}}}"
                f":root[data-color-scheme='dark']{{{dark}}}"
            )
        return f"@layer tokens{{{rules}}}"

    def pair(self, token: str) -> Pair | None:
        """Return the values of a token for light and dark; `None` for the page's default."""
        value = self._tokens.get(token)
        return None if value is None else _pair(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Theme) and self._tokens == other._tokens

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # tokens can be changed

    def _resolved(self, value: str) -> str:
        match = _REFERENCE.match(value.strip())
        if not match:
            return value
        defaults = {"primary": "emerald", "secondary": "amber", "neutral": "stone"}
        color = self._hues[match[1]] or COLORS[defaults[match[1]]]
        return color.shade(_LIGHTNESS[int(match[2])])


def _neutral_tokens(color: Color) -> dict[str, str | Pair]:
    """Return backgrounds, lines and text tinted with `color`; contrasts are the same for all hues."""

    def pair(light: float, dark: float, chroma: float = 0.35) -> Pair:
        return color.shade(light, chroma), color.shade(dark, chroma)

    return {
        "background": pair(0.986, 0.205),
        "surface": ("#ffffff", color.shade(0.25, 0.35)),
        "ink": pair(0.22, 0.94, 0.5),
        "ink-soft": pair(0.475, 0.75, 0.6),
        "ink-faint": pair(0.52, 0.66, 0.6),
        "line-color": pair(0.912, 0.33),
        "fill": pair(0.95, 0.29),
        "fill-strong": pair(0.912, 0.345),
        "bubble": pair(0.95, 0.29),
        "bubble-ink": pair(0.22, 0.94, 0.5),
        "code": pair(0.97, 0.235),
        "code-comment": pair(0.52, 0.66, 0.6),
    }


def _primary_tokens(color: Color) -> dict[str, str | Pair]:
    accent = color.shade(0.475, 0.9), color.shade(0.79, 0.75)
    return {
        "accent": accent,
        "accent-ink": ("#ffffff", color.shade(0.2, 0.4)),
        "code-keyword": accent,
    }


def radius_tokens(radii: tuple[int, int, int]) -> dict[str, str | Pair]:
    """Return the radii of cards, of small elements and of the composer, in pixels."""
    return dict(zip(("radius", "radius-small", "radius-composer"), (f"{radius}px" for radius in radii), strict=True))


def tinted(neutral: str, primary: str, **tokens: str | Pair) -> dict[str, str | Pair]:
    """Return the tokens of a theme with two named colours; names of tokens are written with `_` for `-`."""
    given = {name.replace("_", "-"): value for name, value in tokens.items()}
    return _neutral_tokens(COLORS[neutral]) | _primary_tokens(COLORS[primary]) | given


def _pair(value: str | Pair) -> Pair:
    return (value, value) if isinstance(value, str) else value


def _safe(name: str, value: object) -> str:
    """Return a value that cannot end its CSS declaration.

    Raises:
        AuthorError: the value is not text, or would end the declaration.
    """
    if isinstance(value, str) and value.strip() and not _ENDS_RULE.search(value):
        return value
    raise AuthorError(
        "theme.value",
        f"`{name}` has to be a CSS value as text, without `;`, braces, `<` and comments; got `{value!r}`.",
    )


def _color(name: str, value: str | Color | None) -> Color | None:
    if value is None:
        return None
    if (color := color_named(value)) is None:
        raise AuthorError("theme.color", f"`{name}` has to be one of {', '.join(COLORS)}{_nearest(value, COLORS)}")
    return color


def _size(name: str, value: str, known: Mapping[str, _Value]) -> _Value:
    _require(name, value, known)
    return known[value]


def _require(name: str, value: str, known: Mapping[str, object] | frozenset[str]) -> None:
    if value not in known:
        raise AuthorError(f"theme.{name}", f"`{name}` has to be one of {', '.join(known)}{_nearest(value, known)}")


def _nearest(value: object, known: Mapping[str, object] | frozenset[str]) -> str:
    nearest = difflib.get_close_matches(str(value), list(known), n=1)
    return f"; got `{value!r}`." + (f" Did you mean `{nearest[0]}`?" if nearest else "")


def _font_list(fonts: str | Sequence[Any], last: str) -> str:
    names = [fonts] if isinstance(fonts, str) or not isinstance(fonts, Sequence) else list(fonts)
    own = [_font_name(str(getattr(font, "name", font))) for font in names]
    return ", ".join(dict.fromkeys([*own, *_CHINESE, last]))


def _font_name(name: str) -> str:
    if re.fullmatch(r"(ui-)?(sans-serif|serif|monospace|rounded)|system-ui", name):
        return name
    return "'" + re.sub(r"[^\w .-]", "", name) + "'"
