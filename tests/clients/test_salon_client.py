"""Our own client against a chat: waiting and on an event loop."""

import asyncio
import inspect
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

import salon
from salon.errors import AuthenticationError, ClientError, NotFoundError, TooLargeError
from tests.clients.conftest import serving


def echo(message, history):
    return f"{message}!"


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


def count(message, history):
    return str(len(history))


class Waiting:
    """Both clients in one form: what the one gives, the other is waited for."""

    def __init__(self, kind: str) -> None:
        self._loop = asyncio.new_event_loop()
        self.client_class = salon.Client if kind == "waiting" else salon.AsyncClient

    def __call__(self, value: Any) -> Any:
        if inspect.isawaitable(value):
            return self._loop.run_until_complete(value)
        return value

    def all(self, iterable: Any) -> list:
        if not isinstance(iterable, AsyncIterator) and not hasattr(iterable, "__aiter__"):
            return list(iterable)

        async def collect() -> list:
            return [item async for item in iterable]

        return self(collect())

    def close(self) -> None:
        self._loop.close()


@pytest.fixture(params=["waiting", "on a loop"])
def run(request):
    waiting = Waiting(request.param)
    yield waiting
    waiting.close()


@pytest.fixture
def connect(url_of, run):
    clients = []

    def start(function: Callable | str, *, client_auth=None, **options):
        url = function if isinstance(function, str) else url_of(function, **options)
        clients.append(run.client_class(url, auth=client_auth))
        return clients[-1]

    yield start
    for client in clients:
        run(client.close())


def test_a_question_and_its_answer(connect, run):
    answer = run(connect(echo).ask("hello"))

    assert answer.text == "hello!"
    assert answer.reply.status == "complete"


def test_text_as_it_grows(connect, run):
    answer = connect(spell).conversation().stream("hello")

    assert "".join(run.all(answer)) == "hello"
    assert answer.text == "hello"


def test_thoughts_are_no_text_that_grows(connect, run):
    def think(message, history):
        yield {"role": "assistant", "content": "think", "metadata": {"title": "Thinking"}}
        yield {"role": "assistant", "content": "think hard", "metadata": {"title": "Thinking"}}
        yield [{"role": "assistant", "content": "think hard", "metadata": {"title": "Thinking"}}, "answer"]

    answer = connect(think).conversation().stream("hello")

    assert "".join(run.all(answer)) == answer.text == "answer"


def test_pieces_of_several_messages_are_the_text_together(connect, run):
    def two(message, history):
        yield ["a", "b"]
        yield ["a", "bc"]
        yield ["a", "bc", salon.HTML("<p></p>"), "d"]

    answer = connect(two).conversation().stream("hello")

    assert "".join(run.all(answer)) == answer.text == "a\n\nbc\n\nd"


def test_a_text_that_becomes_another_one_goes_on_from_there(connect, run):
    def change(message, history):
        yield "wrong"
        yield "right"
        yield "right now"

    answer = connect(change).conversation().stream("hello")

    assert run.all(answer)[-1] == " now"
    assert answer.text == "right now"


def test_a_conversation_knows_what_was_said(connect, run):
    conversation = connect(count).conversation()

    assert [run(conversation.ask("a")).text for _ in range(3)] == ["0", "2", "4"]
    assert run(conversation.retry().answer()).text == "4"
    run(conversation.undo())
    assert run(conversation.ask("b")).text == "4"


def test_a_conversation_says_what_was_said_and_can_be_deleted(connect, run):
    client = connect(count)
    conversation = client.conversation()
    run(conversation.ask("a"))
    assert [(message.role, message.text) for message in conversation.messages] == [("user", "a"), ("assistant", "0")]

    run(conversation.delete())
    assert run(client.conversation(conversation.id).ask("b")).text == "0"


def test_the_conversations_of_a_user_are_listed_and_searched(connect, run):
    demo = {"save_history": "server", "auth": [("ann", "secret word")], "client_auth": ("ann", "secret word")}
    client = connect(echo, **demo)
    for text in ("apples", "pears"):
        run(client.ask(text))

    assert [listed.title for listed in run.all(client.conversations())] == ["pears", "apples"]
    assert [listed.excerpt for listed in run.all(client.conversations("pear"))] == ["pears!"]


def test_conversations_that_the_server_keeps_are_named_pinned_and_exported(connect, run):
    client = connect(echo, save_history="server", auth=("ann", "pw"), client_auth=("ann", "pw"))
    for text in ("apples", "pears", "plums"):
        run(client.ask(text))
    (found,) = run.all(client.conversations("pears"))
    pears = client.conversation(found.id)
    run(pears.rename("Fruit"))
    run(pears.pin())

    assert [listed.title for listed in run.all(client.conversations())] == ["Fruit", "plums", "apples"]
    assert run(pears.export("markdown")).startswith("# Fruit\n")
    assert '"salon-conversation"' in run(pears.export())
    run(pears.rename(""))
    run(pears.pin(False))
    assert [listed.title for listed in run.all(client.conversations())] == ["plums", "pears", "apples"]
    with pytest.raises(NotFoundError):
        run(client.conversation().rename("Nothing"))


def test_functions_of_a_page_are_called_by_their_names(connect, run, tmp_path):
    with salon.Blocks() as demo:
        left, right, file, total, words = (
            salon.Number(),
            salon.Number(value=2),
            salon.File(),
            salon.Number(),
            salon.Textbox(),
        )

        def add(left: float, right: float, file: str | None):
            if left < 0:
                raise salon.Error("too small")
            return left + right, Path(file).read_text() if file else "nothing"

        salon.Button("Add").click(add, [left, right, file], [total, words])
    client = connect(demo)
    (tmp_path / "notes.txt").write_text("content")
    outputs = run(client.call("/add", {"left": 1, "file": tmp_path / "notes.txt"}))

    assert [output.value for output in outputs] == [3, "content"]
    with pytest.raises(salon.ReplyFailed, match="too small"):
        run(client.call("add", {"left": -1}))
    with pytest.raises(NotFoundError, match="add"):
        run(client.call("subtract"))
    with pytest.raises(ClientError, match="left"):
        run(client.call("add", {"middle": 1}))


def test_a_chat_is_asked_not_called(connect, run):
    with pytest.raises(ClientError, match="ask"):
        run(connect(echo).call("chat", {"message": "hello"}))


def test_feedback_goes_to_the_last_reply(connect, run):
    heard = Queue()
    client = connect(echo, flagging_mode="manual", on_feedback=heard.put)
    conversation = client.conversation()
    with pytest.raises(salon.errors.SalonError, match="no reply yet"):
        run(conversation.judge("Like"))
    run(conversation.ask("hello"))
    run(conversation.judge("Like"))
    with pytest.raises(ClientError):
        run(conversation.judge("Wonderful"))

    feedback = heard.get(timeout=10)
    assert (feedback.options, feedback.value) == (("Like",), "hello!")
    assert heard.empty()


def test_a_conversation_goes_on_by_its_id(connect, run):
    client = connect(count)
    first = client.conversation()
    run(first.ask("a"))

    assert run(client.conversation(first.id).ask("b")).text == "2"


def test_a_conversation_that_the_server_has_lost_goes_on_with_a_copy(url_of, connect, run):
    demo = salon.ChatInterface(count)
    url = url_of(demo)
    conversation = connect(url).conversation()
    run(conversation.ask("a"))
    restart(demo, url)

    assert run(conversation.ask("b")).text == "2"


def restart(demo, url, **settings):
    demo.close()
    demo.launch(server_port=int(url.rsplit(":")[-1].strip("/")), prevent_thread_lock=True, quiet=True, **settings)


def test_all_of_a_long_conversation_is_read(connect, run):
    client = connect(count)
    first = client.conversation()
    for _ in range(30):
        run(first.ask("a"))
    second = client.conversation(first.id)
    run(second.ask("b"))

    assert len(second.messages) == 62


def test_of_a_long_conversation_that_the_server_has_lost_the_end_goes_on(url_of, connect, run):
    demo = salon.ChatInterface(count)
    url = url_of(demo)
    conversation = connect(url).conversation()
    for _ in range(102):
        run(conversation.ask("a"))
    restart(demo, url)

    assert run(conversation.ask("b")).text == "200"
    assert len(conversation.messages) == 206


@pytest.mark.parametrize(("character", "length", "known"), [("x", 300_000, 6), ("好", 200_000, 2), ("x", 2_000_000, 0)])
def test_of_a_large_conversation_that_the_server_has_lost_the_end_goes_on(
    url_of, connect, run, character, length, known
):
    demo = salon.ChatInterface(lambda message, history: str(len(history)) + character * length)
    url = url_of(demo)
    conversation = connect(url).conversation()
    for _ in range(5):
        run(conversation.ask("a"))
    restart(demo, url)

    assert run(conversation.ask("b")).text == str(known) + character * length


def test_a_copy_is_known_to_be_the_servers_own(url_of, connect, run):
    def trust(message, history, request: salon.Request):
        return f"{len(history)} {request.history_verified}"

    demo = salon.ChatInterface(trust, save_history=True)
    url = url_of(demo)
    conversation = connect(url).conversation()
    for _ in range(2):
        run(conversation.ask("a"))
    restart(demo, url)

    assert run(conversation.ask("b")).text == "4 True"


def test_feedback_goes_to_a_reply_that_the_server_has_lost(url_of, connect, run):
    heard = Queue()
    demo = salon.ChatInterface(echo, flagging_mode="manual", on_feedback=heard.put)
    url = url_of(demo)
    conversation = connect(url).conversation()
    run(conversation.ask("hello"))
    restart(demo, url)
    run(conversation.judge("Like"))

    assert heard.get(timeout=10).value == "hello!"


def test_feedback_goes_to_a_conversation_of_which_only_the_id_is_known(connect, run):
    heard = Queue()
    client = connect(echo, flagging_mode="manual", on_feedback=heard.put)
    first = client.conversation()
    run(first.ask("hello"))
    run(client.conversation(first.id).judge("Like"))

    assert heard.get(timeout=10).value == "hello!"


class Held:
    """A chat function that says something, and the rest when it may."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, message, history):
        yield str(len(history))
        self.has_begun.set()
        self.may_end.wait(30)
        yield f"{len(history)} {message}"


def test_a_turn_waits_for_the_reply_that_is_being_written_elsewhere(url_of, connect, run):
    held = Held()
    url = url_of(held)
    client = connect(url)
    with salon.Client(url) as other:
        asking = threading.Thread(target=other.conversation("conversation-1").ask, args=("a",))
        asking.start()
        assert held.has_begun.wait(10)
        threading.Timer(0.2, held.may_end.set).start()

        assert run(client.conversation("conversation-1").ask("b")).text == "2 b"
        asking.join()


def test_a_turn_waits_for_the_answer_before_it_that_nobody_has_read_to_its_end(connect, run):
    held = Held()
    conversation = connect(held).conversation()
    first = conversation.stream("a")

    async def begin_on_a_loop() -> None:
        async for _ in first:
            break

    if hasattr(first, "__aiter__"):
        run(begin_on_a_loop())
    else:
        next(iter(first))
    threading.Timer(0.2, held.may_end.set).start()

    assert run(conversation.ask("b")).text == "2 b"
    assert [message.text for message in conversation.messages] == ["a", "0 a", "b", "2 b"]
    run(first.answer())
    assert first.text == "0 a"
    assert len(conversation.messages) == 4


def test_questions_at_once_on_a_loop_follow_each_other(url_of):
    async def ask() -> list[str]:
        async with salon.AsyncClient(url_of(count)) as client:
            conversation = client.conversation()
            return [answer.text for answer in await asyncio.gather(*(conversation.ask("a") for _ in range(3)))]

    assert asyncio.run(ask()) == ["0", "2", "4"]


def test_who_was_signed_out_meanwhile_signs_in_again(url_of, connect, run, monkeypatch, tmp_path):
    (tmp_path / "a.txt").write_text("content")
    demo = salon.ChatInterface(lambda message, history: salon.File(str(tmp_path / "a.txt")), multimodal=True)
    url = url_of(demo, auth=("ann", "secret-word"))
    client = connect(url, client_auth=("ann", "secret-word"))
    conversation = client.conversation()
    file = run(client.upload(tmp_path / "a.txt"))
    answer = run(conversation.ask("look", files=[file]))

    def sign_everybody_out(key: str) -> None:
        monkeypatch.setenv("SALON_SECRET_KEY", key)
        restart(demo, url, auth=("ann", "secret-word"))

    sign_everybody_out("one" * 12)
    assert run(client.upload(tmp_path / "a.txt")).name == "a.txt"
    sign_everybody_out("two" * 12)
    assert run(conversation.ask("again")).reply.status == "complete"
    sign_everybody_out("six" * 12)
    with pytest.raises(NotFoundError):  # its id was signed by another key
        run(client.download(answer.files[0], tmp_path))


def test_questions_at_once_sign_in_once(url_of):
    async def ask() -> list[str]:
        async with salon.AsyncClient(url_of(echo, auth=("ann", "secret-word")), auth=("ann", "secret-word")) as client:
            return [answer.text for answer in await asyncio.gather(*(client.ask(text) for text in "abc"))]

    assert asyncio.run(ask()) == ["a!", "b!", "c!"]


def test_additional_inputs_go_by_the_names_of_the_functions_parameters(connect, run):
    def reply(message, history, *, temperature: float = 0.7, tokens: int = 3):
        return f"{temperature} {tokens}"

    client = connect(reply)

    assert run(client.ask("hello", inputs={"temperature": 0.2})).text == "0.2 3"
    with pytest.raises(ClientError, match="no input `tempo` here; there are temperature, tokens"):
        run(client.ask("hello", inputs={"tempo": 1}))
    with pytest.raises(ClientError, match="“Temperature” takes a number"):
        run(client.ask("hello", inputs={"temperature": "hot"}))


def test_files_are_inputs_by_their_paths_or_uploaded(connect, run, tmp_path):
    def read(message, history, one, several):
        return " ".join(Path(path).read_text() for path in [one, *several])

    for name in "ab":
        (tmp_path / name).write_text(name)
    client = connect(read, additional_inputs=[salon.File(label="One"), salon.File(file_count="multiple")])
    uploaded = run(client.upload(tmp_path / "b"))
    answer = run(client.ask("hello", inputs={"one": tmp_path / "a", "several": [uploaded, tmp_path / "a"]}))

    assert answer.text == "a b a"


def test_additional_inputs_go_by_their_ids(connect, run):
    client = connect(lambda message, history, tokens: str(tokens), additional_inputs=[salon.Slider(10, 100)])

    assert run(client.ask("hello")).text == "10"
    assert run(client.ask("hello", inputs={"c1": 20})).text == "20"
    with pytest.raises(ClientError, match="from 10 to 100"):
        run(client.ask("hello", inputs={"c1": 1_000}))


def test_files_go_in_and_out(connect, run, tmp_path):
    (tmp_path / "a.txt").write_text("content")
    (tmp_path / "out").mkdir()
    client = connect(lambda message, history: salon.File(message["files"][0]), multimodal=True)
    answer = run(client.ask("look", files=[tmp_path / "a.txt"]))
    again = run(client.ask("look", files=answer.files))

    assert [file.name for file in again.files] == ["a.txt"]
    assert run(client.download(answer.files[0], tmp_path / "out")).read_text() == "content"


class Watched:
    """The body of a request or a response, on its way through `httpx`: tells of each piece."""

    def __init__(self, body: Any, seen: Callable[[bytes], None]) -> None:
        self._body = body
        self._seen = seen

    def __iter__(self):
        for piece in self._body:
            self._seen(piece)
            yield piece

    async def __aiter__(self):
        async for piece in self._body:
            self._seen(piece)
            yield piece

    def close(self) -> None:
        self._body.close()

    async def aclose(self) -> None:
        await self._body.aclose()


class WatchedStream(Watched, httpx.SyncByteStream, httpx.AsyncByteStream):
    """Such a body, as `httpx` knows its own."""


@pytest.fixture
def watch(monkeypatch):
    """Have the pieces of all bodies that `httpx` sends and receives told, as they pass."""

    def start(sent: Callable[[bytes], None], received: Callable[[bytes], None]) -> None:
        send, send_async = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

        def handle(self, request):
            request.stream = WatchedStream(request.stream, sent)
            response = send(self, request)
            response.stream = WatchedStream(response.stream, received)
            return response

        async def handle_async(self, request):
            request.stream = WatchedStream(request.stream, sent)
            response = await send_async(self, request)
            response.stream = WatchedStream(response.stream, received)
            return response

        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
        monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)

    return start


def test_large_files_pass_in_pieces_both_ways(connect, run, tmp_path, watch):
    size = 24 * 2**20
    source, folder = tmp_path / "large.bin", tmp_path / "out"
    source.write_bytes(bytes(range(256)) * (size // 256))
    folder.mkdir()
    client = connect(lambda message, history: salon.File(message["files"][0]), multimodal=True)
    sent, received, written = [], [], []

    def on_disk() -> int:
        return sum(path.stat().st_size for path in folder.iterdir())

    def receive(piece: bytes) -> None:
        written.append(on_disk() - sum(received))
        received.append(len(piece))

    watch(lambda piece: sent.append(len(piece)), lambda piece: None)
    file = run(client.upload(source))
    answer = run(client.ask("back", files=[file]))
    watch(lambda piece: None, receive)
    path = run(client.download(answer.files[0], folder))

    assert max(sent) <= 2**20 < size <= sum(sent)
    assert max(received) <= 2**20 < size == sum(received)
    assert min(written) >= -(2**20)  # nothing that came is held back from the file for long
    assert path.read_bytes() == source.read_bytes()
    assert list(folder.iterdir()) == [path]


def test_a_download_that_breaks_off_leaves_the_file_that_was_there(connect, run, tmp_path, watch):
    (tmp_path / "a.bin").write_bytes(b"new" * 2**20)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.bin").write_bytes(b"old")
    client = connect(lambda message, history: salon.File(message["files"][0]), multimodal=True)
    answer = run(client.ask("back", files=[tmp_path / "a.bin"]))

    def cut(piece: bytes) -> None:
        raise httpx.ReadError("cut")

    watch(lambda piece: None, cut)
    with pytest.raises(salon.ConnectionLost):
        run(client.download(answer.files[0], tmp_path / "out"))

    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {"a.bin": b"old"}


def test_a_file_that_is_not_there_is_not_sent(connect, run, tmp_path):
    with pytest.raises(FileNotFoundError):
        run(connect(echo).upload(tmp_path / "missing.txt"))


def test_questions_of_several_threads_follow_each_other(url_of):
    with salon.Client(url_of(count)) as client, ThreadPoolExecutor(3) as threads:
        conversation = client.conversation()
        answers = list(threads.map(conversation.ask, "abc"))

    assert sorted(answer.text for answer in answers) == ["0", "2", "4"]


def test_a_failed_reply_is_an_error_with_what_was_said(connect, run):
    def fail(message, history):
        yield "a"
        raise salon.Error("bad thing", title="Oh no")

    with pytest.raises(salon.ReplyFailed, match="bad thing") as caught:
        run(connect(fail).ask("hello"))

    assert (caught.value.code, caught.value.failure.title, caught.value.text) == ("function.error", "Oh no", "a")


def test_a_refused_turn_is_an_error_of_its_kind(connect, run):
    client = connect(echo)

    with pytest.raises(TooLargeError, match="100001 characters"):
        run(client.ask("x" * 100_001))
    with pytest.raises(ClientError, match="empty"):
        run(client.ask(""))


def test_signing_in(connect, run):
    def who(message, history, request: salon.Request):
        return request.username

    accounts = {"auth": ("ann", "secret-word")}
    assert run(connect(who, client_auth=("ann", "secret-word"), **accounts).ask("hello")).text == "ann"
    with pytest.raises(AuthenticationError):
        run(connect(who, **accounts).ask("hello"))
    with pytest.raises(AuthenticationError):
        run(connect(who, client_auth=("ann", "wrong"), **accounts).ask("hello"))


def test_no_server_is_an_error_after_a_few_tries(connect, run, monkeypatch):
    with pytest.raises(salon.ConnectionLost):
        run(connect("http://127.0.0.1:9").upload(__file__))


def test_cancelling_keeps_what_was_seen(connect, run):
    closed = threading.Event()

    def endless(message, history):
        try:
            while True:
                yield salon.Append("x")
                time.sleep(0.01)
        finally:
            closed.set()

    answer = connect(endless).conversation().stream("hello")

    async def stop_on_a_loop() -> None:
        async for _ in answer:
            await answer.cancel()

    def stop() -> None:
        if hasattr(answer, "__aiter__"):
            run(stop_on_a_loop())
            return
        for _ in answer:
            answer.cancel()

    with pytest.raises(salon.ReplyFailed) as caught:
        stop()
    assert caught.value.code == "run.cancelled"
    assert closed.wait(20)
    assert set(answer.text) == {"x"}


class Cutting:
    """An application whose streams end after some bytes, as if the network had been cut."""

    def __init__(self, app: ASGIApp, *, after_bytes: int) -> None:
        self._app = app
        self._after_bytes = after_bytes
        self.cuts = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = 0

        async def send_some(message: dict) -> None:
            nonlocal sent
            body = message.get("body", b"")
            is_stream = message.get("more_body", False)
            if is_stream and sent + len(body) > self._after_bytes:
                self.cuts += 1
                await send({**message, "body": body[: self._after_bytes - sent], "more_body": True})
                raise ConnectionError("cut")
            sent += len(body)
            await send(message)

        await self._app(scope, receive, send_some)


class Restarting:
    """An application behind a proxy that says for its first few requests that there is nobody behind it."""

    def __init__(self, app: ASGIApp, *, requests: int) -> None:
        self._app = app
        self._left = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._left > 0:
            self._left -= 1
            await PlainTextResponse("Bad Gateway", 502)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def test_a_server_that_restarts_behind_a_proxy_is_asked_again(connect, run):
    outer = Starlette()
    salon.mount(outer, salon.ChatInterface(echo), path="/chat")
    with serving(Restarting(outer, requests=3)) as url:
        assert run(connect(f"{url}/chat").ask("hello")).text == "hello!"


def test_a_conversation_that_is_not_what_the_client_thinks_is_read_again(connect, run):
    client = connect(count)
    conversation = client.conversation()
    run(conversation.ask("a"))
    other = client.conversation(conversation.id)
    run(other.delete())
    run(other.ask("anew"))
    with pytest.raises(NotFoundError):
        run(conversation.ask("b"))

    assert run(conversation.ask("b")).text == "2"


@pytest.mark.parametrize(("after_bytes", "count"), [(250, 60), (400, 60), (1_000, 240)])
def test_a_cut_stream_is_picked_up_where_it_was(connect, run, after_bytes, count, caplog):
    def long(message, history):
        for number in range(count):
            yield salon.Append(f"{number} ")
            time.sleep(0.002)

    outer = Starlette()
    salon.mount(outer, salon.ChatInterface(long), path="/chat")
    cutting = Cutting(outer, after_bytes=after_bytes)
    with serving(cutting) as url:
        client = connect(f"{url}/chat")
        answer = run(client.ask("hello"))

    assert answer.text == "".join(f"{number} " for number in range(count))
    assert cutting.cuts > 0


def test_the_example_program_asks_a_chat_that_is_served(serve):
    program = Path(__file__).parents[2] / "examples" / "clients" / "ask.py"
    url = str(serve(salon.ChatInterface(echo)).base_url)
    done = subprocess.run(
        [sys.executable, program, url, "What", "is new?"], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("What is new?!\n", "")
