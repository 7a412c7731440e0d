"""Turns: their place in the conversation, once each, kept and found again."""

import asyncio
import threading
from dataclasses import replace

import pytest

import salon
from salon.engine.turn import UserMessage
from salon.errors import ClientError, ConflictError, NotFoundError
from salon.events.fold import fold
from salon.events.types import RunEnd, RunStart
from salon.messages.message import Message, StoredMessage, user_message
from salon.messages.parts import TextPart
from salon.runs.log import LogUnavailable
from salon.runs.memory import MemoryRuns
from salon.runs.run import Run
from salon.stores.memory import MemoryConversations
from tests.chats import ANN, BOB, CONVERSATION, ask, events_of, make_core, make_engine, reply_to, said


def plain(message, history):
    return f"{message}!"


class UnreliableRuns(MemoryRuns):
    """A log that takes its time, and fails once."""

    def __init__(self, fails_at: int) -> None:
        super().__init__()
        self.appends = 0
        self.fails_at = fails_at

    async def append(self, run, events, *, first):
        self.appends += 1
        await asyncio.sleep(0.002)
        if self.appends == self.fails_at:
            raise LogUnavailable("log.unavailable", "The log does not answer.")
        await super().append(run, events, first=first)


async def test_the_answer_is_in_the_conversation_before_run_end_is_seen():
    core = make_core(plain)
    engine = core.engine
    run = await engine.submit(ask("hello"))
    async for batch in await engine.follow(run.id, identity=ANN):
        if isinstance(batch[-1][1], RunEnd):
            conversation, _ = await core.commands.load(CONVERSATION, identity=ANN)
            assert [stored.message.text for stored in conversation.path(conversation.head)] == ["hello", "hello!"]


async def test_the_same_turn_sent_twice_runs_once():
    calls = []
    engine = make_engine(lambda message, history: calls.append(message) or "once")
    turn = ask("hello")
    first, second = await asyncio.gather(engine.submit(turn), engine.submit(turn))
    third = await engine.submit(turn)
    await events_of(engine, first)

    assert first.id == second.id == third.id
    assert calls == ["hello"]


async def test_retrying_answers_the_same_message_again_as_another_version():
    answers = iter(["first", "second"])
    seen = []
    core = make_core(lambda message, history: seen.append((message, history)) or next(answers))
    engine = core.engine
    turn = ask("hello")
    await reply_to(engine, turn)
    await reply_to(engine, ask(parent=turn.message.id, message=None))
    conversation, _ = await core.commands.load(CONVERSATION, identity=ANN)

    assert seen == [("hello", []), ("hello", [])]
    versions = conversation.versions(conversation.head)
    assert [conversation.get(id_).message.text for id_ in versions] == ["first", "second"]


async def test_only_user_messages_can_be_answered_again():
    core = make_core(plain)
    engine = core.engine
    await said(engine)
    head = (await core.commands.load(CONVERSATION, identity=ANN))[0].head

    with pytest.raises(ClientError, match="the id of a user's message"):
        await engine.submit(ask(parent=head, message=None))


async def test_what_belongs_to_somebody_else_does_not_exist():
    core = make_core(plain)
    engine = core.engine
    run = await engine.submit(ask())
    await events_of(engine, run)

    with pytest.raises(NotFoundError):
        await engine.follow(run.id, identity=BOB)
    with pytest.raises(NotFoundError):
        await engine.cancel(run.id, identity=BOB)
    with pytest.raises(NotFoundError):
        await core.commands.load(CONVERSATION, identity=BOB)
    with pytest.raises(NotFoundError):
        await core.commands.undo(CONVERSATION, identity=BOB)
    with pytest.raises(ConflictError, match="in use"):
        await engine.submit(ask(identity=BOB))
    await core.commands.delete(CONVERSATION, identity=BOB)
    assert (await core.commands.load(CONVERSATION, identity=ANN))[0].head is not None


async def test_a_conversation_that_was_lost_goes_on_from_the_clients_copy():
    verified = []

    def reply(message, history, request: salon.Request):
        verified.append(request.history_verified)
        return f"{len(history)} before"

    engine = make_engine(reply)
    copy = (
        StoredMessage(id="question-a", message=user_message("hi"), created_at=1),
        StoredMessage(id="answer-a", parent="question-a", message=Message(role="assistant"), created_at=2),
    )
    turn = ask("and?", parent="answer-a")

    with pytest.raises(ConflictError) as refused:
        await engine.submit(turn)
    assert refused.value.code == "conversation.unknown"
    assert await said(engine, "and?", parent="answer-a", copy=copy) == "2 before"
    assert verified == [False]


async def test_run_start_names_the_run_the_conversation_and_the_message_it_answers():
    engine = make_engine(plain)
    turn = ask()
    run = await engine.submit(turn)

    assert (await events_of(engine, run))[0] == RunStart(run=run.id, conversation=CONVERSATION, answers=turn.message.id)


async def test_undo_ends_the_reply_that_is_being_written_and_stays_undone():
    async def waits(message, history):
        yield "so far"
        await asyncio.Event().wait()

    core = make_core(waits)
    engine = core.engine
    run = await engine.submit(ask("hello"))
    undone = await core.commands.undo(CONVERSATION, identity=ANN)
    conversation, active = await core.commands.load(CONVERSATION, identity=ANN)

    assert undone.message.text == "hello"
    assert (conversation.head, active) == (None, None)
    assert fold(await events_of(engine, run)).status == "cancelled"


async def test_deleting_a_conversation_ends_its_reply_quietly(caplog):
    async def waits(message, history):
        await asyncio.Event().wait()

    core = make_core(waits)
    engine = core.engine
    run = await engine.submit(ask())
    await core.commands.delete(CONVERSATION, identity=ANN)

    assert fold(await events_of(engine, run)).status == "cancelled"
    with pytest.raises(NotFoundError):
        await core.commands.load(CONVERSATION, identity=ANN)
    assert caplog.text == ""


async def test_an_id_that_another_message_has_is_refused():
    engine = make_engine(plain)
    turn = ask("one")
    await reply_to(engine, turn)

    with pytest.raises(ConflictError, match="another message of this conversation"):
        await engine.submit(ask("two", message=UserMessage(id=turn.message.id, message=user_message("two"))))


@pytest.mark.parametrize("fails_at", range(7))
async def test_with_a_slow_log_that_fails_once_every_accepted_run_still_ends_once(fails_at, caplog):
    async def streams(message, history):
        for word in "abc":
            yield salon.Append(word)

    runs = UnreliableRuns(fails_at)
    engine = make_engine(streams, runs=runs)
    turn = ask()
    try:
        run = await engine.submit(turn)
    except LogUnavailable:
        run = await engine.submit(turn)
    events = await asyncio.wait_for(events_of(engine, run), 20)

    assert sum(isinstance(event, RunEnd) for event in events) == 1
    while await runs.active(CONVERSATION) is not None:
        await asyncio.sleep(0.001)


async def test_a_turn_without_a_conversation_gets_the_callers_history_and_leaves_nothing_behind():
    seen = []

    def function(message, history, request: salon.Request):
        seen.append((message, history, request.session_hash, request.history_verified))
        return "yes"

    core = make_core(function)
    engine = core.engine
    history = (
        Message(role="system", parts=(TextPart(text="Be brief."),)),
        user_message("hello"),
        Message(role="assistant", parts=(TextPart(text="Hi."),)),
    )
    run = await engine.submit(ask("again", conversation=None, history=history))
    events = await events_of(engine, run)

    assert fold(events).messages[0].text == "yes"
    assert events[0].conversation is None
    assert seen == [
        (
            "again",
            [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "hello"},
                {"role": "assistant", "content": "Hi."},
            ],
            None,
            False,
        )
    ]
    with pytest.raises(NotFoundError):
        await core.commands.load(run.conversation, identity=ANN)


async def test_a_further_turn_follows_what_was_said_before_the_one_that_goes_on():
    release = threading.Event()

    def function(message, history):
        if message == "wait":
            release.wait(30)
        return str(len(history))

    core = make_core(function)
    engine = core.engine
    assert await core.commands.end(CONVERSATION, identity=ANN) is None
    await said(engine, "one")
    end = await core.commands.end(CONVERSATION, identity=ANN)
    first = await engine.submit(ask("wait", parent=end))
    second_end = await core.commands.end(CONVERSATION, identity=ANN)
    second = await said(engine, "two", parent=second_end)
    release.set()

    assert (second_end, second) == (end, "2")
    assert fold(await events_of(engine, first)).messages[0].text == "2"


async def test_who_begins_to_watch_a_conversation_misses_nothing_that_is_pushed_meanwhile():
    core = make_core(plain)
    engine = core.engine
    await said(engine)
    heads = await core.watchers.watch(CONVERSATION, identity=ANN)
    pushed = await core.pushing.push(CONVERSATION, "News")

    assert await asyncio.wait_for(anext(heads), 20) == pushed
    await heads.aclose()


class WatchedConversations(MemoryConversations):
    """A store that takes a few turns of the event loop for each call, and notes which calls were made."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    async def _note(self, call: str) -> None:
        self.calls.append(call)
        for _ in range(5):
            await asyncio.sleep(0)

    async def create(self, conversation):
        await self._note("create")
        return await super().create(conversation)

    async def load(self, conversation, *, owner):
        await self._note("load")
        return await super().load(conversation, owner=owner)

    async def append(self, conversation, messages, *, owner, only_at=None):
        await self._note("append")
        await super().append(conversation, messages, owner=owner, only_at=only_at)

    async def move_head(self, conversation, head, *, owner):
        await self._note("move_head")
        await super().move_head(conversation, head, owner=owner)

    async def owner_of(self, conversation):
        await self._note("owner_of")
        return await super().owner_of(conversation)


async def test_a_turn_costs_one_load_and_one_write_before_its_function_starts_and_one_write_after():
    store = WatchedConversations()
    before = []
    engine = make_engine(lambda message, history: before.append(list(store.calls)) or "yes", conversations=store)
    first, second = ask("one"), ask("two")
    reply = await reply_to(engine, first)
    after_first = list(store.calls)
    store.calls.clear()
    await reply_to(engine, replace(second, parent=reply.ids[-1]))
    after_second = list(store.calls)
    store.calls.clear()
    await reply_to(engine, ask(message=None, parent=second.message.id))

    assert before == [["load", "create"], ["load", "append"], ["load", "move_head"]]
    assert after_first == ["load", "create", "append"]
    assert after_second == ["load", "append", "append"]
    assert store.calls == ["load", "move_head", "append"]


async def test_the_same_first_turn_sent_ten_times_at_once_runs_once_whatever_the_store_takes():
    calls = []
    engine = make_engine(lambda message, history: calls.append(message) or "once", conversations=WatchedConversations())
    turn = ask()
    runs = await asyncio.gather(*(engine.submit(turn) for _ in range(10)))
    replies = [fold(await events_of(engine, run)) for run in runs]

    assert len({run.id for run in runs}) == 1
    assert {reply.messages[-1].text for reply in replies} == {"once"}
    assert calls == ["hello"]


async def test_different_first_turns_of_one_conversation_sent_at_once_are_versions_of_each_other():
    store = WatchedConversations()
    core = make_core(lambda message, history: f"re {message}", conversations=store)
    turns = [ask(f"question {number}") for number in range(5)]
    runs = await asyncio.gather(*(core.engine.submit(turn) for turn in turns))
    replies = [fold(await events_of(core.engine, run)) for run in runs]
    conversation, _ = await core.commands.load(CONVERSATION, identity=ANN)

    assert [reply.messages[-1].text for reply in replies] == [f"re question {number}" for number in range(5)]
    assert sorted(conversation.versions(turns[0].message.id)) == sorted(turn.message.id for turn in turns)


async def test_a_conversation_id_of_somebody_else_is_refused_also_when_both_are_new():
    engine = make_engine(plain, conversations=WatchedConversations())
    results = await asyncio.gather(
        engine.submit(ask(identity=ANN)), engine.submit(ask(identity=BOB)), return_exceptions=True
    )

    assert [type(result) for result in results] == [Run, ConflictError]
