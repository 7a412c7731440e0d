"""Files of users over real sockets: taken in as they come, judged by content, and given to the function as paths."""

import os
import socket
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

import salon
from tests.surfaces.streams import refused, reply_to, turn

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture
def seen() -> list:
    return []


@pytest.fixture
def chat(serve, seen):
    def start(**settings) -> httpx.Client:
        def reply(message, history):
            seen.append((message, history))
            return "Thanks"

        box = salon.MultimodalTextbox(
            **{name: settings.pop(name) for name in ("file_types", "file_count") if name in settings}
        )
        client = serve(salon.ChatInterface(reply, multimodal=True, textbox=box), **settings)
        client.get("/")
        return client

    return start


def upload(client: httpx.Client, content: bytes = PNG, name: str = "cat.png", **headers: str) -> httpx.Response:
    return client.post("/api/files", params={"name": name}, content=content, headers=headers)


def kept(tmp_path: Path, folder: str = "") -> list[Path]:
    """Return the files that there are; folders may vanish while we look, which `os.walk` passes over."""
    return [Path(root, name) for root, _, names in os.walk(tmp_path / "data" / "files" / folder) for name in names]


def asks(client: httpx.Client, text: str, *ids: str, **fields):
    body = turn(text, **fields)
    body["message"]["files"] = list(ids)
    return reply_to(client, body)


def test_the_function_gets_the_text_and_readable_paths(chat, seen):
    client = chat()
    response = upload(client)
    assert (response.status_code, response.json()["media_type"]) == (201, "image/png")
    asks(client, "Look", response.json()["id"])

    message = seen[-1][0]
    assert message["text"] == "Look"
    assert [(Path(path).name, Path(path).read_bytes()) for path in message["files"]] == [("cat.png", PNG)]


def test_a_message_may_be_files_alone_and_history_keeps_them(chat, seen):
    client = chat()
    asks(client, "", upload(client).json()["id"])
    head = client.get("/api/conversations/conversation-1").json()["messages"][-1]["id"]
    asks(client, "And?", parent=head)

    user, assistant = seen[-1][1]
    assert seen[-1][0] == {"text": "And?", "files": []}
    assert [content["type"] for content in user["content"]] == ["file"]
    assert Path(user["content"][0]["file"]["path"]).read_bytes() == PNG
    assert assistant == {"role": "assistant", "content": "Thanks"}


def test_an_empty_message_without_files_is_refused(chat):
    body = turn("")

    refused(chat().post("/api/turns", json=body), 400, "message.empty")


def test_a_file_of_another_kind_than_accepted_is_refused_by_content_and_not_kept(chat, tmp_path):
    client = chat(file_types=["image", ".pdf"])
    for content, name in ((b"<html>", "cat.png"), (b"plain", "a.pdf"), (b"plain", "a.txt")):
        refused(upload(client, content, name, **{"Content-Type": "image/png"}), 415, "file.type")

    until(lambda: kept(tmp_path) == [])
    assert upload(client, b"%PDF-1.7", "a.pdf").status_code == 201


def test_a_file_at_the_limit_is_taken_and_one_byte_more_is_not(chat, tmp_path):
    client = chat(max_file_size=200)
    assert upload(client, b"x" * 200, "a.txt").status_code == 201
    refused(upload(client, b"x" * 201, "a.txt"), 413, "file.too-large")
    refused(upload(client, iter([b"x" * 100] * 3), "a.txt"), 413, "file.too-large")

    assert len(kept(tmp_path)) == 2


LARGE = PNG + b"x" * 100_000


def written(tmp_path: Path, folder: str) -> int:
    """Return how many bytes there are of uploads that are under way (`tmp`) or were cut (`begun`)."""
    total = 0
    for path in kept(tmp_path, folder):
        with suppress(FileNotFoundError):  # moved meanwhile
            total += path.stat().st_size
    return total


def until(is_true) -> None:
    deadline = time.monotonic() + 30
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert is_true()


def cut(client: httpx.Client, tmp_path: Path, query: str, content: bytes = LARGE[:60_000]) -> None:
    """Begin an upload as this client, and break the connection when some of it has arrived."""
    url = client.base_url
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"POST /api/files?name=cat.png{query} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\n"
        f"Cookie: {cookies}\r\nContent-Length: {len(LARGE)}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port)) as raw:
        raw.sendall(head.encode() + content)
        until(lambda: written(tmp_path, "tmp") > 0)
    until(lambda: written(tmp_path, "tmp") == 0)


def test_an_upload_that_is_cut_leaves_nothing_behind(chat, tmp_path):
    cut(chat(), tmp_path, "")

    until(lambda: kept(tmp_path) == [])


def test_an_upload_with_an_id_goes_on_where_it_was_cut(chat, seen, tmp_path):
    client = chat()
    cut(client, tmp_path, "&upload=upload-0001")
    there = client.get("/api/uploads/upload-0001").json()["size_bytes"]
    assert 0 < there == written(tmp_path, "begun") <= 60_000
    path = "/api/files?name=cat.png&upload=upload-0001"
    refused(client.post(path, content=LARGE), 409, "upload.part")
    response = client.post(f"{path}&after={there}", content=LARGE[there:])
    assert (response.status_code, response.json()["size_bytes"]) == (201, len(LARGE))
    asks(client, "Look", response.json()["id"])

    assert Path(seen[-1][0]["files"][0]).read_bytes() == LARGE
    assert client.get("/api/uploads/upload-0001").json()["file"] == response.json()


def test_sending_a_finished_upload_again_gives_the_same_file(chat, tmp_path):
    client = chat()
    path = "/api/files?name=cat.png&upload=upload-0001"
    first, second = (client.post(path, content=PNG) for _ in range(2))

    assert first.json() == second.json()


def test_an_upload_belongs_to_its_sender_and_can_be_given_up(chat, tmp_path):
    client = chat()
    cut(client, tmp_path, "&upload=upload-0001")
    with httpx.Client(base_url=client.base_url, timeout=60) as stranger:
        stranger.get("/")
        assert stranger.get("/api/uploads/upload-0001").json() == {}
        stranger.delete("/api/uploads/upload-0001")
    assert client.get("/api/uploads/upload-0001").json()["size_bytes"] > 0
    assert client.delete("/api/uploads/upload-0001").status_code == 204

    until(lambda: kept(tmp_path) == [])


def test_the_parts_of_an_upload_together_have_the_files_limit(chat, tmp_path):
    client = chat(max_file_size=len(LARGE))
    path = "/api/files?name=cat.png&upload=upload-0001"
    cut(client, tmp_path, "&upload=upload-0001")
    there = client.get("/api/uploads/upload-0001").json()["size_bytes"]
    rest = LARGE[there:] + b"x"
    refused(client.post(f"{path}&after={there}", content=rest), 413, "file.too-large")
    refused(client.post(f"{path}&after={there}", content=iter([rest])), 413, "file.too-large")

    until(lambda: kept(tmp_path) == [])


@pytest.mark.parametrize(
    "query", ["upload=../x", "upload=short", "upload=upload-0001&after=-1", "upload=upload-0001&after=x", "after=5"]
)
def test_what_is_no_upload_is_refused(chat, query):
    response = chat().post(f"/api/files?name=a.txt&{query}", content=b"x")

    assert response.status_code in (400, 409)
    assert response.json()["code"] in ("request.invalid", "upload.part")


def test_somebody_elses_file_cannot_be_attached(chat):
    client = chat()
    id_ = upload(client).json()["id"]
    stranger = httpx.Client(base_url=client.base_url, timeout=60)
    stranger.get("/")
    body = turn("Look", conversation="conversation-2")
    body["message"]["files"] = [id_]

    refused(stranger.post("/api/turns", json=body), 404, "file.unknown")
    stranger.close()


@pytest.mark.parametrize(
    ("file_count", "count", "accepted"),
    [("single", 1, True), ("single", 2, False), ("multiple", 20, True), ("multiple", 21, False)],
)
def test_a_message_has_as_many_files_as_its_author_wants(chat, file_count, count, accepted):
    client = chat(file_count=file_count)
    id_ = upload(client).json()["id"]
    body = turn("Look")
    body["message"]["files"] = [id_] * count
    if accepted:
        assert reply_to(client, body).status == "complete"
    else:
        refused(client.post("/api/turns", json=body), 400, "message.files")


def test_a_removed_file_is_gone(chat, tmp_path):
    client = chat()
    id_ = upload(client).json()["id"]
    assert client.delete(f"/api/files/{id_}").status_code == 204

    until(lambda: kept(tmp_path) == [])


def test_a_chat_that_takes_no_files_refuses_them(serve):
    client = serve(salon.ChatInterface(str))

    refused(upload(client), 400, "file.unwanted")


def test_another_site_cannot_upload(chat):
    refused(upload(chat(), Origin="https://evil.example"), 403, "request.origin")


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\x", "/etc/cron.d/x", "a/b/c.png", "\u202egnp.exe", "x" * 5_000]
)
def test_a_name_leads_nowhere(chat, tmp_path, name):
    assert upload(chat(), name=name).status_code == 201

    for path in kept(tmp_path):
        assert path.resolve().is_relative_to(tmp_path / "data" / "files" / "kept")
