"""The `props` of component parts, by kind: the form in which a component is serialised for the page."""

from typing import Any
from urllib.parse import unquote

import msgspec

AUTHOR = "author/"
"""Prefix of the addresses of the author's files."""


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The source of content: the index of one of the part's files, or an address that the browser loads."""

    file: int | None = None
    url: str | None = None


def name_in(source: Source) -> str:
    """Return the file name in a source's address."""
    return unquote((source.url or "").rpartition("/")[2])


class Props(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Props of all kinds. `label` is the accessible name, shown unless `hides_label`; lengths are CSS lengths.

    On a page, `interactive` tells whether users may change the value, `bare` that no frame is drawn, `scale` is the
    share of a row's width, and `min_width` the width in pixels below which the component wraps.
    """

    label: str | None = None
    info: str | None = None
    hides_label: bool = False
    hidden: bool = False
    elem_id: str | None = None
    elem_classes: tuple[str, ...] = ()
    height: str | None = None
    width: str | None = None
    bare: bool = False
    scale: int | None = None
    min_width: int = 160
    interactive: bool | None = None


class ImageProps(Props, frozen=True, kw_only=True):
    """An image; an input may be `taken_by` the `webcam`."""

    source: Source | None = None
    placeholder: str | None = None
    taken_by: tuple[str, ...] = ()
    alt_text: str | None = None


class AudioProps(Props, frozen=True, kw_only=True):
    """Sound with a player; an input may be `taken_by` the `microphone`."""

    source: Source | None = None
    taken_by: tuple[str, ...] = ()
    autoplay: bool = False
    loop: bool = False


class VideoProps(Props, frozen=True, kw_only=True):
    """A video with a player."""

    source: Source | None = None
    autoplay: bool = False
    loop: bool = False


class FileProps(Props, frozen=True, kw_only=True):
    """Files to download; of an input, the uploaded files, at most `count`, of `types`."""

    sources: tuple[Source, ...] = ()
    count: str = "single"
    types: tuple[str, ...] = ()


class GalleryItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One image or video of a gallery."""

    source: Source
    caption: str | None = None
    is_video: bool = False


class GalleryProps(Props, frozen=True, kw_only=True):
    """Images and videos in a grid."""

    items: tuple[GalleryItem, ...] = ()
    columns: int = 2
    object_fit: str | None = None


class HtmlProps(Props, frozen=True, kw_only=True):
    """An HTML document in a frame: the part's text, or `source` if it is long."""

    source: Source | None = None


class MarkdownProps(Props, frozen=True, kw_only=True):
    """Markdown: the part's text."""


class CodeProps(Props, frozen=True, kw_only=True):
    """Source code: the part's text."""

    language: str | None = None
    lines: int = 5
    max_lines: int | None = None
    wraps: bool = False


class JsonProps(Props, frozen=True, kw_only=True):
    """A JSON value as a tree; `open` expands it."""

    value: Any = None
    open: bool = False


class Confidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The confidence in one class of a classification, from 0 to 1."""

    label: str
    confidence: float


class LabelProps(Props, frozen=True, kw_only=True):
    """The result of a classification, most confident class first."""

    value: str | None = None
    confidences: tuple[Confidence, ...] = ()


class DataframeProps(Props, frozen=True, kw_only=True):
    """A table. `row_count` is set if the table has more rows than `rows`; `column_widths` start at the first column."""

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str | float | bool | None, ...], ...] = ()
    row_count: int | None = None
    column_widths: tuple[str, ...] = ()
    searchable: bool = False


class PlotProps(Props, frozen=True, kw_only=True):
    """A figure: an image, which takes the page's colours if `is_themed`, an HTML document, or Plotly's JSON."""

    source: Source | None = None
    document: Source | None = None
    figure: Any = None
    is_themed: bool = False


class TextboxProps(Props, frozen=True, kw_only=True):
    """A text box whose content is the part's text. `submit` shows a submit button, or is its label."""

    placeholder: str | None = None
    lines: int = 1
    max_lines: int = 20
    max_length: int | None = None
    type: str = "text"
    text_align: str | None = None
    rtl: bool | None = None
    submit: str | bool | None = None
    copyable: bool = False


class MultimodalTextboxProps(TextboxProps, frozen=True, kw_only=True):
    """A text box to which files can be attached: `count` of them, of `types`."""

    sources: tuple[Source, ...] = ()
    count: str = "multiple"
    types: tuple[str, ...] = ()
    taken_by: tuple[str, ...] = ()


class NumberProps(Props, frozen=True, kw_only=True):
    """A box for a number."""

    value: float | None = None
    placeholder: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1


class SliderProps(Props, frozen=True, kw_only=True):
    """A number in a range."""

    value: float = 0
    minimum: float = 0
    maximum: float = 100
    step: float = 1


class CheckboxProps(Props, frozen=True, kw_only=True):
    """A checkbox."""

    value: bool = False


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One choice: the label that is shown, and its value."""

    label: str
    value: str | float | bool


class ChoiceProps(Props, frozen=True, kw_only=True):
    """Choices. `custom` lets users enter other texts, `most` is the largest number of selected choices."""

    value: Any = None
    choices: tuple[Choice, ...] = ()
    multiselect: bool = False
    custom: bool = False
    most: int | None = None
    filterable: bool = True
    selects_all: bool = False


class ColorPickerProps(Props, frozen=True, kw_only=True):
    """A colour."""

    value: str = "#000000"


class DateTimeProps(Props, frozen=True, kw_only=True):
    """A date, with the time if `include_time`."""

    value: str | None = None
    include_time: bool = True


class ButtonProps(Props, frozen=True, kw_only=True):
    """A button; its label is the part's text. It downloads `source`, or uploads `count` files of `types`."""

    variant: str = "secondary"
    size: str = "lg"
    icon: Source | None = None
    link: str | None = None
    source: Source | None = None
    sources: tuple[Source, ...] = ()
    count: str = "single"
    types: tuple[str, ...] = ()


class BrowserStateProps(Props, frozen=True, kw_only=True):
    """A value that the browser stores under a key."""

    value: Any = None
    storage_key: str | None = None
