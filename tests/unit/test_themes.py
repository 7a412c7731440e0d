import warnings

import pytest

import salon
from salon import themes
from salon.errors import AuthorError
from salon.themes import THEMES, Theme
from salon.themes.colors import COLORS
from tests.unit.test_compile import compiled

PAPER = {
    "ink": ("#1d1b19", "#ece8e1"),
    "ink-soft": ("#655f58", "#aca59a"),
    "ink-faint": ("#756e66", "#8f887d"),
    "background": ("#fbfaf8", "#191816"),
    "fill": ("#f0ede6", "#2a2824"),
    "surface": ("#ffffff", "#23211e"),
    "accent": ("#1c6b58", "#74c7ad"),
    "accent-ink": ("#ffffff", "#0c1613"),
    "code": ("#f6f3ee", "#1f1d1a"),
    "code-keyword": ("#1c6b58", "#74c7ad"),
    "code-string": ("#8a560a", "#d9a95b"),
    "code-number": ("#a2402c", "#e59a83"),
    "code-title": ("#2c5a8c", "#8fb8e6"),
    "code-comment": ("#716a62", "#8f887d"),
}


def channels(color: str, behind: str = "#000000") -> list[float]:
    """Return red, green and blue from 0 to 1, seen before `behind` where the colour lets it through."""
    values = [int(color[at : at + 2], 16) / 255 for at in range(1, len(color), 2)]
    alpha = values[3] if len(values) == 4 else 1
    return (
        [alpha * own + (1 - alpha) * other for own, other in zip(values, channels(behind), strict=False)]
        if alpha < 1
        else values[:3]
    )


def luminance(color: str, behind: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels(color, behind)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str, behind: str) -> float:
    """The contrast of WCAG 2.2."""
    light, dark = sorted((luminance(first, behind), luminance(second, behind)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def color_of(theme: Theme, token: str, scheme: int) -> str:
    pair = theme.pair(token) or PAPER.get(token) or color_pair(theme, {"bubble": "fill", "bubble-ink": "ink"}[token])
    return pair[scheme]


def color_pair(theme: Theme, token: str):
    return theme.pair(token) or PAPER[token]


READ = [
    ("ink", "background"),
    ("ink", "surface"),
    ("ink-soft", "background"),
    ("ink-faint", "background"),
    ("ink-soft", "surface"),
    ("accent", "background"),
    ("accent-ink", "accent"),
    ("bubble-ink", "bubble"),
    ("code-keyword", "code"),
    ("code-string", "code"),
    ("code-number", "code"),
    ("code-title", "code"),
    ("code-comment", "code"),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", THEMES)
def test_everything_that_is_read_has_the_contrast_that_it_needs(name, scheme):
    theme = THEMES[name]()
    behind = color_of(theme, "background", scheme)
    low = {
        f"{text} on {ground}": round(found, 2)
        for text, ground in READ
        if (found := contrast(color_of(theme, text, scheme), color_of(theme, ground, scheme), behind)) < 4.5
    }

    assert low == {}


@pytest.mark.parametrize("hue", COLORS)
def test_any_hue_keeps_the_contrasts(hue):
    theme = themes.Default(primary_hue=hue, neutral_hue=hue)
    for scheme in (0, 1):
        for text, ground in [
            ("ink", "background"),
            ("ink-faint", "background"),
            ("accent", "background"),
            ("accent-ink", "accent"),
            ("code-comment", "code"),
        ]:
            found = contrast(color_of(theme, text, scheme), color_of(theme, ground, scheme), "#ffffff")
            assert found >= 4.5, (text, ground, scheme, found)


def test_themes_are_all_different():
    looks = {theme().css() for theme in THEMES.values()}

    assert len(looks) == len(THEMES)


@pytest.mark.parametrize("theme", ["ocean", themes.Ocean(), themes.Ocean])
def test_a_theme_is_named_or_made(theme):
    app = compiled(theme=theme() if isinstance(theme, type) else theme)

    assert "#02658d" in app.theme_css
    assert app.page.theme == "ocean"


def test_the_default_theme_adds_nothing():
    assert compiled().theme_css == ""
    assert compiled(theme="default").page.theme == "default"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: themes.Soft(primary_hue="teel"), "Did you mean `teal`"),
        (lambda: themes.Soft(radius_size="huge"), "`radius_size` has to be one of none, sm, md"),
        (lambda: Theme(tokens={"acent": "#000"}), "Did you mean `accent`"),
        (lambda: salon.ChatInterface(str, theme="ocaen"), "Did you mean `ocean`"),
        (lambda: salon.ChatInterface(str, theme=3), "`theme` has to be one of"),
    ],
)
def test_what_is_misspelt_is_refused_with_the_nearest(make, reason):
    with pytest.raises(AuthorError, match=reason):
        make()


def test_a_theme_written_for_gradio_keeps_its_meaning():
    theme = themes.Soft(
        primary_hue=themes.colors.teal,
        neutral_hue="slate",
        radius_size=themes.sizes.radius_lg,
        spacing_size=themes.sizes.spacing_sm,
        text_size="lg",
        font=[themes.GoogleFont("Inter"), "sans-serif"],
    ).set(
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_dark="#00ff00",
        body_background_fill="#fafafa",
    )

    assert theme.pair("radius") == ("20px", "20px")
    assert theme.pair("gap") == ("20px", "20px")
    assert theme.pair("accent") == (COLORS["teal"].shade(0.55), "#00ff00")
    assert theme.pair("background")[0] == "#fafafa"
    assert "--salon-font:'Inter', sans-serif" in theme.css()


def test_what_has_no_counterpart_is_ignored_with_a_warning():
    with pytest.warns(UserWarning, match="`slider_color`"):
        themes.Default().set(slider_color="red")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        themes.Default().set(body_text_color="#111111")


@pytest.mark.parametrize("value", ["red;} body{display:none}", "</style>", "red /* on", 3, "", None])
def test_a_value_that_could_leave_its_rule_is_refused(value):
    with pytest.raises(AuthorError, match="has to be a CSS value"):
        Theme(tokens={"accent": value})


def test_the_name_of_a_font_cannot_leave_its_rule():
    css = Theme(font="x'; } * { y").css()

    assert css.count("{") == css.count("}") == 2
    assert css.count(";") == 1


def test_a_value_for_the_dark_leaves_the_light_alone():
    css = Theme().set(body_text_color_dark="#eeeeee").css()

    assert css.startswith("@layer tokens{:root{}@media (prefers-color-scheme:dark)")
    assert css.count("--salon-ink:#eeeeee;") == 2
    assert "--salon-ink:;" not in css


def test_css_and_head_come_from_files_too(tmp_path):
    (tmp_path / "a.css").write_text(".a { color: red }", "utf-8")
    (tmp_path / "head.html").write_text("<meta name='x'>", "utf-8")
    app = compiled(css=".b {}", css_paths=[tmp_path / "a.css"], head_paths=str(tmp_path / "head.html"))

    assert app.css == ".a { color: red }\n.b {}"
    assert app.head == "<meta name='x'>"
    with pytest.raises(AuthorError, match=r"missing\.css"):
        compiled(css_paths=tmp_path / "missing.css")
