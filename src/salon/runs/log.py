"""The port for run logs."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from salon.errors import ConflictError, NotFoundError, UnavailableError
from salon.events.types import Entry, RunEvent
from salon.ids import RunId


class LogConflict(ConflictError):
    """The log does not end where the writer thought; another writer owns the run."""


class LogUnavailable(UnavailableError):
    """The log does not answer."""


class RunNotFound(NotFoundError):
    """There is no such run, or it ended longer ago than its log is kept."""

    def __init__(self, run: RunId) -> None:
        super().__init__("run.unknown", f"There is no run `{run}`, or it ended too long ago to be read again.")


class RunSink(Protocol):
    """Where a run's one writer writes to."""

    async def append(self, run: RunId, events: Sequence[RunEvent], *, first: int) -> None:
        """Add entries `first`, `first + 1`, … in one step: all become visible, or none.

        The entry 1 opens the log of a run that has none yet.

        Raises:
            LogConflict: the log does not end at `first - 1`.
            LogUnavailable: no answer; the entries may or may not be there, so the run must end.
            RunNotFound: unknown run.
        """


class RunLog(RunSink, Protocol):
    """Ordered, replayable record of what each run produced.

    One writer and any number of readers a run. Entries are numbered 1, 2, 3, … without gaps;
    `run-end` is always the last.
    """

    def read(self, run: RunId, *, after: int = 0) -> AsyncGenerator[Sequence[Entry], None]:
        """Yield the entries above `after` in order, then follow the run until `run-end`.

        Each item is a non-empty batch: what was there when the reader came for it, or the first part of that. Replay
        and live entries come from one loop, so nothing is missed or repeated. Readers never
        slow the writer. Where entries were trimmed, one `reset` that carries the number of the
        last of them stands in for them; it comes after `run-start` when `after` is 0.
        Above the last entry there is nothing to go on from, so such a reader gets everything.
        Closing the iterator is the way to stop.

        Raises:
            RunNotFound: unknown run, or one that ended too long ago.
        """

    async def cancel(self, run: RunId, *, seen: int | None = None) -> None:
        """Ask the run's writer to end it; `seen` is the last entry that the asker was shown.

        Asking again, or after the end, changes nothing.

        Raises:
            RunNotFound: unknown run.
        """

    async def cancelled(self, run: RunId) -> int | None:
        """Wait until the run is asked to end, then return the asker's `seen`.

        Raises:
            RunNotFound: unknown run.
        """
