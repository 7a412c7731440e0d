"""What travels of each component: the forms of a component part's `props`, by kind."""

from typing import Any
from urllib.parse import unquote

import msgspec

AUTHOR = "author/"
"""How the addresses of files begin that are the author's own."""


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where content comes from: the number of one of the part's files, or an address that the browser loads."""

    file: int | None = None
    url: str | None = None


def name_in(source: Source) -> str:
    """Return the name of the file at an address."""
    return unquote((source.url or "").rpartition("/")[2])


class Props(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all kinds have. `label` is the accessible name, shown unless `hides_label`; lengths are CSS lengths.

    On a page, `interactive` tells whether users may change it, `bare` that no frame is drawn around it, `scale` its
    share of a row, and `min_width` the pixels below which it takes a line of its own.
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
    """A picture; as an input it may be `taken_by` the `webcam`."""

    source: Source | None = None
    placeholder: str | None = None
    taken_by: tuple[str, ...] = ()
    alt_text: str | None = None


class AudioProps(Props, frozen=True, kw_only=True):
    """Sound to listen to; as an input it may be `taken_by` the `microphone`."""

    source: Source | None = None
    taken_by: tuple[str, ...] = ()
    autoplay: bool = False
    loop: bool = False


class VideoProps(Props, frozen=True, kw_only=True):
    """A film to watch."""

    source: Source | None = None
    autoplay: bool = False
    loop: bool = False


class FileProps(Props, frozen=True, kw_only=True):
    """Files to download; on a page, files to be given, `count` and `types` of them."""

    sources: tuple[Source, ...] = ()
    count: str = "single"
    types: tuple[str, ...] = ()


class GalleryItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One picture or film of a gallery."""

    source: Source
    caption: str | None = None
    is_video: bool = False


class GalleryProps(Props, frozen=True, kw_only=True):
    """Pictures and films beside each other."""

    items: tuple[GalleryItem, ...] = ()
    columns: int = 2
    object_fit: str | None = None


class HtmlProps(Props, frozen=True, kw_only=True):
    """A document of its own, in the part's text; `source` holds it when it is long."""

    source: Source | None = None


class MarkdownProps(Props, frozen=True, kw_only=True):
    """Markdown, in the part's text."""


class CodeProps(Props, frozen=True, kw_only=True):
    """Source code, in the part's text."""

    language: str | None = None
    lines: int = 5
    max_lines: int | None = None
    wraps: bool = False


class JsonProps(Props, frozen=True, kw_only=True):
    """A JSON value to look into; `open` unfolds all of it."""

    value: Any = None
    open: bool = False


class Confidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How sure a classification is of one class, from 0 to 1."""

    label: str
    confidence: float


class LabelProps(Props, frozen=True, kw_only=True):
    """The outcome of a classification, surest class first."""

    value: str | None = None
    confidences: tuple[Confidence, ...] = ()


class DataframeProps(Props, frozen=True, kw_only=True):
    """A table. `row_count` is there when there are more rows than these, `column_widths` are of the first columns."""

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str | float | bool | None, ...], ...] = ()
    row_count: int | None = None
    column_widths: tuple[str, ...] = ()
    searchable: bool = False


class PlotProps(Props, frozen=True, kw_only=True):
    """A figure: a drawing, which takes the page's colours if `is_themed`, a document, or Plotly's own form."""

    source: Source | None = None
    document: Source | None = None
    figure: Any = None
    is_themed: bool = False


class TextboxProps(Props, frozen=True, kw_only=True):
    """A box to write in; what stands in it is the part's text. `submit` is a button that sends it, or its label."""

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
    """A box to write in and to attach `count` files of `types` to."""

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
    """A number within bounds."""

    value: float = 0
    minimum: float = 0
    maximum: float = 100
    step: float = 1


class CheckboxProps(Props, frozen=True, kw_only=True):
    """Yes or no."""

    value: bool = False


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of several: what is shown, and what it stands for."""

    label: str
    value: str | float | bool


class ChoiceProps(Props, frozen=True, kw_only=True):
    """One or several choices. `custom` lets other texts be entered, `most` is how many can be chosen."""

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
    """A date, and a time if there is one."""

    value: str | None = None
    include_time: bool = True


class ButtonProps(Props, frozen=True, kw_only=True):
    """A button; its label is the part's text. It downloads `source`, or takes `count` files of `types`."""

    variant: str = "secondary"
    size: str = "lg"
    icon: Source | None = None
    link: str | None = None
    source: Source | None = None
    sources: tuple[Source, ...] = ()
    count: str = "single"
    types: tuple[str, ...] = ()


class BrowserStateProps(Props, frozen=True, kw_only=True):
    """A value that the browser keeps under a key."""

    value: Any = None
    storage_key: str | None = None
