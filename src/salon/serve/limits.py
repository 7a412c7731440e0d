"""The limits on what strangers may take, with their defaults, and how authors set them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from salon.engine.gates import RunQuotas
from salon.engine.readers import DisconnectPolicy
from salon.errors import AuthorError
from salon.http.policies import RequestQuotas
from salon.quotas import Bounds, ConcurrencyQuota, RateQuota


def _bounds(owner: int | None, address: int | None, total: int | None) -> Bounds:
    return Bounds(owner=owner, address=address, total=total)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much one owner, one network address, and all callers together may take.

    The defaults let an office of 200 people behind one address work without ever noticing them.

    Attributes:
        turns: messages and calls a minute.
        uploads: uploaded files a minute.
        running: replies that are being written at a time.
        waiting: replies that wait for their turn at a time.
        streams: open streams and other requests that take long, at a time.
        bodies: bytes of requests' bodies that the server holds at a time.
        connections: network connections at a time; the total is bounded by the process's limit of open files, too.
    """

    turns: Bounds = _bounds(120, 6_000, 60_000)
    uploads: Bounds = _bounds(60, 3_000, 30_000)
    running: Bounds = _bounds(32, 1_000, 4_000)
    waiting: Bounds = _bounds(8, 400, 2_000)
    streams: Bounds = _bounds(64, 4_000, 20_000)
    bodies: Bounds = _bounds(96 * 2**20, 128 * 2**20, 256 * 2**20)
    connections: Bounds = _bounds(None, 4_000, None)

    def request_quotas(self) -> RequestQuotas:
        """Return quotas for requests."""
        return RequestQuotas(
            rates={
                "turns": RateQuota("limits.turns", "messages", self.turns),
                "uploads": RateQuota("limits.uploads", "uploads", self.uploads),
            },
            streams=ConcurrencyQuota("limits.streams", "open streams", self.streams),
            bodies=ConcurrencyQuota("limits.bodies", "bytes in requests", self.bodies),
        )

    def run_quotas(self) -> RunQuotas:
        """Return quotas for runs."""
        return RunQuotas(
            running=ConcurrencyQuota("limits.running", "replies", self.running),
            waiting=ConcurrencyQuota("queue.full", "waiting requests", self.waiting),
        )


def read_limits(given: Mapping[str, Any] | str | None) -> Limits:
    """Return the limits that an author sets; those left out keep their defaults.

    Args:
        given: by name a number for one owner, or a sequence of one for an owner, an address and all, in which `None`
            stands for no bound; or the same as a text such as `turns=60/600/6000, uploads=10`, in which `-` stands for
            no bound.

    Raises:
        AuthorError: there is no such limit, or a value is not of this form.
    """
    values = dict(_parsed(given)) if isinstance(given, str) else dict(given or {})
    names = [field.name for field in fields(Limits)]
    limits = Limits()
    for name, value in values.items():
        if name not in names:
            raise AuthorError("settings.limits", f"There is no limit `{name}`; there are {', '.join(names)}.")
        limits = replace(limits, **{name: _read(name, value, getattr(limits, name))})
    return limits


def _read(name: str, value: Any, default: Bounds) -> Bounds:
    numbers = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    is_right = all(
        number is None or (isinstance(number, int) and not isinstance(number, bool) and number >= 0)
        for number in numbers
    )
    if not is_right or len(numbers) > 3:
        raise AuthorError(
            "settings.limits",
            f"The limit `{name}` has to be a whole number for one owner, or up to three of them: for one owner, one "
            f"network address, and all; got `{value!r}`.",
        )
    return replace(default, **dict(zip(("owner", "address", "total"), numbers, strict=False)))


def _parsed(text: str) -> list[tuple[str, list[int | None]]]:
    found = []
    for item in filter(None, map(str.strip, text.split(","))):
        name, separator, numbers = item.partition("=")
        try:
            values = [None if number.strip() == "-" else int(number) for number in numbers.split("/")]
        except ValueError:
            separator = ""
            values = []
        if not separator:
            raise AuthorError(
                "settings.limits", f"`SALON_LIMITS` has to be such as `turns=60/600/6000, uploads=10`, got `{item}`."
            )
        found.append((name.strip(), values))
    return found


def disconnect_policy(policy: str | None) -> DisconnectPolicy | None:
    """Return a policy for replies whose readers have all gone.

    Raises:
        AuthorError: there is no such policy.
    """
    match policy:
        case None | "keep" | "grace" | "cancel":
            return policy
    raise AuthorError(
        "settings.disconnect_policy", f"`disconnect_policy` has to be `keep`, `grace` or `cancel`, got `{policy}`."
    )
