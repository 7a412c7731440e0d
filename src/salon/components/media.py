"""Images, sound, videos and files."""

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, ClassVar, Literal

from salon.components.base import Component, ComponentError, FindPath, InputError, Packing
from salon.components.events import Event
from salon.components.foreign import (
    decode_picture,
    decode_sound,
    encode_picture,
    encode_sound,
    is_picture,
    is_sound,
)
from salon.components.parameter_checks import component
from salon.components.props import (
    AUTHOR,
    AudioProps,
    FileProps,
    GalleryItem,
    GalleryProps,
    ImageProps,
    Props,
    Source,
    VideoProps,
    name_in,
)
from salon.media_types import is_accepted
from salon.messages.parts import FileRef

_FILES_AT_MOST = 100
_FILMS = (".mp4", ".webm", ".mov", ".ogv", ".m4v")


class _Own:
    def __repr__(self) -> str:
        return "OWN"


OWN: Any = _Own()
"""Marks the component's own value: clients refer to it without sending it back."""


@component()
class _Media(Component):
    """The base of components whose values are files. Clients send the ids of uploaded files."""

    upload: ClassVar[Event] = Event()
    clear: ClassVar[Event] = Event()

    takes_types: ClassVar[tuple[str, ...]] = ()
    blocks: ClassVar[bool] = True

    @property
    def _types(self) -> tuple[str, ...]:
        return self.takes_types

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "object", "title": "File"}

    def default(self) -> Any:
        """See `Component.default`."""
        return None if self.value is None else OWN

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return None if value is None else self._accept_file(value)

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        if value is None:
            return None
        if value is OWN:
            return self._read_own()
        return self._read_path(_path(value, files))

    def _accept_file(self, value: Any) -> Any:
        match value:
            case {"url": str(address)} if address.startswith(AUTHOR):
                return Source(url=address)
        if not isinstance(value, FileRef):
            raise InputError("takes the id of an uploaded file; upload the file first")
        if not is_accepted(value.name, value.media_type, self._types):
            raise InputError(f"takes files of type {', '.join(self._types)}; `{value.name}` is {value.media_type}")
        return value

    def _read_own(self) -> Any:
        return self._read_path(Path(self.value)) if isinstance(self.value, str | Path) else self.value

    def _read_path(self, path: Path) -> Any:
        return str(path)


def _path(value: FileRef | Source, files: FindPath) -> Path:
    path = files(value)
    if path is None:
        name = value.name if isinstance(value, FileRef) else name_in(value)
        raise InputError(f"refers to `{name}`, which is no longer stored on the server; upload it again")
    return path


def _devices(sources: Sequence[str] | str | None) -> tuple[str, ...]:
    """Return the visitor's devices that an input may use: only those that `sources` names."""
    names = (sources,) if isinstance(sources, str) else tuple(sources or ())
    return tuple(source for source in names if source in ("microphone", "webcam"))


def _picture(packing: Packing, value: Any, format_: str) -> Source:
    if is_picture(value):
        content, extension = encode_picture(value, format_)
        return packing.bytes(content, f"image.{extension}")
    return packing.source(value, "image.png")


@component(
    ignored=frozenset(
        (
            "mirror_webcam",
            "streaming",
            "watermark",
            "webcam_constraints",
            "webcam_options",
        )
    )
)
class Image(_Media):
    """An image, enlarged by a click.

    Args:
        value: a path, an address, bytes, a Pillow image, or a NumPy array (height, width[, channels]).
        format: file format into which Pillow images and arrays are encoded: `"png"`, `"jpeg"`, `"webp"`, …
        type: form in which functions get an input: `"numpy"` (an array (height, width, channels) of bytes), `"pil"` (a
            Pillow image), or `"filepath"`.
        image_mode: Pillow's colour mode of the image that functions get, such as `"RGB"` or `"L"`; `None` keeps the
            file's.
        sources: ways to enter an image: `"upload"`, `"clipboard"`, `"webcam"`.
        placeholder: text shown while an input is empty.
        alt_text: alternative text for screen readers; the label by default.
    """

    kind: ClassVar[str] = "image"
    takes_types: ClassVar[tuple[str, ...]] = ("image",)
    value_props: ClassVar[tuple[str, ...]] = ("source",)

    value: Any = field(default=None, kw_only=False)
    format: str = "png"
    type: Literal["numpy", "pil", "filepath"] = "numpy"
    image_mode: str | None = "RGB"
    sources: Sequence[str] | str | None = None
    placeholder: str | None = None
    alt_text: str | None = None

    def _read_path(self, path: Path) -> Any:
        return (
            str(path)
            if self.type == "filepath"
            else decode_picture(path, self.image_mode, as_array=self.type == "numpy")
        )

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        source = None if self.value is None else _picture(packing, self.value, self.format)
        return "", self._props(
            ImageProps,
            source=source,
            placeholder=self.placeholder,
            taken_by=_devices(self.sources),
            alt_text=self.alt_text,
        )


@component(
    ignored=frozenset(
        (
            "editable",
            "max_length",
            "min_length",
            "playback_position",
            "recording",
            "streaming",
            "subtitles",
            "waveform_options",
        )
    )
)
class Audio(_Media):
    """Sound with a player.

    Args:
        value: a path, an address, bytes, or a pair of a sample rate in Hz and a NumPy array (samples[, channels]).
        autoplay: `True` starts playing as soon as the browser allows it.
        loop: `True` starts again at the end.
        type: form in which functions get an input: `"numpy"` (a pair of the sample rate in Hz and an array of 16-bit
            samples; WAV files only), or `"filepath"`.
        format: no effect: arrays are encoded as WAV, and uploaded files are not converted.
        sources: ways to enter sound: `"upload"`, `"microphone"`.
    """

    kind: ClassVar[str] = "audio"
    takes_types: ClassVar[tuple[str, ...]] = ("audio",)
    value_props: ClassVar[tuple[str, ...]] = ("source",)

    value: Any = field(default=None, kw_only=False)
    autoplay: bool = False
    loop: bool = False
    type: Literal["numpy", "filepath"] = "numpy"
    format: str | None = None
    sources: Sequence[str] | str | None = None

    def _read_path(self, path: Path) -> Any:
        return str(path) if self.type == "filepath" else decode_sound(path)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        source = None
        if is_sound(self.value):
            source = packing.bytes(encode_sound(*self.value), "audio.wav")
        elif self.value is not None:
            source = packing.source(self.value, "audio.wav")
        return "", self._props(
            AudioProps, source=source, autoplay=self.autoplay, loop=self.loop, taken_by=_devices(self.sources)
        )


@component(
    ignored=frozenset(
        (
            "include_audio",
            "max_length",
            "min_length",
            "mirror_webcam",
            "playback_position",
            "streaming",
            "subtitles",
            "watermark",
            "webcam_constraints",
            "webcam_options",
        )
    )
)
class Video(_Media):
    """A video with a player.

    Args:
        value: a path, an address, or bytes.
        autoplay: `True` starts playing as soon as the browser allows it.
        loop: `True` starts again at the end.
        format: no effect: videos are not converted.
        sources: ways to enter a video: `"upload"`, `"webcam"`.
    """

    kind: ClassVar[str] = "video"
    takes_types: ClassVar[tuple[str, ...]] = ("video",)
    value_props: ClassVar[tuple[str, ...]] = ("source",)

    value: Any = field(default=None, kw_only=False)
    autoplay: bool = False
    loop: bool = False
    format: str | None = None
    sources: Sequence[str] | str | None = None

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        source = None if self.value is None else packing.source(self.value, "video.mp4")
        return "", self._props(VideoProps, source=source, autoplay=self.autoplay, loop=self.loop)


@component(ignored=frozenset(("allow_reordering",)))
class File(_Media):
    """Files to download.

    Args:
        value: a path, an address, bytes, or a list of these.
        file_count: files that users may upload: `"single"`, `"multiple"` or `"directory"`; functions get a list unless
            `"single"`.
        file_types: accepted types of an input: extensions such as `".pdf"`, `"image"`, `"audio"`, `"video"`, `"text"`
            or media types; all by default.
        type: form in which functions get an input: `"filepath"`, or `"binary"` for its bytes.
    """

    kind: ClassVar[str] = "file"
    value_props: ClassVar[tuple[str, ...]] = ("sources",)

    value: Any = field(default=None, kw_only=False)
    file_count: Literal["single", "multiple", "directory"] = "single"
    file_types: Sequence[str] | None = None
    type: Literal["filepath", "binary"] = "filepath"

    @property
    def _types(self) -> tuple[str, ...]:
        types = (self.file_types,) if isinstance(self.file_types, str) else self.file_types or ()
        return tuple(types)

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        one = super().schema()
        return one if self.file_count == "single" else {"type": "array", "items": one}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None or self.file_count == "single":
            one = value[0] if isinstance(value, list) and len(value) == 1 else value
            return super().accept(one)
        files = value if isinstance(value, list | tuple) else [value]
        if len(files) > _FILES_AT_MOST:
            raise InputError(f"takes at most {_FILES_AT_MOST} files, got {len(files)}")
        return [self._accept_file(file) for file in files]

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        if isinstance(value, list):
            return [super(File, self).read(file, files) for file in value]
        return super().read(value, files)

    def _read_own(self) -> Any:
        own = self.value if isinstance(self.value, list | tuple) else [self.value]
        read = [self._read_path(Path(path)) for path in own]
        return read[0] if self.file_count == "single" else read

    def _read_path(self, path: Path) -> Any:
        return str(path) if self.type == "filepath" else path.read_bytes()

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        values = self.value if isinstance(self.value, list | tuple) else () if self.value is None else (self.value,)
        return "", self._props(
            FileProps,
            sources=tuple(packing.source(value, "file") for value in values),
            count=self.file_count,
            types=self._types,
        )


@component(
    ignored=frozenset(
        (
            "file_types",
            "fit_columns",
            "selected_index",
            "sources",
        )
    )
)
class Gallery(_Media):
    """Images and videos in a grid, each enlarged by a click.

    Args:
        value: a list of values that `Image` takes, of paths of videos, or of pairs of one of these and a caption.
        columns: number of columns.
        rows: number of visible rows; all by default.
        object_fit: CSS's `object-fit` of the images.
        format: file format into which Pillow images and arrays are encoded.
        preview: no effect: a click enlarges an image.
        allow_preview: no effect, like `preview`.
        type: form in which functions get an input's images, as of `Image`; each is in a pair with its caption.
    """

    kind: ClassVar[str] = "gallery"
    takes_types: ClassVar[tuple[str, ...]] = ("image", "video")
    value_props: ClassVar[tuple[str, ...]] = ("items",)

    value: Any = field(default=None, kw_only=False)
    columns: int | None = 2
    rows: int | None = None
    object_fit: Literal["contain", "cover", "fill", "none", "scale-down"] | None = None
    format: str = "png"
    preview: bool | None = None
    allow_preview: bool = True
    type: Literal["numpy", "pil", "filepath"] = "filepath"

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "array", "items": super().schema()}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None:
            return None
        files = value if isinstance(value, list | tuple) else [value]
        if len(files) > _FILES_AT_MOST:
            raise InputError(f"takes at most {_FILES_AT_MOST} files, got {len(files)}")
        return [self._accept_file(file) for file in files]

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        if not isinstance(value, list):
            return super().read(value, files)
        return [(self._read_path(_path(file, files)), None) for file in value]

    def _read_own(self) -> Any:
        return [(self._read_item(value), caption) for value, caption in map(_with_caption, self.value)]

    def _read_item(self, value: Any) -> Any:
        is_path = isinstance(value, Path) or (isinstance(value, str) and "://" not in value)
        return self._read_path(Path(value)) if is_path else value

    def _read_path(self, path: Path) -> Any:
        return str(path) if self.type == "filepath" else decode_picture(path, "RGB", as_array=self.type == "numpy")

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        if self.value is not None and not isinstance(self.value, list | tuple):
            raise ComponentError(f"shows a list of images, got a value of type `{type(self.value).__name__}`.")
        items = tuple(self._item(packing, item) for item in self.value or ())
        columns = self.columns if isinstance(self.columns, int) and self.columns > 0 else 2
        return "", self._props(GalleryProps, items=items, columns=columns, object_fit=self.object_fit)

    def _item(self, packing: Packing, item: Any) -> GalleryItem:
        value, caption = _with_caption(item)
        return GalleryItem(
            source=_picture(packing, value, self.format),
            caption=caption,
            is_video=str(value).lower().partition("?")[0].endswith(_FILMS),
        )


def _with_caption(item: Any) -> tuple[Any, str | None]:
    """Return the value and the caption of one item of a gallery."""
    value, caption = item if isinstance(item, list | tuple) and len(item) == 2 else (item, None)
    return value, None if caption is None else str(caption)
