"""Admission of runs: one gate a concurrency group, which lets owners in by turns."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from salon.definition.endpoint import ChatEndpoint, Endpoint
from salon.errors import RateError
from salon.identity import Identity
from salon.quotas import Bounds, ConcurrencyQuota


class Ticket:
    """A place at a gate. `positions` waits for admission; `release` gives the place back."""

    def __init__(self, gate: "Gate", identity: Identity, quotas: "RunQuotas") -> None:
        self._gate = gate
        self._changed = asyncio.Event()
        self._quotas = quotas
        self.identity = identity
        self.owner = identity.owner
        self.position = 0
        self.is_admitted = False
        self.has_queued = False
        self.has_waited = False
        self._is_released = False

    async def positions(self) -> AsyncIterator[int]:
        """Yield how many come first, each time that it changes, until admitted; nothing when admitted at once."""
        while not self.is_admitted:
            self.has_waited = True
            yield self.position
            self._changed.clear()
            await self._changed.wait()

    def release(self) -> None:
        """Give the place back, or leave the queue; once, further calls do nothing."""
        if not self._is_released:
            self._is_released = True
            self._gate.leave(self)
            (self._quotas.running if self.is_admitted else self._quotas.waiting).give_back(self.identity)

    def admit(self) -> None:
        """Let the ticket in."""
        if self.has_queued:
            self._quotas.waiting.give_back(self.identity)
            self._quotas.running.add(self.identity)
        else:
            self._quotas.running.take(self.identity)
        self.is_admitted = True
        self.update(0)

    def queue(self) -> None:
        """Count the ticket among those that wait."""
        self._quotas.waiting.take(self.identity)
        self.has_queued = True

    def update(self, position: int) -> None:
        """Tell the ticket where it stands now; 0 with `is_admitted` set means that it is in."""
        if self.is_admitted or position != self.position:
            self.position = position
            self._changed.set()


@dataclass(frozen=True, slots=True)
class RunQuotas:
    """How many runs callers may have, at all gates together.

    Attributes:
        running: runs that were let in and have not ended.
        waiting: runs that wait to be let in.
    """

    running: ConcurrencyQuota = field(default_factory=lambda: ConcurrencyQuota("limits.running", "replies", Bounds()))
    waiting: ConcurrencyQuota = field(
        default_factory=lambda: ConcurrencyQuota("queue.full", "waiting requests", Bounds(owner=8))
    )


class Gate:
    """Lets at most `limit` tickets in at a time (`None`: all), and queues the others fairly.

    Owners take turns: whoever has many waiting does not delay one who has a single one.
    """

    def __init__(self, limit: int | None, *, queue_size: int | None) -> None:
        self._limit = limit
        self._queue_size = queue_size
        self._inside = 0
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()

    def enter(self, identity: Identity, quotas: RunQuotas) -> Ticket:
        """Return a ticket, admitted already when there is room.

        Raises:
            RateError: too many are waiting, or the owner or the address has too many waiting or running.
            UnavailableError: too many are running in all.
        """
        ticket = Ticket(self, identity, quotas)
        if self._limit is None or (self._inside < self._limit and not self._waiting):
            ticket.admit()
            self._inside += 1
            return ticket
        waiting = sum(map(len, self._waiting.values()))
        if self._queue_size is not None and waiting >= self._queue_size:
            raise RateError("queue.full", f"{waiting} others are waiting already. Try again in a while.")
        ticket.queue()
        self._waiting.setdefault(identity.owner, deque()).append(ticket)
        self._number()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out, inside or waiting, and let in whoever is next."""
        if ticket.is_admitted:
            self._inside -= 1
        else:
            tickets = self._waiting[ticket.owner]
            tickets.remove(ticket)
            if not tickets:
                del self._waiting[ticket.owner]
        while self._waiting and (self._limit is None or self._inside < self._limit):
            owner, tickets = self._waiting.popitem(last=False)
            tickets.popleft().admit()
            self._inside += 1
            if tickets:
                self._waiting[owner] = tickets
        self._number()

    def _number(self) -> None:
        """Tell everybody who waits their position: the first of each owner, then the second of each, and so on."""
        queues = [list(tickets) for tickets in self._waiting.values()]
        position = 0
        for rank in range(max(map(len, queues), default=0)):
            for tickets in queues:
                if rank < len(tickets):
                    position += 1
                    tickets[rank].update(position)


_named: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Gate]] = WeakKeyDictionary()


def named_gate(name: str, limit: int | None, *, queue_size: int | None) -> Gate:
    """Return the gate that all endpoints on the running event loop share under `name`.

    The first one that asks sets its limit: such a name stands for something there is one of,
    say a graphics card. Applications share it when they are mounted in one server.
    """
    gates = _named.setdefault(asyncio.get_running_loop(), {})
    return gates.setdefault(name, Gate(limit, queue_size=queue_size))


class Gates:
    """The gates of one application's endpoints.

    Args:
        max_threads: how many blocking calls of one function go on at a time, where its author sets no limit.
        quotas: how many runs callers may have, at all gates together.
    """

    def __init__(self, *, max_threads: int, quotas: RunQuotas) -> None:
        self._max_threads = max_threads
        self._quotas = quotas
        self._gates: dict[str, Gate] = {}

    def enter(self, name: str, endpoint: ChatEndpoint | Endpoint, identity: Identity) -> Ticket:
        """Return a caller's ticket for an endpoint; see `Gate.enter`."""
        if name not in self._gates:
            limit = endpoint.concurrency_limit
            if limit == "default":
                limit = None if endpoint.runs_on_loop else self._max_threads
            if endpoint.concurrency_id is None:
                self._gates[name] = Gate(limit, queue_size=endpoint.queue_size)
            else:
                self._gates[name] = named_gate(endpoint.concurrency_id, limit, queue_size=endpoint.queue_size)
        return self._gates[name].enter(identity, self._quotas)

    def clear(self) -> None:
        """Forget all gates, as on another event loop there are others."""
        self._gates = {}
