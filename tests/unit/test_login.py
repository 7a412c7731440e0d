"""Who has signed in with a password, and for how long that counts."""

import itertools

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import Response

from salon.errors import RateError
from salon.http.auth import Login, Tries
from salon.http.author_calls import AuthorCallError
from salon.secrets import Secrets

OLD, NEW = b"o" * 32, b"n" * 32


class Clock:
    """A time that stands still until it is told otherwise."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Browser:
    """Keeps the cookies that a login gives it."""

    def __init__(self):
        self.cookies = {}

    def request(self):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {"type": "http", "scheme": "http", "headers": [(b"cookie", cookie.encode())]}
        return HTTPConnection(scope)

    def take(self, response):
        for header, value in response.raw_headers:
            if header == b"set-cookie":
                name, _, rest = value.decode().partition("=")
                self.cookies[name] = rest.partition(";")[0]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def login(tmp_path, clock):
    def make(accounts, *secrets):
        path = tmp_path / "signed_out.json"
        return Login(accounts, secrets=Secrets(secrets or (OLD,)), signed_out=path, clock=clock)

    return make


def signed_in(login, user="ann", password="x"):
    browser, response = Browser(), Response()
    login.sign_in(browser.request(), response, user, password)
    browser.take(response)
    return browser


async def user_of(login, browser):
    identity = await login.identify(browser.request())
    return None if identity is None else identity.user


class Directory:
    """Accounts that change while the application runs; counts how often it is asked."""

    def __init__(self, **accounts):
        self.accounts = accounts
        self.asked = 0

    def __call__(self, user, password):
        self.asked += 1
        if password == "broken":
            raise ConnectionError("no directory")
        return self.accounts.get(user) == password


@pytest.mark.parametrize("change", [{}, {"ann": "new password"}], ids=["removed", "another password"])
async def test_a_user_whom_the_function_no_longer_accepts_is_out_within_a_minute(login, clock, change):
    directory = Directory(ann="pass wörd ✓")
    door = login(directory)
    browser = signed_in(door, password="pass wörd ✓")
    directory.accounts = change

    assert await user_of(door, browser) == "ann"
    clock.now += 61
    assert await user_of(door, browser) is None


async def test_a_function_is_asked_about_one_sign_in_at_most_once_a_minute(login, clock):
    directory = Directory(ann="x")
    door = login(directory)
    browser = signed_in(door)
    for _ in range(3):
        assert await user_of(door, browser) == "ann"
    assert directory.asked == 0
    for _ in range(3):
        clock.now += 59
        assert await user_of(door, browser) == "ann"

    assert directory.asked == 1


async def test_after_a_restart_the_function_is_asked_at_the_next_request(login):
    browser = signed_in(login(Directory(ann="x")))

    assert await user_of(login(Directory(ann="x")), browser) == "ann"
    assert await user_of(login(Directory()), browser) is None


async def test_a_sign_in_outlives_a_new_secret_while_the_old_one_is_accepted(login):
    directory = Directory(ann="x")
    for accounts in (directory, ("ann", "x")):
        browser = signed_in(login(accounts, OLD))

        assert await user_of(login(accounts, NEW, OLD), browser) == "ann"
        assert await user_of(login(accounts, NEW), browser) is None


async def test_the_password_cannot_be_read_out_of_a_cookie(login):
    browser = signed_in(login(lambda user, password: True), password="secret-word")

    (cookie,) = browser.cookies.values()
    assert "secret" not in cookie


async def test_signing_out_everywhere_ends_all_of_a_users_sessions_and_nobody_elses(login):
    door = login([("ann", "x"), ("bob", "x")])
    first, second, other = signed_in(door), signed_in(door), signed_in(door, "bob")
    door.sign_out(first.request(), Response(), everywhere=True)

    again = login([("ann", "x"), ("bob", "x")])  # a restart has not forgotten it
    for each in (door, again):
        assert [await user_of(each, browser) for browser in (first, second, other)] == [None, None, "bob"]
        assert await user_of(each, signed_in(each)) == "ann"


async def test_a_function_that_raises_is_an_error_and_no_failed_try(login, caplog):
    door = login(Directory(ann="x"))
    for _ in range(8):
        with pytest.raises(AuthorCallError, match="Incident") as caught:
            await door.verify("ann", "broken", address="192.0.2.1")
        assert caught.value.incident in caplog.text
        assert "no directory" not in caught.value.message
    assert "ConnectionError: no directory" in caplog.text

    assert await door.verify("ann", "x", address="192.0.2.1")


async def test_a_function_that_raises_when_it_is_asked_again_lets_nobody_in(login, clock):
    door = login(Directory(ann="broken"))
    browser = signed_in(door, password="broken")
    clock.now += 61

    with pytest.raises(AuthorCallError):
        await door.identify(browser.request())


@pytest.mark.parametrize("ending", [SystemExit, StopIteration, KeyboardInterrupt])
async def test_no_exception_of_a_function_ends_the_server(login, ending):
    def check(user, password):
        raise ending

    with pytest.raises(AuthorCallError):
        await login(check).verify("ann", "x", address="")


async def test_failed_sign_ins_are_logged_with_time_and_address(login, caplog):
    door = login(("ann", "x"))
    await door.verify("ann\n1", "wrong", address="192.0.2.1")
    await door.verify("ann", "x", address="192.0.2.1")

    (record,) = caplog.records
    assert record.getMessage().startswith(r"Sign-in of 'ann\n1' from 192.0.2.1 failed at 20")


async def test_a_name_or_password_too_long_for_a_cookie_is_wrong(login):
    door = login(lambda user, password: True)

    assert not await door.verify("a" * 600, "x", address="")
    assert not await door.verify("ann", "x" * 600, address="")


class TestTries:
    """How often one may try."""

    def fail(self, tries, user, address):
        tries.begin(user, address)
        tries.end(user, address, failed=True)

    def test_five_failures_of_one_address_do_not_keep_the_user_out_elsewhere(self, clock):
        tries = Tries(clock)
        for _ in range(5):
            self.fail(tries, "ann", "192.0.2.1")

        with pytest.raises(RateError):
            tries.begin("ann", "192.0.2.1")
        tries.begin("ann", "192.0.2.2")
        tries.begin("bob", "192.0.2.1")

    def test_an_ipv6_subscriber_is_one_address(self, clock):
        tries = Tries(clock)
        for number in range(5):
            self.fail(tries, "ann", f"2001:db8::{number}")

        with pytest.raises(RateError):
            tries.begin("ann", "2001:db8::ffff:1")

    def test_one_address_cannot_try_many_names(self, clock):
        tries = Tries(clock)
        for number in range(30):
            self.fail(tries, f"user {number}", "192.0.2.1")

        with pytest.raises(RateError):
            tries.begin("another", "192.0.2.1")
        clock.now += 61
        tries.begin("another", "192.0.2.1")

    def test_an_office_may_sign_in_all_at_once(self, clock):
        tries = Tries(clock)
        for number in range(200):
            tries.begin(f"user {number}", "192.0.2.1")
        for number in range(200):
            tries.end(f"user {number}", "192.0.2.1", failed=False)
        tries.begin("user 1", "192.0.2.1")

    def test_what_is_remembered_of_failures_is_bounded(self, clock):
        tries = Tries(clock)
        for one, other in itertools.product(range(110), range(100)):
            self.fail(tries, "ann", f"10.0.{one}.{other}")

        assert len(tries._failures) <= 10_000
        clock.now += 61
        tries.begin("ann", "192.0.2.1")
        assert not tries._failures
