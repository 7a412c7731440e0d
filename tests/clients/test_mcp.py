"""`mcp`, as published, in both of the eras it speaks, against chats as tools."""

import asyncio
import base64
import threading
import time
from pathlib import Path

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

import salon

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
ERAS = pytest.mark.parametrize("mode", ["legacy", "2026-07-28", "auto"])


def translate(message, history, language, formal):
    """Translates a text.

    Keeps its tone.

    Args:
        message: what to translate
        language (str): the language
            to translate into
        formal: whether to be polite
    """
    return f"{message} in {language}{' please' if formal else ''}"


def inputs():
    return [salon.Dropdown(["French", "German"], label="Language"), salon.Checkbox(label="Formal")]


@pytest.fixture
def address(url_of):
    def start(function, **options) -> str:
        return f"{url_of(function, mcp_server=True, **options)}/mcp"

    return start


def text_of(result) -> str:
    return "".join(content.text for content in result.content if content.type == "text")


@ERAS
async def test_a_chat_is_a_tool_with_a_schema_from_signature_and_docstring(address, mode):
    async with Client(address(translate, additional_inputs=inputs()), mode=mode) as client:
        (tool,) = (await client.list_tools()).tools

    assert (tool.name, tool.description) == ("translate", "Translates a text.\n\nKeeps its tone.")
    assert tool.input_schema["required"] == ["message"]
    assert tool.input_schema["properties"] == {
        "message": {"type": "string", "description": "what to translate"},
        "language": {
            "enum": ["French", "German"],
            "description": "the language to translate into",
            "default": "French",
        },
        "formal": {"type": "boolean", "description": "whether to be polite", "default": False},
    }


@ERAS
async def test_a_call_gives_the_answer(address, mode):
    async with Client(address(translate, additional_inputs=inputs()), mode=mode) as client:
        result = await client.call_tool("translate", {"message": "hello", "formal": True})

    assert (text_of(result), result.is_error) == ("hello in French please", False)


@ERAS
async def test_progress_is_told_while_the_tool_works(address, mode):
    release = threading.Event()

    def slow(message, history, progress=salon.Progress()):
        progress(0.5, desc="half")
        release.wait(30)
        return "done"

    told = []

    async def on_progress(progress, total, message):
        told.append((progress, total, message))
        release.set()

    async with Client(address(slow), mode=mode) as client:
        result = await client.call_tool("slow", {"message": "hello"}, progress_callback=on_progress)

    assert text_of(result) == "done"
    assert told == [(0.5, 1.0, "half")]


async def test_a_streamed_answer_is_told_as_it_grows(address):
    release = threading.Event()

    def slow(message, history):
        yield "one"
        release.wait(30)
        yield "one two"

    told = []

    async def on_progress(progress, total, message):
        told.append(message)
        release.set()

    async with Client(address(slow)) as client:
        result = await client.call_tool("slow", {"message": "hello"}, progress_callback=on_progress)

    assert (text_of(result), told[0]) == ("one two", "one")


async def test_files_come_as_content(address, tmp_path):
    (tmp_path / "cat.png").write_bytes(PNG)
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")

    def function(message, history):
        return ["Look:", salon.Image(str(tmp_path / "cat.png")), salon.File(str(tmp_path / "a.csv"))]

    async with Client(address(function)) as client:
        text, image, file = (await client.call_tool("function", {"message": "hello"})).content

    assert text.text == "Look:"
    assert (image.type, image.mime_type, base64.b64decode(image.data)) == ("image", "image/png", PNG)
    assert base64.b64decode(file.resource.blob) == b"a,b\n1,2\n"
    assert httpx.get(str(file.resource.uri), timeout=60).content == b"a,b\n1,2\n"


async def test_files_go_in_as_data_and_are_gone_afterwards(address):
    seen = []

    def look(message, history, picture):
        seen.append(([Path(path).read_bytes() for path in message["files"]], Path(picture).read_bytes()))
        seen.append([*message["files"], picture])
        return "thanks"

    url = "data:image/png;base64," + base64.b64encode(PNG).decode()
    chat = address(look, multimodal=True, additional_inputs=[salon.Image(label="Picture", type="filepath")])
    async with Client(chat) as client:
        (tool,) = (await client.list_tools()).tools
        result = await client.call_tool("look", {"message": "a", "files": [url], "picture": url})

    assert set(tool.input_schema["properties"]) == {"message", "picture", "files"}
    assert text_of(result) == "thanks"
    assert seen[0] == ([PNG], PNG)
    assert not any(Path(path).exists() for path in seen[1])


@ERAS
async def test_a_failure_is_told_to_the_model(address, mode):
    def fail(message, history):
        raise salon.Error("bad thing")

    async with Client(address(fail), mode=mode) as client:
        result = await client.call_tool("fail", {"message": "hello"})

    assert (text_of(result), result.is_error) == ("bad thing", True)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "`message` is missing"),
        ({"message": 7}, "`message` has to be a text"),
        ({"message": "a", "tone": "b"}, "no argument `tone`"),
        ({"message": "a", "language": "Greek"}, "“Language” takes one of"),
        ({"message": "x" * 100_001}, "100001 characters"),
    ],
)
async def test_wrong_arguments_are_told_to_the_model(address, arguments, reason):
    async with Client(address(translate, additional_inputs=inputs())) as client:
        result = await client.call_tool("translate", arguments)

    assert result.is_error
    assert reason in text_of(result)


async def test_an_unknown_tool_is_an_error(address):
    async with Client(address(translate, additional_inputs=inputs())) as client:
        with pytest.raises(MCPError, match="the tools are translate"):
            await client.call_tool("nothing", {})


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_call_that_is_cancelled_stops_the_function(address, mode):
    begun, closed = threading.Event(), threading.Event()

    def endless(message, history):
        try:
            while True:
                yield "on"
                begun.set()
                time.sleep(0.01)
        finally:
            closed.set()

    async with Client(address(endless), mode=mode) as client:
        call = asyncio.create_task(client.call_tool("endless", {"message": "hello"}))
        await asyncio.to_thread(begun.wait, 20)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(closed.wait, 20)


async def test_keys(address):
    def who(message, history, request: salon.Request):
        return request.username

    url = address(who, api_keys=lambda key: "ann" if key == "right" else None)

    async def answer(key: str) -> str:
        import httpx2

        headers = {"Authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return text_of(await client.call_tool("who", {"message": "hello"}))

    assert await answer("right") == "ann"
    with pytest.raises(BaseException):  # noqa: B017 - a group of errors
        await answer("wrong")
    assert httpx.post(url, json={}, timeout=60).headers["WWW-Authenticate"] == "Bearer"


async def test_functions_of_a_page_are_tools_too(address):
    with salon.Blocks() as demo:
        number, double = salon.Number(label="Number"), salon.Number()

        def twice(number):
            """Doubles a number."""
            return number * 2

        salon.Button("Go").click(twice, number, double)
        salon.ChatInterface(lambda message, history: "hello", api_name="talk")
    async with Client(address(demo)) as client:
        tools = {tool.name: tool.description for tool in (await client.list_tools()).tools}
        result = await client.call_tool("twice", {"number": 21})

    assert tools == {"talk": "Answers a message.", "twice": "Doubles a number."}
    assert text_of(result) == "42"


class TestWire:
    """What the published client does not send."""

    def test_what_is_no_request_gets_an_error_of_the_protocol(self, address):
        url = address(translate, additional_inputs=inputs())

        def post(content: bytes) -> tuple[int, int]:
            response = httpx.post(url, content=content, headers={"Content-Type": "application/json"}, timeout=60)
            return response.status_code, response.json()["error"]["code"]

        assert post(b"{") == (400, -32700)
        assert post(b"[]") == (400, -32700)
        assert post(b"{}") == (400, -32600)
        assert post(b'{"jsonrpc": "2.0", "id": 1, "method": "no/such"}') == (404, -32601)
        assert post(b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 7}}') == (400, -32602)
        assert post(b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": ' + b"[" * 100_000 + b"}")[0] == 400
        assert post(b'{"jsonrpc": "2.0", "id": 1, "method": "' + b"x" * 3 * 2**20 + b'"}')[0] == 413

    def test_who_takes_no_stream_gets_json(self, address):
        body = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "translate", "arguments": {"message": "hello"}},
        }
        response = httpx.post(address(translate, additional_inputs=inputs()), json=body, timeout=60)

        assert response.json()["result"]["content"] == [{"type": "text", "text": "hello in French"}]

    def test_headers_that_contradict_the_message_are_refused(self, address):
        meta = {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
        url = address(translate, additional_inputs=inputs())

        def code(**headers: str) -> int:
            return httpx.post(url, json=body, headers=headers, timeout=60).json()["error"]["code"]

        assert code() == -32020
        assert code(**{"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call"}) == -32020
        meta["io.modelcontextprotocol/protocolVersion"] = "2099-01-01"
        assert code(**{"MCP-Protocol-Version": "2099-01-01", "Mcp-Method": "tools/list"}) == -32022

    def test_it_is_off_unless_it_is_asked_for(self, url_of):
        off, on = (url_of(translate, additional_inputs=inputs(), **options) for options in ({}, {"mcp_server": True}))

        assert httpx.post(f"{off}/mcp", json={}, timeout=60).status_code == 404
        assert httpx.get(f"{on}/mcp", timeout=60).status_code == 405
