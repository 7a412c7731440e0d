"""JSON in and out: one type alias, one encoder, one decoder, and what no JSON can carry."""

from typing import TypeAlias

import msgspec

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

dumps = msgspec.json.encode
loads = msgspec.json.decode


def clean(text: str) -> str:
    """Return `text` with what no encoding or screen can carry (NUL, lone surrogates) as U+FFFD."""
    text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
