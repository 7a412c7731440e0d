"""Files of replies over real sockets: ranges, headers, and that they are there for their owner only."""

import socket
from pathlib import Path

import httpx
import pytest

import salon
from salon.messages.parts import ComponentPart
from tests.surfaces.streams import refused, reply_to, turn

CONTENT = bytes(range(256)) * 4
PNG = b"\x89PNG\r\n\x1a\n" + CONTENT


@pytest.fixture
def client(serve) -> httpx.Client:
    contents = {
        "png": PNG,
        "html": b"<html><script>alert(1)</script>",
        "svg": b"<svg/>",
        "text": b"plain",
        "data": CONTENT,
    }
    client = serve(salon.ChatInterface(lambda message: salon.File(contents[message])))
    client.get("/")
    return client


def file_of(client: httpx.Client, message: str = "data", **fields) -> str:
    part = reply_to(client, turn(message, **fields)).messages[0].parts[0]
    assert isinstance(part, ComponentPart)
    return f"/files/{part.files[0].id}/{part.files[0].name}"


def test_a_file_comes_whole_and_says_that_it_may_come_in_ranges(client):
    response = client.get(file_of(client))

    assert (response.status_code, response.content) == (200, CONTENT)
    assert response.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, 1024),
        ("bytes=-4", 1020, 1024),
        ("bytes=1000-99999", 1000, 1024),
    ],
)
def test_a_range_comes_alone(client, asked, start, end):
    response = client.get(file_of(client), headers={"Range": asked})

    assert (response.status_code, response.content) == (206, CONTENT[start:end])
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/1024"


@pytest.mark.parametrize("asked", ["bananas", "bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2"])
def test_what_is_no_range_gets_the_whole_file(client, asked):
    response = client.get(file_of(client), headers={"Range": asked})

    assert (response.status_code, response.content) == (200, CONTENT)


def test_a_range_beyond_the_end_is_refused(client):
    response = client.get(file_of(client), headers={"Range": "bytes=2000-"})

    assert response.status_code == 416
    assert response.headers["content-range"].endswith("1024")


def test_several_ranges_get_the_whole_file(client):
    ranges = ",".join(f"{number}-{number}" for number in range(0, 1000, 2))
    response = client.get(file_of(client), headers={"Range": f"bytes={ranges}"})

    assert (response.status_code, response.content) == (200, CONTENT)


@pytest.mark.parametrize(
    ("message", "media_type", "disposition"),
    [
        ("png", "image/png", "inline"),
        ("text", "text/plain", "inline"),
        ("html", "text/html", "attachment"),
        ("svg", "image/svg+xml", "attachment"),
        ("data", "application/octet-stream", "attachment"),
    ],
)
def test_only_what_a_browser_shows_harmlessly_is_shown(client, message, media_type, disposition):
    headers = client.get(file_of(client, message)).headers

    assert headers["content-type"].partition(";")[0] == media_type
    assert headers["content-disposition"].startswith(disposition)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"].startswith("private")


def test_another_owner_finds_nothing(client):
    address = file_of(client)
    stranger = httpx.Client(base_url=client.base_url, timeout=60)
    refused(stranger.get(address), 404, "file.unknown")
    stranger.get("/")

    refused(stranger.get(address), 404, "file.unknown")
    stranger.close()


@pytest.mark.parametrize(
    "address",
    [
        "/files/x/y",
        "/files/..%2f..%2fsecret_key/y",
        "/files/../../secret_key/y",
        "/files/%00/y",
        "/files/AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/y",
        "/file=.salon/secret_key",
        "/files//etc/passwd",
    ],
)
def test_no_address_leads_elsewhere(client, address):
    file_of(client)
    url = client.base_url
    with socket.create_connection((url.host, url.port)) as raw:
        raw.sendall(f"GET {address} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))

    assert answer.split(b" ", 2)[1] == b"404"
    assert b"root:" not in answer


def test_the_name_in_the_address_decides_nothing(client):
    address = file_of(client, "html").rpartition("/")[0]

    headers = client.get(f"{address}/cat.png").headers
    assert headers["content-type"].startswith("text/html")
    assert headers["content-disposition"].startswith("attachment")


def test_files_go_with_their_conversation(client, tmp_path):
    address = file_of(client)
    assert client.delete("/api/conversations/conversation-1").status_code == 204

    refused(client.get(address), 404, "file.unknown")
    assert [path for path in (tmp_path / "data" / "files").rglob("*") if path.is_file()] == []


def test_files_survive_a_restart_with_the_conversation_that_the_browser_kept(serve, tmp_path, monkeypatch):
    seen = []

    def reply(message, history):
        seen.append(history)
        return salon.Image(PNG, label="A cat")

    first = serve(salon.ChatInterface(reply))
    first.get("/")
    address = file_of(first, "one")
    messages = first.get("/api/conversations/conversation-1").json()["messages"]
    second = serve(salon.ChatInterface(reply))
    second.cookies = first.cookies
    assert second.get(address).content == PNG
    copy = [
        {key: message[key] for key in ("id", "parent", "message", "created_at") if key in message}
        for message in messages
    ]
    reply_to(second, turn("two", parent=messages[-1]["id"], copy=copy))

    ((part,),) = [message["content"] for message in seen[-1] if message["role"] == "assistant"]
    assert Path(part["file"]["path"]).read_bytes() == PNG
    assert part["alt_text"] == "A cat"


@pytest.mark.parametrize(
    "part",
    [
        {"type": "component", "kind": "image", "props": {"source": {"file": 0}}},
        {"type": "component", "kind": "image", "props": {"source": "x"}},
        {"type": "component", "kind": "none"},
    ],
)
def test_a_copy_with_a_part_of_no_known_form_is_refused(client, part):
    copy = [
        {"id": "question-a", "message": {"role": "user", "parts": [{"type": "text", "text": "a"}]}, "created_at": 1},
        {"id": "answer-aa", "parent": "question-a", "message": {"role": "assistant", "parts": [part]}, "created_at": 1},
    ]

    refused(client.post("/api/turns", json=turn(parent="answer-aa", copy=copy)), 400, "conversation.copy")


def test_somebody_elses_file_in_a_copy_is_not_opened(serve):
    seen = []

    def reply(message, history):
        seen.append(history)
        return salon.File(CONTENT)

    client = serve(salon.ChatInterface(reply))
    client.get("/")
    reply_to(client, turn("one"))
    messages = client.get("/api/conversations/conversation-1").json()["messages"]
    stranger = httpx.Client(base_url=client.base_url, timeout=60)
    stranger.get("/")
    copy = [
        {key: message[key] for key in ("id", "parent", "message", "created_at") if key in message}
        for message in messages
    ]
    reply_to(stranger, turn("two", conversation="conversation-2", parent=messages[-1]["id"], copy=copy))
    stranger.close()

    assert [(message["role"], message["content"]) for message in seen[-1]] == [("user", "one"), ("assistant", "")]


def test_history_is_text_where_there_are_no_files(serve):
    seen = []

    def reply(message, history):
        seen[:] = history
        return [{"label": "x"}.get("label"), salon.Code("x = 1", language="python")]

    client = serve(salon.ChatInterface(reply))
    reply_to(client, turn("one"))
    head = client.get("/api/conversations/conversation-1").json()["messages"][-1]["id"]
    reply_to(client, turn("two", parent=head))

    assert seen == [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "x"},
        {"role": "assistant", "content": "```python\nx = 1\n```"},
    ]


def test_what_grows_travels_as_what_is_new(serve):
    from salon.events.types import PartDelta, PartReplace
    from tests.surfaces.streams import send

    def reply(message, history):
        answer = [salon.Image(PNG)]
        yield answer
        for text in ("Loo", "Look"):
            yield [*answer, text]
        yield [*answer, "Look", salon.Code("x")]
        yield [*answer, "Look", salon.Code("x = 1")]
        yield [salon.Image(b"GIF89a"), "Look", salon.Code("x = 1")]

    events = [event for _, event in send(serve(salon.ChatInterface(reply)), turn())]

    assert [event.text for event in events if isinstance(event, PartDelta)] == ["k", " = 1"]
    assert [event.value.kind for event in events if isinstance(event, PartReplace)] == ["image"]


def test_cached_examples_show_files_to_whoever_clicks(serve):
    demo = salon.ChatInterface(lambda message: salon.File(CONTENT), examples=["a"], cache_examples=True)
    client = serve(demo)
    client.get("/")
    for conversation in ("conversation-1", "conversation-2"):
        part = reply_to(client, turn("a", example=0, conversation=conversation)).messages[0].parts[0]

        assert client.get(f"/files/{part.files[0].id}/x").content == CONTENT


def test_media_by_address_are_allowed_by_the_pages_policy_unless_the_author_blocks_other_hosts(serve):
    def policy(client, path="/"):
        return client.get(path).headers["content-security-policy"]

    open_, closed = (
        serve(salon.ChatInterface(str, chatbot=salon.Chatbot(remote_images=word))) for word in ("ask", "block")
    )

    assert "media-src 'self' blob: https: http:" in policy(open_)
    assert "https:" not in policy(closed)
    assert "https:" not in policy(closed, "/frames/html")
    for path in ("/frames/html", "/frames/plot", "/frames/diagram"):
        assert policy(open_, path).startswith("sandbox allow-scripts")
        assert "allow-same-origin" not in policy(open_, path)
