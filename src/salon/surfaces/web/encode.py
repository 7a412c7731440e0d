"""Events to frames of the native protocol."""

from collections.abc import Sequence

import msgspec

from salon.events.types import Entry, PartDelta

_encode = msgspec.json.encode


def frames(batch: Sequence[Entry]) -> bytes:
    """Return the frames for entries that go out together; text for one part becomes one frame.

    A merged frame carries the number of the last entry in it.
    """
    parts: list[bytes] = []
    texts: list[str] = []
    last_number, last = 0, None
    for number, event in batch:
        if isinstance(event, PartDelta):
            if last is not None and (event.message, event.part) != (last.message, last.part):
                parts.append(_delta(last_number, last, texts))
                texts = []
            texts.append(event.text)
            last_number, last = number, event
        else:
            if last is not None:
                parts.append(_delta(last_number, last, texts))
                texts, last = [], None
            parts.append(b"id: %d\ndata: %b\n\n" % (number, _encode(event)))
    if last is not None:
        parts.append(_delta(last_number, last, texts))
    return b"".join(parts)


def _delta(number: int, event: PartDelta, texts: list[str]) -> bytes:
    if len(texts) > 1:
        event = PartDelta(text="".join(texts), message=event.message, part=event.part)
    return b"id: %d\ndata: %b\n\n" % (number, _encode(event))
