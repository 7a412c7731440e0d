"""The stream of one run, without input or output: what to request next, and what the response means."""

from dataclasses import dataclass

import msgspec

from salon.client.errors import ConnectionLost, ReplyFailed
from salon.client.text import text_of
from salon.errors import SalonError
from salon.events.fold import Folding, Reply
from salon.events.types import Entry, RunEnd, RunEvent, RunStart
from salon.ids import RunId

_TRIES = 8
_FIRST_WAIT_S = 0.05
_LONGEST_WAIT_S = 5.0
_PASSING = (502, 503, 504)


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpRequest:
    """One request to be made: relative to the application, with a JSON body or none."""

    method: str
    path: str
    body: bytes | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What says that the body is JSON."""
        return {} if self.body is None else {"Content-Type": "application/json"}


class RunStream:
    """The stream of a run. `next_request` says what to ask for, `feed` takes what comes; until `has_ended`."""

    def __init__(self, run: RunId | None = None) -> None:
        self.run = run
        self.has_ended: bool = False
        self._folding = Folding()
        self._decoder = EntryDecoder()
        self._last = 0
        self._losses = 0

    @property
    def last(self) -> int:
        """The number of the last event that was seen."""
        return self._last

    @property
    def is_under_way(self) -> bool:
        """Whether the server writes, or may have written, more than was seen."""
        return self.run is not None and not self.has_ended

    @property
    def reply(self) -> Reply:
        """All that was said so far."""
        return self._folding.reply()

    def next_request(self) -> HttpRequest:
        """Return what to ask for: what begins the run at first, and what is missing of its stream after a cut."""
        self._decoder = EntryDecoder()
        if self.run is None:
            return self._beginning()
        return HttpRequest(method="GET", path=f"api/runs/{self.run}/events?after={self._last}")

    def feed(self, chunk: bytes) -> list[Entry]:
        """Take bytes of the stream, and return the events that are whole with them."""
        entries = [entry for entry in self._decoder.feed(chunk) if entry[0] > self._last]
        for number, event in entries:
            self._last = number
            self._losses = 0
            self._folding.add(event)
            if isinstance(event, RunStart):
                self._begun(event)
            if isinstance(event, RunEnd):
                self._ended(event)
        return entries

    def refused(self, error: SalonError) -> None:
        """Make good what made the server refuse; raise the error where that cannot be."""
        raise error

    @staticmethod
    def passes(status: int) -> bool:
        """Tell whether the server, or a proxy before it, says that it is not there at the moment."""
        return status in _PASSING

    def lost(self, reason: Exception | None) -> float:
        """Take note that the connection was cut; return how long to wait before asking again, in seconds.

        Raises:
            ConnectionLost: it was cut too often without anything coming.
            SalonError: the server has refused as often.
        """
        self._losses += 1
        if self._losses > _TRIES and isinstance(reason, SalonError):
            raise reason
        if self._losses > _TRIES:
            raise ConnectionLost("client.lost", f"The connection is lost: {reason or 'it ended early'}.") from reason
        return min(_FIRST_WAIT_S * float(2 ** (self._losses - 1)), _LONGEST_WAIT_S)

    def check(self) -> Reply:
        """Return the reply.

        Raises:
            ReplyFailed: it did not become complete.
        """
        reply = self.reply
        if reply.status != "complete":
            raise ReplyFailed(reply.failure, text_of(reply))
        return reply

    def _beginning(self) -> HttpRequest:
        """Return what begins the run; whoever follows one that goes on already has none."""
        raise NotImplementedError

    def _begun(self, start: RunStart) -> None:
        self.run = start.run

    def _ended(self, end: RunEnd) -> None:
        del end
        self.has_ended = True


class EntryDecoder:
    """Takes a stream of events apart, however it is cut into pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Entry]:
        """Return the entries that are whole with `chunk`."""
        *frames, self._rest = (self._rest + chunk).split(b"\n\n")
        found: list[Entry] = []
        for frame in frames:
            fields = dict(line.split(b": ", 1) for line in frame.split(b"\n") if b": " in line and line[:1] != b":")
            if b"id" in fields and b"data" in fields:
                found.append((int(fields[b"id"]), msgspec.json.decode(fields[b"data"], type=RunEvent)))
        return found
