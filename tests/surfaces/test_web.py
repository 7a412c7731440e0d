"""The native protocol over real sockets, as a client sees it."""

import itertools
import re
import socket
import threading
from pathlib import Path

import httpx
import pytest

import salon
from salon.cli import find_page
from salon.events.fold import fold
from salon.events.types import PartDelta, RunEnd, RunStart
from tests.surfaces.streams import entries, refused, reply_to, send, turn


def echo(message, history):
    return f"{message}!"


def counting(message, history):
    text = ""
    for number in range(12):
        text += f" {number}"
        yield text


def test_a_turn_is_one_request_that_answers_with_the_whole_run(serve):
    client = serve(salon.ChatInterface(echo))
    stream = send(client, turn("hello"))

    assert isinstance(stream[0][1], RunStart)
    assert stream[-1][1] == RunEnd()
    assert fold(event for _, event in stream).messages[0].text == "hello!"


def test_a_turn_costs_the_same_however_long_the_conversation_is(serve):
    client = serve(salon.ChatInterface(echo))

    def cost(parent: str | None) -> tuple[int, str]:
        body = turn("hello", parent=parent)
        with client.stream("POST", "/api/turns", json=body) as response:
            stream = b"".join(response.iter_raw())
            headers = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
        sent = len(response.request.content) + sum(len(k) + len(v) + 4 for k, v in response.request.headers.raw)
        head = client.get("/api/conversations/conversation-1").json()["messages"][-1]["id"]
        return len(stream) + headers + sent, head

    first, head = cost(None)
    for _ in range(60):
        last, head = cost(head)

    assert last <= 1_536
    assert abs(last - first) < 64


def test_a_reader_that_is_cut_off_anywhere_picks_the_run_up_exactly_there(serve):
    client = serve(salon.ChatInterface(counting))
    whole = send(client, turn())
    run = whole[0][1].run
    last = whole[-1][0]

    for after in range(last):
        resumed = list(entries_of(client, run, after))
        assert resumed[0][0] > after
        before = [event for number, event in send_all(client, run) if number <= after]
        assert fold([*before, *[event for _, event in resumed]]) == fold(event for _, event in whole)


def entries_of(client: httpx.Client, run: str, after: int):
    with client.stream("GET", f"/api/runs/{run}/events", headers={"Last-Event-ID": str(after)}) as response:
        yield from entries(response)


def send_all(client: httpx.Client, run: str):
    """Return the run's entries one by one, unmerged: each is asked for on its own."""
    number = 0
    while True:
        stream = list(entries_of(client, run, number))
        if not stream:
            return
        got, event = stream[0]
        if isinstance(event, PartDelta) and got > number + 1:
            texts = event.text.split(" ")[1:]
            assert len(texts) == got - number
            for offset, text in enumerate(texts, 1):
                yield number + offset, PartDelta(text=f" {text}")
        else:
            yield got, event
        number = got


def test_a_reply_goes_on_without_its_reader(serve):
    release, done = threading.Event(), threading.Event()

    def slow(message, history):
        yield "begun"
        release.wait(30)
        yield "begun, ended"
        done.set()

    client = serve(salon.ChatInterface(slow))
    with client.stream("POST", "/api/turns", json=turn()) as response:
        run = next(entries(response))[1].run
    release.set()
    assert done.wait(20)

    with client.stream("GET", f"/api/runs/{run}/events") as response:
        reply = fold(event for _, event in entries(response))
    assert (reply.status, reply.messages[0].text) == ("complete", "begun, ended")


def test_the_conversation_tells_which_run_to_pick_up_after_a_reload(serve):
    release = threading.Event()

    def slow(message, history):
        yield "begun"
        release.wait(30)

    client = serve(salon.ChatInterface(slow))
    body = turn()
    with client.stream("POST", "/api/turns", json=body) as response:
        run = next(entries(response))[1].run
        assert client.get("/api/conversations/conversation-1").json()["run"] == {
            "id": run,
            "answers": body["message"]["id"],
        }
    release.set()


def test_a_turn_sent_again_is_the_same_run(serve):
    calls = []
    client = serve(salon.ChatInterface(lambda message, history: calls.append(message) or "once"))
    body = turn()
    first, second = send(client, body), send(client, body)

    assert first[0][1].run == second[0][1].run
    assert calls == ["hello"]
    assert send(client, body, after=3)[0][0] == 4


def test_stopping_ends_the_stream_with_what_was_seen(serve):
    def endless(message, history):
        for length in itertools.count(1):
            yield "x" * min(length, 1_000)

    client = serve(salon.ChatInterface(endless))
    with client.stream("POST", "/api/turns", json=turn()) as response:
        stream = entries(response)
        run = next(stream)[1].run
        while next(stream)[0] < 10:
            pass
        assert client.post(f"/api/runs/{run}/cancel", json={"seen": 10}).status_code == 202
        *_, (_, end) = stream

    assert end == RunEnd(status="cancelled")
    messages = client.get("/api/conversations/conversation-1").json()["messages"]
    assert messages[-1]["message"] == {
        "role": "assistant",
        "parts": [{"type": "text", "text": "x" * 8}],
        "status": "cancelled",
    }


def test_a_reader_that_never_reads_disturbs_nobody_and_loses_nothing(serve):
    def flood(message, history):
        for _ in range(2_000):
            yield salon.Append("0123456789" * 100)

    client = serve(salon.ChatInterface(flood))
    body = turn()
    content = httpx.Request("POST", str(client.base_url), json=body).content
    with socket.create_connection((client.base_url.host, client.base_url.port)) as stalled:
        stalled.sendall(
            b"POST /api/turns HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(content), content)
        )
        assert stalled.recv(100)
        reply = fold(event for _, event in send(client, body))
        assert len(reply.messages[0].text) == 2_000_000
        assert client.get("/healthz").json() == {"status": "ok"}


def test_versions_undo_and_paging(serve):
    client = serve(salon.ChatInterface(echo))
    first = turn("one")
    reply_to(client, first)
    reply_to(client, turn(parent=first["message"]["id"], message=None))
    view = client.get("/api/conversations/conversation-1").json()
    older, newer = view["messages"][1]["versions"]
    assert view["messages"][1]["id"] == newer

    assert (
        client.post("/api/conversations/conversation-1/switch", json={"message": older}).json()["messages"][1]["id"]
        == older
    )
    reply_to(client, turn("two", parent=older))
    page = client.get("/api/conversations/conversation-1?limit=2").json()
    assert [message["message"]["parts"][0]["text"] for message in page["messages"]] == ["two", "two!"]
    assert page["earlier"]
    before = client.get(f"/api/conversations/conversation-1?before={page['messages'][0]['id']}").json()
    assert [message["message"]["parts"][0]["text"] for message in before["messages"]] == ["one", "one!"]

    undone = client.post("/api/conversations/conversation-1/undo", json={}).json()
    assert undone["undone"]["message"]["parts"][0]["text"] == "two"
    assert [message["id"] for message in undone["messages"]] == [first["message"]["id"], older]

    assert client.delete("/api/conversations/conversation-1").status_code == 204
    refused(client.get("/api/conversations/conversation-1"), 404, "conversation.unknown")


@pytest.mark.parametrize("limit", ["0", "-1", "x", "9" * 5_000])
def test_a_wrong_limit_is_refused(serve, limit):
    client = serve(salon.ChatInterface(echo))
    send(client, turn())

    refused(client.get(f"/api/conversations/conversation-1?limit={limit}"), 400, "request.invalid")


def test_a_browser_cannot_see_anothers_conversations(serve):
    client = serve(salon.ChatInterface(echo))
    client.get("/")
    run = send(client, turn())[0][1].run
    other = httpx.Client(base_url=client.base_url, timeout=60)
    other.get("/")

    refused(other.get(f"/api/runs/{run}/events"), 404, "run.unknown")
    refused(other.post(f"/api/runs/{run}/cancel", json={}), 404, "run.unknown")
    refused(other.get("/api/conversations/conversation-1"), 404, "conversation.unknown")
    refused(other.post("/api/turns", json=turn()), 409, "conversation.taken")
    other.cookies.clear()
    refused(other.get("/api/conversations/conversation-1"), 404, "conversation.unknown")
    other.close()


def test_the_visitors_cookie_is_out_of_reach_of_scripts_and_other_sites(serve):
    client = serve(salon.ChatInterface(echo))
    cookie = client.get("/").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("nonsense", 400, "request.invalid"),
        ("[]", 400, "request.invalid"),
        ('{"id":"turn-00001"}', 400, "request.invalid"),
        ('{"id":5,"conversation":"conversation-1"}', 400, "request.invalid"),
        ('{"id":"short","conversation":"conversation-1","message":{"id":"question-1","text":"x"}}', 400, "request.invalid"),
        ('{"id":"turn-00001","conversation":"../../etc/passwd","message":{"id":"question-1","text":"x"}}', 400, "request.invalid"),
        ('{"id":"turn-00001","conversation":"conversation-1","message":{"id":"question-1","text":""}}', 400, "message.empty"),
        ('{"id":"turn-00001","conversation":"conversation-1","message":{"id":"question-1","text":NaN}}', 400, "request.invalid"),
        ('{"id":"turn-00001","conversation":"conversation-1"}', 400, "message.unanswerable"),
        ('{"id":"turn-00001","conversation":"conversation-1","parent":"question-0","message":{"id":"question-1","text":"x"}}', 409, "conversation.unknown"),
        ("[" * 100_000, 400, "request.invalid"),
        ('{"id":"turn-00001","x":' + "[" * 100_000, 400, "request.invalid"),
        ('{"id":"' + "x" * 3_000_000 + '"}', 413, "request.too-large"),
        ('{"id":"turn-00001","conversation":"conversation-1","message":{"id":"question-1","text":"' + "x" * 100_001 + '"}}', 413, "message.too-long"),
    ],
)  # fmt: skip
def test_a_wrong_turn_is_refused_with_the_reason(serve, body, status, code):
    client = serve(salon.ChatInterface(echo))

    refused(client.post("/api/turns", content=body, headers={"Content-Type": "application/json"}), status, code)


def test_a_body_without_a_length_is_counted_as_it_comes(serve):
    client = serve(salon.ChatInterface(echo))
    response = client.post(
        "/api/turns", content=(b" " * 65_536 for _ in range(200)), headers={"Content-Type": "application/json"}
    )

    refused(response, 413, "request.too-large")


def test_forms_are_not_taken_for_json(serve):
    client = serve(salon.ChatInterface(echo))

    refused(client.post("/api/turns", content=b"{}", headers={"Content-Type": "text/plain"}), 400, "request.invalid")


@pytest.mark.parametrize("path", ["/nope", "/api/runs/unknown-run/events", "/assets/nope.js", "/assets/%2e%2e%2fx"])
def test_what_is_not_there_is_refused_in_the_same_form(serve, path):
    client = serve(salon.ChatInterface(echo))
    response = client.get(path)

    assert response.status_code == 404
    assert response.json()["code"].endswith(".unknown")


def test_a_wrong_method_is_refused_with_its_status_and_those_that_there_are(serve):
    refusal = serve(salon.ChatInterface(echo)).get("/api/turns")

    assert refusal.status_code == refusal.json()["status"] == 405
    assert refusal.headers["allow"] == "POST"


@pytest.mark.parametrize("depth", [250, 600, 900])
def test_values_that_go_too_deep_are_refused(serve, depth):
    client = serve(salon.ChatInterface(lambda message, history, data: str(data), additional_inputs=[salon.JSON()]))
    message = '{"id": "question-1", "text": "hello"}'
    value = '{"a": ' * depth + "1" + "}" * depth
    body = f'{{"id": "turn-0001", "conversation": "conversation-1", "message": {message}, "inputs": {{"c1": {value}}}}}'

    refused(
        client.post("/api/turns", content=body, headers={"Content-Type": "application/json"}), 400, "request.invalid"
    )


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "1.5"])
def test_a_wrong_cursor_is_refused(serve, after):
    client = serve(salon.ChatInterface(echo))

    refused(client.get(f"/api/runs/run-00001/events?after={after}"), 400, "request.invalid")


def test_surrogates_and_nul_arrive_as_replacement_characters(serve):
    client = serve(salon.ChatInterface(lambda message, history: f"{message}\ud800\0"))
    body = turn("a\0b")

    assert reply_to(client, body).messages[0].text == "a\ufffdb\ufffd\ufffd"


def test_the_page_is_told_its_configuration(serve):
    client = serve(
        salon.ChatInterface(
            echo,
            title="是先生",
            description="**提问**",
            theme="soft",
            chatbot=salon.Chatbot(height=300, placeholder="<b>你好</b>"),
            textbox=salon.Textbox(placeholder="问我", container=False, scale=7),
            examples=["你好"],
            retry_btn="重试",
            undo_btn=None,
        )
    )

    assert client.get("/api/config").json() == {
        "title": "是先生",
        "theme": "soft",
        "chats": [
            {
                "description": "**提问**",
                "chatbot": {"placeholder": "<b>你好</b>", "height": "300px"},
                "textbox": {"placeholder": "问我", "container": False, "scale": 7},
                "buttons": {"retry": "重试", "undo": False},
                "examples": [{"text": "你好"}],
            }
        ],
        "max_message_length": 100_000,
    }


def test_the_text_of_exceptions_stays_on_the_server_unless_shown(serve, caplog):
    def fails(message, history):
        raise ValueError("/srv/key.pem")

    quiet, loud = serve(salon.ChatInterface(fails)), serve(salon.ChatInterface(fails), show_error=True)

    assert "key.pem" not in repr(reply_to(quiet, turn()))
    assert "key.pem" in repr(reply_to(loud, turn()))


@pytest.mark.timeout(300)
def test_a_real_model_on_this_machine_answers_streaming_and_can_be_stopped(serve):
    pytest.importorskip("xllamacpp", reason="the local model is not installed")
    example = Path(__file__).parents[2] / "examples" / "local_model.py"
    client = serve(find_page(example))
    stream = send(client, turn("What is the capital of France?"))
    assert "Paris" in fold(event for _, event in stream).messages[0].text
    assert sum(isinstance(event, PartDelta) for _, event in stream) > 2

    with client.stream(
        "POST", "/api/turns", json=turn("Count to one thousand.", conversation="conversation-2")
    ) as response:
        events = entries(response)
        run = next(events)[1].run
        while not isinstance(next(events)[1], PartDelta):
            pass
        client.post(f"/api/runs/{run}/cancel", json={})
        *_, (_, end) = events
    assert end == RunEnd(status="cancelled")
    assert (
        "Paris"
        in reply_to(client, turn("What is the capital of France?", conversation="conversation-3")).messages[0].text
    )


def test_a_click_on_an_example_costs_one_request_and_shows_a_kept_answer_after_a_restart(serve, monkeypatch):
    asked = []

    def reply(message, history):
        asked.append(message)
        return f"about {message}"

    monkeypatch.setenv("SALON_CACHE_EXAMPLES", "lazy")
    for conversation in ("conversation-1", "conversation-2"):
        client = serve(salon.ChatInterface(reply, examples=["trees"]))
        answer = reply_to(client, turn("trees", example=0, conversation=conversation))
        assert answer.messages[0].text == "about trees"

    assert asked == ["trees"]


def test_the_protocol_is_described_for_tools(serve):
    client = serve(salon.ChatInterface(echo, title="Parrot"))
    description = client.get("/api/openapi.json").json()
    schemas = description["components"]["schemas"]

    assert (description["info"]["title"], description["servers"]) == (
        "Parrot",
        [{"url": str(client.base_url).rstrip("/")}],
    )
    references = set(re.findall(r'"#/components/schemas/(\w+)"', client.get("/api/openapi.json").text))
    assert references <= set(schemas)
    for path, operations in description["paths"].items():
        address = re.sub(r"\{\w+\}", "unknown-1", path)
        for method in operations:
            answer = client.request(method.upper(), address, json={})
            assert not (answer.status_code == 404 and answer.json()["code"] == "address.unknown"), path
