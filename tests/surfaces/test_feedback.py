"""Feedback over the native protocol."""

import csv
import json
import threading

import pytest

import salon
from salon.cli import main
from salon.errors import AuthorError
from salon.evaluation.rated_replies import from_records
from salon.stores.local_feedback import LocalFeedback
from tests.chats import compiled_page
from tests.surfaces.streams import refused, reply_to, turn

TALK = "/api/conversations/conversation-1"


def echo(message, history):
    return f"{message}!"


@pytest.fixture
def table(tmp_path):
    """Return what reads the rows of the table, without its header."""

    def read() -> list[list[str]]:
        path = tmp_path / "flagged" / "log.csv"
        if not path.exists():
            return []
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.reader(file))[1:]

    return read


@pytest.fixture
def asked(serve, tmp_path):
    """Serve a chat that asks for feedback, say hello, and return a client and the id of the reply."""

    def start(function=echo, **options):
        options = {"flagging_mode": "manual", "flagging_dir": tmp_path / "flagged"} | options
        client = serve(salon.ChatInterface(function, **options))
        client.get("/")
        reply = reply_to(client, turn("hello"))
        return client, reply.ids[0]

    return start


def judge(client, message: str, *options: str, **fields):
    return client.post(f"{TALK}/feedback", json={"message": message, "options": options} | fields)


def shown(client) -> dict:
    return client.get(TALK).json()["messages"][-1].get("feedback", {})


def test_feedback_is_kept_beside_its_message_changed_and_taken_back(asked, table):
    client, answer = asked()
    for options in (["Like"], ["Dislike"], []):
        assert judge(client, answer, *options).status_code == 200
        assert shown(client).get("options", []) == options

    assert [row[3] for row in table()] == ["Like", "Dislike", ""]
    assert json.loads(table()[0][0]) == [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "hello!"},
    ]
    assert {(row[1], row[2]) for row in table()} == {("1", "hello!")}


def test_saying_the_same_again_adds_nothing(asked, table):
    client, answer = asked()
    judge(client, answer, "Like")
    judge(client, answer, "Like")

    assert len(table()) == 1


def test_several_options_and_a_comment_go_together(asked, table, tmp_path):
    client, answer = asked(flagging_options=["Like", "Dislike", "垃圾信息", "其他"], flagging_comment=True)
    judge(client, answer, "其他", "垃圾信息", comment=" =太长 ")

    assert shown(client) == {"options": ["垃圾信息", "其他"], "comment": "=太长"}
    assert table()[0][3:4] + table()[0][5:] == ["垃圾信息; 其他", "'=太长"]


def test_of_a_reply_of_several_messages_the_first_one_is_meant(asked, table):
    client, _ = asked(lambda message, history: ["one", "two"])
    ids = [message["id"] for message in client.get(TALK).json()["messages"]]
    assert judge(client, ids[2], "Like").json()["message"] == ids[1]

    assert table()[0][1:3] == ["1", "one\n\ntwo"]


def test_every_version_of_a_reply_has_feedback_of_its_own(asked, table):
    client, first = asked()
    second = reply_to(client, turn(parent=client.get(TALK).json()["messages"][0]["id"], message=None)).ids[0]
    judge(client, first, "Dislike")
    judge(client, second, "Like")

    assert shown(client) == {"options": ["Like"]}
    client.post(f"{TALK}/switch", json={"message": first})
    assert shown(client) == {"options": ["Dislike"]}


def test_what_is_not_asked_for_is_refused(asked, table):
    client, answer = asked()
    question = client.get(TALK).json()["messages"][0]["id"]

    refused(judge(client, answer, "Spam"), 400, "feedback.option")
    refused(judge(client, answer, "Like", "Dislike"), 400, "feedback.option")
    refused(judge(client, answer, comment="words"), 400, "feedback.comment")
    refused(judge(client, question, "Like"), 400, "feedback.message")
    refused(judge(client, "no-such-message", "Like"), 404, "message.unknown")
    refused(judge(client, answer, "Like", chat="chat9"), 404, "chat.unknown")
    refused(judge(client, "../../x", "Like"), 400, "request.invalid")
    assert table() == []


def test_the_users_messages_can_be_judged_where_the_author_says_so(asked, table):
    client, _ = asked(chatbot=salon.Chatbot(like_user_message=True))
    question = client.get(TALK).json()["messages"][0]["id"]

    assert judge(client, question, "Like").status_code == 200
    assert table()[0][1:3] == ["0", "hello"]


def test_nobody_judges_in_anothers_conversation(asked, serve, table):
    client, answer = asked()
    client.cookies.clear()
    client.get("/")

    refused(judge(client, answer, "Like"), 404, "conversation.unknown")
    assert client.get(f"{TALK}/feedback").json() == {}
    assert table() == []


def test_a_chat_that_does_not_ask_gets_none(asked):
    client, answer = asked(flagging_mode="never")

    refused(judge(client, answer, "Like"), 400, "feedback.unwanted")
    assert "feedback" not in client.get("/api/config").json()["chats"][0]["chatbot"]


def test_after_a_restart_feedback_is_still_there_and_the_page_brings_the_conversation(asked, serve, tmp_path):
    client, answer = asked()
    judge(client, answer, "Like")
    messages = client.get(TALK).json()["messages"]
    copy = [
        {name: each[name] for name in ("id", "message", "created_at", "parent") if name in each} for each in messages
    ]
    visitor = dict(client.cookies)

    client = serve(salon.ChatInterface(echo, flagging_mode="manual", flagging_dir=tmp_path / "flagged"))
    client.cookies.update(visitor)
    assert client.get(f"{TALK}/feedback").json() == {"feedback": {answer: {"options": ["Like"]}}}
    refused(judge(client, answer, "Dislike"), 404, "conversation.unknown")
    assert judge(client, answer, "Dislike", copy=copy).status_code == 200
    assert shown(client) == {"options": ["Dislike"]}


def test_a_flood_is_refused_and_the_table_stays_whole(asked, table):
    client, answer = asked()
    statuses = [judge(client, answer, ("Like", "Dislike")[number % 2]).status_code for number in range(70)]

    assert statuses == [200] * 60 + [429] * 10
    assert len(table()) == 60


def test_what_cannot_be_written_is_said_and_nothing_has_changed(asked, tmp_path):
    client, answer = asked()
    judge(client, answer, "Like")
    (tmp_path / "flagged" / "log.csv").unlink()
    (tmp_path / "flagged" / "log.csv").mkdir()

    refused(judge(client, answer, "Dislike"), 507, "feedback.no-room")
    assert shown(client) == {"options": ["Like"]}


def test_options_in_several_languages_are_one_option(asked, table):
    i18n = salon.I18n(en={"spam": "Spam"}, zh={"spam": "垃圾信息"})
    client, answer = asked(flagging_options=[i18n("spam"), "Other"])
    config = client.get("/api/config").json()["chats"][0]["chatbot"]["feedback"]

    assert config["options"] == ["Spam", "Other"]
    assert config["labels"] == [i18n("spam"), "Other"]
    assert judge(client, answer, "Spam").status_code == 200
    assert table()[0][3] == "Spam"


def test_of_a_conversation_that_is_too_long_the_end_is_kept(asked, tmp_path):
    client, answer = asked(lambda message, history: message[:1] * 200_000)
    last = reply_to(client, turn("again", parent=answer)).ids[0]
    judge(client, last, "Like")
    (record,) = LocalFeedback(tmp_path / "data" / "feedback").records()

    assert [len(stored.message.text) for stored in record.messages] == [5, 200_000]
    assert [each.is_sound for each in from_records([record])] == [False]


def test_where_the_server_keeps_conversations_it_keeps_opinions_with_them_for_every_server(
    asked, serve, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("SALON_STORE", str(tmp_path / "kept.db"))
    client, answer = asked(save_history="server", flagging_comment=True)
    assert judge(client, answer, "Dislike", comment="说得不对").status_code == 200
    other = serve(salon.ChatInterface(echo, save_history="server", flagging_mode="manual"))
    other.cookies = client.cookies

    assert shown(other) == {"options": ["Dislike"], "comment": "说得不对"}
    assert not (tmp_path / "data" / "feedback").exists()
    assert main(["feedback", "export", "--format", "jsonl"]) == 0
    exported = json.loads(capsys.readouterr().out)
    assert (exported["value"], exported["comment"]) == ("hello!", "说得不对")


def test_what_the_application_pushed_is_judged_apart_from_the_reply_before_it(serve, tmp_path, table):
    demo = salon.ChatInterface(echo, flagging_mode="manual", flagging_dir=tmp_path / "flagged")
    client = serve(demo)
    client.get("/")
    answer = reply_to(client, turn("hello")).ids[0]
    pushed = demo.push("conversation-1", ["News", "and more"]).result(timeout=10)
    judge(client, pushed, "Dislike")
    judge(client, answer, "Like")

    assert [row[1:4] for row in table()] == [["2", "News\n\nand more", "Dislike"], ["1", "hello!", "Like"]]


@pytest.mark.parametrize("kind", ["blocking", "async"])
def test_the_authors_function_hears_of_it_with_all_its_context(asked, kind):
    heard, told = [], threading.Event()

    def hook(feedback):
        heard.append(feedback)
        told.set()

    async def async_hook(feedback):
        hook(feedback)

    client, answer = asked(
        flagging_mode=None, flagging_comment=True, on_feedback=hook if kind == "blocking" else async_hook
    )
    judge(client, answer, "Dislike", comment="too short")
    assert told.wait(10)

    (feedback,) = heard
    assert isinstance(feedback, salon.Feedback)
    assert (feedback.index, feedback.value, feedback.liked) == (1, "hello!", False)
    assert (feedback.options, feedback.comment) == (("Dislike",), "too short")
    assert [message["role"] for message in feedback.history] == ["user", "assistant"]
    assert feedback.request.headers["content-type"] == "application/json"
    assert feedback.conversation == "conversation-1"


def test_a_hook_that_fails_takes_nothing_back(asked, table, caplog):
    told = threading.Event()

    def hook(feedback):
        told.set()
        raise RuntimeError("webhook is down")

    client, answer = asked(on_feedback=hook)
    assert judge(client, answer, "Like").status_code == 200
    assert told.wait(10)
    assert shown(client) == {"options": ["Like"]}
    assert len(table()) == 1


@pytest.mark.parametrize(
    ("given", "environment", "asks"),
    [
        (None, {}, False),
        (None, {"SALON_CHAT_FLAGGING_MODE": "manual"}, True),
        (None, {"GRADIO_CHAT_FLAGGING_MODE": "manual"}, True),
        ("never", {"SALON_CHAT_FLAGGING_MODE": "manual"}, False),
        (None, {"SALON_CHAT_FLAGGING_MODE": "never", "GRADIO_CHAT_FLAGGING_MODE": "manual"}, False),
    ],
)
def test_the_environment_decides_where_the_author_does_not(given, environment, asks, serve, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = serve(salon.ChatInterface(echo, flagging_mode=given))

    assert ("feedback" in client.get("/api/config").json()["chats"][0].get("chatbot", {})) is asks


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"flagging_mode": "auto"}, "flagging_mode"),
        ({"flagging_mode": "manual", "flagging_options": []}, "flagging_options"),
        ({"flagging_mode": "manual", "flagging_options": [1]}, "flagging_options"),
        ({"on_feedback": "log"}, "on_feedback"),
        ({"flagging_mode": "manual", "chatbot": salon.Chatbot(feedback_value=[3])}, "feedback_value"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(options, said):
    with pytest.raises(AuthorError, match=said):
        salon.ChatInterface(echo, **options)


def test_likes_of_a_shown_conversation_call_the_function_bound_to_them():
    heard = []

    def vote(data: salon.LikeData):
        heard.append((data.index, data.value, data.liked))

    with salon.Blocks() as demo:
        chatbot = salon.Chatbot([{"role": "assistant", "content": "hi"}], feedback_options=["Like", "Spam"])
        chatbot.like(vote, None, None)
    (node,) = compiled_page(demo).page.layout
    assert node.part.props["config"]["feedback"] == {"options": ("Like", "Spam")}
    assert compiled_page(demo).page.bindings[0].mode == "multiple"

    endpoint = compiled_page(demo).endpoints["e1"]
    for liked in (True, False, "Spam", None):
        endpoint.function(endpoint.event_type(chatbot, {"index": 0, "value": ["hi"], "liked": liked}))
    assert [liked for _, _, liked in heard] == [True, False, "Spam", None]
