"""Documents, texts, data and figures."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, ClassVar, Literal

import msgspec

from salon.components.base import Component, ComponentError, FindPath, InputError, Packing
from salon.components.events import Event
from salon.components.foreign import (
    comes_from,
    document_of_bokeh,
    draw_altair,
    draw_matplotlib,
    frame_from,
    is_figure,
    table_of,
)
from salon.components.lengths import css_length
from salon.components.parameter_checks import component
from salon.components.props import (
    CodeProps,
    Confidence,
    DataframeProps,
    HtmlProps,
    JsonProps,
    LabelProps,
    MarkdownProps,
    PlotProps,
    Props,
)
from salon.components.text import accept_text
from salon.text import unindented

_LONG = 2**16
_CELL_LENGTH = 2_000
_ROWS_AT_MOST = 5_000
_EXACT = 2**53


@component(
    ignored=frozenset(
        (
            "apply_default_css",
            "autoscroll",
            "max_height",
            "min_height",
        )
    )
)
class HTML(Component):
    """An HTML document in a frame that cannot reach the page and is as high as its content.

    Args:
        value: HTML; its styles and scripts act inside of the frame only.
        padding: `False` leaves no space around the frame on a page.
    """

    kind: ClassVar[str] = "html"
    value_props: ClassVar[tuple[str, ...]] = ("source",)

    value: Any = field(default=None, kw_only=False)
    padding: bool = True

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "string"}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return accept_text(value)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        text = _text(self.value)
        if len(text) > _LONG:
            source = packing.bytes(text.encode("utf-8", "replace"), "document.html")
            return "", self._props(HtmlProps, source=source)
        return text, self._props(HtmlProps)


@component(
    ignored=frozenset(
        (
            "header_links",
            "latex_delimiters",
            "line_breaks",
            "min_height",
            "padding",
            "rtl",
            "sanitize_html",
        )
    )
)
class Markdown(Component):
    """A text in Markdown.

    Args:
        value: the Markdown.
        max_height: height above which the content scrolls; like `height`.
    """

    kind: ClassVar[str] = "markdown"
    value_props: ClassVar[tuple[str, ...]] = ()

    value: Any = field(default=None, kw_only=False)
    max_height: float | str | None = None

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "string"}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return accept_text(value)

    def _shown_height(self) -> float | str | None:
        return self.height or self.max_height

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return unindented(_text(self.value)), self._props(MarkdownProps)


@component(
    ignored=frozenset(
        (
            "autocomplete",
            "show_line_numbers",
        )
    )
)
class Code(Component):
    """Source code with syntax highlighting and a button to copy it.

    Args:
        value: the code.
        language: name of the programming language, such as `"python"`.
        lines: height of an input, in lines.
        max_lines: number of lines above which the code scrolls.
        wrap_lines: `True` breaks long lines instead of scrolling.
    """

    kind: ClassVar[str] = "code"
    value_props: ClassVar[tuple[str, ...]] = ()

    value: Any = field(default=None, kw_only=False)
    language: str | None = None
    lines: int = 5
    max_lines: int | None = None
    wrap_lines: bool = False

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "string"}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return accept_text(value)

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return _text(self.value), self._props(
            CodeProps, language=self.language, lines=self.lines, max_lines=self.max_lines, wraps=self.wrap_lines
        )


@component(
    renamed={"max_height": "height"},
    ignored=frozenset(
        (
            "min_height",
            "show_indices",
        )
    ),
)
class JSON(Component):
    """A JSON value as a tree that can be expanded.

    Args:
        value: a value that JSON can represent, or JSON as text.
        open: `True` expands the whole tree.
    """

    kind: ClassVar[str] = "json"

    value: Any = field(default=None, kw_only=False)
    open: bool = False

    def default(self) -> Any:
        """See `Component.default`."""
        return self._data()

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        return value

    def _data(self) -> Any:
        if not isinstance(self.value, str):
            return _plain(self.value)
        try:
            return json.loads(self.value)
        except ValueError as error:
            raise ComponentError(f"takes JSON, got a text that cannot be parsed: {error}.") from None

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        return "", self._props(JsonProps, value=self._data(), open=self.open)


@component(ignored=frozenset(("color",)))
class Label(Component):
    """The result of a classification.

    Args:
        value: a class as text or number, or a dictionary from classes to confidences, from 0 to 1.
        num_top_classes: number of classes that are shown; all by default.
        show_heading: `False` hides the heading with the first class.
    """

    kind: ClassVar[str] = "label"
    value_props: ClassVar[tuple[str, ...]] = ("value", "confidences")

    value: Any = field(default=None, kw_only=False)
    num_top_classes: int | None = None
    show_heading: bool = True

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        if not isinstance(self.value, Mapping):
            value = None if self.value is None else str(self.value)
            return "", self._props(LabelProps, value=value)
        try:
            pairs = sorted(((str(name), float(sure)) for name, sure in self.value.items()), key=lambda pair: -pair[1])
        except (TypeError, ValueError):
            raise ComponentError(f"takes a dictionary from classes to numbers, got `{self.value!r}`.") from None
        top = pairs[: self.num_top_classes]
        confidences = tuple(Confidence(label=name, confidence=sure) for name, sure in top if math.isfinite(sure))
        heading = confidences[0].label if confidences and self.show_heading else None
        return "", self._props(LabelProps, value=heading, confidences=confidences)


@component(
    renamed={"column_count": "col_count"},
    ignored=frozenset(
        (
            "column_limits",
            "latex_delimiters",
            "line_breaks",
            "max_chars",
            "pinned_columns",
            "row_limits",
            "show_row_numbers",
            "static_columns",
        )
    ),
)
class Dataframe(Component):
    """A table that can be sorted, scrolled and copied.

    Args:
        value: a data frame of pandas, Polars, or another library whose frames have `to_pandas`, a list of rows, a
            dictionary of columns, or a dictionary with `headers` and `data`. The first 5,000 rows are sent to the page.
        headers: column names.
        type: form in which functions get an input: `"pandas"`, `"polars"`, `"numpy"` or `"array"`, a list of rows.
        datatype: no effect: the type of each cell's value decides how it is shown.
        max_height: height above which the table scrolls; like `height`.
        wrap: no effect: long cells always wrap.
        column_widths: a number of pixels or a CSS length for each column, from the first on.
        show_search: `"search"` or `"filter"` adds a search box above a table that is not an input: it hides the rows
            without the entered text.
        row_count: no effect: users can add and remove the rows of an input.
        col_count: no effect, like `row_count`.
    """

    select: ClassVar[Event] = Event()

    kind: ClassVar[str] = "dataframe"
    value_props: ClassVar[tuple[str, ...]] = ("headers", "rows", "row_count")

    value: Any = field(default=None, kw_only=False)
    headers: Sequence[str] | None = None
    type: Literal["pandas", "numpy", "polars", "array"] = "pandas"
    datatype: str | Sequence[str] = "str"
    max_height: float | str | None = None
    wrap: bool = False
    column_widths: Sequence[float | str] | None = None
    show_search: Literal["none", "search", "filter"] = "none"
    row_count: Any = None
    col_count: Any = None

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        rows = {"type": "array", "items": {"type": "array", "items": {}}}
        return {
            "type": "object",
            "properties": {"headers": {"type": "array", "items": {"type": "string"}}, "data": rows},
        }

    def default(self) -> Any:
        """See `Component.default`."""
        headers, rows, _ = table_of([] if self.value is None else self.value)
        return {"headers": list(map(str, self.headers or headers)), "data": [list(map(_cell, row)) for row in rows]}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None:
            return {"headers": list(self.headers or ()), "data": []}
        headers = value.get("headers") if isinstance(value, dict) else None
        rows = value.get("data") if isinstance(value, dict) else value
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows) or len(rows) > _ROWS_AT_MOST:
            raise InputError(
                f'takes a table of at most {_ROWS_AT_MOST} rows, such as {{"headers": ["a"], "data": [[1]]}}'
            )
        width = max(map(len, rows), default=0)
        names = headers if isinstance(headers, list) else list(self.headers or range(1, width + 1))
        if len(names) < width:
            raise InputError(f"takes a table with a header for each of its {width} columns, got {len(names)}")
        padded = [[_cell(cell) for cell in row] + [None] * (len(names) - len(row)) for row in rows]
        return {"headers": [str(name) for name in names], "data": padded}

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        del files
        return frame_from(value["headers"], value["data"], self.type)

    def _shown_height(self) -> float | str | None:
        return self.height or self.max_height

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        headers, rows, count = table_of([] if self.value is None else self.value)
        names = tuple(map(str, self.headers)) if self.headers is not None else tuple(headers)
        cells = tuple(tuple(map(_cell, row)) for row in rows)
        row_count = count if count > len(cells) else None
        try:
            widths = tuple(css_length(width) or "auto" for width in self.column_widths or ())
        except ValueError as error:
            raise ComponentError(f"cannot use its `column_widths`: {error}.") from None
        return "", self._props(
            DataframeProps,
            headers=names,
            rows=cells,
            row_count=row_count,
            column_widths=widths,
            searchable=self.show_search in ("search", "filter"),
        )


@component()
class Plot(Component):
    """A figure.

    Args:
        value: a figure of Matplotlib, Plotly, Altair or Bokeh.
        format: file format of figures of Matplotlib: `"svg"`, `"png"` or `"webp"`; SVG by default.
    """

    kind: ClassVar[str] = "plot"
    value_props: ClassVar[tuple[str, ...]] = ("source", "document", "figure", "is_themed")

    value: Any = field(default=None, kw_only=False)
    format: str = "svg"

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        figure = self.value
        if figure is None:
            return "", self._props(PlotProps)
        if comes_from(figure, "matplotlib") and not comes_from(figure, "matplotlib", "Figure"):
            figure = getattr(figure, "figure", figure)
        if comes_from(figure, "matplotlib", "Figure"):
            content, is_themed = draw_matplotlib(figure, self.format)
            source = packing.bytes(content, f"plot.{self.format}")
            return "", self._props(PlotProps, source=source, is_themed=is_themed)
        if comes_from(figure, "plotly", "BaseFigure"):
            return "", self._props(PlotProps, figure=json.loads(figure.to_json()), is_themed=True)
        if comes_from(figure, "altair", "TopLevelMixin"):
            return "", self._props(PlotProps, source=packing.bytes(draw_altair(figure), "plot.svg"), is_themed=True)
        if is_figure(figure):
            content, is_themed = document_of_bokeh(figure)
            return "", self._props(PlotProps, document=packing.bytes(content, "plot.html"), is_themed=is_themed)
        raise ComponentError(
            f"shows figures of Matplotlib, Plotly, Altair and Bokeh, got a value of type `{type(figure).__name__}`."
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ComponentError(f"shows text, got a value of type `{type(value).__name__}`. Convert it with `str()`.")
    return value


def _plain(value: Any) -> Any:
    """Return `value` as a value that JSON can represent; objects that JSON cannot represent become text."""
    encoded = msgspec.json.encode(_finite(value), enc_hook=_unknown)
    return msgspec.json.decode(encoded)


def _finite(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case int() if not isinstance(value, bool) and abs(value) > _EXACT:
            return str(value)
        case Mapping():
            return {str(key): _finite(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_finite(item) for item in value]
        case _:
            return value


def _unknown(value: Any) -> Any:
    return _finite(value.tolist()) if comes_from(value, "numpy") else str(value)


def _cell(value: Any) -> str | float | bool | None:
    if comes_from(value, "numpy", "generic"):
        value = value.item()
    match value:
        case None | bool():
            return value
        case int() if abs(value) <= _EXACT:
            return value
        case float():
            return value if math.isfinite(value) else None if math.isnan(value) else str(value)
    text = str(value)
    return None if text in ("NaT", "<NA>") else text[:_CELL_LENGTH]
