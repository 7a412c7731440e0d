"""All components by kind and by short name, and the component that shows a plain value."""

import difflib
from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any

import msgspec

from salon.components.base import Component
from salon.components.button import Button, DownloadButton, UploadButton
from salon.components.choice import Checkbox, CheckboxGroup, Dropdown, Radio
from salon.components.content import HTML, JSON, Code, Dataframe, Label, Markdown, Plot
from salon.components.foreign import is_figure, is_frame, is_picture, is_sound
from salon.components.media import Audio, File, Gallery, Image, Video
from salon.components.number import Number, Slider
from salon.components.pickers import ColorPicker, DateTime
from salon.components.props import (
    AudioProps,
    BrowserStateProps,
    ButtonProps,
    CheckboxProps,
    ChoiceProps,
    CodeProps,
    ColorPickerProps,
    DataframeProps,
    DateTimeProps,
    FileProps,
    GalleryProps,
    HtmlProps,
    ImageProps,
    JsonProps,
    LabelProps,
    MarkdownProps,
    MultimodalTextboxProps,
    NumberProps,
    PlotProps,
    Props,
    SliderProps,
    TextboxProps,
    VideoProps,
)
from salon.components.state import BrowserState
from salon.components.text import MultimodalTextbox, TextArea, Textbox
from salon.errors import AuthorError

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
        (Textbox, TextboxProps),
        (MultimodalTextbox, MultimodalTextboxProps),
        (Number, NumberProps),
        (Slider, SliderProps),
        (Checkbox, CheckboxProps),
        (CheckboxGroup, ChoiceProps),
        (Radio, ChoiceProps),
        (Dropdown, ChoiceProps),
        (ColorPicker, ColorPickerProps),
        (DateTime, DateTimeProps),
        (Button, ButtonProps),
        (DownloadButton, ButtonProps),
        (UploadButton, ButtonProps),
        (BrowserState, BrowserStateProps),
    )
}

_SHORTCUTS: dict[str, Callable[..., Component]] = {
    **{name: component for name, (component, _) in CATALOG.items()},
    "text": Textbox,
    "textarea": TextArea,
    "password": partial(Textbox, type="password"),
    "bool": Checkbox,
    "files": partial(File, file_count="multiple"),
    "mic": partial(Audio, sources=("microphone",)),
    "microphone": partial(Audio, sources=("microphone",)),
    "numpy": partial(Image, type="numpy"),
    "pil": partial(Image, type="pil"),
    "list": partial(Dataframe, type="array"),
}

_FAMILIES: dict[str, Callable[..., Component]] = {"image": Image, "audio": Audio, "video": Video}


def component_for(value: Any) -> Component | None:
    """Return the component that shows a path, or a value of another library; `None` if none does."""
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


def component_named(name: str) -> Component:
    """Return the component with a short name such as `"slider"`; it is not in a container yet.

    Raises:
        AuthorError: no component has this name; the message suggests the nearest.
    """
    make = _SHORTCUTS.get(name.lower())
    if make is None:
        nearest = difflib.get_close_matches(name.lower(), _SHORTCUTS, n=1)
        hint = f" Did you mean `{nearest[0]}`?" if nearest else ""
        raise AuthorError("component.unknown", f"There is no component with the name `{name}`.{hint}")
    return make(render=False)


def is_path(value: Any) -> bool:
    """Tell whether a value is a path; a plain text never is."""
    return isinstance(value, PurePath)


def is_wellformed(kind: str, props: dict[str, Any], *, files: int) -> bool:
    """Tell whether `props` have the form of a known kind, and refer to none but the part's `files`."""
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
