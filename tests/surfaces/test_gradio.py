"""Gradio's protocol over real sockets, where its clients do not go: the simple form, refusals, strange readers."""

import json
import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest

import salon

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def echo(message, history):
    return f"{message}!"


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


def count(message, history):
    return str(len(history))


def join(
    client: httpx.Client, text: object = "hello", *, session: str = "session1", **fields: object
) -> httpx.Response:
    body = {"data": [text, None], "fn_index": 1, "session_hash": session} | fields
    return client.post("/gradio_api/queue/join", json=body)


def frames(client: httpx.Client, session: str = "session1") -> list[dict]:
    response = client.get("/gradio_api/queue/data", params={"session_hash": session})
    assert response.status_code == 200, response.text
    return [json.loads(frame.removeprefix("data: ")) for frame in response.text.split("\n\n")[:-1]]


def called(client: httpx.Client, path: str, body: dict) -> list[tuple[str, object]]:
    """Make a call in the simple form and return its events."""
    event = client.post(f"/gradio_api/call/{path}", json=body).json()["event_id"]
    name = path.removeprefix("v2/")
    text = client.get(f"/gradio_api/call/{name}/{event}").text
    return [
        (frame[0][7:], json.loads(frame[1][6:])) for frame in (part.split("\n") for part in text.split("\n\n")[:-1])
    ]


def detail(response: httpx.Response, *statuses: int) -> str:
    """Assert that a request was refused in the protocol's form, and return why."""
    assert response.status_code in statuses, response.text
    assert list(response.json()) == ["detail"]
    return response.json()["detail"]


class TestTheSimpleForm:
    def test_a_call_is_a_request_and_a_stream_of_whole_values(self, serve):
        events = called(serve(salon.ChatInterface(spell)), "chat", {"data": ["abc"]})

        assert events[-1] == ("complete", ["abc"])
        assert {name for name, _ in events[:-1]} == {"generating"}

    def test_a_call_by_name_fills_in_what_has_a_default(self, serve):
        client = serve(salon.ChatInterface(echo))

        assert called(client, "v2/chat", {"message": "hello"})[-1] == ("complete", ["hello!"])
        assert "parameter `message`" in detail(client.post("/gradio_api/call/v2/chat", json={}), 422)
        assert "no parameter `text`" in detail(client.post("/gradio_api/call/v2/chat", json={"text": "a"}), 422)

    def test_a_call_can_be_read_again(self, serve):
        client = serve(salon.ChatInterface(echo))
        event = client.post("/gradio_api/call/chat", json={"data": ["hello"]}).json()["event_id"]
        first, second = (client.get(f"/gradio_api/call/chat/{event}").text for _ in range(2))

        assert first == second == 'event: complete\ndata: ["hello!"]\n\n'

    def test_calls_are_sessions_of_their_own_unless_they_name_one(self, serve):
        client = serve(salon.ChatInterface(count))

        assert [called(client, "chat", {"data": ["a"]})[-1][1] for _ in range(2)] == [["0"], ["0"]]
        in_session = {"data": ["a"], "session_hash": "mine"}
        assert [called(client, "chat", in_session)[-1][1] for _ in range(2)] == [["0"], ["2"]]

    def test_an_error_has_the_authors_message(self, serve):
        def fail(message, history):
            raise salon.Error("no")

        (event,) = called(serve(salon.ChatInterface(fail)), "chat", {"data": ["a"]})
        assert event == ("error", {"error": "no", "duration": 10.0, "visible": True, "title": "Error"})

    def test_run_answers_with_the_last_value(self, serve):
        client = serve(salon.ChatInterface(spell))
        answer = client.post("/gradio_api/run/chat", json={"data": ["abc", None], "session_hash": "s"}).json()

        assert (answer["data"], answer["is_generating"]) == (["abc"], False)

    def test_run_tells_an_error(self, serve):
        def fail(message, history):
            raise salon.Error("no")

        answer = serve(salon.ChatInterface(fail)).post("/gradio_api/run/chat", json={"data": ["abc"]})
        assert (answer.status_code, answer.json()["error"]) == (500, "no")

    def test_there_is_a_description(self, serve):
        client = serve(salon.ChatInterface(echo, api_description="Echoes."))

        paths = client.get("/gradio_api/openapi.json").json()["paths"]
        assert set(paths) == {"/gradio_api/call/chat", "/gradio_api/call/chat/{event_id}"}
        assert paths["/gradio_api/call/chat"]["post"]["summary"] == "Echoes."


class TestConfig:
    def test_it_is_small(self, serve):
        assert len(serve(salon.ChatInterface(echo)).get("/config").content) < 2_000

    def test_its_root_is_the_address_that_was_asked(self, serve):
        client = serve(salon.ChatInterface(echo))
        root = client.get("/config", headers={"Host": "localhost:9", "X-Forwarded-Host": "evil.example"}).json()["root"]

        assert root == "http://localhost:9"

    def test_its_root_is_what_a_trusted_proxy_says(self, serve, monkeypatch):
        monkeypatch.setenv("SALON_TRUSTED_PROXIES", "127.0.0.0/8")
        client = serve(salon.ChatInterface(echo), allowed_hosts=["chat.example"], root_path="/below")
        forwarded = {"X-Forwarded-Host": "chat.example", "X-Forwarded-Proto": "https"}

        assert client.get("/config", headers=forwarded).json()["root"] == "https://chat.example/below"
        assert client.get("/config", headers={"X-Forwarded-Host": "evil.example"}).status_code == 421

    def test_its_root_is_the_one_that_is_set(self, serve):
        client = serve(salon.ChatInterface(echo), root_path="https://example.com/chat/")

        assert client.get("/config").json()["root"] == "https://example.com/chat"

    def test_a_slash_at_the_end_changes_nothing(self, serve):
        client = serve(salon.ChatInterface(echo))

        assert client.get("/config/").json() == client.get("/config").json()
        assert client.get("/gradio_api/info/?serialize=False").json() == client.get("/gradio_api/info").json()


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "statuses", "reason"),
        [
            ({"data": []}, (422,), "parameter `message` is missing"),
            ({"data": ["a", None, "b"]}, (422,), "takes 1"),
            ({"data": [7]}, (422,), "has to be a text"),
            ({"data": [{"text": "a", "files": []}]}, (422,), "has to be a text"),
            ({"fn_index": 99}, (422,), "no endpoint with the `fn_index` 99"),
            ({"fn_index": -1}, (422,), "no endpoint"),
            ({"fn_index": "1"}, (400,), "fn_index"),
            ({"fn_index": True}, (400,), "fn_index"),
            ({"session_hash": None}, (400,), "Session hash not found"),
            ({"session_hash": "../../x"}, (400,), "session_hash"),
            ({"session_hash": "__proto__"}, (400,), "session_hash"),
            ({"data": "hello"}, (400,), "data"),
            ({"data": ["x" * 3 * 2**20]}, (413,), "bytes"),
        ],
    )
    def test_a_wrong_join_says_what_is_wrong(self, serve, fields, statuses, reason):
        assert reason in detail(join(serve(salon.ChatInterface(echo)), **fields), *statuses)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (["x" * 100_001, 10], "100001 characters"),
            (["x", 1], "from 10 to 100, got 1"),
            (["x", "ten"], "takes a number"),
        ],
    )
    def test_what_an_input_does_not_take_is_the_error_of_the_call(self, serve, data, reason):
        chat = salon.ChatInterface(lambda message, history, tokens: "", additional_inputs=[salon.Slider(10, 100)])
        client = serve(chat)
        accepted = join(client, data=data)
        *_, end, close = frames(client)

        assert end["event_id"] == accepted.json()["event_id"]
        assert (end["msg"], end["success"], close["msg"]) == ("process_completed", False, "close_stream")
        assert reason in end["output"]["error"]

    def test_a_private_endpoint_is_forbidden_and_an_unknown_one_not_found(self, serve):
        client = serve(salon.ChatInterface(echo, api_visibility="private"))

        detail(join(client), 403)
        detail(client.post("/gradio_api/call/chat", json={"data": ["a"]}), 403)
        detail(client.post("/gradio_api/call/nothing", json={"data": ["a"]}), 404)

    def test_what_is_not_signed_in_is_refused_everywhere(self, serve):
        client = serve(salon.ChatInterface(echo), auth=("ann", "secret-word"))
        for path in ("/config", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/file=x/y"):
            assert detail(client.get(path), 401)["error"] == "Not authenticated"
        detail(client.get("/gradio_api/queue/data?session_hash=a"), 401)
        detail(join(client), 401)
        for path in ("call/chat", "call/v2/chat", "run/chat", "upload"):
            detail(client.post(f"/gradio_api/{path}", json={"data": ["a"]}), 401)

    def test_people_still_sign_in_on_the_page(self, serve):
        client = serve(salon.ChatInterface(echo), auth=("ann", "secret-word"))
        form = {"username": "ann", "password": "secret-word"}

        assert client.post("/login", data=form).status_code == 303
        assert client.post("/login", data=form, headers={"Accept": "*/*"}).json() == {"success": True}
        assert client.get("/config").json()["username"] == "ann"

    @pytest.mark.parametrize("path", ["/etc/passwd", "../x", "file:///etc/passwd", "x.y/z", ""])
    def test_no_path_on_the_server_means_anything(self, serve, path):
        client = serve(salon.ChatInterface(echo, multimodal=True))

        detail(client.get(f"/gradio_api/file={path}"), 404)
        files = [{"path": path, "meta": {"_type": "gradio.FileData"}}]
        assert "File not allowed" in detail(join(client, {"text": "x", "files": files}), 403)


class TestSessions:
    def test_a_stream_ends_with_the_last_job_of_its_session(self, serve):
        client = serve(salon.ChatInterface(echo))
        ids = {join(client).json()["event_id"] for _ in range(3)}
        stream = frames(client)

        assert stream[-1] == {"msg": "close_stream", "event_id": None}
        assert {frame["event_id"] for frame in stream if frame["msg"] == "process_completed"} == ids
        assert frames(client) == [{"msg": "close_stream", "event_id": None}]

    def test_a_session_is_its_owners(self, serve):
        client = serve(salon.ChatInterface(count))
        other = httpx.Client(base_url=client.base_url, timeout=60)
        client.get("/"), other.get("/")
        join(client), frames(client)
        event = client.post("/gradio_api/call/chat", json={"data": ["a"]}).json()["event_id"]

        detail(other.get("/gradio_api/queue/data?session_hash=session1"), 404)
        detail(other.get(f"/gradio_api/call/chat/{event}"), 404)
        join(other)
        assert frames(other)[-2]["output"]["data"] == ["0"]
        other.close()

    def test_the_newest_reader_gets_everything_and_the_older_one_is_sent_away(self, serve):
        release = threading.Event()

        def slow(message, history):
            yield "begun"
            release.wait(30)
            yield "begun, ended"

        client = serve(salon.ChatInterface(slow))
        join(client)
        address = urlsplit(str(client.base_url))
        with socket.create_connection((address.hostname, address.port)) as older:
            older.sendall(b"GET /gradio_api/queue/data?session_hash=session1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            received = b""
            while b"begun" not in received:
                received += older.recv(4096)
            with client.stream("GET", "/gradio_api/queue/data?session_hash=session1") as newer:
                lines = newer.iter_lines()
                while "begun" not in next(lines):
                    pass
                while b"close_stream" not in received:
                    received += older.recv(4096)
                release.set()
                rest = "".join(lines)
        assert "ended" not in received.decode()
        assert rest.count("process_completed") == 1

    def test_a_cut_reader_can_come_again_and_gets_the_whole_value_first(self, serve):
        release = threading.Event()

        def slow(message, history):
            yield "begun"
            release.wait(30)
            yield "begun, ended"

        client = serve(salon.ChatInterface(slow))
        join(client)
        values = []
        for _ in range(2):
            with client.stream("GET", "/gradio_api/queue/data?session_hash=session1") as response:
                for line in response.iter_lines():
                    if '"process_generating"' in line:
                        values.append(json.loads(line.removeprefix("data: "))["output"]["data"])
                        if len(values) == 1:
                            break
                        release.set()

        assert values == [["begun"], ["begun"], [[["append", [], ", ended"]]]]

    def test_a_cancel_of_what_is_unknown_or_over_changes_nothing(self, serve):
        client = serve(salon.ChatInterface(echo))
        event = join(client).json()["event_id"]
        frames(client)

        for id_ in (event, "unknown"):
            assert client.post("/gradio_api/cancel", json={"event_id": id_, "session_hash": "session1"}).json() == {
                "success": True
            }
        detail(client.post("/gradio_api/cancel", json={"event_id": None}), 400)

    def test_the_heartbeat_is_alive(self, serve):
        client = serve(salon.ChatInterface(echo))
        with client.stream("GET", "/gradio_api/heartbeat/session1") as response:
            assert next(response.iter_text()) == "data: ALIVE\n\n"


class TestUploads:
    def test_several_files_in_one_form_and_back_in_one_piece(self, serve):
        client = serve(salon.ChatInterface(echo, multimodal=True))
        files = [("files", ("a b.png", PNG)), ("files", ("empty.txt", b"")), ("files", ("ü.txt", b"text"))]
        paths = client.post("/gradio_api/upload?upload_id=abc", files=files).json()

        assert [path.split("/")[1] for path in paths] == ["a b.png", "empty.txt", "ü.txt"]
        assert [client.get(f"/gradio_api/file={path}").content for path in paths] == [PNG, b"", b"text"]
        ranged = client.get(f"/gradio_api/file={paths[0]}", headers={"Range": "bytes=1-3"})
        assert (ranged.status_code, ranged.content) == (206, b"PNG")

    def test_one_wrong_file_and_none_is_kept(self, serve, tmp_path):
        box = salon.MultimodalTextbox(file_types=["image"])
        client = serve(salon.ChatInterface(echo, multimodal=True, textbox=box))
        files = [("files", ("a.png", PNG)), ("files", ("b.txt", b"text"))]

        assert "accepted types are image" in detail(client.post("/gradio_api/upload", files=files), 415)

    def test_a_file_without_a_name_is_judged_when_its_name_is_told(self, serve):
        box = salon.MultimodalTextbox(file_types=[".csv"])
        client = serve(salon.ChatInterface(lambda message: message["files"][0][-5:], multimodal=True, textbox=box))

        def sent(name: str) -> httpx.Response:
            (path,) = client.post("/gradio_api/upload", files={"files": ("blob", b"a,b")}).json()
            file = {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}
            return client.post("/gradio_api/run/chat", json={"data": [{"text": "", "files": [file]}]})

        assert sent("C:\\data\\x.csv").json()["data"] == ["x.csv"]
        assert "accepted types are .csv" in detail(sent("x.exe"), 415)

    @pytest.mark.parametrize(
        ("content_type", "body", "statuses"),
        [
            ("application/json", b"{}", (400,)),
            ("multipart/form-data", b"x", (400,)),
            ("multipart/form-data; boundary=" + "b" * 5_000, b"x", (400,)),
            ("multipart/form-data; boundary=b", b"no form", (400,)),
            ("multipart/form-data; boundary=b", b"\r\n" * 500_000, (400,)),
            (
                "multipart/form-data; boundary=b",
                b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\ncut',
                (400,),
            ),
            (
                "multipart/form-data; boundary=b",
                b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
                (400,),
            ),
            (
                "multipart/form-data; boundary=b",
                b'--b\r\nContent-Disposition: form-data; name="files"; filename=".."\r\n\r\nx\r\n--b--\r\n',
                (400,),
            ),
            (
                "multipart/form-data; boundary=b",
                b'--b\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\n\r\nx\r\n--b--\r\n'
                % (b"5" * 9_000),
                (400, 413),
            ),
            (
                "multipart/form-data; boundary=b",
                b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nx\r\n' * 21 + b"--b--\r\n",
                (413,),
            ),
        ],
    )
    def test_a_form_that_is_none_is_refused_and_leaves_nothing(self, serve, tmp_path, content_type, body, statuses):
        client = serve(salon.ChatInterface(echo, multimodal=True))
        response = client.post("/gradio_api/upload", content=body, headers={"Content-Type": content_type})

        detail(response, *statuses)
        assert [
            path
            for path in (tmp_path / "data").rglob("*")
            if path.is_file() and path.name not in (".gitignore", "secret_key")
        ] == []

    def test_a_file_that_is_too_large_is_refused(self, serve):
        client = serve(salon.ChatInterface(echo, multimodal=True), max_file_size=1_000)

        detail(client.post("/gradio_api/upload", files={"files": ("a", b"x" * 1_001)}), 413)

    def test_a_chat_without_files_takes_none(self, serve):
        detail(serve(salon.ChatInterface(echo)).post("/gradio_api/upload", files={"files": ("a", b"x")}), 400)


def test_it_can_be_switched_off(serve):
    client = serve(salon.ChatInterface(echo), gradio_api=False)

    assert {client.get(path).status_code for path in ("/config", "/gradio_api/info")} == {404}
    assert join(client).status_code == 404


def test_what_is_mounted_is_switched_off_from_outside(monkeypatch, tmp_path):
    from starlette.applications import Starlette
    from starlette.testclient import TestClient

    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SALON_GRADIO_API", "off")
    monkeypatch.setenv("SALON_OPENAI_API", "off")
    app = salon.mount(Starlette(), salon.ChatInterface(echo), path="/chat")
    with TestClient(app, base_url="http://localhost") as client:
        statuses = [client.get(f"/chat/{path}").status_code for path in ("config", "v1/models", "api/config")]

    assert statuses == [404, 404, 200]
