"""Events to frames of the native protocol."""

from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from salon.events.types import Entry, PartDelta, Reset

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
            if isinstance(event, Reset):
                parts.append(_snapshot(number, event))
            else:
                parts.append(b"id: %d\ndata: %b\n\n" % (number, _encode(event)))
    if last is not None:
        parts.append(_delta(last_number, last, texts))
    return b"".join(parts)


_snapshots: OrderedDict[int, tuple[Reset, bytes]] = OrderedDict()
_SNAPSHOTS_AT_MOST = 8


def _snapshot(number: int, event: Reset) -> bytes:
    """Return the frame of a whole reply, which may be large: readers of the same one at a time share it.

    The event is kept beside its frame, so that no other can have its identity meanwhile.
    """
    known = _snapshots.get(id(event))
    if known is None:
        known = event, b"id: %d\ndata: %b\n\n" % (number, _encode(event))
        _snapshots[id(event)] = known
        if len(_snapshots) > _SNAPSHOTS_AT_MOST:
            _snapshots.popitem(last=False)
    return known[1]


def _delta(number: int, event: PartDelta, texts: list[str]) -> bytes:
    if len(texts) > 1:
        event = PartDelta(text="".join(texts), message=event.message, part=event.part)
    return b"id: %d\ndata: %b\n\n" % (number, _encode(event))
