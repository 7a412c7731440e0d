"""`@gradio/client`, as published, in Node, against a chat."""

import json
import threading
import time
from pathlib import Path

import salon
from tests.clients.conftest import proxy, serving
from tests.clients.node import needs_node, node

pytestmark = needs_node
IMPORTS = 'import { Client, handle_file } from "@gradio/client";'
ALL_EVENTS = {"events": ["data", "status", "log"]}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def run(code: str, url: str, **values: object):
    """Run code that has a connected `client`."""
    options = json.dumps(values.pop("options", {}))
    return node(f"const client = await Client.connect(url, {options}); {code}", imports=IMPORTS, url=url, **values)


def echo(message, history):
    return f"{message}!"


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


def count(message, history):
    return str(len(history))


def test_predict_by_position_and_by_name(url_of):
    url = url_of(echo)

    assert run('return (await client.predict("/chat", ["hello"])).data;', url) == ["hello!"]
    assert run('return (await client.predict("/chat", { message: "hello" })).data;', url) == ["hello!"]
    assert run('return (await client.predict("/echo", { message: "hello" })).data;', url) == ["hello!"]


def test_view_api_describes_the_endpoints(url_of):
    info = run("return await client.view_api();", url_of(echo))

    (parameter,) = info["named_endpoints"]["/chat"]["parameters"]
    assert (parameter["parameter_name"], parameter["type"]) == ("message", "string")


def test_wrong_calls_are_refused(url_of):
    url = url_of(echo)
    attempt = "try { await client.predict(%s); return 'accepted' } catch (error) { return error.message }"

    assert "No endpoint matching" in run(attempt % '"/nothing", ["hello"]', url)
    assert "required parameter: message" in run(attempt % '"/chat", { text: "hello" }', url)
    assert "has to be a text" in run(attempt % '"/chat", [7]', url)


def test_submit_gives_every_value_and_then_ends(url_of):
    seen = run(
        """
        const seen = [];
        for await (const event of client.submit("/chat", ["hello"])) {
            if (event.type === "data") seen.push(event.data[0]);
        }
        return seen;
        """,
        url_of(spell),
    )

    assert seen == ["h", "he", "hel", "hell", "hello", "hello"]


def test_a_function_that_returns_gives_one_value(url_of):
    events = run(
        """
        const seen = [];
        for await (const event of client.submit("/chat", ["hello"])) seen.push([event.type, event.stage ?? event.data[0]]);
        return seen;
        """,
        url_of(echo),
        options=ALL_EVENTS,
    )

    assert [event for event in events if event[0] == "data"] == [["data", "hello!"]]
    assert events[-1] == ["status", "complete"]


def test_rich_values_arrive_through_their_differences(url_of):
    def think(message, history):
        step = {"role": "assistant", "content": "Looking", "metadata": {"title": "Search", "status": "pending"}}
        yield [step]
        yield [step, "Found"]
        yield [{**step, "metadata": {"title": "Search", "status": "done"}}, "Found it"]

    last = run(
        """
        let last;
        for await (const event of client.submit("/chat", ["hello"])) if (event.type === "data") last = event.data[0];
        return last;
        """,
        url_of(think),
    )

    assert [message["content"] for message in last] == ["Looking", "Found it"]
    assert last[0]["metadata"] == {"title": "Search", "status": "done"}


def test_the_history_of_a_session_is_kept_for_it(url_of):
    code = """
        const answers = [];
        for (let turn = 0; turn < 3; turn++) answers.push((await client.predict("/chat", ["hello"])).data[0]);
        return answers;
    """
    url = url_of(count)

    assert run(code, url) == ["0", "2", "4"]
    assert run(code, url) == ["0", "2", "4"]


def test_several_jobs_at_a_time(url_of):
    together = threading.Barrier(4, timeout=30)

    def function(message, history):
        together.wait()
        return message

    answers = run(
        """
        const jobs = ["a", "b", "c", "d"].map((text) => client.predict("/chat", [text]));
        return (await Promise.all(jobs)).map((result) => result.data[0]);
        """,
        url_of(function),
    )
    assert answers == ["a", "b", "c", "d"]


def test_an_error_of_the_authors_has_its_message_and_fields(url_of):
    def fail(message, history):
        raise salon.Error("bad thing", duration=5, title="Oh no")

    caught = run(
        """
        try { await client.predict("/chat", ["hello"]); } catch (error) {
            return [error.message, error.duration, error.title];
        }
        """,
        url_of(fail),
    )
    assert caught == ["bad thing", 5, "Oh no"]


def test_what_came_before_an_error_stays(url_of):
    def fail(message, history):
        yield "a"
        yield "ab"
        raise salon.Error("no")

    events = run(
        """
        const seen = [];
        for await (const event of client.submit("/chat", ["hello"])) {
            if (event.type === "data") seen.push(event.data[0]);
            else if (event.type === "status" && event.stage === "error") seen.push(event.message);
        }
        return seen;
        """,
        url_of(fail),
        options=ALL_EVENTS,
    )
    assert events == ["a", "ab", "no"]


def test_progress_notices_and_places_in_the_queue_arrive(url_of):
    release = threading.Event()

    def function(message, history, progress=salon.Progress()):
        if message == "first":
            salon.Info("begun")
            release.wait(30)
            return "done"
        progress(0.5, desc="half")
        salon.Info("careful")
        return "done"

    events = run(
        """
        const opener = await Client.connect(gate);
        const first = client.submit("/chat", ["first"], null, null, true);
        while ((await first.next()).value.type !== "log");
        const job = client.submit("/chat", ["second"], null, null, true);
        const seen = { positions: [], logs: [], progress: [] };
        for await (const event of job) {
            if (event.type === "status" && event.position !== undefined) {
                if (seen.positions.length === 0) await opener.predict("/chat", ["open"]);
                seen.positions.push(event.position);
            }
            if (event.type === "log") seen.logs.push([event.log, event.level]);
            if (event.type === "status" && event.progress_data) seen.progress.push(event.progress_data[0].desc);
        }
        return seen;
        """,
        url_of(salon.ChatInterface(function, concurrency_limit=1)),
        options=ALL_EVENTS,
        gate=url_of(lambda message, history: release.set() or "open"),
    )

    assert 0 in events["positions"]
    assert events["logs"] == [["careful", "info"]]
    assert events["progress"] == ["half"]


def test_cancelling_ends_the_iteration_and_the_function(url_of):
    closed = threading.Event()

    def endless(message, history):
        try:
            number = 0
            while True:
                number += 1
                yield str(number)
                time.sleep(0.01)
        finally:
            closed.set()

    seen = run(
        """
        const job = client.submit("/chat", ["hello"]);
        const seen = [];
        for await (const event of job) {
            if (event.type === "data") seen.push(event.data[0]);
            if (event.type === "status" && event.stage === "error") seen.push(event.message);
            if (seen.length === 3) await job.cancel();
        }
        return seen.slice(0, 1);
        """,
        url_of(endless),
        options=ALL_EVENTS,
    )

    assert seen == ["1"]
    assert closed.wait(20)


def test_files_go_in_by_path_and_by_content_and_come_out_with_an_address(url_of, tmp_path):
    names = []

    def reply(message, history):
        names.append([Path(path).name for path in message["files"]])
        return salon.File(message["files"][0])

    (tmp_path / "a cat.png").write_bytes(PNG)
    url = url_of(reply, multimodal=True)
    value, length = run(
        """
        const file = handle_file(path);
        const result = await client.predict("/chat", { message: { text: "", files: [file, new Blob(["text"])] } });
        const value = result.data[0].value;
        const loaded = await fetch(value.url);
        return [value, (await loaded.arrayBuffer()).byteLength];
        """,
        url,
        path=str(tmp_path / "a cat.png"),
    )

    assert names == [["a cat.png", "blob"]]
    assert (value["orig_name"], value["mime_type"], value["size"], length) == (
        "a cat.png",
        "image/png",
        len(PNG),
        len(PNG),
    )


def test_signing_in(url_of):
    def who(message, history, request: salon.Request):
        return request.username

    url = url_of(who, auth=("ann", "secret-word"))
    attempt = """
        try { const client = await Client.connect(url, options); return (await client.predict("/chat", ["hello"])).data[0]; }
        catch (error) { return error.message }
    """

    def outcome(**options: object) -> str:
        return node(attempt, imports=IMPORTS, url=url, options=options)

    assert outcome(auth=["ann", "secret-word"]) == "ann"
    assert "Invalid credentials" in outcome(auth=["ann", "wrong"])
    assert "credentials are required" in outcome()


def test_cancelling_works_when_signed_in_though_node_sends_no_cookie_with_it(url_of):
    closed = threading.Event()

    def endless(message, history):
        try:
            while True:
                yield "on"
                time.sleep(0.01)
        finally:
            closed.set()

    run(
        """
        const job = client.submit("/chat", ["hello"]);
        for await (const event of job) if (event.type === "data") await job.cancel();
        """,
        url_of(endless, auth=("ann", "secret-word")),
        options={"auth": ["ann", "secret-word"]},
    )
    assert closed.wait(20)


def test_behind_a_proxy_below_a_path(url_of):
    with serving(proxy(url_of(echo, root_path="/below"), "/below")) as outside:
        assert run('return (await client.predict("/chat", ["hello"])).data[0];', f"{outside}/below") == "hello!"


def test_reconnecting_knows_the_same_application(url_of):
    assert run("return await client.reconnect();", url_of(echo)) == "connected"
