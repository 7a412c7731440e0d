"""Events to frames of the form that is simple to call: whole values under names."""

from collections.abc import Sequence

import msgspec

from salon.events.types import Entry, RunEnd
from salon.surfaces.gradio.encode import CONTENT, Outcome, error_of

CALL_HEARTBEAT = b"event: heartbeat\ndata: null\n\n"


class CallEncoder:
    """Writes the frames of one call: `generating` for what the function yields, then `complete` or `error`.

    Each frame has the whole value, so of what piled up only the newest is written.

    Args:
        outcome: follows what the run gives.
        yields: whether the function is a generator by definition.
    """

    def __init__(self, outcome: Outcome, *, yields: bool) -> None:
        self._outcome = outcome
        self._yields = yields
        self._count = 0

    def frames(self, batch: Sequence[Entry]) -> bytes:
        """Return the frames for entries that go out together."""
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
