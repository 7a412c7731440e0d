"""Quotas bound what callers take: by owner, by network address, and in all; each at the bound and one above."""

import pytest

from salon.errors import RateError, UnavailableError
from salon.identity import ANONYMOUS, Identity
from salon.quotas import Bounds, ConcurrencyQuota, RateQuota, address_key


def caller(owner: str, address: str = "192.0.2.1") -> Identity:
    return Identity(owner=owner, address=address)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("bounds", "callers", "error"),
    [
        (Bounds(owner=3), [caller("ann", f"192.0.2.{number}") for number in range(4)], RateError),
        (Bounds(address=3), [caller(f"visitor {number}") for number in range(4)], RateError),
        (Bounds(total=3), [caller(f"visitor {number}", f"192.0.2.{number}") for number in range(4)], UnavailableError),
        (Bounds(owner=1, address=3), [Identity(owner=ANONYMOUS.owner, address="192.0.2.1")] * 4, RateError),
    ],
)
def test_at_the_bound_callers_are_let_in_and_one_above_is_refused(bounds, callers, error):
    held, counted = ConcurrencyQuota("x.y", "things", bounds), RateQuota("x.y", "things", bounds)
    for identity in callers[:3]:
        held.take(identity)
        counted.count(identity)

    for take in (held.take, counted.count):
        with pytest.raises(error, match="things") as refused:
            take(callers[3])
        assert refused.value.code == "x.y"


def test_a_refused_caller_takes_nothing():
    quota = ConcurrencyQuota("x.y", "things", Bounds(owner=5, address=3))
    quota.take(caller("ann"), 3)
    for _ in range(10):
        with pytest.raises(RateError):
            quota.take(caller("bob"), 1)
    quota.give_back(caller("ann"), 1)
    quota.take(caller("bob"), 1)

    assert quota.total == 3


def test_all_that_is_given_back_can_be_taken_again():
    quota = ConcurrencyQuota("x.y", "things", Bounds(owner=2, address=2, total=2))
    for _ in range(100):
        with quota.held(caller("ann"), 2):
            assert quota.total == 2

    assert quota.total == 0


def test_a_rate_is_had_back_while_time_goes_on_and_never_doubles_around_a_minutes_end():
    clock = Clock()
    clock.now = 60 * 100 + 59.0
    quota = RateQuota("x.y", "things", Bounds(owner=60), clock=clock)
    for _ in range(60):
        quota.count(caller("ann"))
    clock.now += 2
    quota.count(caller("ann"))
    with pytest.raises(RateError):
        quota.count(caller("ann"))
    clock.now += 60
    for _ in range(50):
        quota.count(caller("ann"))


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("unix socket", "unix socket", True),
    ],
)
def test_addresses_of_one_subscriber_count_as_one(one, other, are_one):
    assert (address_key(one) == address_key(other)) is are_one
