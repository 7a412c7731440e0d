"""What every store has to do of which owners see a list."""

import asyncio
import contextlib
import multiprocessing
import socket
import sqlite3
import time

import anyio
import msgspec
import pytest

from salon.errors import AuthorError, Failure, UnavailableError
from salon.messages.conversation import Conversation
from salon.messages.message import Message, StoredMessage, user_message
from salon.messages.parts import ComponentPart, FilePart, FileRef, Option, OptionsPart, TextPart, ThoughtPart
from salon.stores.base import ConversationNotFound
from salon.stores.memory import MemoryConversations
from salon.stores.sql.conversations import SqlStore
from salon.stores.sql.postgres import Postgres
from salon.stores.sql.schema import MIGRATIONS, migrate
from salon.stores.sql.sqlite import Sqlite
from tests.postgres import new_database

FILE = FileRef(id="file-1.signed", name="plan.pdf", media_type="application/pdf", size_bytes=3)
RICH = Message(
    role="assistant",
    parts=(
        ThoughtPart(title="Look", text="…", status="done", duration_s=0.25, id="t1"),
        TextPart(text="Grüße 👩‍👩‍👧 with \\ and \u0001 and a last line\n"),
        ComponentPart(kind="file", props={"file": 0}, files=(FILE,)),
        OptionsPart(options=(Option(value="yes", label="Yes"),)),
    ),
    status="error",
    failure=Failure(code="function.failed", message="It broke", incident="abc"),
)


def said(id_: str, text: str, parent: str | None = None, created_at: float = 0) -> StoredMessage:
    return StoredMessage(id=id_, parent=parent, message=user_message(text), created_at=created_at)


async def keep(store, id_: str, *texts: str, owner: str = "ann", chat: str = "chat") -> None:
    """Keep a conversation in which each of `texts` follows the one before."""
    await store.create(Conversation(id_, owner, chat=chat))
    messages = [said(f"m{number}", text, f"m{number - 1}" if number else None) for number, text in enumerate(texts)]
    await store.append(id_, messages, owner=owner)


async def titles(store, owner: str = "ann", **options) -> list[str]:
    return [entry.title for entry in await store.entries(owner, **options)]


async def found(store, words: str, owner: str = "ann") -> list[str]:
    return [hit.entry.id for hit in await store.search(owner, words)]


async def test_everything_about_a_conversation_survives_unchanged(open_store):
    branches = [
        said("question", "What?", created_at=12.125),
        StoredMessage(id="first", parent="question", message=RICH, created_at=13.5),
        StoredMessage(id="second", parent="question", message=Message(role="assistant"), created_at=14.000001),
        StoredMessage(
            id="file", parent="first", message=Message(role="user", parts=(FilePart(file=FILE),)), created_at=15
        ),
    ]
    store = open_store()
    made = Conversation("talk", "ann", verified=False, chat="other", is_kept=True)
    await store.create(made)
    await store.append("talk", branches, owner="ann")
    await store.move_head("talk", "first", owner="ann")
    await store.close()
    loaded = await open_store().load("talk", owner="ann")

    assert list(loaded.messages.values()) == branches
    assert loaded.versions("first") == ["first", "second"]
    assert (loaded.head, loaded.verified, loaded.chat, loaded.is_kept) == ("first", False, "other", True)


async def test_a_conversation_is_made_with_the_messages_it_has(store):
    copy = Conversation("talk", "ann")
    copy.add(said("a", "One", created_at=10))
    copy.add(said("b", "Two", "a", created_at=20))
    await store.create(copy)
    entry = await store.entry("talk", owner="ann")

    assert [stored.id for stored in (await store.load("talk", owner="ann")).path("b")] == ["a", "b"]
    assert (entry.title, entry.created_at, entry.updated_at) == ("One", 10, 20)


async def test_a_copy_cannot_come_from_the_future(store, clock):
    copy = Conversation("talk", "ann")
    copy.add(said("a", "One", created_at=1e300))
    await store.create(copy)

    assert (await store.entry("talk", owner="ann")).updated_at == clock.now


async def test_the_list_has_the_newest_first_and_pinned_ones_before_them(store, clock):
    for name in ("one", "two", "three"):
        await keep(store, name, name.capitalize())
        clock.now += 1
    assert await titles(store) == ["Three", "Two", "One"]

    await store.append("one", [said("more", "More", "m0")], owner="ann")
    assert await titles(store) == ["One", "Three", "Two"]

    await store.pin("two", True, owner="ann")
    assert await titles(store) == ["Two", "One", "Three"]
    await store.pin("two", False, owner="ann")
    assert await titles(store) == ["One", "Three", "Two"]


async def test_a_long_list_comes_in_pages_that_leave_nothing_out(store, clock):
    for number in range(25):
        await keep(store, f"talk-{number:02}", f"Number {number:02}")
        clock.now += number % 3  # several at the same time
    await store.pin("talk-07", True, owner="ann")
    pages, before = [], None
    while page := await store.entries("ann", before=before, limit=10):
        pages.append([entry.id for entry in page])
        before = page[-1].place

    assert [len(page) for page in pages] == [10, 10, 5]
    assert sorted(id_ for page in pages for id_ in page) == [f"talk-{number:02}" for number in range(25)]
    assert pages[0][0] == "talk-07"


async def test_the_list_of_a_chat_has_its_own_conversations_only(store):
    await keep(store, "one", "One", chat="first")
    await keep(store, "two", "Two", chat="second")

    assert await titles(store, chat="first") == ["One"]
    assert [hit.entry.id for hit in await store.search("ann", "o", chat="second")] == ["two"]


async def test_a_conversation_is_called_what_it_begins_with(store):
    await store.create(Conversation("talk", "ann"))
    assert await titles(store) == [""]

    await store.append("talk", [said("a", "Where is  the\nstation? " + "x" * 100)], owner="ann")
    await store.append("talk", [said("b", "Something else", "a")], owner="ann")
    assert await titles(store) == ["Where is the station? " + "x" * 18 + "…"]


async def test_a_name_stays_until_it_is_taken_away(store):
    await keep(store, "talk", "Hello")
    await store.rename("talk", "  My\nplan ", owner="ann")
    await store.append("talk", [said("more", "More", "m0")], owner="ann")
    assert [(entry.title, entry.is_named) for entry in await store.entries("ann")] == [("My plan", True)]

    await store.rename("talk", " ", owner="ann")
    assert [(entry.title, entry.is_named) for entry in await store.entries("ann")] == [("Hello", False)]


async def test_words_are_found_anywhere_in_every_script_and_case(store, clock):
    await keep(store, "chinese", "请问，北京的天气怎么样？", "今天晴。")
    clock.now += 1
    await keep(store, "german", "Straße nach KÖLN", "Ａ wide letter and 100% of x_y")
    clock.now += 1
    await keep(store, "quotes", 'She said "near" AND (OR) NOT *', "it's")

    assert await found(store, "天气") == ["chinese"]
    assert await found(store, "晴") == ["chinese"]
    assert await found(store, "北京的天气") == ["chinese"]
    assert await found(store, "köln straße") == ["german"]
    assert await found(store, "a WIDE") == ["german"]
    assert await found(store, "0%") == ["german"]
    assert await found(store, "x_y") == ["german"]
    assert await found(store, "xzy") == []
    assert await found(store, '"near" and (or) *') == ["quotes"]
    assert await found(store, "it's") == ["quotes"]
    assert await found(store, "e") == ["quotes", "german"]
    assert await found(store, "") == await found(store, " \n ") == []


async def test_several_words_may_stand_in_different_messages_and_branches_and_the_title(store):
    await keep(store, "talk", "The first thing", "a second one")
    await store.append("talk", [said("edited", "another beginning")], owner="ann")
    await store.rename("talk", "Holidays", owner="ann")

    assert await found(store, "holidays beginning second first") == ["talk"]
    assert await found(store, "holidays nowhere") == []


async def test_what_is_found_shows_what_stands_around_the_newest_place(store):
    await keep(store, "talk", "needle", "x" * 200 + " a NEEDLE\nin the hay " + "y" * 200, "nothing")
    (hit,) = await store.search("ann", "needle")

    assert hit.message == "m1"
    assert "a NEEDLE in the hay" in hit.excerpt
    assert hit.excerpt.startswith("…")
    assert hit.excerpt.endswith("…")
    assert len(hit.excerpt) < 100


async def test_an_excerpt_is_found_where_letters_fold_to_several(store):
    await keep(store, "talk", "ﬁ" * 100 + " here it is")
    (hit,) = await store.search("ann", "here")

    assert "here it is" in hit.excerpt


async def test_what_is_another_owners_is_not_in_lists_and_cannot_be_changed(store):
    await keep(store, "talk", "Secret")

    assert await titles(store, "bob") == await found(store, "secret", "bob") == []
    for change in (
        store.rename("talk", "Mine", owner="bob"),
        store.pin("talk", True, owner="bob"),
        store.entry("talk", owner="bob"),
    ):
        with pytest.raises(ConversationNotFound):
            await change
    await store.delete("talk", owner="bob")
    assert await titles(store) == ["Secret"]


async def test_what_was_deleted_is_not_found(store):
    await keep(store, "talk", "Secret words")
    await store.delete("talk", owner="ann")

    assert await titles(store) == await found(store, "secret") == []
    assert await store.create(Conversation("talk", "bob"))


async def test_what_one_owner_has_becomes_anothers(store):
    await keep(store, "one", "One", owner="visitor")
    await keep(store, "two", "Two", owner="visitor")
    await keep(store, "three", "Three", owner="bob")

    assert await store.move_owner("visitor", "ann") == 2
    assert sorted(await titles(store)) == ["One", "Two"]
    assert await titles(store, "visitor") == []
    assert (await store.load("one", owner="ann")).owner == "ann"
    assert await found(store, "two") == ["two"]
    assert await titles(store, "bob") == ["Three"]


async def test_what_nobody_used_for_long_is_forgotten_a_part_at_a_time(store, clock):
    for number in range(5):
        await keep(store, f"old-{number}", "Old")
    clock.now += 100
    await keep(store, "new", "New")
    await store.append("old-0", [said("more", "More", "m0")], owner="ann")

    first = await store.sweep(clock.now - 50, limit=3)
    rest = await store.sweep(clock.now - 50, limit=3)
    assert sorted(gone.id for gone in [*first, *rest]) == ["old-1", "old-2", "old-3", "old-4"]
    assert all(gone.messages for gone in [*first, *rest])
    assert not await store.sweep(clock.now - 50)
    assert sorted(entry.id for entry in await store.entries("ann")) == ["new", "old-0"]


async def test_the_files_of_all_conversations_are_known(store):
    await keep(store, "talk", "No files")
    message = Message(role="user", parts=(FilePart(file=FILE),))
    await store.append("talk", [StoredMessage(id="file", parent="m0", message=message, created_at=0)], owner="ann")
    await keep(store, "other", "None either", owner="bob")

    assert await store.files() == {FILE.id}
    await store.delete("talk", owner="ann")
    assert await store.files() == set()


async def test_what_another_process_adds_takes_away_or_makes_anew_is_seen(open_store):
    one, other = open_store(), open_store()
    await keep(one, "talk", "Hello")
    assert list((await other.load("talk", owner="ann")).messages) == ["m0"]

    await one.append("talk", [said("more", "More", "m0")], owner="ann")
    seen = await other.load("talk", owner="ann")
    assert (list(seen.messages), seen.head) == (["m0", "more"], "more")

    await one.move_head("talk", "m0", owner="ann")
    assert (await other.load("talk", owner="ann")).head == "m0"

    await one.delete("talk", owner="ann")
    with pytest.raises(ConversationNotFound):
        await other.load("talk", owner="ann")
    await keep(one, "talk", "Another", "one")
    assert (await other.load("talk", owner="ann")).messages["m0"].message.text == "Another"

    await one.move_owner("ann", "bob")
    with pytest.raises(ConversationNotFound):
        await other.load("talk", owner="ann")
    assert (await other.load("talk", owner="bob")).owner == "bob"
    await one.close()
    await other.close()


async def test_administrators_read_what_all_owners_have(store, clock):
    await keep(store, "one", "One", owner="ann")
    clock.now += 1
    await keep(store, "two", "Two", owner="bob")
    first = await store.all_entries(limit=1)
    second = await store.all_entries(before=first[0].place, limit=5)

    assert [(entry.id, entry.owner) for entry in [*first, *second]] == [("two", "bob"), ("one", "ann")]
    assert await store.owner_of("one") == "ann"
    with pytest.raises(ConversationNotFound):
        await store.owner_of("three")


async def test_turns_of_one_conversation_at_the_same_time_lose_nothing(store):
    await keep(store, "talk", "Begin")

    async def add(number: int) -> None:
        await store.append("talk", [said(f"branch-{number}", f"Branch {number}", "m0")], owner="ann")

    async with anyio.create_task_group() as group:
        for number in range(30):
            group.start_soon(add, number)
    conversation = await store.load("talk", owner="ann")

    assert len(conversation.children["m0"]) == 30
    assert conversation.head == conversation.children["m0"][-1]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_database_of_every_earlier_version_is_brought_up_to_date(request, tmp_path, kind, version):
    if kind == "sqlite":
        database = Sqlite(tmp_path / "store.db")
    else:
        database = Postgres(new_database(request.getfixturevalue("postgres")))
    migrate(database, to=version)
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO salon_conversations (id, mark, owner, chat, title, searched_title, is_named, is_pinned, verified, "
            "head, created_at, updated_at, kept_at) "
            "VALUES ('talk', 'x', 'ann', 'chat', 'Hello', 'hello', 0, 0, 1, 'a', 5, 6, 6)"
        )
        connection.execute(
            "INSERT INTO salon_messages (conversation, id, created_at, message, searched_text) VALUES "
            """('talk', 'a', 5, '{"role":"user","parts":[{"type":"text","text":"Hello"}]}', 'hello')"""
        )
    store = SqlStore(database)

    assert (await store.load("talk", owner="ann")).messages["a"].message.text == "Hello"
    assert await titles(store) == ["Hello"]
    assert await found(store, "hello") == ["talk"]
    assert await store.shares("ann") == []
    await store.close()


async def test_a_database_of_a_later_version_is_left_alone(tmp_path):
    database = Sqlite(tmp_path / "store.db")
    migrate(database)
    with database.writing() as connection:
        connection.execute("UPDATE salon_schema SET version = 99")

    with pytest.raises(AuthorError, match="version 99"):
        await SqlStore(database).entries("ann")


async def test_a_migration_that_fails_changes_nothing(tmp_path):
    database = Sqlite(tmp_path / "store.db")
    migrate(database, to=1)
    with database.writing() as connection:
        connection.execute("CREATE TABLE salon_shares (in_the_way INTEGER)")
    with pytest.raises(sqlite3.OperationalError):
        migrate(database)
    with database.writing() as connection:
        connection.execute("DROP TABLE salon_shares")
    migrate(database)

    assert await SqlStore(database).shares("ann") == []


async def test_words_are_found_after_an_index_was_not_there_for_a_while(tmp_path):
    path = tmp_path / "store.db"
    for has_index, word in ((True, "first"), (False, "second"), (True, "third")):
        store = SqlStore(Sqlite(path, has_index=has_index))
        await keep(store, word, f"The {word} one")
        await store.close()
    store = SqlStore(Sqlite(path))

    assert [await found(store, word) for word in ("first", "second", "third")] == [["first"], ["second"], ["third"]]
    await store.close()


async def test_nothing_of_a_deleted_conversation_is_left_in_the_files(tmp_path):
    store = SqlStore(Sqlite(tmp_path / "store.db"))
    await keep(store, "talk", "Unmistakable secret words")
    await keep(store, "other", "Something that stays")
    await store.delete("talk", owner="ann")

    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Something that stays" in content
    assert b"nmistakable" not in content
    await store.close()


async def test_a_database_that_does_not_answer_is_told_as_such_and_used_again_when_it_does(tmp_path):
    path = tmp_path / "store.db"
    store = SqlStore(Sqlite(path, wait_s=0.05))
    await keep(store, "talk", "Hello")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError):
        await store.pin("talk", True, owner="ann")
    assert await titles(store) == ["Hello"]
    other.execute("ROLLBACK")
    other.close()

    await until_it_works(lambda: store.pin("talk", True, owner="ann"))
    assert store.is_working
    await store.close()


async def until_it_works(call) -> None:
    """Call until the store takes it, for five seconds at most: that long callers are refused after a failure."""
    deadline = time.monotonic() + 5
    while True:
        try:
            return await call()
        except UnavailableError:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)


async def test_while_a_database_fails_callers_are_refused_at_once_and_one_asks_for_all(tmp_path):
    path = tmp_path / "store.db"
    store = SqlStore(Sqlite(path, wait_s=0.2))
    await keep(store, "talk", "Hello")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    calls = [store.pin("talk", True, owner="ann") for _ in range(100)]
    began = asyncio.get_running_loop().time()
    refused = await asyncio.gather(*calls, return_exceptions=True)
    took_s = asyncio.get_running_loop().time() - began
    other.execute("ROLLBACK")
    other.close()

    assert {type(error) for error in refused} == {UnavailableError}
    assert not store.is_working
    assert took_s < 100 * 0.2 / 4  # one after the other in four threads would take that long
    await until_it_works(lambda: store.pin("talk", True, owner="ann"))
    await store.close()


async def test_the_event_loop_goes_on_while_the_first_callers_wait_for_a_locked_database(tmp_path):
    path = tmp_path / "store.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("BEGIN IMMEDIATE")
    store = SqlStore(Sqlite(path, wait_s=0.5))
    asked = [asyncio.create_task(store.shares("ann")) for _ in range(8)]
    turns = 0
    while not all(task.done() for task in asked):
        await asyncio.sleep(0.001)
        turns += 1
    results = await asyncio.gather(*asked, return_exceptions=True)
    other.execute("ROLLBACK")
    other.close()

    assert {type(result) for result in results} == {UnavailableError}
    assert turns > 20
    await until_it_works(lambda: store.shares("ann"))
    await store.close()


@pytest.mark.parametrize("damage", ["header", "pages"])
async def test_a_database_that_is_damaged_while_it_serves_is_a_sentence_and_no_traceback(tmp_path, damage):
    path = tmp_path / "store.db"
    store = SqlStore(Sqlite(path), loaded_messages=0)
    for number in range(30):
        await keep(store, f"talk-{number}", "Hello " * 500)
    await store.close()
    content = path.read_bytes()
    if damage == "header":
        path.write_bytes(b"x" * 100 + content[100:])
    else:
        path.write_bytes(content[:4_096] + b"x" * (len(content) - 4_096))

    with pytest.raises(UnavailableError, match="cannot be reached"):
        await store.load("talk-3", owner="ann")
    await store.close()


async def test_a_server_that_is_not_there_is_told_without_its_password():
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    store = SqlStore(Postgres("postgresql://salon:secret@127.0.0.1:1/salon", wait_s=0.5))

    with pytest.raises(AuthorError, match="SALON_STORE") as caught:
        await store.entries("ann")
    assert "secret" not in str(caught.value)
    await store.close()


async def test_a_file_that_is_no_database_is_told_with_its_name(tmp_path):
    (tmp_path / "store.db").write_bytes(b"something else" * 100)

    with pytest.raises(AuthorError, match=r"store\.db.*salon restore"):
        SqlStore(Sqlite(tmp_path / "store.db")).prepare()


def _write(path, number: int) -> None:
    async def work() -> None:
        store = SqlStore(Sqlite(path))
        for turn in range(20):
            await keep(store, f"talk-{number}-{turn}", "Hello from a process")
            await store.append("shared", [said(f"p{number}-{turn}", "Together", "m0")], owner="ann")
        await store.close()

    anyio.run(work)


async def test_several_processes_write_to_one_file(tmp_path):
    path = tmp_path / "store.db"
    store = SqlStore(Sqlite(path))
    await keep(store, "shared", "Begin")
    processes = [multiprocessing.get_context("spawn").Process(target=_write, args=(path, n)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        await anyio.to_thread.run_sync(process.join)

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(await store.search("ann", "process", limit=100)) == 60
    assert len((await store.load("shared", owner="ann")).children["m0"]) == 60
    await store.close()


async def test_memory_moves_only_what_its_new_owner_has_room_for():
    store = MemoryConversations(owner_bytes=3_000)
    for number in range(5):
        await store.create(Conversation(f"talk-{number}", f"visitor-{number}"))
        await store.append(f"talk-{number}", [said("m", "x" * 1_000)], owner=f"visitor-{number}")
        await store.move_owner(f"visitor-{number}", "ann")

    assert [entry.id for entry in await store.entries("ann")] == ["talk-4"]


REPLY = StoredMessage(
    id="reply-1",
    parent="m-1",
    message=Message(role="assistant", parts=(TextPart(text="Half of"),), status="interrupted"),
    created_at=1,
)


async def begun(store: SqlStore) -> None:
    conversation = Conversation("talk", "ann", is_kept=True)
    conversation.add(StoredMessage(id="m-1", message=user_message("Hello"), created_at=0))
    await store.create(conversation)
    await store.checkpoint("talk", [REPLY], owner="ann", only_at="m-1")


def checkpoints_of(path, process: str) -> None:
    """Make all checkpoints those of another process."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE salon_checkpoints SET process = ?", (process,))


async def test_a_checkpoint_is_seen_by_nobody_while_its_process_lives(tmp_path):
    store = SqlStore(Sqlite(tmp_path / "store.db"))
    await begun(store)

    assert list(await store.recover(lease_s=0)) == []
    assert list((await store.load("talk", owner="ann")).messages) == ["m-1"]
    await store.close()


@pytest.mark.parametrize(("process", "lease_s"), [("elsewhere/1/x", -1), (f"{socket.gethostname()}/999999999/x", 60)])
async def test_a_checkpoint_of_a_dead_process_becomes_an_interrupted_reply_once(tmp_path, process, lease_s):
    store = SqlStore(Sqlite(tmp_path / "store.db"))
    await begun(store)
    checkpoints_of(tmp_path / "store.db", process)
    found = await store.recover(lease_s=lease_s)
    conversation = await store.load("talk", owner="ann")

    assert list(found) == ["talk"]
    assert (conversation.head, conversation.get("reply-1").message.status) == ("reply-1", "interrupted")
    assert list(await store.recover(lease_s=lease_s)) == []
    await store.close()


async def test_a_checkpoint_of_another_machine_is_left_alone_while_it_is_renewed(tmp_path):
    store = SqlStore(Sqlite(tmp_path / "store.db"))
    await begun(store)
    checkpoints_of(tmp_path / "store.db", "elsewhere/1/x")

    assert list(await store.recover(lease_s=60)) == []
    await store.close()


async def test_the_whole_reply_ends_its_checkpoint_and_deleting_the_conversation_too(tmp_path):
    store = SqlStore(Sqlite(tmp_path / "store.db"))
    await begun(store)
    whole = msgspec.structs.replace(REPLY, message=Message(role="assistant", parts=(TextPart(text="Half of it"),)))
    await store.append("talk", [whole], owner="ann", only_at="m-1")
    await store.checkpoint("talk", [REPLY], owner="ann", only_at="m-1")
    await store.delete("talk", owner="ann")
    checkpoints_of(tmp_path / "store.db", "elsewhere/1/x")

    assert list(await store.recover(lease_s=-1)) == []
    await store.close()
