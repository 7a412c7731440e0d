"""What every store of answers to examples has to do."""

import multiprocessing
import threading
from pathlib import Path

import pytest

from salon.messages.parts import ComponentPart, FileRef, OptionsPart, TextPart, ThoughtPart
from salon.messages.parts import Option as Choice
from salon.stores.answers import AnswerStore, KeptAnswer
from salon.stores.local_answers import LocalAnswers

SCOPE, KEY = "a" * 32, "b" * 32
FILE = FileRef(id="file-1.signed", name="cat.png", media_type="image/png", size_bytes=5)
PARTS = (
    ThoughtPart(title="Looking", text="…", status="done", duration_s=0.5),
    TextPart(text="A cat 猫"),
    ComponentPart(kind="image", props={"source": {"file": 0}}, files=(FILE,)),
    OptionsPart(options=(Choice(value="yes", label="Yes"),)),
)


@pytest.fixture(params=[LocalAnswers])
def answers(request, tmp_path) -> AnswerStore:
    return request.param(tmp_path / "answers")


@pytest.fixture
def answer(tmp_path) -> KeptAnswer:
    path = tmp_path / "cat.png"
    path.write_bytes(b"purrr")
    return KeptAnswer(messages=(PARTS, (TextPart(text="Another one"),)), files={FILE.id: path})


def text(value: str) -> KeptAnswer:
    return KeptAnswer(messages=((TextPart(text=value),),))


def test_an_answer_comes_back_as_it_was_with_its_files(answers, answer):
    answers.put(SCOPE, KEY, answer)
    Path(answer.files[FILE.id]).unlink()
    found = answers.get(SCOPE, KEY)

    assert found.messages == answer.messages
    assert found.files[FILE.id].read_bytes() == b"purrr"


def test_what_was_never_kept_is_not_there(answers):
    assert answers.get(SCOPE, KEY) is None


def test_scopes_know_nothing_of_each_other(answers):
    answers.put(SCOPE, KEY, text("ours"))
    answers.keep_only("c" * 32, ())

    assert answers.get("c" * 32, KEY) is None
    assert answers.get(SCOPE, KEY) == text("ours")


def test_only_what_is_asked_for_stays(answers):
    for name in "def":
        answers.put(SCOPE, name * 32, text(name))
    answers.keep_only(SCOPE, {"d" * 32})

    assert [answers.get(SCOPE, name * 32) is not None for name in "def"] == [True, False, False]


def test_the_first_of_two_answers_stays(answers):
    answers.put(SCOPE, KEY, text("first"))
    answers.put(SCOPE, KEY, text("second"))

    assert answers.get(SCOPE, KEY) == text("first")


def test_a_file_that_cannot_be_read_keeps_the_whole_answer_from_being_there(answers, answer):
    answer.files[FILE.id].unlink()
    with pytest.raises(OSError, match=r"cat\.png"):
        answers.put(SCOPE, KEY, answer)

    assert answers.get(SCOPE, KEY) is None


@pytest.mark.parametrize("damage", ["not json", '{"messages": 1}', '{"messages": [[{"type": "spell"}]]}', ""])
def test_a_damaged_answer_is_not_there_and_makes_room_for_a_new_one(answers, tmp_path, damage):
    answers.put(SCOPE, KEY, text("old"))
    next((tmp_path / "answers").rglob("*.json")).write_text(damage)

    assert answers.get(SCOPE, KEY) is None
    answers.put(SCOPE, KEY, text("new"))
    assert answers.get(SCOPE, KEY) == text("new")


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"pu")])
def test_an_answer_with_a_damaged_file_is_not_there(answers, answer, tmp_path, damage):
    answers.put(SCOPE, KEY, answer)
    damage(next((tmp_path / "answers").rglob("0")))

    assert answers.get(SCOPE, KEY) is None


def test_nothing_is_left_beside_the_answers(answers, answer, tmp_path):
    answers.put(SCOPE, KEY, answer)
    answers.put(SCOPE, KEY, answer)
    answers.keep_only(SCOPE, {KEY})

    assert [path.name for path in (tmp_path / "answers" / SCOPE).iterdir()] == [KEY]


def test_what_was_begun_and_never_ended_is_removed_in_time(tmp_path):
    now = 0.0
    answers = LocalAnswers(tmp_path, clock=lambda: now)
    begun = tmp_path / SCOPE / "begun-1"
    begun.mkdir(parents=True)
    now = begun.stat().st_mtime + 3_599
    answers.keep_only(SCOPE, ())
    assert begun.exists()
    now += 2
    answers.keep_only(SCOPE, ())

    assert not begun.exists()


def _put_many(folder: Path, name: str, ready) -> None:
    ready.wait()
    for number in range(30):
        LocalAnswers(folder).put(SCOPE, f"{number:032x}", text(name * 10_000))


@pytest.mark.parametrize("kind", [threading.Thread, multiprocessing.get_context("spawn").Process])
def test_several_writers_at_once_tear_nothing(tmp_path, kind):
    make_event = threading.Event if kind is threading.Thread else multiprocessing.get_context("spawn").Event
    ready = make_event()
    writers = [kind(target=_put_many, args=(tmp_path, name, ready)) for name in ("x", "y")]
    for writer in writers:
        writer.start()
    ready.set()
    while any(writer.is_alive() for writer in writers):
        for number in range(30):
            found = LocalAnswers(tmp_path).get(SCOPE, f"{number:032x}")
            assert found is None or found in (text("x" * 10_000), text("y" * 10_000))
    for writer in writers:
        writer.join()

    assert len(list((tmp_path / SCOPE).iterdir())) == 30
