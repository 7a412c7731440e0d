"""What becomes of feedback: sets, reports, tests."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from salon.cli import main
from salon.evaluation.rated_replies import from_records
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import Option, OptionsPart, TextPart
from salon.stores.feedback import FeedbackRecord, Opinion
from salon.stores.feedback_log import FeedbackLog
from salon.stores.local_feedback import LocalFeedback

HOSTILE = '"""\nimport os\nos.abort()\n</textarea><script>alert(1)</script>=1\u2028\\'


def said(role: str, text: str, number: int, **fields) -> StoredMessage:
    parent = f"message-{number - 1}" if number else None
    message = Message(role=role, parts=(TextPart(text=text),), **{k: v for k, v in fields.items() if k == "status"})
    return StoredMessage(id=f"message-{number}", parent=parent, message=message, created_at=1.0)


def record(answer: str, *options: str, version: str = "", prompt: str = "What is 2 + 2?", **fields) -> FeedbackRecord:
    comment, status = fields.pop("comment", ""), fields.pop("status", "complete")
    asked, reply = said("user", prompt, 0), said("assistant", answer, 1, status=status)
    reply = StoredMessage(
        id=f"message-1{version}", parent=reply.parent, message=reply.message, created_at=reply.created_at
    )
    values = {"owner": "ann", "conversation": "talk-00001", "given_at": 1_700_000_000.0} | fields
    return FeedbackRecord(
        message=reply.id, messages=(asked, reply), opinion=Opinion(options=options, comment=comment), **values
    )


@pytest.fixture
def salon_command(tmp_path, monkeypatch, capsys):
    """Return what runs the command on records that are kept in a data folder, and gives what it prints."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, records=()) -> str:
        store = LocalFeedback(tmp_path / ".salon" / "feedback")
        for each in records:
            store.put(each)
        assert main(arguments) == 0
        return capsys.readouterr().out

    return run


BOTH = [
    record("4", "Like", version="a"),
    record("5", "Dislike", version="b", comment="wrong"),
    record("four", "Like", version="c"),
    record("fish", "Spam", version="d"),
]


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.split("\n") if line]


def test_pairs_are_a_liked_and_a_disliked_version_of_the_answer_to_one_prompt(salon_command):
    pairs = lines(salon_command("feedback", "export", "--format", "dpo", records=BOTH))

    assert {(pair["chosen"][0]["content"], pair["rejected"][0]["content"]) for pair in pairs} == {
        ("4", "5"),
        ("4", "fish"),
        ("four", "5"),
        ("four", "fish"),
    }
    assert pairs[0]["prompt"] == [{"role": "user", "content": "What is 2 + 2?"}]


def test_supervised_sets_are_the_liked_replies_with_what_led_to_them(salon_command):
    found = lines(salon_command("feedback", "export", "--format", "sft", records=BOTH))

    assert sorted(each["messages"][-1]["content"] for each in found) == ["4", "four"]
    assert found[0]["messages"][0]["role"] == "user"


def test_what_its_reader_may_have_made_up_or_what_broke_off_teaches_nobody(salon_command):
    records = [
        record("4", "Like", version="a", verified=False),
        record("4 an", "Like", version="b", status="cancelled"),
        record("5", "Dislike", version="c"),
    ]

    assert salon_command("feedback", "export", "--format", "dpo", records=records) == ""
    assert salon_command("feedback", "export", "--format", "sft") == ""


@pytest.mark.parametrize("kind", ["dpo", "sft"])
def test_sets_load_with_the_library_for_them(kind, salon_command, tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    prompts = [
        record(f"{option} {number} {HOSTILE}", option, version=f"{number}{option}", prompt=f"Is it {number}?")
        for number in range(3)
        for option in ("Like", "Dislike")
    ]
    salon_command("feedback", "export", "--format", kind, "--output", "set.jsonl", records=[*BOTH, *prompts])
    loaded = datasets.load_dataset(
        "json", data_files=str(tmp_path / "set.jsonl"), split="train", cache_dir=str(tmp_path / "cache")
    )

    if kind == "dpo":
        assert set(loaded.column_names) == {"prompt", "chosen", "rejected"}
        assert loaded[0]["chosen"][0]["role"] == loaded[0]["rejected"][0]["role"] == "assistant"
    else:
        assert loaded.column_names == ["messages"]
        assert [message["role"] for message in loaded[0]["messages"]] == ["user", "assistant"]
    answers = [row["chosen" if kind == "dpo" else "messages"][-1]["content"] for row in loaded]
    assert f"Like 0 {HOSTILE}" in answers


def test_a_table_is_safe_and_has_all_of_it(salon_command):
    text = salon_command("feedback", "export", "--format", "csv", records=[record("=1+1", "Like", comment="@x")])
    (row,) = csv.DictReader(io.StringIO(text))

    assert (row["value"], row["flag"], row["comment"], row["index"]) == ("'=1+1", "Like", "'@x", "1")
    assert json.loads(row["conversation"])[0]["content"] == "What is 2 + 2?"


def test_lines_of_json_have_everything_that_is_known(salon_command):
    (line,) = lines(salon_command("feedback", "export", "--format", "jsonl", records=[record("4", "Like", user="Ann")]))

    assert line["liked"] is True
    assert (line["user"], line["value"], line["index"]) == ("Ann", "4", 1)


def test_tables_are_read_gradios_too(salon_command, tmp_path):
    folder = tmp_path / "flagged"
    folder.mkdir()
    talk = json.dumps(
        [
            {"role": "user", "content": [{"type": "text", "text": "hi"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "hello"}]},
        ]
    )
    with (folder / "log.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["conversation", "index", "value", "flag", "timestamp"])
        writer.writerow([talk, 1, "Dislike", "2024-01-01 10:00:00.000001"])
        writer.writerow(["no json", 1, "Like", "2024-01-01 10:00:00.000001"])
    liked = record("hey", "Like", prompt="hi")
    FeedbackLog(folder).append(next(from_records([liked])).row())
    (pair,) = lines(salon_command("feedback", "export", "--format", "dpo", "--flagging-dir", str(folder)))

    assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("hey", "hello")
    assert pair["prompt"] == [{"role": "user", "content": "hi"}]


def test_in_tables_the_last_opinion_counts_and_one_that_was_taken_back_does_not(salon_command, tmp_path):
    log = FeedbackLog(tmp_path / "flagged")
    judged = [next(from_records([record("4", option)])) for option in ("Like", "Dislike")]
    for each in judged:
        log.append(each.row())
    arguments = ("feedback", "export", "--format", "jsonl", "--flagging-dir", str(tmp_path / "flagged"))
    assert [line["liked"] for line in lines(salon_command(*arguments))] == [False]

    log.append(replace(judged[-1], opinion=Opinion()).row())
    assert salon_command(*arguments) == ""


def test_a_folder_without_tables_is_said(tmp_path, capsys):
    assert main(["feedback", "export", "--format", "csv", "--flagging-dir", str(tmp_path)]) == 2
    assert "log.csv" in capsys.readouterr().err


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.text = set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "action")]

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_report_shows_it_all_loads_nothing_and_runs_nothing(salon_command, tmp_path, lang):
    records = [
        *BOTH,
        record(HOSTILE, "Dislike", HOSTILE, prompt=HOSTILE, comment=HOSTILE, user=HOSTILE, conversation="talk-2"),
        record("old", "Like", given_at=1_600_000_000.0, conversation="talk-3"),
    ]
    salon_command("feedback", "report", "--lang", lang, records=records)
    html = (tmp_path / "feedback.html").read_text("utf-8")
    page = _Page()
    page.feed(html)

    assert not page.tags & {"script", "link", "img", "iframe", "object", "form", "base", "textarea"}
    assert page.addresses == []
    assert "url(" not in html
    assert "default-src 'none'" in html
    shown = "".join(page.text)
    assert "wrong" in shown
    assert HOSTILE.splitlines()[1] in shown
    assert "What is 2 + 2?" in shown
    assert f'lang="{lang}"' in html


def test_a_report_of_nothing_says_so(salon_command, tmp_path):
    salon_command("feedback", "report", "--output", "report.html")

    assert "There is no feedback yet." in (tmp_path / "report.html").read_text("utf-8")


APP = """
import salon as gr

def reply(message, history):
    return {answer}

demo = gr.ChatInterface(reply)
"""


def pytest_of(path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", path.parent, path],
        check=False,
        capture_output=True,
        text=True,
        cwd=path.parent,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # loading them takes longer than the tests
    )
    return done.returncode, done.stdout


def test_a_conversation_becomes_a_test_that_holds_until_the_function_changes(salon_command, tmp_path):
    talk = {
        "messages": [
            {"id": "m1", "message": {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}},
            {
                "id": "m2",
                "message": {"role": "assistant", "parts": [{"type": "text", "text": "Hello 0\n```\ncode\n```"}]},
            },
            {"id": "m3", "message": {"role": "user", "parts": [{"type": "text", "text": HOSTILE}]}},
            {
                "id": "m4",
                "message": {"role": "assistant", "parts": [{"type": "text", "text": f"{HOSTILE} 2\n```\ncode\n```"}]},
            },
        ]
    }
    (tmp_path / "talk.json").write_text(json.dumps(talk))
    (tmp_path / "app.py").write_text(APP.format(answer='f"{message} {len(history)}\\n```\\ncode\\n```"'))
    salon_command("record", "talk.json", "--output", "tests/test_talks.py")
    suite = tmp_path / "tests" / "test_talks.py"
    code, output = pytest_of(suite)
    assert (code, "1 passed" in output) == (0, True), output

    (tmp_path / "app.py").write_text(APP.format(answer='"something else"'))
    code, output = pytest_of(suite)
    assert code == 1
    assert "something else" in output


def test_what_the_application_pushed_is_pushed_again_and_no_part_of_a_reply(salon_command, tmp_path):
    def node(role, text, **fields):
        return {"message": {"role": role, "parts": [{"type": "text", "text": text}], **fields}}

    talk = [
        node("user", "Hello"),
        node("assistant", "Hello 0"),
        node("assistant", "The job\nis done", is_pushed=True),
        node("user", "Thanks"),
        node("assistant", "Thanks 3"),
    ]
    (tmp_path / "talk.json").write_text(json.dumps({"messages": talk}))
    (tmp_path / "app.py").write_text(APP.format(answer='f"{message} {len(history)}"'))
    salon_command("record", "talk.json", "--output", "test_talks.py")
    code, output = pytest_of(tmp_path / "test_talks.py")

    assert (code, "1 passed" in output) == (0, True), output


def test_disliked_replies_become_tests_that_they_do_not_come_again(salon_command, tmp_path):
    (tmp_path / "app.py").write_text(APP.format(answer='"5"'))
    records = [BOTH[0], record("5", "Dislike", comment=HOSTILE, version="b")]
    salon_command("feedback", "export", "--format", "tests", "--output", "test_bad.py", records=records)
    code, output = pytest_of(tmp_path / "test_bad.py")
    assert (code, "1 failed" in output) == (1, True), output

    (tmp_path / "app.py").write_text(APP.format(answer='"4"'))
    code, output = pytest_of(tmp_path / "test_bad.py")
    assert (code, "1 passed" in output) == (0, True), output


def test_of_a_conversation_with_branches_the_one_to_its_head_is_recorded():
    from salon.evaluation.suites import recorded

    def node(id_, parent, role, text):
        return {"id": id_, "parent": parent, "message": {"role": role, "parts": [{"type": "text", "text": text}]}}

    tree = {
        "head": "b2",
        "messages": [
            node("a", None, "user", "hi"),
            node("b1", "a", "assistant", "first"),
            node("b2", "a", "assistant", "second"),
        ],
    }
    ((turn,),) = recorded(tree)

    assert (turn.message, turn.text) == ("hi", "second")


def test_files_and_options_are_expected_too():
    import msgspec

    from salon.evaluation.suites import as_suite, recorded

    asked = {"role": "user", "parts": [{"type": "file", "file": {"name": "../a.png"}}]}
    part = OptionsPart(options=(Option(value="yes", label="Yes"),))
    answered = {"role": "assistant", "parts": [{"type": "text", "text": "ok?"}, msgspec.to_builtins(part)]}
    suite = as_suite(recorded({"messages": [asked, answered]}), "app.py")

    assert "files=[HERE / 'a.png']" in suite
    assert "options=['yes']" in suite
    compile(suite, "suite", "exec")


@pytest.mark.parametrize(
    ("format_", "wanted"),
    [
        ("dpo", "pairs of a liked and a disliked answer to the same prompt"),
        ("sft", "liked replies"),
        ("csv", "with a rating"),
    ],
)
def test_an_empty_export_says_why(tmp_path, monkeypatch, capsys, format_, wanted):
    monkeypatch.chdir(tmp_path)
    assert main(["feedback", "export", "--format", format_, "--output", "set"]) == 0

    said = capsys.readouterr()
    assert (said.out, wanted in said.err, "0 ratings" in said.err) == ("Wrote 0 rows to set.\n", True, True)


def test_an_export_says_how_much_it_is(salon_command):
    assert salon_command("feedback", "export", "--format", "dpo", "--output", "set", records=BOTH) == (
        "Wrote 4 rows to set.\n"
    )


@pytest.mark.parametrize("content", ["{", "[]x", '{"messages": 3}', '{"messages": [3]}', '{"a": 1}', "[" * 100_000])
def test_what_is_no_export_is_said(tmp_path, capsys, content):
    (tmp_path / "talk.json").write_text(content)

    assert main(["record", str(tmp_path / "talk.json")]) == 2
    assert re.search("export|read", capsys.readouterr().err)
