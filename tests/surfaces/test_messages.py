"""The same bad message through every protocol: one judgement, each in the protocol's own form."""

import contextlib
import json
import queue
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import salon
from tests.surfaces.streams import turn

LENGTH = 100
BAD = {
    "empty": ("", "The message is empty. Send a text or a file."),
    "long": (
        "x" * (LENGTH + 1),
        (
            f"The message has {LENGTH + 1} characters; at most {LENGTH} are accepted. "
            "Shorten it, or attach the text as a file."
        ),
    ),
}


def page(client: httpx.Client, text: str) -> tuple[int, str]:
    response = client.post("/api/turns", json=turn(text))
    return response.status_code, response.json()["detail"]


def completions(client: httpx.Client, text: str) -> tuple[int, str]:
    body = {"model": "chat", "messages": [{"role": "user", "content": text}]}
    response = client.post("/v1/chat/completions", json=body)
    return response.status_code, response.json()["error"]["message"]


def responses(client: httpx.Client, text: str) -> tuple[int, str]:
    response = client.post("/v1/responses", json={"model": "chat", "input": text})
    return response.status_code, response.json()["error"]["message"]


def ag_ui(client: httpx.Client, text: str) -> tuple[int, str]:
    message = {"id": "m1", "role": "user", "content": text}
    body = {"threadId": "t1", "runId": "r1", "messages": [message], "state": {}, "tools": [], "context": []}
    response = client.post("/ag-ui", json=body)
    return response.status_code, response.json()["detail"]


def mcp(client: httpx.Client, text: str) -> tuple[int, str]:
    params = {"name": "chat", "arguments": {"message": text}}
    response = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    result = response.json()["result"]
    assert result["isError"]
    # A model gets the judgement as a result, which it can read, so there is no status that tells the two apart.
    return {"empty": 400, "long": 413}[_kind(text)], result["content"][0]["text"]


def gradio_simple(client: httpx.Client, text: str) -> tuple[int, str]:
    response = client.post("/gradio_api/call/chat", json={"data": [text]})
    return response.status_code, response.json()["detail"]


def gradio_named(client: httpx.Client, text: str) -> tuple[int, str]:
    response = client.post("/gradio_api/call/v2/chat", json={"message": text})
    return response.status_code, response.json()["detail"]


def gradio_whole(client: httpx.Client, text: str) -> tuple[int, str]:
    response = client.post("/gradio_api/run/chat", json={"data": [text]})
    return response.status_code, response.json()["detail"]


def gradio_queue(client: httpx.Client, text: str) -> tuple[int, str]:
    functions = client.get("/config").json()["dependencies"]
    index = next(function["id"] for function in functions if function["api_name"] == "chat")
    joined = client.post("/gradio_api/queue/join", json={"data": [text], "fn_index": index, "session_hash": "abc"})
    assert joined.status_code == 200
    with client.stream("GET", "/gradio_api/queue/data?session_hash=abc") as response:
        events = [json.loads(line[6:]) for line in response.iter_lines() if line.startswith("data: ")]
    end = next(event for event in events if event["msg"] == "process_completed")
    assert not end["success"]
    # Clients of this protocol show the message of a call that has failed, and only the status of a refused request.
    return {"empty": 400, "long": 413}[_kind(text)], end["output"]["error"]


def _kind(text: str) -> str:
    return next(kind for kind, (bad, _) in BAD.items() if bad == text)


PROTOCOLS: list[Callable[[httpx.Client, str], tuple[int, str]]] = [
    page,
    completions,
    responses,
    ag_ui,
    mcp,
    gradio_simple,
    gradio_named,
    gradio_whole,
    gradio_queue,
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_message_is_judged_alike_by_every_protocol_and_runs_nothing(serve, monkeypatch, protocol, kind):
    monkeypatch.setenv("SALON_MAX_MESSAGE_LENGTH", str(LENGTH))
    calls: list[Any] = []
    demo = salon.ChatInterface(lambda message, history: calls.append(message) or "never")
    client = serve(demo, openai_api=True, ag_ui_api=True, mcp_server=True)
    text, reason = BAD[kind]
    status, told = protocol(client, text)

    assert (status, told) == (413 if kind == "long" else 400, reason)
    assert calls == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_message_of_spaces_reaches_the_function_by_every_protocol(serve, protocol):
    asked: queue.Queue[str] = queue.Queue()
    demo = salon.ChatInterface(lambda message, history: asked.put(message) or "What do you want to hear?")
    client = serve(demo, openai_api=True, ag_ui_api=True, mcp_server=True)
    with contextlib.suppress(KeyError, TypeError, ValueError, StopIteration, AssertionError):  # these read refusals
        protocol(client, " \n\t")

    assert asked.get(timeout=30) == " \n\t"


@pytest.mark.parametrize("protocol", ["/v1/chat/completions", "/ag-ui"])
def test_text_that_no_encoding_can_carry_reaches_the_function_clean_by_every_protocol(serve, protocol):
    asked: list[str] = []
    demo = salon.ChatInterface(lambda message, history: asked.append(message) or "yes")
    client = serve(demo, openai_api=True, ag_ui_api=True)
    message = {"id": "m1", "role": "user", "content": "a\0b"}
    body = {"threadId": "t1", "runId": "r1", "model": "chat", "messages": [message]}
    assert client.post(protocol, json=body).status_code == 200
    assert client.post("/gradio_api/run/chat", json={"data": ["a\0b"]}).status_code == 200
    assert client.post("/api/turns", json=turn("a\0b")).status_code == 200

    assert asked == ["a\ufffdb"] * 3
