"""All components that a message can hold, by kind, and which of them shows a value that comes on its own."""

from pathlib import PurePath
from typing import Any

import msgspec

from salon.components.base import Component
from salon.components.content import HTML, JSON, Code, Dataframe, Label, Markdown, Plot
from salon.components.foreign import is_figure, is_frame, is_picture, is_sound
from salon.components.media import Audio, File, Gallery, Image, Video
from salon.components.props import (
    AudioProps,
    CodeProps,
    DataframeProps,
    FileProps,
    GalleryProps,
    HtmlProps,
    ImageProps,
    JsonProps,
    LabelProps,
    MarkdownProps,
    PlotProps,
    Props,
    VideoProps,
)

CATALOG: dict[str, tuple[type[Component], type[Props]]] = {
    component.kind: (component, props)
    for component, props in (
        (Image, ImageProps),
        (Audio, AudioProps),
        (Video, VideoProps),
        (File, FileProps),
        (Gallery, GalleryProps),
        (HTML, HtmlProps),
        (Markdown, MarkdownProps),
        (Code, CodeProps),
        (JSON, JsonProps),
        (Label, LabelProps),
        (Dataframe, DataframeProps),
        (Plot, PlotProps),
    )
}

_FAMILIES: dict[str, type[Component]] = {"image": Image, "audio": Audio, "video": Video}


def component_for(value: Any) -> Component | None:
    """Return the component that shows a value of another library, or a path; `None` when none does."""
    if isinstance(value, Component):
        return value
    if is_picture(value):
        return Image(value)
    if is_sound(value):
        return Audio(value)
    if is_figure(value):
        return Plot(value)
    if is_frame(value):
        return Dataframe(value)
    return None


def component_for_file(value: Any, media_type: str, alt_text: str | None = None) -> Component:
    """Return the component that shows a file of a media type."""
    component = _FAMILIES.get(media_type.partition("/")[0], File)(value)
    if alt_text is not None:
        component.label, component.show_label = alt_text, False
    return component


def is_path(value: Any) -> bool:
    """Tell whether a value is a path, which a plain text never is."""
    return isinstance(value, PurePath)


def is_wellformed(kind: str, props: dict[str, Any], *, files: int) -> bool:
    """Tell whether `props` are of the form of a known kind, and name none but the part's `files`."""
    if kind not in CATALOG:
        return False
    try:
        msgspec.convert(props, CATALOG[kind][1])
    except msgspec.ValidationError:
        return False
    return all(0 <= number < files for number in _numbers(props))


def _numbers(props: dict[str, Any]) -> list[int]:
    sources = [props.get("source"), props.get("document"), *props.get("sources", ())]
    sources += [item["source"] for item in props.get("items", ())]
    return [source["file"] for source in sources if source and source.get("file") is not None]
