"""The separation of a model's reasoning from its text, by the tags around it, also while the text grows."""

import re
from collections.abc import Sequence
from typing import TypeAlias

from salon.messages.parts import Part, TextPart, ThoughtPart

Tags: TypeAlias = Sequence[tuple[str, str]]

_TITLE = "Reasoning"
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_TICKS = re.compile(r"`+")


def parts_of(text: str, tags: Tags, *, is_whole: bool = True) -> tuple[Part, ...]:
    """Return the text between `tags` as thoughts, and the rest as text, without white space at the edges.

    A thought without its closing tag is pending. Unless the text `is_whole`, the end of the text is held back if it may
    be the beginning of a tag.
    Tags in code are code. The text before a first closing tag is a thought, too: many models get the opening tag with
    their prompt.
    """
    parts: list[Part] = []
    place = _end_of_unopened(text, tags, is_whole=is_whole, parts=parts)
    while True:
        found = [(_find_outside_code(text, pair[0], place, is_whole=is_whole), pair) for pair in tags]
        start, (opening, closing) = min(found, key=lambda item: item[0])
        before = text[place:start]
        if start == len(text) and not is_whole:
            before = _without_beginning(before, [tag for pair in tags for tag in pair])
        if before.strip():
            parts.append(TextPart(text=before.strip()))
        if start == len(text):
            return tuple(parts) or (TextPart(),)
        start += len(opening)
        end = _find_closing(text, closing, start, is_whole=is_whole)
        thought = text[start:end]
        if end == len(text) and not is_whole:
            thought = _without_beginning(thought, [closing, f"`{closing}`"])
        is_closed = text.startswith(closing, end)
        if thought.strip() or not is_closed:
            parts.append(ThoughtPart(title=_TITLE, text=thought.strip(), status="done" if is_closed else "pending"))
        if not is_closed:
            return tuple(parts)
        place = end + len(closing)


def _end_of_unopened(text: str, tags: Tags, *, is_whole: bool, parts: list[Part]) -> int:
    """Return where a thought ends that nothing opens, and add it to `parts`; 0 where there is none."""
    pairs = [(opening, closing) for opening, closing in tags if opening != closing and closing in text]
    if not pairs:
        return 0
    end, closing = min((_find_outside_code(text, closing, 0, is_whole=is_whole), closing) for _, closing in pairs)
    if end == len(text) or min(_find_outside_code(text, opening, 0, is_whole=is_whole) for opening, _ in tags) < end:
        return 0
    if text[:end].strip():
        parts.append(ThoughtPart(title=_TITLE, text=text[:end].strip(), status="done"))
    return end + len(closing)


def _find(text: str, tag: str, start: int) -> int:
    place = text.find(tag, start)
    return len(text) if place < 0 else place


def _find_outside_code(text: str, tag: str, begin: int, *, is_whole: bool) -> int:
    place = _find(text, tag, begin)
    while place < len(text) and _is_in_code(text, begin, place, is_whole=is_whole):
        place = _find(text, tag, place + len(tag))
    return place


def _find_closing(text: str, closing: str, start: int, *, is_whole: bool) -> int:
    """Return where a thought ends; the tag right between backticks is quoted, or may be while the text grows."""
    place = _find(text, closing, start)
    while place < len(text) and place > start and text[place - 1] == "`":
        after = text[place + len(closing) : place + len(closing) + 1]
        if after != "`" and (after or is_whole):
            break
        place = _find(text, closing, place + len(closing))
    return place


def _is_in_code(text: str, begin: int, place: int, *, is_whole: bool) -> bool:
    """Tell whether `place` is within a fence, or between backticks, of what begins at `begin`."""
    fence = ""
    for match in _FENCE.finditer(text, begin, place):
        mark, info = match.groups()
        if not fence and not (mark[0] == "`" and "`" in info):
            fence = mark
        elif fence and mark.startswith(fence) and not info.strip():
            fence = ""
    if fence:
        return True
    paragraph = max(text.rfind("\n\n", begin, place), begin)
    end = _find(text, "\n\n", place)
    runs = [(match.start(), match.end()) for match in _TICKS.finditer(text, paragraph, end)]
    index = 0
    while index < len(runs) and runs[index][1] <= place:
        start, stop = runs[index]
        close = next((at for at in range(index + 1, len(runs)) if runs[at][1] - runs[at][0] == stop - start), None)
        if close is None:
            # Its end may still come, on the same line.
            if not is_whole and "\n" not in text[stop:]:
                return True
            index += 1
            continue
        if place < runs[close][0]:
            return True
        index = close + 1
    return False


def _without_beginning(text: str, tags: Sequence[str]) -> str:
    """Return `text` without a suffix that is a proper prefix of one of `tags`."""
    longest = max(map(len, tags))
    for length in range(min(longest, len(text)), 0, -1):
        if any(len(tag) > length and tag.startswith(text[-length:]) for tag in tags):
            return text[:-length]
    return text
