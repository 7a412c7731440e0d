"""Inputs for colours, dates and times."""

import datetime as dt
import re
from dataclasses import field
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salon.components.base import Component, ComponentError, FindPath, InputError, Packing
from salon.components.parameter_checks import component
from salon.components.props import ColorPickerProps, DateTimeProps, Props

_COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})\Z|rgba?\([\d.,%\s/]{1,60}\)\Z", re.IGNORECASE)
_NOW = re.compile(r"\s*now\s*(?:-\s*(\d{1,6})\s*([smhd]))?\s*\Z")
_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@component()
class ColorPicker(Component):
    """A colour. Functions get a text such as `"#1c6b58"`.

    Args:
        value: initial colour; black by default.
    """

    kind: ClassVar[str] = "colorpicker"

    value: Any = field(default=None, kw_only=False)

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {"type": "string", "description": "hex color code"}

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None:
            return "#000000"
        if not isinstance(value, str) or not _COLOR.match(value.strip()):
            raise InputError(f"takes a colour such as #1c6b58, got {value!r:.80}")
        return value.strip()

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        try:
            return "", self._props(ColorPickerProps, value=self.accept(self.value))
        except InputError as error:
            raise ComponentError(f"{error}.") from None


@component()
class DateTime(Component):
    """A date, with the time unless `include_time=False`.

    Args:
        value: initial date: seconds since 1970, a `datetime`, a text `"2026-11-24 09:30:00"`, or `"now"`, `"now - 2h"`,
            `"now - 3d"`.
        include_time: `False` asks for the date only.
        type: form in which functions get the date: `"timestamp"` (seconds since 1970), `"datetime"`, or `"string"`.
        timezone: name of the time zone of the entered date, such as `"Asia/Shanghai"`; the server's own by default.
    """

    kind: ClassVar[str] = "datetime"

    value: Any = field(default=None, kw_only=False)
    include_time: bool = True
    type: Literal["timestamp", "datetime", "string"] = "timestamp"
    timezone: str | None = None

    def schema(self) -> dict[str, Any]:
        """See `Component.schema`."""
        return {
            "type": "string",
            "description": f"formatted as {'YYYY-MM-DD HH:MM:SS' if self.include_time else 'YYYY-MM-DD'}",
        }

    def accept(self, value: Any) -> Any:
        """See `Component.accept`."""
        if value is None or value == "":
            return None
        moment = self._moment(value)
        return moment.strftime("%Y-%m-%d %H:%M:%S" if self.include_time else "%Y-%m-%d")

    def read(self, value: Any, files: FindPath) -> Any:
        """See `Component.read`."""
        del files
        if value is None or self.type == "string":
            return value
        moment = self._moment(value)
        return moment.timestamp() if self.type == "timestamp" else moment

    @property
    def _zone(self) -> dt.tzinfo | None:
        try:
            return None if self.timezone is None else ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ComponentError(
                f"has no time zone named `{self.timezone}`. Use a name such as `Asia/Shanghai`, and install `tzdata` "
                "on Windows."
            ) from None

    def _moment(self, value: Any) -> dt.datetime:
        zone = self._zone
        try:
            match value:
                case dt.datetime():
                    return value
                case bool():
                    pass
                case int() | float():
                    return dt.datetime.fromtimestamp(value, zone)
                case str() if now := _NOW.match(value):
                    ago_s = int(now[1] or 0) * _UNITS_S[now[2] or "s"]
                    return dt.datetime.now(zone) - dt.timedelta(seconds=ago_s)
                case str():
                    moment = dt.datetime.fromisoformat(value.strip())
                    return moment if zone is None or moment.tzinfo else moment.replace(tzinfo=zone)
        except (ValueError, OverflowError, OSError):
            pass
        raise InputError(f"takes a date such as 2026-11-24 09:30:00, got {value!r:.80}")

    def _pack(self, packing: Packing) -> tuple[str, Props]:
        del packing
        try:
            return "", self._props(DateTimeProps, value=self.accept(self.value), include_time=self.include_time)
        except InputError as error:
            raise ComponentError(f"{error}.") from None
