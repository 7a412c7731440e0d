"""`openai` from npm, as published, in Node, against a chat."""

import threading
import time

import pytest

import salon
from tests.clients.node import needs_node, node

pytestmark = needs_node
IMPORTS = 'import OpenAI from "openai";'


def run(code: str, url: str, **values: object):
    """Run code that has a `client`."""
    begin = "const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'key-1', maxRetries: 0 });"
    return node(f"{begin} {code}", imports=IMPORTS, url=url, **values)


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


def test_completions_whole_and_streamed(url_of):
    whole, streamed, reason = run(
        """
        const messages = [{ role: "user", content: "hello" }];
        const whole = await client.chat.completions.create({ model: "chat", messages });
        let streamed = "", reason;
        for await (const chunk of await client.chat.completions.create({ model: "chat", messages, stream: true })) {
            streamed += chunk.choices[0].delta.content ?? "";
            reason = chunk.choices[0].finish_reason;
        }
        return [whole.choices[0].message.content, streamed, reason];
        """,
        url_of(spell),
    )
    assert (whole, streamed, reason) == ("hello", "hello", "stop")


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
        const messages = [{ role: "user", content: "hello" }];
        const stream = await client.chat.completions.create({ model: "chat", messages, stream: true });
        for await (const chunk of stream) if (chunk.choices[0].delta.content) stream.controller.abort();
        """,
        url_of(endless),
    )
    assert closed.wait(20)


@pytest.mark.parametrize(("keys", "expected"), [(["key-1"], ["chat"]), (["key-2"], [401, "invalid_api_key"])])
def test_keys(url_of, keys, expected):
    outcome = run(
        """
        try { return (await client.models.list()).data.map((model) => model.id); }
        catch (error) { return [error.status, error.code]; }
        """,
        url_of(spell, api_keys=keys),
    )
    assert outcome == expected


def test_an_error_of_the_authors_has_its_message(url_of):
    def fail(message, history):
        yield "a"
        raise salon.Error("bad thing")

    messages = run(
        """
        const messages = [{ role: "user", content: "hello" }];
        const seen = [];
        try { await client.chat.completions.create({ model: "chat", messages }); } catch (error) { seen.push(error.message); }
        try {
            for await (const _ of await client.chat.completions.create({ model: "chat", messages, stream: true }));
        } catch (error) { seen.push(error.message); }
        return seen;
        """,
        url_of(fail),
    )
    assert len(messages) == 2
    assert all("bad thing" in message for message in messages)


def test_responses_streamed_picked_up_and_cancelled(url_of):
    text, rest, status = run(
        """
        const stream = await client.responses.create({ model: "chat", input: "hello", stream: true, background: true });
        let text = "", id, cut;
        for await (const event of stream) {
            if (event.type === "response.created") { id = event.response.id; cut = event.sequence_number; }
            if (event.type === "response.output_text.delta") text += event.delta;
        }
        let rest = "";
        for await (const event of await client.responses.retrieve(id, { stream: true, starting_after: cut })) {
            if (event.type === "response.output_text.delta") rest += event.delta;
        }
        const cancelled = await client.responses.cancel(id);
        return [text, rest, cancelled.status];
        """,
        url_of(spell),
    )
    assert (text, rest, status) == ("hello", "hello", "completed")
