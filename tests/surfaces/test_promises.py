"""The promises of `SECURITY.md`, each by its name, over real sockets.

P6 (shutdown) is proven in `test_server.py`, which starts processes, and P10 (browser storage) in a browser. P7 and P8
speak of several processes.
"""

import asyncio
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salon
from salon.events.fold import fold
from salon.events.types import RunEnd, RunStart
from tests.surfaces.streams import entries, refused, reply_to, send, turn

WORDS = [" ".join(f"word-{number}" for number in range(count)) for count in range(1, 30)]


def complete(message, history):
    yield from WORDS


def fails(message, history):
    yield "begun"
    raise ValueError("no")


def says_no(message, history):
    raise salon.Error("no")


def nothing(message, history):
    return iter([])


def wrong(message, history):
    yield object()


def endless(message, history):
    yield "begun"
    while not salon.cancelled():
        time.sleep(0.005)


def too_long(message, history):
    yield "z" * 20_000_000


def stop(client: httpx.Client, run: str) -> None:
    client.post(f"/api/runs/{run}/cancel", json={})


@pytest.mark.parametrize(
    ("function", "status"),
    [
        (complete, "complete"),
        (fails, "error"),
        (says_no, "error"),
        (nothing, "complete"),
        (wrong, "error"),
        (too_long, "error"),
        (endless, "cancelled"),
    ],
)
def test_p1_terminal_every_accepted_event_ends_with_exactly_one_terminal_message(serve, function, status):
    client = serve(salon.ChatInterface(function))
    with client.stream("POST", "/api/turns", json=turn()) as response:
        events = []
        for _, event in entries(response):
            events.append(event)
            if status == "cancelled" and isinstance(event, RunStart):
                stop(client, event.run)

    assert [event.status for event in events if isinstance(event, RunEnd)] == [status]
    assert isinstance(events[-1], RunEnd)


def test_p1_terminal_holds_for_a_waiting_run_that_is_stopped(serve):
    client = serve(salon.ChatInterface(endless, concurrency_limit=1))
    with client.stream("POST", "/api/turns", json=turn()) as first:
        running = entries(first)
        begun = next(running)[1]
        with client.stream("POST", "/api/turns", json=turn(conversation="conversation-2")) as second:
            waiting = entries(second)
            stop(client, next(waiting)[1].run)
            ends = [event.status for _, event in waiting if isinstance(event, RunEnd)]
        stop(client, begun.run)
        list(running)

    assert ends == ["cancelled"]


def test_p2_exact_resume_at_every_entry_nothing_is_lost_or_repeated(serve):
    client = serve(salon.ChatInterface(complete))
    whole = send(client, turn())
    run = whole[0][1].run

    @settings(max_examples=40, deadline=None)
    @given(cut=st.integers(0, whole[-1][0]), by_header=st.booleans())
    def check(cut: int, by_header: bool) -> None:
        query, headers = ("", {"Last-Event-ID": str(cut)}) if by_header else (f"?after={cut}", {})
        with client.stream("GET", f"/api/runs/{run}/events{query}", headers=headers) as response:
            rest = list(entries(response)) if cut < whole[-1][0] else []
        before = [(number, event) for number, event in whole if number <= cut]
        reached = before[-1][0] if before else 0

        assert all(number > cut for number, _ in rest)
        if reached == cut and cut < whole[-1][0]:
            assert fold(event for _, event in [*before, *rest]).messages[0].text == WORDS[-1]

    check()


def test_p2_exact_resume_gives_a_snapshot_where_the_log_was_trimmed(serve):
    def long(message, history):
        for number in range(1, 400):
            yield "x" * number * 10_000

    client = serve(salon.ChatInterface(long))
    run = send(client, turn())[0][1].run
    with client.stream("GET", f"/api/runs/{run}/events?after=2") as response:
        reply = fold(event for _, event in entries(response))

    assert len(reply.messages[0].text) == 399 * 10_000


@pytest.mark.parametrize(("policy", "stays"), [("grace", False), ("cancel", False), ("keep", True)])
def test_p3_grace_a_lost_reader_stops_the_function_once_its_grace_is_over(serve, monkeypatch, policy, stays):
    monkeypatch.setenv("SALON_DISCONNECT_POLICY", policy)
    monkeypatch.setenv("SALON_DISCONNECT_GRACE_S", "0.2")
    cancels: queue.Queue[str] = queue.Queue()
    release = asyncio.Event()

    async def reply(message, history):
        yield "begun"
        try:
            await release.wait()
        except asyncio.CancelledError:
            cancels.put("cancelled")
            raise

    client = serve(salon.ChatInterface(reply))
    with client.stream("POST", "/api/turns", json=turn()) as response:
        stream = entries(response)
        run = next(stream)[1].run
        next(stream)

    if stays:
        with pytest.raises(queue.Empty):
            cancels.get(timeout=1)
        stop(client, run)
    assert cancels.get(timeout=30) == "cancelled"
    with pytest.raises(queue.Empty):
        cancels.get(timeout=0.5)


def test_p3_grace_a_reader_who_comes_back_gets_the_whole_reply(serve, monkeypatch):
    monkeypatch.setenv("SALON_DISCONNECT_GRACE_S", "60")
    go_on = threading.Event()

    def reply(message, history):
        yield "begun"
        go_on.wait(30)
        yield "begun, ended"

    client = serve(salon.ChatInterface(reply))
    with client.stream("POST", "/api/turns", json=turn()) as response:
        number, start = next(entries(response))
    go_on.set()
    with client.stream("GET", f"/api/runs/{start.run}/events?after={number}") as response:
        rest = fold(event for _, event in [(number, start), *entries(response)])

    assert (rest.status, rest.messages[0].text) == ("complete", "begun, ended")


def test_p4_isolation_a_function_that_floods_and_a_reader_who_sleeps_disturb_nobody(serve):
    def reply(message, history):
        if message == "flood":
            for number in range(200_000):
                yield salon.Append(f"{number} ")
        else:
            yield from WORDS

    client = serve(salon.ChatInterface(reply))
    with client.stream("POST", "/api/turns", json=turn("flood")) as asleep:
        next(entries(asleep))
        others = [reply_to(client, turn("hello", conversation=f"conversation-{n}")) for n in range(2, 12)]

        assert {other.messages[0].text for other in others} == {WORDS[-1]}


@pytest.mark.parametrize("kind", ["polls", "sleeps", "swallows"])
def test_p5_stop_frees_the_place_even_if_the_function_does_not_cooperate(serve, kind):
    release = threading.Event()

    def reply(message, history):
        yield "begun"
        if message == "next":
            return
        while not release.is_set() and not (kind == "polls" and salon.cancelled()):
            if kind == "sleeps":
                release.wait(0.05)
            else:
                with suppress(BaseException):
                    release.wait(0.05)

    client = serve(salon.ChatInterface(reply, concurrency_limit=1))
    with client.stream("POST", "/api/turns", json=turn()) as response:
        stream = entries(response)
        run = next(stream)[1].run
        next(stream)
        stop(client, run)
        ends = [event.status for _, event in stream if isinstance(event, RunEnd)]
    after = reply_to(client, turn("next", conversation="conversation-2"))
    release.set()

    assert ends == ["cancelled"]
    assert (after.status, after.messages[0].text) == ("complete", "begun")


def test_p9_disk_full_uploads_are_refused_and_the_chat_goes_on(serve, monkeypatch, tmp_path):
    monkeypatch.setenv("SALON_MIN_FREE_DISK", "1000000gb")
    client = serve(salon.ChatInterface(lambda message, history: message["text"], multimodal=True))
    client.get("/")
    headers = {"Content-Type": "text/plain"}
    refused(client.post("/api/files?name=a.txt", content=b"x" * 1_000, headers=headers), 507, "files.no-room")

    assert reply_to(client, turn()).messages[0].text == "hello"
    assert [path for path in (tmp_path / "data" / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("place", [False, True, "server"])
def test_p11_once_the_same_turn_sent_ten_times_together_runs_once(serve, place):
    calls: queue.Queue[str] = queue.Queue()

    def reply(message, history):
        calls.put(message)
        yield "once"

    client = serve(salon.ChatInterface(reply, save_history=place))
    client.get("/")
    body = turn()
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: reply_to(client, body), range(10)))

    assert {(one.status, one.messages[0].text) for one in replies} == {("complete", "once")}
    assert len({one.ids for one in replies}) == 1
    assert calls.qsize() == 1


def test_p12_truth_the_function_sees_the_servers_history_and_is_told_of_any_other(serve):
    def reply(message, history, request: salon.Request):
        return f"{len(history)} {history[0]['content'] if history else ''} {request.history_verified}"

    client = serve(salon.ChatInterface(reply, save_history=True))
    first = reply_to(client, turn("one", message={"id": "question-1", "text": "one"}))
    answer = first.ids[0]
    forged = [
        {
            "id": "question-1",
            "created_at": 0,
            "message": {"role": "user", "parts": [{"type": "text", "text": "forged"}]},
        },
        {
            "id": answer,
            "parent": "question-1",
            "created_at": 0,
            "message": {"role": "assistant", "parts": [{"type": "text", "text": "forged"}]},
        },
    ]
    known = reply_to(client, turn("two", parent=answer, copy=forged))
    unknown = reply_to(client, turn("two", conversation="conversation-9", parent=answer, copy=forged))

    assert known.messages[0].text == "2 one True"
    assert unknown.messages[0].text == "2 forged False"
