"""The built-in themes."""

from collections.abc import Mapping
from typing import ClassVar

from salon.themes.theme import Pair, Theme, radius_tokens, tinted

_SERIF_CJK = "'Songti SC', 'Noto Serif CJK SC', 'Noto Serif SC', SimSun"


class Default(Theme):
    """Paper and ink, with a muted green."""


class Soft(Theme):
    """Lavender, round and airy."""

    base: ClassVar[Mapping[str, str | Pair]] = radius_tokens((20, 14, 28)) | {
        "gap": "32px",
        "background": ("#f6f6fc", "#15161f"),
        "surface": ("#ffffff", "#1f212d"),
        "ink": ("#20212e", "#e7e8f3"),
        "ink-soft": ("#5c5e78", "#a8abc4"),
        "ink-faint": ("#696b83", "#8c8faa"),
        "line-color": ("#e3e3f1", "#303345"),
        "fill": ("#e9e9f8", "#2a2d3d"),
        "fill-strong": ("#dcdcf2", "#373b50"),
        "bubble": ("#e4e3fa", "#33345a"),
        "accent": ("#5a54c4", "#a9a4ff"),
        "accent-ink": ("#ffffff", "#14132b"),
        "code": ("#f0f0f9", "#1a1b27"),
        "code-keyword": ("#5a54c4", "#a9a4ff"),
        "code-string": ("#176b58", "#7fd0b6"),
        "code-number": ("#a13d63", "#f0a0bd"),
        "code-title": ("#25619c", "#8fc0f0"),
        "code-comment": ("#676981", "#8c8faa"),
        "shadow": ("0 1px 2px #2a276614, 0 12px 36px #2a276618", "0 1px 2px #0006, 0 12px 36px #0005"),
    }


class Ocean(Theme):
    """Deep water: the user's messages are sea blue."""

    base: ClassVar[Mapping[str, str | Pair]] = radius_tokens((16, 10, 24)) | tinted(
        "slate",
        "sky",
        background=("#f2f9fb", "#07171f"),
        surface=("#ffffff", "#0f2530"),
        fill=("#e2f1f5", "#13303d"),
        fill_strong=("#cde6ed", "#1c4151"),
        line_color=("#d3e6ec", "#1d3a48"),
        code=("#eaf5f8", "#0b1f29"),
        accent=("#02658d", "#5cc8ec"),
        accent_ink=("#ffffff", "#04202c"),
        bubble=("#06688f", "#0c5878"),
        bubble_ink=("#ffffff", "#f1fbff"),
        code_keyword=("#02658d", "#5cc8ec"),
        code_string=("#0b6b5d", "#6fd6bf"),
        code_number=("#a2452c", "#f2a58c"),
        code_title=("#5147b0", "#b3adff"),
        fade="transparent",
        page=(
            "radial-gradient(110% 70% at 85% -10%, #cdeefa 0%, transparent 60%)",
            "radial-gradient(110% 70% at 85% -10%, #0d3a4f 0%, transparent 62%)",
        ),
    )


class Citrus(Theme):
    """Lemon, lime and bold edges."""

    base: ClassVar[Mapping[str, str | Pair]] = radius_tokens((8, 6, 12)) | tinted(
        "stone",
        "amber",
        background=("#fffdf3", "#17150c"),
        surface=("#ffffff", "#232011"),
        fill=("#fbf3cf", "#2e2a15"),
        fill_strong=("#f5e7a4", "#3f3a1b"),
        line_color=("#e9dc9c", "#474020"),
        code=("#fcf7de", "#1d1b0f"),
        bubble=("#ffd93b", "#f2c81e"),
        bubble_ink=("#2a2204", "#2a2204"),
        accent=("#8a5200", "#ffcf33"),
        accent_ink=("#ffffff", "#241c00"),
        code_keyword=("#8a5200", "#ffcf33"),
        code_string=("#4c6b00", "#b5d94f"),
        code_number=("#b03a12", "#ff9f6e"),
        code_title=("#15678a", "#86c9e6"),
        shadow=("0 2px 0 #e9dc9c, 0 8px 22px #8a52000f", "0 2px 0 #474020, 0 8px 22px #0006"),
    )


class Monochrome(Theme):
    """Black, white and serif fonts; only errors are coloured."""

    base: ClassVar[Mapping[str, str | Pair]] = radius_tokens((2, 2, 4)) | tinted(
        "neutral",
        "neutral",
        font=f"'Iowan Old Style', 'Source Serif 4', Charter, Georgia, 'Noto Serif', {_SERIF_CJK}, serif",
        background=("#ffffff", "#0c0c0c"),
        surface=("#ffffff", "#141414"),
        ink=("#0a0a0a", "#f5f5f5"),
        fill=("#f2f2f2", "#222222"),
        fill_strong=("#e2e2e2", "#303030"),
        line_color=("#d4d4d4", "#3a3a3a"),
        bubble=("#111111", "#f2f2f2"),
        bubble_ink=("#ffffff", "#0c0c0c"),
        code=("#f7f7f7", "#141414"),
        accent=("#111111", "#f5f5f5"),
        accent_ink=("#ffffff", "#0c0c0c"),
        code_keyword=("#000000", "#ffffff"),
        code_string=("#555555", "#b5b5b5"),
        code_number=("#3d3d3d", "#d2d2d2"),
        code_title=("#1c1c1c", "#ededed"),
        success=("#2b2b2b", "#dddddd"),
        info=("#2b2b2b", "#dddddd"),
        shadow=("0 0 0 1px #0000000a", "0 0 0 1px #ffffff0a"),
    )


class Glass(Theme):
    """Frosted glass in front of a sky."""

    base: ClassVar[Mapping[str, str | Pair]] = radius_tokens((18, 12, 26)) | tinted(
        "slate",
        "violet",
        background=("#eef1fb", "#11131f"),
        surface=("#ffffffb8", "#262a3fb0"),
        fill=("#ffffff99", "#ffffff17"),
        fill_strong=("#ffffffd9", "#ffffff2b"),
        line_color=("#ffffffd1", "#ffffff24"),
        code=("#ffffff8c", "#0b0d1880"),
        bubble=("#ffffffb3", "#ffffff1f"),
        ink_soft=("#474d63", "#bcc2da"),
        ink_faint=("#51576e", "#a9afca"),
        code_comment=("#51576e", "#a9afca"),
        backdrop="blur(18px) saturate(1.5)",
        fade="transparent",
        page=(
            (
                "radial-gradient(60% 60% at 12% 8%, #d5d0ff 0%, transparent 70%),"
                "radial-gradient(60% 70% at 92% 20%, #ffd6e6 0%, transparent 70%),"
                "radial-gradient(80% 70% at 60% 105%, #bfe6ff 0%, transparent 70%)"
            ),
            (
                "radial-gradient(60% 60% at 12% 8%, #332a63 0%, transparent 70%),"
                "radial-gradient(60% 70% at 92% 20%, #4a2340 0%, transparent 70%),"
                "radial-gradient(80% 70% at 60% 105%, #123a5c 0%, transparent 70%)"
            ),
        ),
        shadow=("0 1px 2px #2b2f5a14, 0 14px 40px #2b2f5a1f", "0 1px 2px #0006, 0 14px 40px #0007"),
    )


THEMES: Mapping[str, type[Theme]] = {
    "default": Default,
    "soft": Soft,
    "ocean": Ocean,
    "citrus": Citrus,
    "monochrome": Monochrome,
    "glass": Glass,
}
"""The built-in themes, by the names that `theme=` accepts."""
