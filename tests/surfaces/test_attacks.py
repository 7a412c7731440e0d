"""Hostile requests from a shared collection, where there is one beside the repository; our own stand in the other files.

Each has to be refused as the collection says, tell nothing that it should not, and leave the server well.
"""

import csv
import http.client
import itertools
import json
import re
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

import salon
from tests.surfaces.streams import reply_to, turn

COLLECTION = Path(__file__).parents[3] / "shared" / "attacks.json"
GROUPS = {
    *("protocol", "session", "openai", "bombs", "path-traversal", "upload", "ssrf", "origin", "headers"),
    *("csv", "history"),
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
CANARY = "canary-4fd1c0"

ELSEWHERE = {
    "SE-003": "two readers of one session: test_gradio.py",
    "SE-009": "a flood: bounded by the queue, see test_engine.py",
    "SE-027": "a payload of the function's: test_gradio_client.py",
    "SS-031": "a payload of the function's, seen by a browser: e2e",
    "UP-039": "a minute of sending slowly: test_multipart.py",
    "UP-041": "needs a disk of its own: test_file_store.py",
    "HD-025": "every route: test_door.py",
    "PR-025": "not there, like every other address",
    "CS-023": "a flood of opinions, which have an address of their own: test_feedback.py",
}
STRICTER = {
    "HD-021": [400],  # the server itself refuses such a header
    "JB-017": [413],  # the message is longer than messages may be
}


def cases(kind: str = "request") -> list:
    if not COLLECTION.exists():
        return []
    loaded = [case for case in json.loads(COLLECTION.read_text("utf-8")) if case["group"] in GROUPS and kind in case]
    return [pytest.param(case, id=case["id"]) for case in loaded if case["id"] not in ELSEWHERE]


pytestmark = pytest.mark.skipif(not COLLECTION.exists(), reason="there is no collection beside the repository")


class Sink(threading.Thread):
    """Counts who connects."""

    def __init__(self) -> None:
        import socket

        super().__init__(daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.connections = 0

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A chat with files and one without, a private one and one behind a login, each with its users."""
    folder = tmp_path_factory.mktemp("attacks")
    (folder / "outside").mkdir()
    (folder / "outside" / "canary.txt").write_text(CANARY)
    context = pytest.MonkeyPatch()
    context.setenv("SALON_DATA_DIR", str(folder / "data"))

    def reply(message, history):
        return str(message)[:100]

    chats = {
        "files": (
            salon.ChatInterface(
                reply, multimodal=True, textbox=salon.MultimodalTextbox(file_types=["image", "text", ".bin"])
            ),
            {},
        ),
        "images": (
            salon.ChatInterface(reply, multimodal=True, textbox=salon.MultimodalTextbox(file_types=["image"])),
            {},
        ),
        "any": (salon.ChatInterface(reply, multimodal=True), {}),
        "text": (salon.ChatInterface(reply), {}),
        "private": (salon.ChatInterface(reply, api_visibility="private"), {}),
        "keys": (salon.ChatInterface(reply, multimodal=True), {"api_keys": ["key-of-ann", "key-of-bob"]}),
        "judged": (
            salon.ChatInterface(reply, flagging_mode="manual", flagging_comment=True, flagging_dir=folder / "flagged"),
            {},
        ),
        "login": (salon.ChatInterface(reply), {"auth": [("ann", "a-pass"), ("bob", "b-pass")]}),
    }
    urls = {}
    for name, (demo, settings) in chats.items():
        # All cases come from one address within a minute or two; test_limits.py proves the rates.
        limits = {"turns": [10**6] * 3, "uploads": [10**6] * 3}
        _, urls[name], _ = demo.launch(server_port=0, prevent_thread_lock=True, quiet=True, limits=limits, **settings)
    sink = Sink()
    sink.start()
    world = World(urls, folder, sink)
    yield world
    world.close()
    sink.close()
    for demo, _ in chats.values():
        demo.close()
    context.undo()


class World:
    def __init__(self, urls: dict[str, str], folder: Path, sink: Sink) -> None:
        self.urls = urls
        self.folder = folder
        self.sink = sink
        self._clients: dict[tuple[str, str], httpx.Client] = {}
        self._numbers = itertools.count()

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def client(self, chat: str, who: str) -> httpx.Client:
        """Return a browser-like client of a chat: `user` and `user_b` are visitors of it, or signed in to it."""
        if (chat, who) not in self._clients:
            client = httpx.Client(base_url=self.urls[chat], timeout=30)
            if who != "none":
                client.get("/", headers={"Accept": "text/html"})
            if chat == "login" and who != "none":
                name = {"user": "ann", "user_b": "bob"}[who]
                client.post("/login", data={"username": name, "password": f"{name[0]}-pass"})
            self._clients[chat, who] = client
        return self._clients[chat, who]

    def uploaded(self, chat: str, who: str, content: bytes = PNG, name: str = "cat.png") -> str:
        answer = self.client(chat, who).post("/gradio_api/upload", files={"files": (name, content)})
        return answer.json()[0]

    def session(self, chat: str) -> str:
        """Return a session of the user's in which something was said, and which no other case knows."""
        session = f"session{next(self._numbers)}"
        client = self.client(chat, "user")
        client.post("/gradio_api/queue/join", json={"data": ["hi", None], "fn_index": 1, "session_hash": session})
        client.get("/gradio_api/queue/data", params={"session_hash": session})
        return session

    def fixtures(self, chat: str, who: str) -> dict[str, str]:
        url = urlsplit(self.urls[chat])
        values = {
            "SELF": url.netloc,
            "PORT": str(url.port),
            "CHAT": "1",
            "PRIVATE_FN": "1",
            "HASH": self.session(chat),
            "A_HASH": self.session(chat),
            "RANDOM": "made-up-1",
            "KEY": "key-of-ann",
            "COOKIE": "salon-user=forged; salon-visitor=forged",
            "EMBED": "embed.example",
            "SINK": str(self.sink.port),
            "CANARY": CANARY,
            "CANARY_NAME": "canary.txt",
            "UPLOAD_ROOT": str(self.folder / "data" / "files"),
            "BLOCKED_DIR_UPPERCASE": str(self.folder / "outside").upper(),
            "SYMLINK_IN_UPLOAD_TO_CANARY": "link/canary.txt",
            "DEEPLINK_DIR": "deep",
            "UPLOADED_DIR": "files",
        }
        if chat in ("files", "any", "keys"):
            mine, others = self.uploaded(chat, "user"), self.uploaded(chat, "user_b")
            values |= {
                "UPLOADED": mine,
                "OTHER_UPLOADED": others,
                "UPLOADED_TAMPERED_SIGNATURE": mine.replace("/", "x/"),
            }
        if chat == "any":
            html = b"<html><script>alert(1)</script></html>"
            values["UPLOADED_HTML"] = self.uploaded(chat, who, html, "a.html")
            values["UPLOADED_HTML_NAMED_PNG"] = self.uploaded(chat, who, html, "a.png")
        return values


def filled(value: Any, fixtures: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if "$repeat_item" in value:
            return [filled(value["$repeat_item"], fixtures)] * value["times"]
        return {name: filled(item, fixtures) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, fixtures) for item in value]
    if not isinstance(value, str):
        return value
    value = re.sub(r"⟦(.*?)×(\d+)⟧", lambda match: match[1] * int(match[2]), value, flags=re.DOTALL)
    value = value.replace("⟦]", "]").replace("⟧", "")
    if value in ("{CHAT}", "{PRIVATE_FN}"):
        return 1
    return re.sub(r"\{([A-Z_]+)\}", lambda match: fixtures.get(match[1], match[0]), value)


def chat_for(case: dict) -> str:
    """Return the application that a case is about."""
    text = json.dumps(case)
    if case["request"].get("app") == "auth_on" or case["request"].get("path") == "/login":
        return "login"
    if case["group"] == "openai":
        return "keys"
    if "PRIVATE_FN" in text:
        return "private"
    if "UPLOADED_HTML" in text:
        return "any"
    if '"content_type": "image/png"' in text:
        return "images"
    if case["group"] == "upload" or "UPLOADED" in text or ("FileData" in text and "files" in text):
        return "files"
    return "text"


def generated(name: str) -> bytes:
    return {
        "multipart_without_closing_boundary": b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhi',
        "png_50000x50000_header": PNG[:8] + b"\0\0\0\rIHDR\0\0\xc3P\0\0\xc3P\x08\x02\0\0\0" + b"\0" * 100,
    }[name]


def send(world: World, case: dict) -> httpx.Response:
    request, chat = case["request"], chat_for(case)
    who = request.get("auth", "user")
    who = "user" if who == "none" and chat in ("files", "any") else who
    fixtures = world.fixtures(chat, who)
    headers = {name: filled(value, fixtures) for name, value in request.get("headers", {}).items()}
    path = filled(request["path"], fixtures)
    client = world.client(chat, who)
    if request.get("path_as_is"):
        return raw(world.urls[chat], path, client)
    options: dict[str, Any] = {}
    if "json" in request:
        options["json"] = filled(request["json"], fixtures)
    elif "multipart" in request:
        options["files"] = [part_of(part, fixtures) for part in request["multipart"]]
    elif "multipart_repeat" in request:
        part = request["multipart_repeat"]
        options["files"] = [part_of(part, fixtures)] * part["times"]
    elif "raw_body" in request:
        body = request["raw_body"]
        if body.startswith("$gen:"):
            options["content"] = generated(body[5:])
            headers.setdefault("Content-Type", "multipart/form-data; boundary=b")
        else:
            options["content"] = filled(body, fixtures).encode("utf-8", "surrogatepass")
    elif "body_repeat" in request:
        unit, times = request["body_repeat"]["unit"].encode(), request["body_repeat"]["times"]
        chunk = unit * min(times, 65_536)
        count = max(1, times // min(times, 65_536))
        options["content"] = (chunk for _ in range(count)) if request["body_repeat"].get("chunked") else unit * times
        if case["group"] == "upload":
            headers.setdefault("Content-Type", "multipart/form-data; boundary=b")
    with client.stream(request["method"], path, headers=headers, **options) as response:
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > 2**20 or "event-stream" in response.headers.get("content-type", ""):
                break
        headers = [(name, value) for name, value in response.headers.items() if name != "content-encoding"]
        return httpx.Response(response.status_code, headers=headers, content=body)


def raw(url: str, path: str, client: httpx.Client) -> httpx.Response:
    """Ask for a path as it stands, which clients would put in order first."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    connection.request("GET", path.replace(" ", "%20"), headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    response = httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())
    connection.close()
    return response


def part_of(part: dict, fixtures: dict[str, str]) -> tuple:
    content = part.get("content", "")
    if isinstance(content, str) and content.startswith("$gen:"):
        content = generated(content[5:])
    if "content_repeat" in part:
        content = part["content_repeat"]["unit"].encode() * part["content_repeat"]["times"]
    return (part["name"], (filled(part.get("filename"), fixtures), content, part.get("content_type")))


def kept(world: World) -> set[Path]:
    return {path for path in (world.folder / "data" / "files").rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", cases())
def test_a_hostile_request_is_refused_and_leaves_the_server_well(case, world):
    expected = case["expect"]
    world.fixtures(chat_for(case), "user")
    before, connections = kept(world), world.sink.connections
    begun_s = time.process_time()
    try:
        response = send(world, case)
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        response = None  # the server had answered, and closed, before all was sent
    took_s = time.process_time() - begun_s  # of work, the servers' included; whoever waits has the client's patience

    if response is not None:
        allowed = [
            *expected.get("status", ()),
            *STRICTER.get(case["id"], ()),
            *([403] if case["request"].get("headers", {}).get("Origin") else []),
        ]
        if allowed:
            assert response.status_code in allowed, response.text[:500]
        assert response.status_code < 500 or response.status_code in allowed
        text = response.text
        for forbidden in (*expected.get("no", ()), "Traceback", str(world.folder)):
            if forbidden != "{CANARY}":
                assert forbidden not in text
        assert CANARY not in text
        for name, value in expected.get("header", {}).items():
            actual = response.headers.get(name)
            if value is None:
                assert actual is None
            else:
                patterns = [re.escape(each).replace(r"\*", ".*") for each in value.split("|")]
                assert any(re.fullmatch(pattern, actual or "") for pattern in patterns), (name, actual)
    assert took_s <= expected.get("max_seconds", 10) + 1
    assert world.sink.connections == connections
    if expected.get("orphan_files") == 0:
        assert kept(world) <= before | kept_by_fixtures(world, before)
    assert httpx.get(f"{world.urls[chat_for(case)]}/healthz", timeout=60).status_code == 200


def kept_by_fixtures(world: World, before: set[Path]) -> set[Path]:
    """Return what the fixtures uploaded meanwhile, which is no orphan."""
    return {path for path in kept(world) - before if "cat.png" in path.name or path.suffix == ".json"}


def test_every_name_of_an_uploaded_file_is_made_safe(world):
    names = [case.values[0] for case in cases() if case.values[0]["group"] == "upload"]
    client = world.client("files", "user")
    for case in names:
        expected = case["expect"]
        if not any(key.startswith("stored_name") for key in expected):
            continue
        part = case["request"]["multipart"][0]
        answer = client.post("/gradio_api/upload", files=[part_of(part, {})])
        if answer.status_code != 200:
            assert answer.status_code in expected["status"], case["id"]
            continue
        stored = answer.json()[0].partition("/")[2]
        if expected.get("stored_name", "*") != "*":
            assert stored == expected["stored_name"], case["id"]
        for text in expected.get("stored_name_not_contains", ()):
            assert text not in stored, case["id"]
        assert not stored.startswith(expected.get("stored_name_not_startswith", "\0")), case["id"]
        assert len(stored.encode()) <= 200, case["id"]
        assert stored == expected.get("stored_name_nfc", stored), case["id"]


@pytest.mark.parametrize("case", [case for case in cases("payload") if case.values[0]["group"] == "csv"])
def test_no_cell_of_the_table_of_feedback_does_harm(case, world):
    client = world.client("judged", "user")
    payload = filled(case["payload"], {})[:100_000]
    asked = turn(payload, conversation=f"conversation-{case['id']}")
    answer = reply_to(client, asked).ids[0]
    given = {"message": answer, "options": ["Like"], "comment": payload[:4_000]}
    before = rows_of(world)
    response = client.post(f"/api/conversations/{asked['conversation']}/feedback", json=given)
    after = rows_of(world)

    assert response.status_code == 200
    assert len(after) - len(before) == case["expect"]["row_count_delta"]
    conversation, _, value, _, _, comment = after[-1]
    assert json.loads(conversation)[0] == {"role": "user", "content": payload}
    if case["id"] in ("CS-001", "CS-003", "CS-005", "CS-007", "CS-009", "CS-011"):
        assert value == case["expect"]["csv_cell"]
    for cell in (conversation, value, comment):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))


def rows_of(world: World) -> list[list[str]]:
    path = world.folder / "flagged" / "log.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]
