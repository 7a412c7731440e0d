"""The separation of a model's reasoning from its text, by the tags around it, also while the text grows."""

from collections.abc import Sequence
from typing import TypeAlias

from salon.messages.parts import Part, TextPart, ThoughtPart

Tags: TypeAlias = Sequence[tuple[str, str]]

_TITLE = "Reasoning"


def parts_of(text: str, tags: Tags, *, is_whole: bool = True) -> tuple[Part, ...]:
    """Return the text between `tags` as thoughts, and the rest as text, without white space at the edges.

    A thought without its closing tag is pending. Unless the text `is_whole`, the end of the text is held back if it may
    be the beginning of a tag.
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
    """Return `text` without a suffix that is a proper prefix of one of `tags`."""
    longest = max(map(len, tags))
    for length in range(min(longest, len(text)), 0, -1):
        if any(tag.startswith(text[-length:]) for tag in tags):
            return text[:-length]
    return text
