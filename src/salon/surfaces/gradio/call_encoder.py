"""The encoder for the simple form of calls, whole values by name."""

from collections.abc import Sequence

import msgspec

from salon.events.types import Entry, RunEnd
from salon.surfaces.gradio.encode import CONTENT, Outcome, error_of

CALL_HEARTBEAT = b"event: heartbeat\ndata: null\n\n"


class CallEncoder:
    """Encodes the frames of one call: `generating` for values that the function yields, then `complete` or `error`.

    Each frame contains the whole value, so only the newest of a batch is sent.

    Args:
        outcome: the values of the run.
        yields: whether the function is a generator by its definition.
    """

    def __init__(self, outcome: Outcome, *, yields: bool) -> None:
        self._outcome = outcome
        self._yields = yields
        self._count = 0

    def frames(self, batch: Sequence[Entry]) -> bytes:
        """Return the frames of a batch of entries."""
        has_changed = False
        for _, event in batch:
            self._outcome.add(event)
            if isinstance(event, RunEnd):
                return self._generating(has_changed=has_changed) + self._final(event)
            if isinstance(event, CONTENT) and not event.more:
                self._count += 1
                has_changed = True
        return self._generating(has_changed=has_changed)

    def _generating(self, *, has_changed: bool) -> bytes:
        if not has_changed or not (self._yields or self._count > 1):
            return b""
        return b"event: generating\ndata: %b\n\n" % self._data()

    def _final(self, end: RunEnd) -> bytes:
        if end.status in ("complete", "cancelled"):
            return b"event: complete\ndata: %b\n\n" % self._data()
        return b"event: error\ndata: %b\n\n" % msgspec.json.encode(error_of(end.failure))

    def _data(self) -> bytes:
        return msgspec.json.encode(self._outcome.data())
