"""What strangers may take of a server, over real sockets: each at its limit, and above."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx
import pytest

import salon
from tests.surfaces.streams import entries, refused, reply_to, send, turn


def echo(message, history):
    return f"{message}!"


def memory_bytes() -> int:
    """Return how much memory this process, which the server runs in, has in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


def connect(client: httpx.Client) -> socket.socket:
    return socket.create_connection((client.base_url.host, client.base_url.port), timeout=30)


def answer(connection: socket.socket) -> bytes:
    """Return what the server sends until it closes the connection."""
    received = b""
    with suppress(ConnectionError):
        while chunk := connection.recv(65_536):
            received += chunk
    return received


def test_headers_without_an_end_are_refused_and_cost_nothing(serve):
    client = serve(salon.ChatInterface(echo))
    before = memory_bytes()
    with closing(connect(client)) as connection, suppress(ConnectionError):
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        for _ in range(100):
            connection.sendall(b"X-Long: " + b"x" * 2**20)
    with closing(connect(client)) as connection:
        with suppress(ConnectionError):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X-Long: %b\r\n" % (b"x" * 70_000))
        assert b" 431 " in answer(connection).partition(b"\r\n")[0]

    assert memory_bytes() - before < 20 * 2**20
    assert client.get("/healthz").status_code == 200


def test_headers_at_the_limit_are_taken_and_one_byte_more_is_not(serve):
    client = serve(salon.ChatInterface(echo))
    request = client.build_request("GET", "/healthz")
    size = sum(len(name) + len(value) for name, value in request.headers.raw) + len("/healthz") + len("x-fill")

    assert client.get("/healthz", headers={"x-fill": "x" * (64 * 2**10 - size)}).status_code == 200
    refused(client.get("/healthz", headers={"x-fill": "x" * (64 * 2**10 - size + 1)}), 431, "request.headers")


def test_an_address_gets_no_more_connections_than_it_may_have_and_they_come_back(serve):
    client = serve(salon.ChatInterface(echo), limits={"connections": (None, 20)})
    with ExitStack() as held:
        for _ in range(20):
            held.enter_context(closing(connect(client)))
        with closing(connect(client)) as one_more:
            assert b" 503 " in answer(one_more).partition(b"\r\n")[0]
    deadline = time.monotonic() + 30
    status = 0
    while status != 200 and time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            status = httpx.get(f"{client.base_url}/healthz").status_code

    assert status == 200


def test_bodies_that_do_not_come_to_an_end_share_a_budget(serve):
    client = serve(salon.ChatInterface(echo), limits={"bodies": (None, None, 1_500_000)})
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    statuses = []
    with ExitStack() as held:
        for _ in range(6):
            connection = held.enter_context(closing(connect(client)))
            connection.sendall(head + b"Content-Length: 2000000\r\n\r\n")
            with suppress(ConnectionError):
                connection.sendall(b" " * 1_900_000)
            connection.settimeout(2)
            with suppress(TimeoutError, ConnectionError):
                statuses.append(connection.recv(100).split(b" ")[1])

        assert statuses
        assert set(statuses) == {b"503"}
    assert reply_to(client, turn()).messages[0].text == "hello!"


@pytest.mark.parametrize(
    ("limits", "codes"),
    [({"turns": (3, None, None)}, {429}), ({"turns": (None, 3, None)}, {429}), ({"turns": (None, None, 3)}, {503})],
)
def test_more_turns_a_minute_than_allowed_are_refused_with_when_to_come_back(serve, limits, codes):
    client = serve(salon.ChatInterface(echo), limits=limits)
    client.get("/")
    for _ in range(3):
        reply_to(client, turn())
    response = client.post("/api/turns", json=turn())

    assert response.status_code in codes
    assert response.json()["code"] == "limits.turns"
    assert int(response.headers["Retry-After"]) > 0


def test_inventing_cookies_gains_nothing(serve):
    client = serve(salon.ChatInterface(echo), limits={"turns": (3, 6, None)})
    client.get("/")
    statuses = []
    for number in range(8):
        forged = {"salon-visitor": f"{number}".rjust(43, "x")}
        url = f"{client.base_url}/api/turns"
        statuses.append(httpx.post(url, json=turn(conversation=f"conversation-{number}"), cookies=forged).status_code)

    assert statuses == [200] * 6 + [429] * 2


def test_a_made_up_cookie_is_nobody_and_a_given_one_is_kept(serve):
    demo = salon.ChatInterface(echo, save_history="server")
    client = serve(demo)
    url = f"{client.base_url}/api/conversations"
    forged = {"salon-visitor": "x" * 43}
    reply_to(client, turn())
    client.get("/")
    given = client.cookies["salon-visitor"]

    assert httpx.get(url, cookies=forged).json()["conversations"] == []
    assert "salon-visitor" in httpx.get(str(client.base_url), cookies=forged).cookies
    assert "salon-visitor" not in httpx.get(str(client.base_url), cookies={"salon-visitor": given}).cookies


def test_open_streams_are_bounded_and_come_back(serve):
    client = serve(salon.ChatInterface(echo), limits={"streams": (3, None, None)})
    client.get("/")
    send(client, turn())
    with ExitStack() as held:
        for _ in range(3):
            stream = client.stream("GET", "/api/conversations/conversation-1/changes")
            assert held.enter_context(stream).status_code == 200
        refused(client.get("/api/conversations/conversation-1/changes"), 429, "limits.streams")
    deadline = time.monotonic() + 30
    status = 0
    while status != 200 and time.monotonic() < deadline:
        status = client.post("/api/turns", json=turn()).status_code

    assert status == 200


def large_reply(message, history):
    yield "x" * 5_400_000


def test_readers_that_do_not_read_hold_little_memory(serve):
    """A reply of 5.4 MB, which forty readers ask for and leave in their connections."""
    client = serve(salon.ChatInterface(large_reply))
    with client.stream("POST", "/api/turns", json=turn()) as response:
        events = list(entries(response))
    run = events[0][1].run
    request = f"GET /api/runs/{run}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    client.get(f"/api/runs/{run}/events")
    before = memory_bytes()
    with ExitStack() as held:
        for _ in range(40):
            connection = held.enter_context(closing(connect(client)))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.sendall(request)
            assert connection.recv(12) == b"HTTP/1.1 200"
        time_limit = threading.Event()
        time_limit.wait(1)

        assert memory_bytes() - before < 80 * 2**20
    assert json.loads(client.get("/healthz").content)["status"] == "ok"


def test_metadata_and_instructions_of_responses_are_bounded(serve):
    client = serve(salon.ChatInterface(echo))
    long = client.post("/v1/responses", json={"model": "m", "input": "x", "metadata": {"a": "x" * 513}})
    many = client.post("/v1/responses", json={"model": "m", "input": "x", "metadata": {f"{n}": "x" for n in range(17)}})
    instructions = client.post("/v1/responses", json={"model": "m", "input": "x", "instructions": "x" * 1_500_000})

    assert [response.status_code for response in (long, many, instructions)] == [400, 400, 413]


def test_a_head_that_does_not_come_ends_its_connection(serve, monkeypatch):
    monkeypatch.setattr("salon.serve.protocol._HEADERS_WITHIN_S", 0.2)
    client = serve(salon.ChatInterface(echo))
    with closing(connect(client)) as silent, closing(connect(client)) as halfway:
        halfway.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        assert b" 408 " in answer(silent)
        assert b" 408 " in answer(halfway)


def requests_one_after_the_other(client: httpx.Client) -> Iterator[int]:
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port, timeout=30)
    with closing(connection):
        for _ in range(3):
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            response.read()
            yield response.status
            time.sleep(0.3)


def test_a_connection_that_is_kept_for_the_next_request_stays(serve, monkeypatch):
    monkeypatch.setattr("salon.serve.protocol._HEADERS_WITHIN_S", 0.2)
    client = serve(salon.ChatInterface(echo))

    assert list(requests_one_after_the_other(client)) == [200] * 3
