"""The encoder from events to frames of the native protocol."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import msgspec

from salon.events.types import Entry, PartDelta, RunEvent

_encode = msgspec.json.encode


def frames(batch: Sequence[Entry]) -> Iterator[bytes]:
    """Yield the frames of a batch of entries, small ones joined; text deltas of one part are merged into one frame.

    A merged frame has the number of its last entry.
    """
    small: list[bytes] = []
    for frame in _frames(batch):
        if len(frame) < _LARGE_BYTES:
            small.append(frame)
            continue
        if small:
            yield b"".join(small)
            small = []
        yield frame  # not joined with others, as this would copy the large frame for each reader
    if small:
        yield b"".join(small)


def _frames(batch: Sequence[Entry]) -> Iterator[bytes]:
    texts: list[str] = []
    last_number, last = 0, None
    for number, event in batch:
        if isinstance(event, PartDelta):
            if last is not None and (event.message, event.part) != (last.message, last.part):
                yield _delta(last_number, last, texts)
                texts = []
            texts.append(event.text)
            last_number, last = number, event
        else:
            if last is not None:
                yield _delta(last_number, last, texts)
                texts, last = [], None
            yield _frame(number, event)
    if last is not None:
        yield _delta(last_number, last, texts)


_large: OrderedDict[int, tuple[RunEvent, bytes]] = OrderedDict()
_LARGE_BYTES = 32 * 2**10
_LARGE_AT_MOST = 8


def _frame(number: int, event: RunEvent) -> bytes:
    """Return the frame of one event; several readers of one large event share it.

    The event is stored beside its frame, so that no other event can get the same `id()` meanwhile.
    """
    known = _large.get(id(event))
    if known is not None:
        return known[1]
    frame = b"id: %d\ndata: %b\n\n" % (number, _encode(event))
    if len(frame) >= _LARGE_BYTES:
        _large[id(event)] = event, frame
        if len(_large) > _LARGE_AT_MOST:
            _large.popitem(last=False)
    return frame


def _delta(number: int, event: PartDelta, texts: list[str]) -> bytes:
    if len(texts) > 1:
        event = PartDelta(text="".join(texts), message=event.message, part=event.part)
    return b"id: %d\ndata: %b\n\n" % (number, _encode(event))
