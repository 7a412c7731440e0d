"""Colours by lightness, chroma and hue, so that all hues have the same contrasts, and their names."""

import math
from dataclasses import dataclass

_STEPS = 24


@dataclass(frozen=True, slots=True)
class Color:
    """A hue from which themes derive shades.

    Args:
        hue: angle in OKLCH, in degrees.
        chroma: colourfulness of the middle shades, in OKLCH; 0 for grey, up to about 0.2.
        name: name of the colour.
    """

    hue: float
    chroma: float
    name: str = ""

    def shade(self, lightness: float, chroma: float = 1.0) -> str:
        """Return the shade with a `lightness` from 0 to 1 as `#rrggbb`, with `chroma` times the colour's own chroma.

        If screens cannot show this chroma at this lightness, the chroma is reduced until they can.
        """
        low, high = 0.0, self.chroma * chroma
        if (found := _srgb(lightness, high, self.hue)) is None:
            for _ in range(_STEPS):
                middle = (low + high) / 2
                low, high = (middle, high) if _srgb(lightness, middle, self.hue) is not None else (low, middle)
            found = _srgb(lightness, low, self.hue) or (lightness, lightness, lightness)
        return "#" + "".join(f"{round(255 * channel):02x}" for channel in found)


def _srgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float] | None:
    """Return an OKLCH colour as sRGB from 0 to 1, or `None` if screens cannot show it.

    The numbers are those of Björn Ottosson's definition of OKLab (2020).
    """
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    tolerance = 0.0005
    if any(not -tolerance <= channel <= 1 + tolerance for channel in linear):
        return None
    red, green, blue = (_encoded(min(1.0, max(0.0, channel))) for channel in linear)
    return red, green, blue


def _encoded(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _named(**colors: tuple[float, float]) -> dict[str, Color]:
    return {name: Color(hue, chroma, name) for name, (hue, chroma) in colors.items()}


COLORS = _named(
    slate=(257, 0.04),
    gray=(262, 0.028),
    zinc=(286, 0.014),
    neutral=(0, 0.0),
    stone=(70, 0.014),
    red=(25, 0.2),
    orange=(48, 0.18),
    amber=(70, 0.16),
    yellow=(90, 0.15),
    lime=(128, 0.19),
    green=(149, 0.18),
    emerald=(163, 0.15),
    teal=(183, 0.12),
    cyan=(212, 0.125),
    sky=(237, 0.15),
    blue=(260, 0.2),
    indigo=(277, 0.2),
    violet=(293, 0.21),
    purple=(304, 0.22),
    fuchsia=(322, 0.24),
    pink=(354, 0.21),
    rose=(16, 0.21),
)
"""The colours that themes accept, by name."""


def color_named(name: str | Color) -> Color | None:
    """Return the colour with a name, or `None` if there is none."""
    return name if isinstance(name, Color) else COLORS.get(name)


def __getattr__(name: str) -> Color:
    if name not in COLORS:
        raise AttributeError(f"there is no colour `{name}`; the colours are {', '.join(COLORS)}")
    return COLORS[name]
