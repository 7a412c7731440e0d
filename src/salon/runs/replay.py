"""Looks back in a run's log."""

from salon.events.fold import Folding, Reply
from salon.events.types import Reset
from salon.ids import RunId
from salon.runs.log import RunLog


async def reply_at(log: RunLog, run: RunId, number: int) -> Reply:
    """Return the reply of a run as it was up to an entry, or up to the first that is still there.

    Raises:
        RunNotFound: unknown run.
    """
    folding = Folding()
    async for batch in log.read(run):
        for entry, event in batch:
            if entry <= number or isinstance(event, Reset):
                folding.add(event)
        break
    return folding.reply()
