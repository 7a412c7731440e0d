"""What every store of feedback has to do."""

import threading

import pytest

from salon.messages.message import Message, StoredMessage
from salon.messages.parts import TextPart
from salon.stores.feedback import FeedbackRecord, Opinion
from salon.stores.files import StorageFull
from salon.stores.local_feedback import LocalFeedback
from salon.stores.sql.conversations import SqlStore
from salon.stores.sql.postgres import Postgres
from salon.stores.sql.sqlite import Sqlite
from tests.postgres import new_database

TALK = (
    StoredMessage(id="question-1", message=Message(role="user", parts=(TextPart(text="hi"),)), created_at=1.0),
    StoredMessage(
        id="answer-01",
        parent="question-1",
        message=Message(role="assistant", parts=(TextPart(text="hello\nthere"),)),
        created_at=2.0,
    ),
)


@pytest.fixture(params=["local", "sqlite", "postgres"])
def store(request, tmp_path):
    match request.param:
        case "local":
            return LocalFeedback(tmp_path / "feedback")
        case "sqlite":
            return SqlStore(Sqlite(tmp_path / "feedback" / "store.db")).feedback
        case _:
            return SqlStore(Postgres(new_database(request.getfixturevalue("postgres")))).feedback


@pytest.fixture
def local(tmp_path):
    return LocalFeedback(tmp_path / "feedback")


def record(*options: str, owner: str = "ann", message: str = "answer-01", **fields) -> FeedbackRecord:
    values = {"conversation": "talk-00001", "given_at": 10.0, "messages": TALK, "opinion": Opinion(options=options)}
    return FeedbackRecord(owner=owner, message=message, **values | fields)


def test_an_opinion_is_kept_with_its_whole_context(store):
    given = record("Like", user="Ann", chat="chat2")
    store.put(given)

    assert store.get("talk-00001", "answer-01", owner="ann") == given
    assert store.opinions("talk-00001", owner="ann") == {"answer-01": Opinion(options=("Like",))}
    assert list(store.records()) == [given]


def test_the_last_opinion_counts_and_an_empty_one_takes_it_back(store):
    store.put(record("Like"))
    store.put(record("Dislike"))
    assert store.opinions("talk-00001", owner="ann")["answer-01"].liked is False

    store.put(record())
    store.put(record())
    assert store.opinions("talk-00001", owner="ann") == {}
    assert store.get("talk-00001", "answer-01", owner="ann") is None


def test_opinions_become_anothers(store):
    store.put(record("Like", owner="visitor"))
    store.put(record("Dislike", owner="visitor", message="answer-02"))
    store.put(record("Spam", owner="ann", message="answer-02"))
    store.move_owner("visitor", "ann")
    store.move_owner("ann", "ann")

    assert store.opinions("talk-00001", owner="visitor") == {}
    assert store.opinions("talk-00001", owner="ann") == {
        "answer-01": Opinion(options=("Like",)),
        "answer-02": Opinion(options=("Dislike",)),
    }
    assert {kept.owner for kept in store.records()} == {"ann"}


def test_owners_never_see_each_others_opinions_even_on_one_id(store):
    store.put(record("Like"))
    store.put(record("Dislike", owner="bob"))

    assert store.opinions("talk-00001", owner="ann")["answer-01"].liked is True
    assert store.opinions("talk-00001", owner="bob")["answer-01"].liked is False
    assert store.opinions("talk-00001", owner="eve") == {}


def test_what_clients_call_things_is_never_a_path(store, tmp_path):
    hostile = record("Like", owner="../../ann", conversation="../x", message="/etc/passwd")
    store.put(hostile)

    assert store.get("../x", "/etc/passwd", owner="../../ann") == hostile
    assert {path.name for path in tmp_path.iterdir()} <= {"feedback"}


def test_records_come_oldest_first(store):
    for number in range(250):
        store.put(record("Like", message=f"answer-{number:03}", given_at=1000.0 - number // 2))

    records = list(store.records())
    assert [each.given_at for each in records] == sorted(each.given_at for each in records)
    assert {each.message for each in records} == {f"answer-{number:03}" for number in range(250)}


def test_broken_files_are_passed_over(local, tmp_path):
    local.put(record("Like"))
    next((tmp_path / "feedback").glob("*/*")).joinpath("broken.json").write_text("{")

    assert [each.message for each in local.records()] == ["answer-01"]


def test_many_writers_at_once_leave_one_whole_opinion(store):
    def write(option: str) -> None:
        for _ in range(20):
            store.put(record(option))
            assert store.opinions("talk-00001", owner="ann")["answer-01"].options

    threads = [threading.Thread(target=write, args=(option,)) for option in ("Like", "Dislike", "Spam")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.opinions("talk-00001", owner="ann")) == 1


def test_a_place_that_cannot_be_written_is_said(local, tmp_path):
    (tmp_path / "feedback").write_text("a file in the way")

    with pytest.raises(StorageFull):
        local.put(record("Like"))
