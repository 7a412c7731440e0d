"""Quotas: bounds on what callers may take, counted for each owner, for each network address, and in all.

An owner is whoever holds a cookie, and cookies are free, so bounds per owner alone would be none. Callers without a
cookie share one owner, so they are counted by their addresses only.
"""

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from salon.errors import RateError, UnavailableError
from salon.identity import ANONYMOUS, Identity

_KEYS_AT_MOST = 100_000
_V6_PREFIX = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much may be taken at a time, or within a minute; `None` for any amount.

    Attributes:
        owner: by one owner.
        address: from one network address; of IPv6, from one network of 64 bits.
        total: by all together.
    """

    owner: int | None = None
    address: int | None = None
    total: int | None = None


def address_key(host: str) -> str:
    """Return the network to which an address belongs, as far as one subscriber usually has it.

    Args:
        host: an IP address; other texts stand for themselves.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _V6_PREFIX), strict=False))
    return str(address)


class _Quota:
    """The keys under which a caller is counted, each with its bound, and the errors for whoever is above one."""

    def __init__(self, code: str, noun: str, bounds: Bounds) -> None:
        self._code = code
        self._noun = noun
        self._bounds = bounds

    def _keys(self, identity: Identity) -> Iterator[tuple[Hashable, int]]:
        bounds = self._bounds
        if bounds.owner is not None and identity.owner != ANONYMOUS.owner:
            yield ("owner", identity.owner), bounds.owner
        if bounds.address is not None and identity.address:
            yield ("address", identity.address), bounds.address
        if bounds.total is not None:
            yield "total", bounds.total

    def _refused(self, key: Hashable, bound: int, per: str) -> UnavailableError:
        if key == "total":
            return UnavailableError(
                self._code, f"The server is busy: there are {bound} {self._noun} {per} already. Try again in a moment."
            )
        who = "You have" if isinstance(key, tuple) and key[0] == "owner" else "Your network address has"
        return RateError(self._code, f"{who} too many {self._noun}: at most {bound} {per}. Try again in a moment.")


class ConcurrencyQuota(_Quota):
    """Bounds how much callers hold at a time: replies, streams, connections, or bytes.

    Args:
        code: of the error for whoever is above a bound.
        noun: the name of what is counted, in the plural, for the error.
        bounds: how much may be held.
    """

    def __init__(self, code: str, noun: str, bounds: Bounds) -> None:
        super().__init__(code, noun, bounds)
        self._held: Counter[Hashable] = Counter()

    @property
    def total(self) -> int:
        """How much all callers hold together."""
        return self._held["total"]

    def take(self, identity: Identity, amount: int = 1) -> None:
        """Take an amount, which has to be given back.

        Raises:
            RateError: the owner or the address would have too much.
            UnavailableError: all together would have too much.
        """
        for key, bound in self._keys(identity):
            if self._held[key] + amount > bound:
                raise self._refused(key, bound, "at a time")
        self.add(identity, amount)

    def add(self, identity: Identity, amount: int = 1) -> None:
        """Take an amount also above the bounds, for a caller who was let in already."""
        for key in {*(key for key, _ in self._keys(identity)), "total"}:
            self._held[key] += amount

    def give_back(self, identity: Identity, amount: int = 1) -> None:
        """Give an amount back."""
        for key in {*(key for key, _ in self._keys(identity)), "total"}:
            self._held[key] -= amount
            if self._held[key] <= 0:
                del self._held[key]

    @contextmanager
    def held(self, identity: Identity, amount: int = 1) -> Iterator[None]:
        """Hold an amount inside. Raises like `take`."""
        self.take(identity, amount)
        try:
            yield
        finally:
            self.give_back(identity, amount)


class RateQuota(_Quota):
    """Bounds how often callers do something within a minute.

    The minute slides: it counts what is in this minute, and the share of the last one that is less than a minute ago.
    So each key costs two numbers, however often something is done.

    Args:
        code: of the error for whoever is above a bound.
        noun: the name of what is counted, in the plural, for the error.
        bounds: how often in a minute.
        clock: seconds, never going back.
    """

    _WINDOW_S = 60.0

    def __init__(self, code: str, noun: str, bounds: Bounds, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(code, noun, bounds)
        self._clock = clock
        # Key: the number of its minute, and what was counted in that one and in the one before.
        self._windows: OrderedDict[Hashable, tuple[int, int, int]] = OrderedDict()

    def count(self, identity: Identity, amount: int = 1) -> None:
        """Count that a caller does something.

        Raises:
            RateError: the owner or the address has done it too often.
            UnavailableError: all together have.
        """
        minute, passed = divmod(self._clock(), self._WINDOW_S)
        number, share = int(minute), 1 - passed / self._WINDOW_S
        counted: dict[Hashable, tuple[int, int, int]] = {}
        for key, bound in self._keys(identity):
            last, now, before = self._windows.get(key, (number, 0, 0))
            if last != number:
                now, before = 0, now if last == number - 1 else 0
            if now + before * share + amount > bound:
                raise self._refused(key, bound, "a minute")
            counted[key] = number, now + amount, before
        for key, window in counted.items():
            self._windows[key] = window
            self._windows.move_to_end(key)
        while len(self._windows) > _KEYS_AT_MOST:
            self._windows.popitem(last=False)
