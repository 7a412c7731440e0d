"""Finds a model's thoughts in its text by the tags around them, also while the text still grows."""

from collections.abc import Sequence
from typing import TypeAlias

from salon.messages.parts import Part, TextPart, ThoughtPart

Tags: TypeAlias = Sequence[tuple[str, str]]

_TITLE = "Reasoning"


def parts_of(text: str, tags: Tags, *, is_whole: bool = True) -> tuple[Part, ...]:
    """Return what stands between `tags` as thoughts, and the rest as text; white space at the edges goes.

    A thought that is not closed is pending. Unless the text `is_whole`, an end that may become a tag is held back.
    """
    parts: list[Part] = []
    place = 0
    while True:
        opening, closing = min(tags, key=lambda pair: _find(text, pair[0], place))
        start = _find(text, opening, place)
        before = text[place:start]
        if start == len(text) and not is_whole:
            before = _without_beginning(before, [tag for tag, _ in tags])
        if before.strip():
            parts.append(TextPart(text=before.strip()))
        if start == len(text):
            return tuple(parts) or (TextPart(),)
        start += len(opening)
        end = _find(text, closing, start)
        thought = text[start:end]
        if end == len(text) and not is_whole:
            thought = _without_beginning(thought, [closing])
        is_closed = text.startswith(closing, end)
        if thought.strip() or not is_closed:
            parts.append(ThoughtPart(title=_TITLE, text=thought.strip(), status="done" if is_closed else "pending"))
        if not is_closed:
            return tuple(parts)
        place = end + len(closing)


def _find(text: str, tag: str, start: int) -> int:
    place = text.find(tag, start)
    return len(text) if place < 0 else place


def _without_beginning(text: str, tags: Sequence[str]) -> str:
    """Return `text` without an end that is the beginning of one of `tags`."""
    longest = max(map(len, tags))
    for length in range(min(longest, len(text)), 0, -1):
        if any(tag.startswith(text[-length:]) for tag in tags):
            return text[:-length]
    return text
