"""The port for the index of runs: which exist, and which are alive."""

from typing import Protocol

from salon.ids import ConversationId, RunId, TurnId
from salon.messages.message import Status
from salon.runs.run import Run


class RunIndex(Protocol):
    """Which runs exist. Ended runs are kept as long as their logs."""

    async def find(self, turn: TurnId, *, owner: str) -> Run | None:
        """Return the run that an owner's turn has got already."""

    async def create(self, run: Run) -> Run:
        """Claim a turn: return `run`, now known, or the run that the same owner's same turn has already got."""

    async def get(self, run: RunId, *, owner: str) -> Run:
        """Return the run.

        Raises:
            RunNotFound: unknown run, or another owner's.
        """

    async def active(self, conversation: ConversationId) -> Run | None:
        """Return the run of a conversation that began last and has not ended."""

    async def finish(self, run: RunId, status: Status) -> bool:
        """Mark the run as ended; tell whether this call did it, which only the first does."""
