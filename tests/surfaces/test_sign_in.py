"""Signing in, as browsers and programs meet it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import salon
from tests.surfaces.streams import refused, reply_to, turn


def echo(message, history):
    return f"{message}!"


@pytest.fixture
def elsewhere():
    """Give clients of other network addresses."""
    clients = []

    def client(base_url, address="127.0.0.2"):
        transport = httpx.HTTPTransport(local_address=address)
        clients.append(
            httpx.Client(base_url=base_url, transport=transport, timeout=60, headers={"Accept": "text/html"})
        )
        return clients[-1]

    yield client
    for one in clients:
        one.close()


def sign_in(client, user="ann", password="right"):
    return client.post("/login", data={"username": user, "password": password}).status_code


def test_a_strangers_failures_do_not_keep_a_user_out(serve, elsewhere):
    client = serve(salon.ChatInterface(echo), auth=("ann", "right"))
    stranger = elsewhere(client.base_url)

    assert [sign_in(stranger, password="wrong") for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(client) == 303


def test_a_failing_function_is_an_error_with_an_incident_that_the_log_has(serve, caplog):
    def check(user, password):
        raise ConnectionError("the directory at ldap.internal is down")

    client = serve(salon.ChatInterface(echo), auth=check)
    answers = [client.post("/login", data={"username": "ann", "password": "x"}) for _ in range(7)]
    program = client.post("/login", data={"username": "ann", "password": "x"}, headers={"Accept": "*/*"})

    assert {answer.status_code for answer in [*answers, program]} == {500}
    incident = answers[0].text.partition("Incident: ")[2][:8]
    assert incident in caplog.text
    assert "ldap.internal" in caplog.text
    assert "ldap.internal" not in answers[0].text + program.text


def test_a_failing_function_for_keys_is_an_error_in_every_protocol(serve):
    def check(key):
        raise ConnectionError("down")

    client = serve(salon.ChatInterface(echo), api_keys=check)
    answer = client.get("/v1/models", headers={"Authorization": "Bearer x"})

    assert answer.status_code == 500
    assert "Incident" in answer.text


def test_signing_out_everywhere_ends_the_sessions_in_other_browsers(serve, elsewhere):
    client = serve(salon.ChatInterface(echo), auth=("ann", "right"))
    other = elsewhere(client.base_url)
    assert (sign_in(client), sign_in(other)) == (303, 303)
    client.post("/logout", data={"everywhere": "1"})

    refused(other.get("/api/config"), 401, "login.required")
    assert sign_in(other) == 303
    assert other.get("/api/config").json()["user"] == "ann"


def test_slow_functions_hold_up_neither_uploads_nor_the_sign_ins_of_others(serve, elsewhere):
    release, begun = threading.Event(), threading.Semaphore(0)

    def slow(word):
        if "slow" in word:
            begun.release()
            release.wait(60)
        return True

    demo = salon.ChatInterface(echo, multimodal=True)
    client = serve(demo, auth=lambda user, _: slow(user), api_keys=slow)
    stranger = elsewhere(client.base_url)
    with ThreadPoolExecutor(32) as pool:
        pending = [pool.submit(sign_in, stranger, f"slow {number}") for number in range(16)]
        headers = {"Authorization": "Bearer slow"}
        pending += [pool.submit(stranger.get, "/v1/models", headers=headers) for _ in range(16)]
        try:
            for _ in range(32):
                assert begun.acquire(timeout=60)
            assert sign_in(client) == 303
            assert client.post("/api/files", params={"name": "a.txt"}, content=b"text").status_code in (200, 201)
            assert client.get("/v1/models", headers={"Authorization": "Bearer quick"}).status_code == 200
            assert reply_to(client, turn()).messages
        finally:
            release.set()
        assert all(each.result() for each in pending)
