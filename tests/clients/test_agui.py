"""`@ag-ui/client`, as published, in Node, against a chat."""

import base64
import threading
import time
from pathlib import Path

import httpx
import pytest

import salon
from tests.clients.node import needs_node, node

pytestmark = needs_node
IMPORTS = 'import { HttpAgent } from "@ag-ui/client"; console.error = () => {};'
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def run(code: str, url: str, **values: object):
    """Run code that has an `agent` to whom something was said."""
    begin = """
        const agent = new HttpAgent({ url: `${url}/ag-ui`, headers });
        const say = (content) => agent.addMessage({ id: crypto.randomUUID(), role: "user", content });
    """
    values.setdefault("headers", {})
    return node(f"{begin} {code}", imports=IMPORTS, url=url, **values)


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


def test_a_conversation_streams_and_the_callers_history_counts(url_of):
    def count(message, history):
        yield str(len(history))
        yield f"{len(history)} {message}"

    seen = run(
        """
        const seen = [];
        for (const text of ["a", "b"]) {
            say(text);
            let streamed = "";
            const { newMessages } = await agent.runAgent({}, {
                onTextMessageContentEvent: ({ event }) => { streamed += event.delta; },
            });
            seen.push([newMessages.map((message) => message.content), streamed]);
        }
        return seen;
        """,
        url_of(count),
    )
    assert seen == [[["0 a"], "0 a"], [["2 b"], "2 b"]]


def test_thoughts_are_reasoning_and_do_not_come_back_as_history(url_of):
    histories = []

    def think(message, history):
        histories.append(history)
        yield [{"content": "hm", "metadata": {"title": "Thinking"}}]
        yield [{"content": "hm", "metadata": {"title": "Thinking"}}, "Yes."]

    messages = run(
        """
        say("a"); await agent.runAgent();
        say("b"); await agent.runAgent();
        return agent.messages.map((message) => [message.role, message.content]);
        """,
        url_of(think),
    )
    assert [role for role, _ in messages] == ["user", "reasoning", "assistant"] * 2
    assert histories[1] == [{"role": "user", "content": "a"}, {"role": "assistant", "content": "Yes."}]


def test_a_reply_that_becomes_another_one_is_told_as_a_whole(url_of):
    def change(message, history):
        yield "first"
        time.sleep(0.05)
        yield "second"

    messages = run(
        'say("a"); await agent.runAgent(); return agent.messages.map((message) => message.content);', url_of(change)
    )
    assert messages == ["a", "second"]


def test_notices_and_progress_are_events_of_their_own(url_of):
    def function(message, history, progress=salon.Progress()):
        progress(0.5, desc="half")
        salon.Info("careful")
        return "done"

    seen = run(
        """
        const seen = [];
        say("a");
        await agent.runAgent({}, { onCustomEvent: ({ event }) => { seen.push([event.name, event.value.text]); } });
        return seen;
        """,
        url_of(function),
    )
    assert sorted(seen) == [["notice", "careful"], ["progress", "half"]]


def test_an_error_of_the_authors_is_a_run_error(url_of):
    def fail(message, history):
        yield "a"
        raise salon.Error("bad thing")

    seen = run(
        """
        let seen;
        say("a");
        await agent.runAgent({}, { onRunErrorEvent: ({ event }) => { seen = [event.message, event.code]; } }).catch(() => 0);
        return seen;
        """,
        url_of(fail),
    )
    assert seen == ["bad thing", "function.error"]


def test_aborting_stops_the_function(url_of):
    closed = threading.Event()

    def endless(message, history):
        try:
            while True:
                yield salon.Append("on ")
                time.sleep(0.01)
        finally:
            closed.set()

    run(
        """
        say("a");
        await agent.runAgent({}, { onTextMessageContentEvent: () => agent.abortRun() }).catch(() => 0);
        """,
        url_of(endless),
    )
    assert closed.wait(20)


def test_pictures_inputs_and_keys(url_of):
    seen = []

    def look(message, history, tokens):
        seen.append((message["text"], [Path(path).read_bytes() for path in message["files"]], tokens))
        return "ok"

    url = url_of(look, multimodal=True, additional_inputs=[salon.Slider(10, 100)], api_keys=["key-1"])
    run(
        """
        say([{ type: "text", text: "look" }, { type: "image", source: { type: "data", value, mimeType: "image/png" } }]);
        await agent.runAgent({ forwardedProps: { tokens: 20 } });
        """,
        url,
        value=base64.b64encode(PNG).decode(),
        headers={"Authorization": "Bearer key-1"},
    )
    assert seen == [("look", [PNG], 20)]
    assert httpx.post(f"{url}/ag-ui", json={}, timeout=60).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({}, 400, "threadId"),
        ({"messages": []}, 400, "has to end with"),
        ({"messages": [7]}, 400, "`messages[0]` is not a valid message"),
        ({"messages": [{"role": "user", "content": "x" * 100_001}]}, 413, "at most 100000"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "value": "x"}}]}]},
            400,
            "accepts none",
        ),
    ],
)
def test_a_wrong_input_is_refused_with_the_reason(url_of, body, status, reason):
    body = body and {"threadId": "t", "runId": "r", **body}
    response = httpx.post(f"{url_of(spell)}/ag-ui", json=body, timeout=60)

    assert response.status_code == status
    assert reason in response.json()["detail"]


def test_it_can_be_switched_off(url_of):
    assert httpx.post(f"{url_of(spell, ag_ui_api=False)}/ag-ui", json={}, timeout=60).status_code == 404
