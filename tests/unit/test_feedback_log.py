"""The table of feedback: whole rows, whoever writes them and whatever happens to the disk, and no formulas."""

import contextlib
import csv
import json
import multiprocessing
import os
import resource
import signal
from pathlib import Path

import pytest

from salon.stores.feedback import FeedbackRow, Opinion
from salon.stores.feedback_log import CELL_LENGTH, COLUMNS, FeedbackLog
from salon.stores.files import StorageFull

TALK = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


def row(value: str = "hello", *options: str, comment: str = "", conversation=TALK) -> FeedbackRow:
    opinion = Opinion(options=options or ("Like",), comment=comment)
    return FeedbackRow(conversation=conversation, index=1, value=value, opinion=opinion, given_at=1_700_000_000.5)


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_a_row_has_the_columns_that_users_of_gradio_know(tmp_path):
    FeedbackLog(tmp_path).append(row("hello", "Like", "Clear"))

    header, written = rows(tmp_path / "log.csv")
    assert ",".join(header) == "conversation,index,value,flag,timestamp"
    assert json.loads(written[0]) == TALK
    assert written[1:4] == ["1", "hello", "Like; Clear"]
    assert written[4].endswith(".500000")


def test_a_table_that_gradio_began_goes_on(tmp_path):
    (tmp_path / "log.csv").write_text("conversation,index,value,flag,timestamp\n[],1,Like,2024-01-01 10:00:00.0")
    FeedbackLog(tmp_path).append(row())

    assert [len(each) for each in rows(tmp_path / "log.csv")] == [5, 4, 5]


def test_comments_have_a_column_of_their_own_and_leave_other_tables_alone(tmp_path):
    FeedbackLog(tmp_path).append(row())
    FeedbackLog(tmp_path, has_comments=True).append(row(comment="too long"))

    assert len(rows(tmp_path / "log.csv")) == 2
    assert [each[-1] for each in rows(tmp_path / "log_2.csv")] == ["comment", "too long"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        (" =1", "' =1"),
        ("＝1+1", "'＝1+1"),
        ('{"a":1}\n=1', '\'{"a":1}\n=1'),
        ("a;=1", "a;=1"),
        ('"=1"', '"=1"'),
        ("nul\0", "nul\ufffd"),
        ("A list:\n- one", "A list:\n- one"),
    ],
)
def test_no_cell_is_a_formula(tmp_path, text, cell):
    FeedbackLog(tmp_path, has_comments=True).append(row(text, text, comment=text))

    written = rows(tmp_path / "log.csv")
    assert len(written) == 2
    assert (written[1][2], written[1][3], written[1][5]) == (cell, cell, cell)
    assert b'"a;=1"' in (tmp_path / "log.csv").read_bytes() or text != "a;=1"


def test_a_cell_that_is_too_long_for_readers_is_cut_and_says_so(tmp_path):
    long = [{"role": "user", "content": "q" * 1_000_000}, {"role": "assistant", "content": "short"}]
    FeedbackLog(tmp_path).append(row("t" * 1_000_000, conversation=long))

    _, written = rows(tmp_path / "log.csv")
    messages = json.loads(written[0])
    assert messages[0]["content"].endswith("characters left out]")
    assert messages[1]["content"] == "short"
    assert len(written[0]) <= CELL_LENGTH
    assert written[2].endswith("characters left out]")


def test_a_conversation_of_very_many_messages_keeps_its_end(tmp_path):
    many = [{"role": "user", "content": f"message {number}"} for number in range(20_000)]
    FeedbackLog(tmp_path).append(row(conversation=many))

    messages = json.loads(rows(tmp_path / "log.csv")[1][0])
    assert messages[0]["content"].endswith("messages left out]")
    assert messages[-1] == many[-1]


def _write_forever(folder: Path, name: str, told) -> None:
    log = FeedbackLog(folder)
    long = [{"role": "user", "content": name * 20_000}]
    for number in range(1_000_000):
        log.append(row(f"{name} {number}", conversation=long))
        told.send(number)


def test_no_row_is_torn_or_lost_when_several_processes_write_and_one_is_killed(tmp_path):
    spawning = multiprocessing.get_context("spawn")
    writers = []
    for name in "abc":
        theirs, ours = spawning.Pipe(duplex=False)
        process = spawning.Process(target=_write_forever, args=(tmp_path, name, ours))
        process.start()
        ours.close()
        writers.append((name, process, theirs))
    confirmed = dict.fromkeys("abc", -1)

    def hear(name: str, pipe, number: int) -> None:
        while confirmed[name] < number:
            confirmed[name] = pipe.recv()

    for name, _, pipe in writers:
        hear(name, pipe, 20)
    for name, process, pipe in writers:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        with contextlib.suppress(EOFError):
            hear(name, pipe, 1_000_000)
        others = [other for other in writers if other[1].is_alive()]
        for other, _, theirs in others:
            hear(other, theirs, confirmed[other] + 5)
    FeedbackLog(tmp_path).append(row("the last one"))

    header, *written = rows(tmp_path / "log.csv")
    assert tuple(header) == COLUMNS
    assert {len(each) for each in written} == {5}
    assert all(json.loads(each[0]) for each in written)
    said = [each[2] for each in written]
    for name in "abc":
        numbers = [int(each.split()[1]) for each in said if each.startswith(f"{name} ")]
        assert numbers == list(range(len(numbers)))
        assert len(numbers) in (confirmed[name] + 1, confirmed[name] + 2)
    assert said[-1] == "the last one"


def test_what_a_killed_writer_left_of_a_row_is_cut_off(tmp_path):
    log = FeedbackLog(tmp_path)
    log.append(row("first"))
    path = tmp_path / "log.csv"
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'"[{""role"": ""us')
    (tmp_path / ".log.csv.lock").write_text(f"log.csv {size} {size + 500}\n")
    log.append(row("second"))

    assert [each[2] for each in rows(path)] == ["value", "first", "second"]


def _write_on_a_full_disk(folder: Path, told) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    log = FeedbackLog(folder)
    log.append(row("fits"))
    size = (folder / "log.csv").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, resource.RLIM_INFINITY))
    try:
        log.append(row("x" * 10_000))
    except StorageFull as error:
        told.send((error.status, error.code))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    log.append(row("fits again"))


def test_a_full_disk_is_said_and_leaves_no_half_of_a_row(tmp_path):
    spawning = multiprocessing.get_context("spawn")
    theirs, ours = spawning.Pipe(duplex=False)
    process = spawning.Process(target=_write_on_a_full_disk, args=(tmp_path, ours))
    process.start()
    ours.close()
    assert theirs.recv() == (507, "feedback.no-room")
    process.join()

    assert [each[2] for each in rows(tmp_path / "log.csv")] == ["value", "fits", "fits again"]
