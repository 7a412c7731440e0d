"""The npm package `salon-client`, as it is packed, in Node, against a chat."""

import json
import re
import shutil
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from starlette.applications import Starlette

import salon
from tests.clients.conftest import serving
from tests.clients.node import node
from tests.clients.test_salon_client import Cutting

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "web/packages/salon-client"
IMPORTS = """
import { connect, textOf } from "salon-client";
const caught = async (work) => {
    try { await work; } catch (error) { return { name: error.name, ...error, message: error.message }; }
};
const all = async (items) => {
    const found = [];
    for await (const item of items) found.push(item);
    return found;
};
"""


def echo(message, history):
    return f"{message}!"


def count(message, history):
    return str(len(history))


def counting(message, history):
    """Count for ever, and say on the way what may be waited for."""
    while True:
        yield salon.Append("x")
        time.sleep(0.01)


@pytest.fixture
def run(salon_client) -> Callable[..., Any]:
    """Run code that has a connected `client`."""

    def start(code: str, url: str, **values: object) -> Any:
        options = json.dumps(values.pop("options", {}))
        code = f"const client = await connect(url, {options}); {code}"
        return node(code, imports=IMPORTS, folder=salon_client, url=url, **values)

    return start


def test_the_package_holds_what_it_needs_and_no_more(salon_client):
    assert (salon_client / "node_modules/salon-client/dist/index.js").exists()
    (packed,) = (ROOT / "dist").glob("salon-client-*.tgz")
    with tarfile.open(packed) as tar:
        names = {name.removeprefix("package/") for name in tar.getnames()}
        described = json.load(tar.extractfile("package/package.json"))

    assert names == {"LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts"}
    assert described["version"] == salon.__version__
    assert "dependencies" not in described


def test_a_question_and_its_answer(run, url_of):
    assert run('return (await client.ask("hello")).text;', url_of(echo)) == "hello!"


def test_text_comes_while_the_function_works(run, url_of):
    goes_on = threading.Event()

    def reply(message, history):
        if message == "go on":
            goes_on.set()
        else:
            yield "a"
            assert goes_on.wait(20)
        yield "ab"

    pieces = run(
        """
        const pieces = [];
        for await (const piece of client.ask("hello")) {
            pieces.push(piece);
            if (pieces.length === 1) await client.ask("go on");
        }
        return pieces;
        """,
        url_of(reply),
    )
    assert pieces == ["a", "b"]


def test_a_conversation_knows_what_was_said(run, url_of):
    answers = run(
        """
        const conversation = client.conversation();
        const said = [];
        for (const text of ["a", "b", "c"]) said.push((await conversation.ask(text)).text);
        said.push((await conversation.retry()).text);
        await conversation.undo();
        said.push((await conversation.ask("d")).text, (await client.conversation(conversation.id).ask("e")).text);
        return [said, conversation.messages.map((message) => `${message.role} ${textOf(message)}`)];
        """,
        url_of(count),
    )
    assert answers == [
        ["0", "2", "4", "4", "4", "6"],
        ["user a", "assistant 0", "user b", "assistant 2", "user d", "assistant 4"],
    ]


def test_a_conversation_that_the_server_has_lost_goes_on_with_a_copy(run, url_of):
    demo = salon.ChatInterface(count)
    url = url_of(demo)

    def forget(message, history, request: salon.Request):
        port = int(url.rsplit(":")[-1].strip("/"))
        demo.close()
        demo.launch(server_port=port, prevent_thread_lock=True, quiet=True)
        return "done"

    answer = run(
        """
        const conversation = client.conversation();
        await conversation.ask("a");
        await (await connect(other)).ask("forget");
        return (await conversation.ask("b")).text;
        """,
        url,
        other=url_of(forget),
    )
    assert answer == "2"


def test_additional_inputs_go_by_their_names(run, url_of):
    def reply(message, history, *, tokens: int = 10, file: str | None = None):
        return f"{tokens}"

    url = url_of(reply)
    assert run('return (await client.ask("a", { inputs: { tokens: 20 } })).text;', url) == "20"
    assert run('return (await client.ask("a")).text;', url) == "10"
    refused = run('return await caught(client.ask("a", { inputs: { tokens: "many" } }));', url)
    assert (refused["name"], refused["code"]) == ("ClientError", "input.invalid")


def test_a_file_may_be_an_additional_input(run, url_of):
    def reply(message, history, file):
        return Path(file).read_text()

    url = url_of(reply, additional_inputs=[salon.File(label="File")])

    given = '{ inputs: { file: new File(["content"], "a.txt") } }'
    assert run(f'return (await client.ask("a", {given})).text;', url) == "content"


def test_files_go_in_and_out(run, url_of, tmp_path):
    (tmp_path / "a.txt").write_text("content")
    url = url_of(lambda message, history: [salon.File(file) for file in message["files"]], multimodal=True)

    names, first, second = run(
        """
        const uploaded = await client.upload(new Blob(["more"]), { name: "b.txt" });
        const { files } = await client.ask("look", { files: [path, uploaded] });
        const contents = files.map(async (file) => (await client.download(file)).text());
        return [files.map(({ name }) => name), ...(await Promise.all(contents))];
        """,
        url,
        path=str(tmp_path / "a.txt"),
    )
    assert (names, first, second) == (["a.txt", "b.txt"], "content", "more")


@pytest.mark.parametrize(("after_bytes", "count"), [(250, 60), (400, 60), (1_000, 240)])
def test_a_cut_stream_is_picked_up_where_it_was(run, after_bytes, count):
    def long(message, history):
        for number in range(count):
            yield salon.Append(f"{number} ")
            time.sleep(0.002)

    outer = Starlette()
    salon.mount(outer, salon.ChatInterface(long), path="/chat")
    cutting = Cutting(outer, after_bytes=after_bytes)
    with serving(cutting) as url:
        pieces = run('return await all(client.ask("hello"));', f"{url}/chat")

    assert "".join(pieces) == "".join(f"{number} " for number in range(count))
    assert cutting.cuts > 0


def test_a_reply_is_picked_up_by_its_run_and_by_its_conversation(run, url_of):
    goes_on = threading.Event()

    def reply(message, history):
        if message == "go on":
            goes_on.set()
        else:
            yield "a"
            assert goes_on.wait(20)
        yield "ab"

    url = url_of(reply)
    run_id, *texts = run(
        """
        const conversation = client.conversation();
        const answer = conversation.ask("hello");
        for await (const _ of answer) break;
        const other = await connect(url);
        const followed = [other.follow(answer.run), other.conversation(conversation.id).follow()];
        for (const each of followed) for await (const _ of each) break;
        await client.ask("go on");
        return [answer.run, ...(await Promise.all([answer, ...followed])).map(({ text }) => text)];
        """,
        url,
    )
    assert texts == ["ab", "ab", "ab"]
    assert run("return (await client.follow(id)).text;", url, id=run_id) == "ab"
    assert run('return await caught(client.follow("run-unknown-1"));', url)["name"] == "NotFoundError"


@pytest.mark.parametrize("way", ["await answer.cancel()", "abort.abort()"])
def test_stopping_keeps_what_was_seen(run, url_of, way):
    closed = threading.Event()

    def endless(message, history):
        try:
            yield from counting(message, history)
        finally:
            closed.set()

    error, pieces, messages = run(
        f"""
        const abort = new AbortController();
        const conversation = client.conversation();
        const answer = conversation.ask("hello", {{ signal: abort.signal }});
        let pieces = "";
        const reading = async () => {{
            for await (const piece of answer) {{
                pieces += piece;
                {way};
            }}
        }};
        const error = await caught(reading());
        await conversation.judge("Like").catch(() => {{}}); // waits for the end
        return [error.name, pieces, conversation.messages];
        """,
        url_of(endless),
    )
    assert closed.wait(10)
    assert error == ("AbortError" if "abort" in way else "ReplyFailed")
    assert messages[1]["status"] == "cancelled"
    assert messages[1]["parts"][0]["text"] == pieces


def test_a_failed_reply_is_an_error_with_what_was_said(run, url_of):
    def fail(message, history):
        yield "a"
        raise salon.Error("bad thing", title="Oh no")

    error = run('return await caught(client.ask("hello"));', url_of(fail))

    assert (error["name"], error["code"], error["message"]) == ("ReplyFailed", "function.error", "bad thing")
    assert (error["failure"]["title"], error["text"]) == ("Oh no", "a")


def test_a_refused_turn_is_an_error_of_its_kind(run, url_of):
    errors = run('return [await caught(client.ask("x".repeat(100_001))), await caught(client.ask(""))];', url_of(echo))

    assert [(error["name"], error["status"], error["code"]) for error in errors] == [
        ("TooLargeError", 413, "message.too-long"),
        ("ClientError", 400, "message.empty"),
    ]


def test_no_server_is_an_error(salon_client):
    error = node('return await caught(connect("http://127.0.0.1:9"));', imports=IMPORTS, folder=salon_client)

    assert (error["name"], error["code"]) == ("ConnectionLost", "client.lost")


def test_signing_in(run, url_of, salon_client):
    def who(message, history, request: salon.Request):
        return request.username

    url = url_of(who, auth=("ann", "secret-word"))
    assert run('return (await client.ask("hello")).text;', url, options={"auth": ["ann", "secret-word"]}) == "ann"
    errors = node(
        'return [await caught(connect(url)), await caught(connect(url, { auth: ["ann", "wrong"] }))];',
        imports=IMPORTS,
        folder=salon_client,
        url=url,
    )
    assert [(error["name"], error["code"]) for error in errors] == [
        ("AuthenticationError", "login.required"),
        ("AuthenticationError", "login.wrong"),
    ]


def test_what_may_be_called_is_described(run, url_of):
    def reply(message: str, history: list, *, tone: str = "kind") -> str:
        """Answer in a tone."""
        return tone

    (endpoint,), title = run("return [client.endpoints, (await client.config()).title];", url_of(reply, title="Tones"))

    assert (endpoint["name"], endpoint["description"], title) == ("chat", "Answer in a tone.", "Tones")
    assert [parameter["name"] for parameter in endpoint["parameters"]] == ["message", "tone"]


def test_functions_are_called_by_their_names(run, url_of):
    with salon.Blocks() as demo:
        left, right, total, words = salon.Number(), salon.Number(value=2), salon.Number(), salon.Textbox()

        def add(left: float, right: float):
            """Add two numbers."""
            if left < 0:
                raise salon.Error("too small")
            return left + right, f"{left} and {right}"

        salon.Button("Add").click(add, [left, right], [total, words])
    values, error = run(
        """
        const values = (await client.call("add", { left: 1 })).map(({ value }) => value);
        return [values, await caught(client.call("add", { left: -1 }))];
        """,
        url_of(demo),
    )
    assert values == [3, "1 and 2"]
    assert (error["name"], error["message"]) == ("ReplyFailed", "too small")


def test_conversations_that_the_server_keeps(run, url_of):
    listed = run(
        """
        for (const text of ["apples", "pears", "plums"]) await client.ask(text);
        const titles = async (query) => (await all(client.conversations(query))).map(({ title }) => title);
        const before = await titles();
        const [found] = await all(client.conversations({ search: "pear" }));
        const pears = client.conversation(found.id);
        await pears.rename("Fruit");
        await pears.pin();
        const pinned = await titles();
        const text = await pears.export("markdown");
        await pears.delete();
        return [before, found.excerpt, pinned, text.includes("pears!"), await titles()];
        """,
        url_of(echo, save_history="server", auth=[("ann", "secret word")]),
        options={"auth": ["ann", "secret word"]},
    )
    assert listed == [
        ["plums", "pears", "apples"],
        "pears!",
        ["Fruit", "plums", "apples"],
        True,
        ["plums", "apples"],
    ]


def test_a_visitor_has_conversations_of_its_own_and_may_come_again(run, url_of):
    url = url_of(echo, save_history="server")
    listing = 'await client.ask("hello"); return [client.visitor, (await all(client.conversations())).length];'

    first, own = run(listing, url, options={"visitor": True})
    other, others = run(listing, url, options={"visitor": True})
    again, more = run(listing, url, options={"visitor": first})
    assert (own, others, more) == (1, 1, 2)
    assert first == again
    assert first != other
    assert run(listing, url) == [None, 0]


def test_feedback_goes_to_the_last_reply(run, url_of):
    heard: Queue[Any] = Queue()
    url = url_of(echo, flagging_mode="manual", on_feedback=heard.put)
    error = run(
        """
        const conversation = client.conversation();
        await conversation.ask("hello");
        await conversation.judge("Like");
        return await caught(conversation.judge("Wonderful"));
        """,
        url,
    )
    feedback = heard.get(timeout=10)
    assert (feedback.options, feedback.value) == (("Like",), "hello!")
    assert heard.empty()
    assert error["name"] == "ClientError"


def reply_of_readme(message, history, *, temperature: float = 0.7):
    if message["text"] == "Count to a million":
        yield from counting(message, history)
    yield f"{message['text']} {temperature}"


@pytest.mark.parametrize("number", range(4))
def test_the_programs_of_the_readme_work(run, url_of, salon_client, number):
    programs = re.findall(r"```js\n(.*?)```", (SOURCE / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(programs) == 4
    (salon_client / "notes.txt").write_text("content")
    if number == 2:
        url = url_of(echo, save_history="server", auth=("ann", "password"))
        run('await client.ask("cats");', url, options={"auth": ["ann", "password"]})
    else:
        url = url_of(reply_of_readme, multimodal=True)

    program = programs[number].replace("http://localhost:7860", url)
    assert node("return 'done';", imports=program, folder=salon_client) == "done"


def test_the_example_for_node_works(url_of, salon_client):
    shutil.copy(SOURCE / "examples/ask.mjs", salon_client)
    command = ["node", "ask.mjs", url_of(echo), "What", "is new?"]
    done = subprocess.run(command, cwd=salon_client, capture_output=True, text=True, check=False)

    assert done.stdout == "What is new?!\n", done.stderr


@pytest.mark.parametrize("resolution", ["nodenext", "bundler"])
def test_its_types_fit_programs(salon_client, resolution):
    compiler = ROOT / "web/node_modules/typescript/bin/tsc"
    if not compiler.exists():
        pytest.skip("needs the page's packages (make web installs them)")
    shutil.copy(Path(__file__).parents[1] / "clients_js/salon_client_types.ts", salon_client)
    options = {
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noUncheckedIndexedAccess": True,
        "noEmit": True,
        "target": "ES2022",
        "lib": ["ES2022", "DOM", "DOM.AsyncIterable"],
        "types": [],
        "module": "nodenext" if resolution == "nodenext" else "esnext",
        "moduleResolution": resolution,
    }
    project = {"compilerOptions": options, "files": ["salon_client_types.ts"]}
    (salon_client / f"{resolution}.json").write_text(json.dumps(project))
    command = ["node", str(compiler), "--project", f"{resolution}.json"]
    done = subprocess.run(command, cwd=salon_client, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
