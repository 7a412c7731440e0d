"""JSON in and out: one type alias, one encoder, one decoder."""

from typing import TypeAlias

import msgspec

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

dumps = msgspec.json.encode
loads = msgspec.json.decode
