"""Values of other libraries: recognised without importing these, and converted to bytes, rows and figures."""

import io
import struct
import wave
import zlib
from pathlib import Path
from typing import Any

from salon.components.base import ComponentError, InputError
from salon.optional import require

_PIXEL_FORMS = {1: 0, 2: 4, 3: 2, 4: 6}
_ROWS_AT_MOST = 5_000


def comes_from(value: Any, package: str, *names: str) -> bool:
    """Tell whether the class of `value`, or one of its bases, is defined in `package` and has one of `names`."""
    return any(
        base.__module__.partition(".")[0] == package and (not names or base.__name__ in names)
        for base in type(value).__mro__
    )


def is_picture(value: Any) -> bool:
    """Tell whether `value` is a Pillow image, or an array that contains an image."""
    return comes_from(value, "PIL", "Image") or (comes_from(value, "numpy", "ndarray") and value.ndim in (2, 3))


def is_sound(value: Any) -> bool:
    """Tell whether `value` is a pair of a sample rate and samples."""
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and isinstance(value[0], int)
        and comes_from(value[1], "numpy", "ndarray")
    )


def is_figure(value: Any) -> bool:
    """Tell whether `value` is a figure of Matplotlib, Plotly, Altair or Bokeh."""
    return (
        comes_from(value, "matplotlib", "Figure")
        or comes_from(value, "plotly", "BaseFigure")
        or comes_from(value, "altair", "TopLevelMixin")
        or comes_from(value, "bokeh", "LayoutDOM", "Document")
    )


def is_frame(value: Any) -> bool:
    """Tell whether `value` is a data frame."""
    return (
        comes_from(value, "pandas", "DataFrame", "Series", "Styler")
        or comes_from(value, "polars", "DataFrame")
        or _is_convertible(value)
    )


def encode_picture(value: Any, format_: str) -> tuple[bytes, str]:
    """Return an encoded image and the extension of its format.

    Raises:
        ComponentError: the array has an unsupported shape or type, or the format is unknown.
    """
    if comes_from(value, "numpy", "ndarray"):
        if format_ in ("png", "webp"):
            return _encode_pixels(value), "png"
        value = require("PIL.Image", extra="images").fromarray(_as_bytes(value))
    form = {"jpg": "jpeg"}.get(format_.lower(), format_.lower())
    if form == "jpeg" and value.mode not in ("RGB", "L", "CMYK"):
        value = value.convert("RGB")
    buffer = io.BytesIO()
    try:
        value.save(buffer, form)
    except (KeyError, OSError) as error:
        raise ComponentError(f"cannot be encoded with `format={format_!r}`: {error}.") from error
    return buffer.getvalue(), form


def encode_sound(rate: int, samples: Any) -> bytes:
    """Return samples as a WAV file; the full range of floating-point samples is -1 to 1.

    Raises:
        ComponentError: the array has an unsupported shape or type.
    """
    if samples.ndim not in (1, 2) or samples.dtype.kind not in "iuf":
        raise ComponentError(
            f"takes samples as an array (n,) or (n, channels) of numbers, got {samples.dtype} {samples.shape}."
        )
    if samples.dtype.kind == "f":
        samples = (samples.clip(-1, 1) * 32_767).round()
    elif samples.dtype.kind == "u":
        samples = (
            (samples.astype("int64") - 2 ** (8 * samples.dtype.itemsize - 1)) << 8 >> (8 * (samples.dtype.itemsize - 1))
        )
    elif samples.dtype.itemsize != 2:
        samples = samples.astype("int64") * 2**8 >> 8 * (samples.dtype.itemsize - 1)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return buffer.getvalue()


def decode_picture(path: Path, mode: str | None, *, as_array: bool) -> Any:
    """Return the image at `path`, in a mode of Pillow's, as a Pillow image or an array (height, width[, channels]).

    Raises:
        InputError: the file is no image.
        AuthorError: Pillow or NumPy is not installed.
    """
    pillow = require("PIL.Image", extra="images")
    try:
        image = require("PIL.ImageOps", extra="images").exif_transpose(pillow.open(path))
        image.load()
    except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as error:
        raise InputError(f"takes an image; `{path.name}` cannot be decoded as one") from error
    if mode is not None and image.mode != mode:
        image = image.convert(mode)
    return require("numpy", extra="images").array(image) if as_array else image


def decode_sound(path: Path) -> tuple[int, Any]:
    """Return the sample rate in Hz of the WAV file at `path`, and its samples: (n,) or (n, channels), 16 bits each.

    Raises:
        InputError: the file is no WAV file with 16-bit samples.
        AuthorError: NumPy is not installed.
    """
    numpy = require("numpy", extra="images")
    try:
        with wave.open(str(path), "rb") as file:
            width, channels = file.getsampwidth(), file.getnchannels()
            frames = file.readframes(file.getnframes())
            rate = file.getframerate()
    except (wave.Error, EOFError, OSError) as error:
        raise InputError(f"takes WAV files; `{path.name}` cannot be decoded as one") from error
    if width == 2:
        samples = numpy.frombuffer(frames, "<i2")
    elif width == 1:
        samples = ((numpy.frombuffer(frames, "u1").astype("i2") - 128) << 8).astype("i2")
    else:
        bytes_ = numpy.frombuffer(frames, "u1").reshape(-1, width)
        samples = bytes_[:, -2].astype("u2") | (bytes_[:, -1].astype("u2") << 8)
        samples = samples.view("i2")
    return rate, samples if channels == 1 else samples.reshape(-1, channels)


def frame_from(headers: list[str], rows: list[list[Any]], form: str) -> Any:
    """Convert a table to a data frame of pandas or Polars, an array, or a list of rows.

    Raises:
        AuthorError: the library is not installed.
    """
    match form:
        case "pandas":
            return require("pandas", extra="frames").DataFrame(rows, columns=headers)
        case "polars":
            return require("polars", extra="frames").DataFrame(rows, schema=headers, orient="row")
        case "numpy":
            return require("numpy", extra="images").array(rows, dtype=object)
    return rows


def table_of(value: Any) -> tuple[list[str], list[list[Any]], int]:
    """Return a table's column names, its first rows, and its number of rows.

    Raises:
        ComponentError: `value` is no table.
    """
    if comes_from(value, "pandas", "Styler"):
        value = value.data
    if comes_from(value, "pandas", "Series"):
        value = value.to_frame()
    if comes_from(value, "pandas", "DataFrame"):
        rows = [list(row) for row in value.head(_ROWS_AT_MOST).itertuples(index=False, name=None)]
        return [str(name) for name in value.columns], rows, len(value)
    if comes_from(value, "polars", "DataFrame"):
        return list(value.columns), [list(row) for row in value.head(_ROWS_AT_MOST).rows()], value.height
    if _is_convertible(value):
        return table_of(value.to_pandas())
    if comes_from(value, "numpy", "ndarray"):
        value = value.tolist()
    if isinstance(value, dict):
        if "data" in value and isinstance(value["data"], list):
            headers, rows, count = table_of(value["data"])
            return [str(name) for name in value.get("headers") or headers], rows, count
        columns = [list(column) for column in value.values()]
        rows = [list(row) for row in zip(*columns, strict=False)]
        return [str(name) for name in value], rows[:_ROWS_AT_MOST], len(rows)
    if isinstance(value, list | tuple):
        rows = [list(row) if isinstance(row, list | tuple) else [row] for row in value[:_ROWS_AT_MOST]]
        width = max(map(len, rows), default=0)
        return [str(number + 1) for number in range(width)], rows, len(value)
    raise ComponentError(
        f"shows data frames, lists of rows and dictionaries of columns, got a value of type `{type(value).__name__}`."
    )


def draw_matplotlib(figure: Any, format_: str) -> tuple[bytes, bool]:
    """Return a figure as SVG or as an image, and whether it takes the page's colours.

    A plain white background becomes transparent. The same figure always gives the same bytes.
    """
    matplotlib = require("matplotlib", extra="plots")
    is_plain = figure.get_facecolor()[:3] == (1, 1, 1)
    buffer = io.BytesIO()
    options: dict[str, Any] = {"metadata": {"Date": None}} if format_ == "svg" else {"dpi": 2 * figure.dpi}
    with matplotlib.rc_context({"svg.hashsalt": "salon", "svg.fonttype": "path"}):
        figure.savefig(buffer, format=format_, bbox_inches="tight", transparent=is_plain, **options)
    return buffer.getvalue(), is_plain


def draw_altair(chart: Any) -> bytes:
    """Return a chart as SVG.

    Raises:
        AuthorError: `vl-convert-python`, which renders charts of Altair, is not installed.
    """
    require("vl_convert", extra="plots")
    buffer = io.StringIO()
    chart.configure(background="transparent").save(buffer, format="svg")
    return buffer.getvalue().encode()


_BOKEH_GROUNDS = {"background_fill_color": None, "border_fill_color": None}


def document_of_bokeh(figure: Any) -> tuple[bytes, bool]:
    """Return a self-contained HTML page with a figure of Bokeh, and whether its background is transparent.

    The background becomes transparent unless the figure's author set one.
    """
    embed, resources = require("bokeh.embed", extra="plots"), require("bokeh.resources", extra="plots")
    themes = require("bokeh.themes", extra="plots")
    is_plain = not figure.properties_with_values(include_defaults=False).keys() & _BOKEH_GROUNDS.keys()
    theme = themes.Theme(json={"attrs": {"Plot": _BOKEH_GROUNDS}}) if is_plain else None
    html: str = embed.file_html(figure, resources.INLINE, title="Plot", theme=theme)
    return html.encode(), is_plain


def _is_convertible(value: Any) -> bool:
    """Tell whether `value` is a table of another library that has a method to convert it to pandas."""
    return (hasattr(value, "__dataframe__") or hasattr(value, "__arrow_c_stream__")) and hasattr(value, "to_pandas")


def _as_bytes(pixels: Any) -> Any:
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in _PIXEL_FORMS):
        raise ComponentError(f"takes arrays of shape (height, width[, 1 to 4]), got {pixels.shape}.")
    match pixels.dtype.kind:
        case "f":
            return (pixels.clip(0, 1) * 255).round().astype("uint8")
        case "b":
            return pixels.astype("uint8") * 255
        case "i" | "u":
            return pixels.clip(0, 255).astype("uint8")
    raise ComponentError(f"takes arrays of numbers, got {pixels.dtype}.")


def _encode_pixels(pixels: Any) -> bytes:
    """Return an array as PNG."""
    pixels = _as_bytes(pixels)
    height, width = pixels.shape[:2]
    form = _PIXEL_FORMS[1 if pixels.ndim == 2 else pixels.shape[2]]
    lines = b"".join(b"\0" + pixels[row].tobytes() for row in range(height))

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, form, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")
