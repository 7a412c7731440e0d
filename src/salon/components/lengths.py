"""Lengths: from the forms that authors use to CSS."""

import re

_LENGTH = re.compile(r"[\w\s.%()+*/,-]+\Z")


def css_length(length: float | str | None) -> str | None:
    """Return a number of pixels, or a CSS length, as a CSS length.

    Raises:
        ValueError: the length is neither.
    """
    if length is None:
        return None
    if isinstance(length, int | float) and not isinstance(length, bool) and length > 0:
        return f"{length:g}px"
    if isinstance(length, str) and _LENGTH.match(length):
        return length
    raise ValueError(f"a length is a number of pixels or a CSS length such as `50%`, got `{length!r}`")
