"""The records of stored responses, limited in number, size and age."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from salon.identity import Identity
from salon.ids import ConversationId
from salon.runs.run import Run

_RECORD_BYTES = 1_000
_KEPT_S = 24 * 3_600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The metadata of a response besides its run. `conversation` is `None` if the response is not stored."""

    id: str
    run: Run
    identity: Identity
    model: str
    created: int
    prompt_tokens: int
    conversation: ConversationId | None
    instructions: str | None = None
    previous: str | None = None
    background: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """The approximate size of the record in memory, in bytes."""
        texts = len(self.model) + len(self.instructions or "") * 4 + len(self.previous or "")
        return _RECORD_BYTES + texts + 4 * len(msgspec.json.encode(self.metadata))


class Records:
    """Stores records for a day. At a limit, the oldest records are dropped: first the owner's own, then those of all.

    Args:
        owner_bytes: approximate limit of the size of one owner's records.
        total_bytes: approximate limit of the size of all records.
        clock: monotonic clock, in seconds.
    """

    def __init__(
        self,
        *,
        owner_bytes: int = 4 * 2**20,
        total_bytes: int = 32 * 2**20,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._owner_bytes = owner_bytes
        self._total_bytes = total_bytes
        self._clock = clock
        self._records: OrderedDict[str, tuple[Record, float]] = OrderedDict()
        self._sizes: Counter[str] = Counter()

    def add(self, record: Record) -> None:
        """Store a record."""
        owner = record.identity.owner
        self._records[record.id] = record, self._clock()
        self._sizes[owner] += record.size_bytes
        while self._sizes[owner] > self._owner_bytes:
            self.forget(next(old for old, _ in self._records.values() if old.identity.owner == owner))
        horizon = self._clock() - _KEPT_S
        while self._records:
            oldest, at = next(iter(self._records.values()))
            if at > horizon and self._sizes.total() <= self._total_bytes:
                return
            self.forget(oldest)

    def find(self, id_: str, *, owner: str) -> Record | None:
        """Return a record of an owner; `None` if there is none."""
        record, _ = self._records.get(id_, (None, 0.0))
        return record if record is not None and record.identity.owner == owner else None

    def forget(self, record: Record) -> None:
        """Delete a record."""
        if self._records.pop(record.id, None) is not None:
            self._sizes[record.identity.owner] -= record.size_bytes
            if self._sizes[record.identity.owner] <= 0:
                del self._sizes[record.identity.owner]
