"""What travels of each component: the forms of a component part's `props`, by kind."""

from typing import Any

import msgspec


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where content comes from: the number of one of the part's files, or an address that the browser loads."""

    file: int | None = None
    url: str | None = None


class Props(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all kinds have. `label` is the accessible name, shown unless `hides_label`; lengths are CSS lengths."""

    label: str | None = None
    hides_label: bool = False
    hidden: bool = False
    elem_id: str | None = None
    elem_classes: tuple[str, ...] = ()
    height: str | None = None
    width: str | None = None


class ImageProps(Props, frozen=True, kw_only=True):
    """A picture."""

    source: Source | None = None


class AudioProps(Props, frozen=True, kw_only=True):
    """Sound to listen to."""

    source: Source | None = None
    autoplay: bool = False
    loop: bool = False


class VideoProps(Props, frozen=True, kw_only=True):
    """A film to watch."""

    source: Source | None = None
    autoplay: bool = False
    loop: bool = False


class FileProps(Props, frozen=True, kw_only=True):
    """Files to download."""

    sources: tuple[Source, ...] = ()


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
    """A table. `row_count` is there when there are more rows than these."""

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str | float | bool | None, ...], ...] = ()
    row_count: int | None = None


class PlotProps(Props, frozen=True, kw_only=True):
    """A figure: a drawing, which takes the page's colours if `is_themed`, a document, or Plotly's own form."""

    source: Source | None = None
    document: Source | None = None
    figure: Any = None
    is_themed: bool = False
