"""Pictures, sound, films and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from salon.components.base import Component, ComponentError, Packing
from salon.components.foreign import encode_picture, encode_sound, is_picture, is_sound
from salon.components.props import (
    AudioProps,
    FileProps,
    GalleryItem,
    GalleryProps,
    ImageProps,
    Props,
    Source,
    VideoProps,
)

_FILMS = (".mp4", ".webm", ".mov", ".ogv", ".m4v")


def _picture(packing: Packing, value: Any, format_: str) -> Source:
    if is_picture(value):
        content, extension = encode_picture(value, format_)
        return packing.bytes(content, f"image.{extension}")
    return packing.source(value, "image.png")


@dataclass(kw_only=True, eq=False)
class Image(Component):
    """A picture, to look at closely at a click.

    Args:
        value: a path, an address, bytes, a Pillow image, or a NumPy array: (height, width[, channels]).
        format: form that Pillow images and arrays are sent in: `"png"`, `"jpeg"`, `"webp"`, …
        type: for inputs; in a message it changes nothing.
        image_mode: for inputs; in a message it changes nothing.
    """

    kind: ClassVar[str] = "image"

    format: str = "png"
    type: Literal["numpy", "pil", "filepath"] = "numpy"
    image_mode: str | None = "RGB"

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        source = None if self.value is None else _picture(packing, self.value, self.format)
        return "", self._props(ImageProps, source=source)


@dataclass(kw_only=True, eq=False)
class Audio(Component):
    """Sound with a player.

    Args:
        value: a path, an address, bytes, or a pair of a sample rate and a NumPy array: (samples[, channels]).
        autoplay: begins as soon as the browser lets it.
        loop: begins anew at its end.
        type: for inputs; in a message it changes nothing.
        format: for inputs; arrays are sent as WAV.
    """

    kind: ClassVar[str] = "audio"

    autoplay: bool = False
    loop: bool = False
    type: Literal["numpy", "filepath"] = "numpy"
    format: str | None = None

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        source = None
        if is_sound(self.value):
            source = packing.bytes(encode_sound(*self.value), "audio.wav")
        elif self.value is not None:
            source = packing.source(self.value, "audio.wav")
        return "", self._props(AudioProps, source=source, autoplay=self.autoplay, loop=self.loop)


@dataclass(kw_only=True, eq=False)
class Video(Component):
    """A film with a player.

    Args:
        value: a path, an address, or bytes.
        autoplay: begins as soon as the browser lets it.
        loop: begins anew at its end.
        format: for inputs; in a message it changes nothing.
    """

    kind: ClassVar[str] = "video"

    autoplay: bool = False
    loop: bool = False
    format: str | None = None

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        source = None if self.value is None else packing.source(self.value, "video.mp4")
        return "", self._props(VideoProps, source=source, autoplay=self.autoplay, loop=self.loop)


@dataclass(kw_only=True, eq=False)
class File(Component):
    """Files to download.

    Args:
        value: a path, an address, bytes, or a list of these.
        file_count: for inputs; in a message it changes nothing.
        file_types: for inputs; in a message it changes nothing.
        type: for inputs; in a message it changes nothing.
    """

    kind: ClassVar[str] = "file"

    file_count: Literal["single", "multiple", "directory"] = "single"
    file_types: Sequence[str] | None = None
    type: Literal["filepath", "binary"] = "filepath"

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        values = self.value if isinstance(self.value, list | tuple) else () if self.value is None else (self.value,)
        return "", self._props(FileProps, sources=tuple(packing.source(value, "file") for value in values))


@dataclass(kw_only=True, eq=False)
class Gallery(Component):
    """Pictures and films beside each other, to look at one by one at a click.

    Args:
        value: a list of what `Image` takes, paths of films, or pairs of these and a caption.
        columns: how many stand beside each other.
        rows: how many lines are in sight; by default all.
        object_fit: CSS's word for how a picture fills its place.
        format: form that Pillow images and arrays are sent in.
        preview: for layouts; in a message it changes nothing.
        allow_preview: for layouts; in a message it changes nothing.
        type: for inputs; in a message it changes nothing.
    """

    kind: ClassVar[str] = "gallery"

    columns: int | None = 2
    rows: int | None = None
    object_fit: Literal["contain", "cover", "fill", "none", "scale-down"] | None = None
    format: str = "png"
    preview: bool | None = None
    allow_preview: bool = True
    type: Literal["numpy", "pil", "filepath"] = "filepath"

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        if self.value is not None and not isinstance(self.value, list | tuple):
            raise ComponentError(f"shows a list of pictures, got `{type(self.value).__name__}`.")
        items = tuple(self._item(packing, item) for item in self.value or ())
        columns = self.columns if isinstance(self.columns, int) and self.columns > 0 else 2
        return "", self._props(GalleryProps, items=items, columns=columns, object_fit=self.object_fit)

    def _item(self, packing: Packing, item: Any) -> GalleryItem:
        value, caption = item if isinstance(item, list | tuple) and len(item) == 2 else (item, None)
        return GalleryItem(
            source=_picture(packing, value, self.format),
            caption=None if caption is None else str(caption),
            is_video=str(value).lower().partition("?")[0].endswith(_FILMS),
        )
