"""The client for unit tests of applications."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import salon
from salon.errors import AuthorError, ClientError, NotFoundError
from salon.testing import ChatClient, load

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)


@pytest.fixture
def client():
    """Return what makes a client of a function."""
    clients = []

    def make(function, **options) -> ChatClient:
        settings = {name: options.pop(name) for name in ("user", "headers", "chat") if name in options}
        clients.append(ChatClient(salon.ChatInterface(function, **options), **settings))
        return clients[-1]

    yield make
    for each in clients:
        each.close()


def echo(message, history):
    return f"{message}!"


def test_a_message_is_answered_without_a_server(client):
    answer = client(echo).send("hello")

    assert answer.text == "hello!"
    assert (answer.status, answer.error) == ("complete", None)


def test_the_function_sees_what_was_said_before(client):
    chat = client(lambda message, history: f"{message} after {[each['content'] for each in history]}")
    chat.send("one")
    assert chat.send("two").text == "two after ['one', 'one after []']"
    chat.new()

    assert chat.send("three").text == "three after []"
    assert chat.history == [
        {"role": "user", "content": "three"},
        {"role": "assistant", "content": "three after []"},
    ]


@pytest.mark.parametrize("kind", ["generator", "async generator"])
def test_every_value_of_a_stream_is_there(client, kind):
    def stream(message, history):
        yield from ("a", "a b", "c")

    async def async_stream(message, history):
        for word in stream(message, history):
            yield word

    answer = client(stream if kind == "generator" else async_stream).send("go")

    assert answer.values == ["a", "a b", "c"]


def test_the_time_to_the_first_token_is_measured(client):
    def slow(message, history):
        time.sleep(0.2)
        yield "first"
        time.sleep(2)
        yield "first last"

    answer = client(slow).send("go")

    assert 0.2 <= answer.first_token_s < answer.duration_s - 0.5
    answer.expect(first_token_s=60)
    with pytest.raises(AssertionError, match="a first token"):
        answer.expect(first_token_s=0.1)


def test_files_go_in_and_come_out(client, tmp_path):
    (tmp_path / "note.txt").write_text("the content")

    def read(message, history):
        return [f"{message['text']}: {Path(message['files'][0]).read_text()}", salon.Image(PNG)]

    answer = client(read, multimodal=True).send({"text": "read", "files": [tmp_path / "note.txt"]})

    assert answer.text == "read: the content"
    assert answer.files[0].media_type == "image/png"
    assert answer.files[0].path.read_bytes() == PNG


def test_what_a_server_refuses_is_refused(client, tmp_path):
    (tmp_path / "note.txt").write_text("content")
    pictures = salon.MultimodalTextbox(file_types=["image"], file_count="single")
    with pytest.raises(ClientError, match="at most 0 files"):
        client(echo).send("look", files=[tmp_path / "note.txt"])
    with pytest.raises(ClientError, match="accepted types are image"):
        client(echo, multimodal=True, textbox=pictures).send("look", files=[tmp_path / "note.txt"])
    with pytest.raises(ClientError, match="empty"):
        client(echo).send("")
    with pytest.raises(ClientError, match="100001 characters"):
        client(echo).send("x" * 100_001)


def test_a_client_that_nobody_closes_ends_with_its_program(tmp_path):
    program = """
import salon
from salon.testing import ChatClient

chat = ChatClient(salon.ChatInterface(lambda message, history: message, save_history="server"))
print(chat.send("hello").text)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout, done.stderr) == (0, "hello\n", "")


def test_options_thoughts_and_notices_are_there(client):
    def think(message, history):
        salon.Info("looking")
        yield [
            salon.ChatMessage("hm", metadata={"title": "Thinking"}),
            salon.ChatMessage("Which?", options=[{"value": "a", "label": "A"}, "b"]),
        ]

    answer = client(think).send("go")

    assert answer.text == "Which?"
    assert answer.thoughts == (("Thinking", "hm"),)
    assert answer.options == ("a", "b")
    assert answer.notices == ("looking",)


def test_errors_are_what_the_user_is_told_and_the_exception(client):
    def fail(message, history):
        if message == "error":
            raise salon.Error("Not like this.")
        raise ValueError("the reason")

    chat = client(fail)
    chat.send("error").expect(error="Not like this.")
    chat.send("exception").expect(error="ValueError: the reason")
    with pytest.raises(AssertionError, match="a complete answer"):
        chat.send("error").expect()


def test_additional_inputs_are_given_by_name_or_label(client):
    def hot(message, history, temperature, style):
        return f"{temperature} {style}"

    inputs = [salon.Slider(0, 10, 5, label="How hot"), salon.Textbox("plain", label="Style")]
    chat = client(hot, additional_inputs=inputs)

    assert chat.send("x").text == "5 plain"
    assert chat.send("x", inputs={"temperature": 7, "Style": "bold"}).text == "7 bold"
    with pytest.raises(AuthorError, match="temperature, style"):
        chat.send("x", inputs={"heat": 1})
    with pytest.raises(ClientError, match="How hot"):
        chat.send("x", inputs={"temperature": 11})


def test_the_request_says_who_asks(client):
    def who(message, history, request: salon.Request):
        return f"{request.username} {request.headers['X-Team']}"

    assert client(who, user="ann", headers={"x-team": "red"}).send("x").text == "ann red"


def test_answers_can_be_asked_for_anew_and_taken_back(client):
    answers = iter(["first", "second"])
    chat = client(lambda message, history: next(answers))
    chat.send("hello")
    assert chat.retry().text == "second"
    assert [each["content"] for each in chat.history] == ["hello", "second"]
    assert chat.undo() == "hello"

    assert chat.history == []
    with pytest.raises(ClientError):
        chat.undo()


def test_the_application_pushes_a_message_between_two_turns(client):
    chat = client(lambda message, history: f"{message} {len(history)}")
    with pytest.raises(NotFoundError):
        chat.push("Too early")
    chat.send("hi")
    chat.push("News")

    assert chat.send("again").text == "again 3"
    assert [message["content"] for message in chat.history] == ["hi", "hi 0", "News", "again", "again 3"]


def test_a_reply_can_be_stopped_and_keeps_what_was_seen(client):
    closed = []

    def endless(message, history):
        text = ""
        try:
            while True:
                text += "more "
                yield text
        finally:
            closed.append(True)

    chat = client(endless)
    answer = chat.send("go", stop_after=2)

    assert (answer.status, answer.text) == ("cancelled", "more more ")
    assert chat.history[-1]["content"] == "more more "


def test_an_example_is_said_with_its_files(client, tmp_path):
    (tmp_path / "picture.png").write_bytes(PNG)

    def count(message, history):
        return f"{message['text']} {len(message['files'])}"

    example = {"text": "look", "files": [str(tmp_path / "picture.png")]}
    chat = client(count, multimodal=True, examples=[example])

    assert chat.send(example=0).text == "look 1"
    with pytest.raises(AuthorError, match="no example 3"):
        chat.send(example=3)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"text": "hello"}, "the text 'hello'"),
        ({"contains": "bye"}, "'bye' in the text"),
        ({"pattern": "^!"}, "the pattern '\\^!'"),
        ({"differs_from": " hello! "}, "another text"),
        ({"check": lambda answer: False}, "to hold"),
        ({"files": ["a.png"]}, "the files"),
        ({"options": ["a"]}, "the options"),
        ({"error": "no"}, "an error with 'no'"),
    ],
)
def test_what_is_not_as_expected_is_named(client, expected, said):
    answer = client(echo).send("hello")
    answer.expect(text="hello!", contains="ell", pattern="^h", files=[], options=[], check=lambda it: it.text)

    with pytest.raises(AssertionError, match=said):
        answer.expect(**expected)


def test_one_of_several_chats_is_chosen_by_its_name():
    with salon.Blocks() as demo:
        salon.ChatInterface(echo)
        salon.ChatInterface(lambda message, history: "other")

    with ChatClient(demo, chat="chat2") as chat:
        assert chat.send("x").text == "other"
    with pytest.raises(AuthorError, match="no chat `chat3`"):
        ChatClient(demo, chat="chat3")


def test_nothing_is_left_behind_and_a_closed_client_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with ChatClient(salon.ChatInterface(echo)) as chat:
        chat.send("hello")
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError, match="closed"):
        chat.send("hello")


def test_a_file_is_loaded_without_being_served(tmp_path):
    app = tmp_path / "app_of_test.py"
    app.write_text(
        "import salon as gr\n"
        "def reply(message, history):\n"
        "    return message.upper()\n"
        "demo = gr.ChatInterface(reply)\n"
        "demo.launch()\n"
    )

    with ChatClient(load(app)) as chat:
        assert chat.send("hello").text == "HELLO"
