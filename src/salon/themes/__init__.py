"""Appearance: `theme="ocean"`, `theme=gr.themes.Soft(primary_hue="teal")` or `theme=gr.Theme(…)`."""

from salon.themes import colors, sizes
from salon.themes.builtin import THEMES, Citrus, Default, Glass, Monochrome, Ocean, Soft
from salon.themes.colors import Color
from salon.themes.fonts import Font, GoogleFont, LocalFont
from salon.themes.theme import Theme

Base = Origin = Default

__all__ = [
    "THEMES",
    "Base",
    "Citrus",
    "Color",
    "Default",
    "Font",
    "Glass",
    "GoogleFont",
    "LocalFont",
    "Monochrome",
    "Ocean",
    "Origin",
    "Soft",
    "Theme",
    "colors",
    "sizes",
]
