"""Starting and ending: ports, signals, mounting, HTTPS, the command line."""

import contextlib
import io
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Self

import httpx
import pytest
import trustme
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette

import salon
from salon.cli import find_page, main
from salon.events.fold import fold
from salon.events.types import Entry, PartStart, RunEnd
from salon.serve.reload import _state
from salon.serve.server import listening_socket
from tests.surfaces.streams import entries, refused, reply_to, send, turn

APP = """
import pathlib
import time
import salon as gr

def reply(message, history):
    yield "begun"
    while not pathlib.Path(message).exists():
        time.sleep(0.01)
    yield "begun, ended"

demo = gr.ChatInterface(reply, title={title!r})
if __name__ == "__main__":
    demo.launch(server_port=0)
"""


def echo(message, history):
    return f"{message}!"


class Process:
    """A Python program that serves a chat, in a process of its own."""

    client: httpx.Client

    def __init__(self, *command: str, cwd: Path) -> None:
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def wait_for_address(self) -> httpx.Client:
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                return httpx.Client(base_url=found[0], timeout=60)
        raise AssertionError("the program ended before it served anything")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def start(tmp_path) -> Iterator:
    with contextlib.ExitStack() as stack:

        def run(*command: str, cwd: Path = tmp_path) -> Process:
            (tmp_path / "app.py").write_text(APP.format(title="First"))
            process = stack.enter_context(Process(*command, cwd=cwd))
            process.client = stack.enter_context(process.wait_for_address())
            return process

        yield run


def test_the_next_free_port_is_taken_unless_one_is_asked_for():
    first, second = salon.ChatInterface(echo), salon.ChatInterface(echo)
    _, url, _ = first.launch(prevent_thread_lock=True, quiet=True)
    _, other, _ = second.launch(prevent_thread_lock=True, quiet=True)
    port = httpx.URL(url).port

    assert port >= 7860
    assert httpx.URL(other).port > port
    with pytest.raises(salon.AuthorError, match=f"{port}.*Leave `server_port` out"):
        salon.ChatInterface(echo).launch(server_port=port, prevent_thread_lock=True)
    with pytest.raises(salon.AuthorError, match="`server_name` has to be an address of this machine"):
        salon.ChatInterface(echo).launch(server_name="192.0.2.1", prevent_thread_lock=True)
    first.close()
    second.close()
    first.close()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_the_address_is_printed_and_returned(capsys):
    demo = salon.ChatInterface(echo)
    app, url, share = demo.launch(server_port=0, prevent_thread_lock=True)

    assert capsys.readouterr().out == f"* Running on local URL:  {url}\n"
    assert app is demo.app
    assert share is None
    demo.close()


def test_a_chat_can_be_launched_again_after_it_was_closed(serve):
    demo = salon.ChatInterface(echo)
    demo.launch(server_port=0, prevent_thread_lock=True, quiet=True)
    with pytest.raises(salon.AuthorError, match="being served already"):
        demo.launch()
    demo.close()

    assert reply_to(serve(demo), turn()).messages[0].text == "hello!"


def begun(stream: Iterator[Entry]) -> list[Entry]:
    """Return the entries up to the one in which the function has said something."""
    events: list[Entry] = []
    while not any(isinstance(event, PartStart) for _, event in events):
        events.append(next(stream))
    return events


def test_p6_shutdown_sigterm_lets_a_running_reply_end_and_refuses_new_turns(start, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_GRACE_S", "60")
    app = start("app.py")
    with app.client.stream("POST", "/api/turns", json=turn("may-end")) as response:
        stream = entries(response)
        events = begun(stream)
        app.process.send_signal(signal.SIGTERM)
        with httpx.Client(base_url=app.client.base_url, timeout=60) as other:
            while other.get("/healthz").status_code == 200:
                time.sleep(0.01)
            refused(other.post("/api/turns", json=turn("another")), 503, "server.stopping")
        (tmp_path / "may-end").touch()
        events += stream

    assert fold(event for _, event in events).messages[0].text == "begun, ended"
    assert app.process.wait(30) == 0


def test_p6_shutdown_ctrl_c_ends_a_running_reply_as_interrupted_and_exits_cleanly(start):
    app = start("app.py")
    with app.client.stream("POST", "/api/turns", json=turn("never")) as response:
        stream = entries(response)
        events = begun(stream)
        app.process.send_signal(signal.SIGINT)
        events += stream

    reply = fold(event for _, event in events)
    assert (reply.status, reply.failure.code, reply.messages[0].text) == ("interrupted", "server.stopping", "begun")
    assert app.process.wait(30) == 0


KEEPING = """
import time
import salon as gr

def reply(message, history):
    yield "begun"
    yield "begun, and shown"
    while message == "wait":
        time.sleep(0.01)
    yield " | ".join(each["content"] for each in history)

demo = gr.ChatInterface(reply, save_history="server")
demo.launch(server_port=0)
"""


def test_kill_9_leaves_the_part_of_a_reply_that_was_seen_marked_as_interrupted(start, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "keeping.py").write_text(KEEPING)
    app = start("keeping.py")
    app.client.get("/")
    body = turn("wait")
    with app.client.stream("POST", "/api/turns", json=body) as response:
        begun(entries(response))
        database = tmp_path / "data" / "conversations.db"
        with contextlib.closing(sqlite3.connect(database)) as connection:
            query = "SELECT count(*) FROM salon_checkpoints WHERE messages LIKE '%shown%'"
            while not connection.execute(query).fetchone()[0]:
                time.sleep(0.05)
        app.process.kill()
        app.process.wait()
    again = start("keeping.py")
    again.client.cookies.update(app.client.cookies)
    shown = []
    while len(shown) < 2:
        shown = again.client.get("/api/conversations/conversation-1").json()["messages"]
        time.sleep(0.05)
    after = reply_to(again.client, turn("and now?", parent=shown[1]["id"]))

    assert shown[1]["message"]["parts"][0]["text"] == "begun, and shown"
    assert (shown[1]["message"]["status"], shown[1]["message"]["failure"]["code"]) == ("interrupted", "server.lost")
    assert after.messages[0].text == "wait | begun, and shown"


HASTY = """
import os, signal, sys
import salon as gr

class Told:
    def write(self, text):
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
        if "Running" in text:
            os.kill(os.getpid(), signal.SIGINT)

    def flush(self):
        sys.__stdout__.flush()

    def isatty(self):
        return False

sys.stdout = Told()
gr.ChatInterface(str).launch(server_port=0)
"""


def test_ctrl_c_at_the_moment_at_which_the_address_is_told_exits_cleanly(start, tmp_path):
    (tmp_path / "hasty.py").write_text(HASTY)

    assert start("hasty.py").process.wait(30) == 0


def test_salon_run_serves_the_chat_of_a_file(start):
    app = start("-m", "salon", "run", "app.py", "--port", "0")

    assert app.client.get("/api/config").json()["title"] == "First"
    assert app.end(signal.SIGINT) == 0


def test_salon_run_reload_follows_the_file_at_the_same_address(start, tmp_path):
    app = start("-m", "salon", "run", "app.py", "--reload", "--port", "0")
    with app.client.stream("GET", "/api/reload") as response:
        lines = response.iter_lines()
        first = next(lines)
        (tmp_path / "second").write_text(APP.format(title="Second"))
        (tmp_path / "second").replace(tmp_path / "app.py")  # at once: half a file is a change, too
        assert list(lines) == [""]
    app.wait_for_address().close()

    assert app.client.get("/api/config").json()["title"] == "Second"
    with app.client.stream("GET", "/api/reload") as response:
        assert next(response.iter_lines()) != first
    assert app.end(signal.SIGINT) == 0


@pytest.fixture
def ignoring_ctrl_c() -> Iterator[None]:
    """Have programs start as scripts start them in the background, which do not hear of Ctrl-C by themselves."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("options", [[], ["--reload"]])
def test_a_program_that_a_script_has_started_in_the_background_ends_when_it_is_interrupted(
    ignoring_ctrl_c, start, options
):
    app = start("-m", "salon", "run", "app.py", "--port", "0", *options)

    assert app.end(signal.SIGINT) == 0


@pytest.mark.parametrize(
    "end",
    [
        "if __name__ == '__main__':\n    demo.launch(auth=('ann', 'x'), server_port=1, prevent_thread_lock=True)",
        "demo.launch(auth=('ann', 'x'))",
        "import sys\nassert sys.argv == ['chat.py']\ngr.ChatInterface(str, title='One').launch(auth=('ann', 'x'))",
    ],
)
def test_salon_run_serves_what_the_file_launches_as_the_file_says_but_at_the_address_asked_for(end, start, tmp_path):
    (tmp_path / "chat.py").write_text(f"import salon as gr\ndemo = gr.ChatInterface(str, title='One')\n{end}\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = start("-m", "salon", "run", "chat.py", "--port", str(port))

    assert app.client.base_url.port == port
    refused(app.client.get("/api/config"), 401, "login.required")
    app.client.post("/login", data={"username": "ann", "password": "x"})
    assert app.client.get("/api/config").json()["title"] == "One"
    assert app.end(signal.SIGINT) == 0


def test_a_chat_is_found_in_a_file_without_being_served(tmp_path, capsys):
    (tmp_path / "chat.py").write_text(
        "import salon\na = salon.ChatInterface(str)\nb = salon.ChatInterface(str)\napp, url, _ = b.launch(css='b{}')\n"
    )
    chat = find_page(tmp_path / "chat.py")

    assert chat.css == "b{}"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "source", ["x = 1", "import salon\na = salon.ChatInterface(str)\nb = salon.ChatInterface(str)"]
)
def test_salon_run_says_what_it_misses_in_a_file(source, tmp_path, capsys):
    (tmp_path / "app.py").write_text(source)

    assert main(["run", str(tmp_path / "app.py")]) == 2
    assert "has to define one `ChatInterface`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "said"),
    [("def reply(:", "SyntaxError"), ("def one():\n    two\n\none()", "NameError")],
)
def test_salon_run_shows_what_goes_wrong_in_a_file_and_nothing_of_its_own(source, said, tmp_path, capsys):
    (tmp_path / "app.py").write_text(source)

    assert main(["run", str(tmp_path / "app.py")]) == 1
    shown = capsys.readouterr().err
    assert said in shown
    assert "runpy" not in shown
    assert "loading.py" not in shown


def test_salon_run_names_a_file_that_is_not_there(capsys):
    assert main(["run", "nowhere.py"]) == 2
    assert "`nowhere.py`" in capsys.readouterr().err


def test_salon_new_makes_a_project_that_runs_and_whose_test_passes(start, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "my-chat"]) == 0
    assert main(["new", "my-chat"]) == 2

    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path / "my-chat",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in tested.stdout
    served = start("-m", "salon", "run", "app.py", "--port", "0", cwd=tmp_path / "my-chat")
    assert served.client.get("/api/config").json()["title"] == "My chat"
    served.end(signal.SIGINT)


def test_salon_tells_its_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])

    assert capsys.readouterr().out == f"salon {salon.__version__}\n"


class Uvicorn:
    """Somebody else's server."""

    def __init__(self, app: object) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],))
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.socket.getsockname()[1]}", timeout=60)

    def __enter__(self) -> httpx.Client:
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.server.should_exit = True
        self.thread.join()


def test_the_application_runs_under_any_asgi_server():
    with Uvicorn(salon.ChatInterface(echo).app) as client:
        assert reply_to(client, turn()).messages[0].text == "hello!"


@pytest.mark.parametrize("framework", [FastAPI, Starlette])
def test_a_chat_is_mounted_below_a_path_and_starts_and_stops_with_the_application(framework):
    demo = salon.ChatInterface(echo, examples=["hi"], cache_examples=True)
    app = salon.mount(framework(), demo, path="/chat")
    with Uvicorn(app) as client:
        assert client.get("/chat").headers["location"].endswith("/chat/")
        client.base_url = client.base_url.join("/chat")
        assert reply_to(client, turn()).messages[0].text == "hello!"

    assert demo.app.engine.is_stopping


def test_https_is_served_with_a_certificate(serve, tmp_path):
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    client = serve(
        salon.ChatInterface(echo), ssl_keyfile=str(tmp_path / "key.pem"), ssl_certfile=str(tmp_path / "cert.pem")
    )

    assert client.base_url.scheme == "https"
    with httpx.Client(
        base_url=client.base_url, verify=ssl.create_default_context(cafile=tmp_path / "ca.pem"), timeout=60
    ) as trusting:
        cookie = trusting.get("/").headers["set-cookie"]
        assert cookie.startswith("__Host-salon-visitor=")
        assert "Secure" in cookie
        assert send(trusting, turn())[-1][1] == RunEnd()


def test_a_picture_for_the_tab_is_served_and_a_missing_one_named(serve, tmp_path):
    (tmp_path / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    client = serve(salon.ChatInterface(echo), favicon_path=str(tmp_path / "icon.png"))

    assert client.get("/favicon.ico").headers["content-type"] == "image/png"
    with pytest.raises(salon.AuthorError, match=r"nowhere\.png"):
        salon.ChatInterface(echo).launch(favicon_path="nowhere.png", prevent_thread_lock=True)


def test_share_says_that_there_are_no_public_addresses_and_serves_all_the_same(capsys):
    for share, lines in ((True, 2), (False, 1), (None, 1)):
        demo = salon.ChatInterface(echo)
        _, url, public = demo.launch(server_port=0, prevent_thread_lock=True, share=share)
        assert httpx.get(f"{url}/healthz", timeout=60).status_code == 200
        assert public is None
        assert len(capsys.readouterr().out.splitlines()) == lines
        demo.close()


def test_files_that_vanish_are_no_change_that_can_be_looked_at(tmp_path):
    (tmp_path / "app.py").write_text("")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")

    assert set(_state(tmp_path)) == {tmp_path / "app.py"}


@pytest.fixture
def shown(monkeypatch) -> list:
    """Return what a notebook that we are in shows."""
    shown = []

    class Shell:
        config = {"IPKernelApp": {}}

    class IPython:
        get_ipython = staticmethod(Shell)

    class Display:
        IFrame = staticmethod(lambda url, width, height: (url, width, height))
        display = staticmethod(shown.append)

    monkeypatch.setitem(sys.modules, "IPython", IPython)
    monkeypatch.setitem(sys.modules, "IPython.display", Display)
    return shown


def test_in_a_notebook_the_chat_may_be_launched_again(shown):
    demo = salon.ChatInterface(echo)
    _, first, _ = demo.launch(server_port=0, quiet=True)
    _, second, _ = demo.launch(server_port=0, quiet=True)

    assert [url for url, _, _ in shown] == [first, second]
    assert httpx.get(f"{second}/healthz", timeout=60).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{first}/healthz", timeout=60)
    demo.close()


@pytest.mark.parametrize(
    ("environment", "origin"),
    [({}, "http://localhost:*"), ({"SALON_EMBED_ORIGINS": "https://a.example"}, "https://a.")],
)
def test_in_a_notebook_local_pages_may_frame_the_chat_unless_others_are_named(shown, monkeypatch, environment, origin):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    demo = salon.ChatInterface(echo)
    demo.launch(server_port=0, quiet=True)

    assert f"frame-ancestors 'self' {origin}" in httpx.get(shown[0][0], timeout=60).headers["content-security-policy"]
    demo.close()


def test_in_a_notebook_the_chat_is_shown_and_the_cell_ends(shown):
    demo = salon.ChatInterface(echo)
    _, url, _ = demo.launch(server_port=0, quiet=True, height=400)

    assert shown == [(url, "100%", 400)]
    demo.close()


STUBBORN = """
import asyncio, pathlib, time
import salon as gr

async def reply(message, history):
    yield "begun"
    pathlib.Path("begun").touch()
    while message == "blocks":
        time.sleep(0.1)
    while message == "swallows":
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass
    await asyncio.sleep(60)

demo = gr.ChatInterface(reply)
app = demo.app
if __name__ == "__main__":
    demo.launch(server_port=0)
"""


@pytest.fixture
def begin(tmp_path, start):
    """Start a program, have it answer a message, and return it in mid-answer."""

    def run(message: str, *command: str) -> Process:
        app = start(*command)
        with app.client.stream("POST", "/api/turns", json=turn(message)) as response:
            next(entries(response))
            while not (tmp_path / "begun").exists():
                time.sleep(0.01)
        return app

    (tmp_path / "stubborn.py").write_text(STUBBORN)
    return run


def test_an_async_function_that_swallows_its_cancellation_does_not_keep_the_server(begin):
    app = begin("swallows", "stubborn.py")

    assert app.end(signal.SIGINT) == 0


def test_a_second_ctrl_c_ends_the_process_even_when_the_event_loop_is_blocked(begin):
    app = begin("blocks", "stubborn.py")
    app.process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        app.process.wait(0.5)

    assert app.end(signal.SIGINT) == 128 + signal.SIGINT


def test_under_uvicorn_running_replies_are_ended_when_the_process_is_told_to(start, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_GRACE_S", "0.2")
    (tmp_path / "stubborn.py").write_text(STUBBORN)
    with listening_socket("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "stubborn:app", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(command, cwd=tmp_path)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        while True:
            with contextlib.suppress(httpx.ConnectError):
                client.get("/healthz")
                break
        with client.stream("POST", "/api/turns", json=turn("sleeps")) as response:
            stream = entries(response)
            next(stream)
            process.terminate()
            *_, (_, end) = stream
    assert end.status == "interrupted"
    process.wait(30)


def test_an_application_that_has_stopped_can_be_served_again():
    demo = salon.ChatInterface(echo)
    for _ in range(2):
        with Uvicorn(demo.app) as client:
            assert reply_to(client, turn()).messages[0].text == "hello!"


def test_a_server_that_cannot_start_says_so():
    with pytest.raises(salon.AuthorError, match="cannot start"):
        salon.ChatInterface(echo).launch(
            server_port=0, ssl_certfile="nowhere.pem", ssl_keyfile="nowhere.key", prevent_thread_lock=True
        )


def test_a_chat_can_be_launched_in_any_thread(monkeypatch):
    written = Queue()

    class Output(io.StringIO):
        def write(self, text: str) -> int:
            written.put(text)
            return len(text)

    monkeypatch.setattr("sys.stdout", Output())
    demo = salon.ChatInterface(echo)
    thread = threading.Thread(target=demo.launch, kwargs={"server_port": 0})
    thread.start()
    url = written.get(timeout=60).split()[-1]
    assert httpx.get(f"{url}/healthz", timeout=60).status_code == 200
    demo.close()
    thread.join(10)
    assert not thread.is_alive()


def test_headers_of_a_proxy_are_not_believed(serve):
    def where(message, history, request: salon.Request):
        return f"{request.client.host} {request.url}"

    client = serve(salon.ChatInterface(where))
    client.headers.update({"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"})

    assert reply_to(client, turn()).messages[0].text.startswith("127.0.0.1 http://")


def test_headers_of_a_trusted_proxy_are_believed(serve, monkeypatch):
    monkeypatch.setenv("SALON_TRUSTED_PROXIES", "127.0.0.1")

    def where(message, history, request: salon.Request):
        return f"{request.client.host} {request.url}"

    client = serve(salon.ChatInterface(where))
    client.headers.update({"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"})

    assert reply_to(client, turn()).messages[0].text.startswith("1.2.3.4 https://")


def test_sockets_say_that_they_are_tcp_so_that_nothing_waits_for_more():
    with listening_socket("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
