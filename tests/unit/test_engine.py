"""What the engine promises, each as a behaviour; real functions, real threads, real logs."""

import asyncio
import functools
import io
import itertools
import threading
import time
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
import tqdm

import salon
from salon.conversations.pending_replies import PendingReplies
from salon.engine.turn import NewMessage
from salon.errors import ClientError, ConflictError, NotFoundError, RateError, UnavailableError
from salon.events.fold import fold
from salon.events.types import MessageStart, Notice, PartDelta, Progress, QueuePosition, RunEnd, RunStart
from salon.identity import Identity
from salon.messages.message import Message, StoredMessage, user_message
from salon.messages.parts import TextPart
from salon.runs.log import LogUnavailable
from salon.runs.memory import MemoryRuns
from salon.stores.memory import MemoryConversations
from tests.chats import ANN, BOB, CONVERSATION, ask, events_of, make_engine, reply_to, said


def plain(message, history):
    return f"{message}!"


async def coroutine(message, history):
    await asyncio.sleep(0)
    return f"{message}!"


def generator(message, history):
    yield message
    yield f"{message}!"


async def async_generator(message, history):
    yield message
    await asyncio.sleep(0)
    yield f"{message}!"


class Failing(MemoryConversations):
    """A store that cannot be written to for a while."""

    is_down = False

    async def append(self, *arguments, **options) -> None:
        if self.is_down:
            raise UnavailableError("store.unavailable", "not now")
        await super().append(*arguments, **options)


class Bot:
    def method(self, message, history):
        return f"{message}!"

    def __call__(self, message, history):
        yield f"{message}!"


class AsyncBot:
    async def __call__(self, message, history):
        yield f"{message}!"


def decorated(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def with_mark(mark, message, history):
    return f"{message}{mark}"


async def with_mark_async(mark, message, history):
    return f"{message}{mark}"


@pytest.mark.parametrize(
    "function",
    [
        plain,
        coroutine,
        generator,
        async_generator,
        Bot().method,
        Bot(),
        AsyncBot(),
        decorated(plain),
        decorated(coroutine),
        decorated(async_generator),
        functools.partial(with_mark, "!"),
        functools.partial(with_mark_async, "!"),
        lambda message, history: f"{message}!",
        lambda message, history: iter([message, f"{message}!"]),
        lambda message: f"{message}!",
        "{}!".format,
    ],
)
async def test_every_kind_of_function_answers(function):
    assert await said(make_engine(function), "hello") == "hello!"


async def test_history_is_what_was_said_before_as_role_and_content():
    seen = []
    engine = make_engine(lambda message, history: seen.append(history) or f"re {message}")
    await said(engine, "one")
    first = (await engine.commands.load(CONVERSATION, identity=ANN))[0].head
    await said(engine, "two", parent=first)

    assert seen == [[], [{"role": "user", "content": "one"}, {"role": "assistant", "content": "re one"}]]


async def test_history_comes_as_pairs_when_asked_for():
    seen = []
    engine = make_engine(lambda message, history: seen.append(history) or f"re {message}", type="tuples")
    await said(engine, "one")
    first = (await engine.commands.load(CONVERSATION, identity=ANN))[0].head
    await said(engine, "two", parent=first)

    assert seen == [[], [["one", "re one"]]]


async def test_changing_the_history_in_the_function_changes_nothing():
    def rude(message, history):
        history.append({"role": "user", "content": "never said"})
        for entry in history:
            entry["content"] = "rewritten"
        return "ok"

    engine = make_engine(rude)
    await said(engine, "one")
    conversation, _ = await engine.commands.load(CONVERSATION, identity=ANN)

    assert [stored.message.text for stored in conversation.path(conversation.head)] == ["one", "ok"]


async def test_every_yield_is_an_entry_of_its_own():
    engine = make_engine(lambda message, history: iter(["a", "ab", "abc"]))
    run = await engine.submit(ask())

    assert [event.text for event in await events_of(engine, run) if isinstance(event, PartDelta)] == ["b", "c"]


async def test_the_answer_is_in_the_conversation_before_run_end_is_seen():
    engine = make_engine(plain)
    run = await engine.submit(ask("hello"))
    async for batch in await engine.follow(run.id, identity=ANN):
        if isinstance(batch[-1][1], RunEnd):
            conversation, _ = await engine.commands.load(CONVERSATION, identity=ANN)
            assert [stored.message.text for stored in conversation.path(conversation.head)] == ["hello", "hello!"]


async def test_an_error_for_the_user_ends_the_run_with_its_words_and_keeps_the_text():
    def fails(message, history):
        yield "so far"
        raise salon.Error("No more tokens today.", title="Sorry", print_exception=False)

    reply = await reply_to(make_engine(fails))

    assert reply.messages[-1].text == "so far"
    assert (reply.status, reply.failure.code) == ("error", "function.error")
    assert (reply.failure.message, reply.failure.title) == ("No more tokens today.", "Sorry")


@pytest.mark.parametrize(
    "exception", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError, StopIteration]
)
@pytest.mark.parametrize("kind", ["blocking", "async"])
async def test_any_other_exception_ends_its_own_run_without_telling_its_text(exception, kind, caplog):
    def blocking(message, history):
        yield "so far"
        raise exception("/srv/secret.pem")

    async def on_loop(message, history):
        yield "so far"
        raise exception("/srv/secret.pem")

    engine = make_engine(blocking if kind == "blocking" else on_loop)
    reply = await reply_to(engine)

    assert (reply.status, reply.failure.code) == ("error", "function.failed")
    assert reply.messages[-1].text == "so far"
    assert "secret" not in repr(reply)
    assert reply.failure.incident in caplog.text
    assert (await reply_to(engine)).status == "error"


async def test_the_text_of_exceptions_is_told_with_show_error(caplog):
    def fails(message, history):
        raise ValueError("the reason")

    reply = await reply_to(make_engine(fails, show_error=True))

    assert reply.failure.details == "ValueError: the reason"


@pytest.mark.parametrize("value", [None, {1}, object(), b"x"])
async def test_a_value_that_cannot_be_shown_ends_the_run_and_keeps_what_was_shown(value, caplog):
    reply = await reply_to(make_engine(lambda message, history: iter(["shown", value])))

    assert (reply.status, reply.failure.code) == ("error", "function.reply")
    assert reply.messages[-1].text == "shown"


async def test_a_generator_that_yields_nothing_gives_an_empty_answer():
    reply = await reply_to(make_engine(lambda message, history: iter([])))

    assert (reply.status, reply.messages[-1].text) == ("complete", "")


async def test_a_reply_that_gets_too_long_is_cut_with_a_clear_end():
    def flood(message, history):
        while True:
            yield salon.Append("x" * 100)

    reply = await reply_to(make_engine(flood, output_length=1_000))

    assert (reply.status, reply.failure.code) == ("error", "run.output-too-long")
    assert reply.messages[-1].text == "x" * 1_000


async def test_a_hundred_thousand_yields_and_ten_megabytes_arrive_whole():
    def flood(message, history):
        for _ in range(100_000):
            yield salon.Append("0123456789" * 10)

    reply = await reply_to(make_engine(flood))

    assert reply.status == "complete"
    assert reply.messages[-1].text == "0123456789" * 1_000_000


async def test_stopping_a_generator_closes_it_and_keeps_what_was_seen():
    closed = threading.Event()

    def endless(message, history):
        try:
            for length in itertools.count(1):
                yield "x" * min(length, 1_000)
        finally:
            closed.set()

    engine = make_engine(endless)
    run = await engine.submit(ask())
    entries = await engine.follow(run.id, identity=ANN)
    seen = (await anext(entries))[-1][0]
    while seen < 10:
        seen = (await anext(entries))[-1][0]
    await engine.cancel(run.id, identity=ANN, seen=10)
    reply = fold(await events_of(engine, run))

    assert reply.status == "cancelled"
    assert reply.messages[-1].text == "x" * 8
    assert await asyncio.to_thread(closed.wait, 20)


async def test_stopping_cancels_an_async_function_at_its_next_await():
    cancelled = asyncio.Event()

    async def waits(message, history):
        yield "so far"
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    engine = make_engine(waits)
    run = await engine.submit(ask())
    async for batch in await engine.follow(run.id, identity=ANN):
        if batch[-1][0] >= 3:
            await engine.cancel(run.id, identity=ANN)
    await asyncio.wait_for(cancelled.wait(), 20)

    conversation, active = await engine.commands.load(CONVERSATION, identity=ANN)
    assert conversation.get(conversation.head).message == Message(
        role="assistant", parts=(TextPart(text="so far"),), status="cancelled"
    )
    assert active is None


async def test_a_blocking_function_can_ask_whether_it_was_stopped(monkeypatch):
    monkeypatch.setattr("salon.engine.threads._INJECT_AFTER_S", 60)
    begun, noticed = threading.Event(), threading.Event()

    def polls(message, history):
        begun.set()
        while not salon.cancelled():
            time.sleep(0.01)
        noticed.set()
        return "too late"

    engine = make_engine(polls)
    run = await engine.submit(ask())
    await asyncio.to_thread(begun.wait, 20)
    await engine.cancel(run.id, identity=ANN)

    assert fold(await events_of(engine, run)).status == "cancelled"
    assert await asyncio.to_thread(noticed.wait, 20)


async def test_a_blocking_function_that_does_not_ask_gets_an_exception():
    begun, ended = threading.Event(), threading.Event()

    def works(message, history):
        begun.set()
        try:
            while True:
                sum(range(100))
        except Exception:
            return "swallowed"
        finally:
            ended.set()

    engine = make_engine(works)
    run = await engine.submit(ask())
    await asyncio.to_thread(begun.wait, 20)
    await engine.cancel(run.id, identity=ANN)

    assert await asyncio.to_thread(ended.wait, 20)


async def test_a_function_that_will_not_end_gives_its_place_to_others_and_is_counted(caplog, monkeypatch):
    monkeypatch.setattr("salon.engine.runner._LET_GO_AFTER_S", 0.05)
    release = threading.Event()

    def stubborn(message, history):
        if message == "stuck":
            release.wait()
        return "free"

    engine = make_engine(stubborn, concurrency_limit=1)
    stuck = await engine.submit(ask("stuck"))
    waiting = await engine.submit(ask("next"))
    await engine.cancel(stuck.id, identity=ANN)

    assert fold(await events_of(engine, stuck)).status == "cancelled"
    assert fold(await events_of(engine, waiting)).messages[-1].text == "free"
    assert engine.stuck_functions == 1
    assert stuck.id in caplog.text
    release.set()


async def test_an_async_function_that_swallows_its_cancellation_is_let_go(caplog, monkeypatch):
    monkeypatch.setattr("salon.engine.runner._LET_GO_AFTER_S", 0.05)
    release = asyncio.Event()
    begun = asyncio.Event()

    async def stubborn(message, history):
        while not release.is_set():
            try:
                begun.set()
                await release.wait()
            except asyncio.CancelledError:
                pass
        return "too late"

    engine = make_engine(stubborn)
    run = await engine.submit(ask())
    await begun.wait()
    await engine.cancel(run.id, identity=ANN)

    assert fold(await events_of(engine, run)).status == "cancelled"
    while engine.stuck_functions == 0:
        await asyncio.sleep(0.01)
    release.set()


async def test_stopping_before_the_first_token_leaves_an_empty_stopped_answer():
    never = asyncio.Event()

    async def silent(message, history):
        await never.wait()

    engine = make_engine(silent)
    run = await engine.submit(ask())
    await engine.cancel(run.id, identity=ANN)
    reply = fold(await events_of(engine, run))

    assert (reply.status, reply.messages[-1].text) == ("cancelled", "")


async def test_stopping_a_run_that_waits_takes_it_out_of_the_queue():
    release = asyncio.Event()

    async def waits(message, history):
        await release.wait()
        return "done"

    engine = make_engine(waits, concurrency_limit=1)
    first, second, third = [await engine.submit(ask()) for _ in range(3)]
    await engine.cancel(second.id, identity=ANN)

    assert fold(await events_of(engine, second)).status == "cancelled"
    release.set()
    assert fold(await events_of(engine, first)).status == "complete"
    positions = [event.position for event in await events_of(engine, third) if isinstance(event, QueuePosition)]
    assert positions == [2, 1, 0]


async def test_a_blocking_function_does_not_hold_up_others():
    release = threading.Event()

    def blocks(message, history):
        if message == "slow":
            release.wait()
        return message

    engine = make_engine(blocks)
    slow = await engine.submit(ask("slow"))

    assert await said(engine, "quick") == "quick"
    release.set()
    assert fold(await events_of(engine, slow)).status == "complete"


async def test_an_async_generator_that_never_waits_does_not_hold_up_others():
    stop = False

    async def hogs(message, history):
        while message == "hog" and not stop:
            yield salon.Append("x")
        yield "done"

    engine = make_engine(hogs, output_length=10**9)
    hog = await engine.submit(ask("hog"))
    assert await said(engine, "quick") == "done"

    stop = True
    assert fold(await events_of(engine, hog)).status == "complete"


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
    engine = make_engine(lambda message, history: seen.append((message, history)) or next(answers))
    turn = ask("hello")
    await reply_to(engine, turn)
    await reply_to(engine, ask(parent=turn.message.id, message=None))
    conversation, _ = await engine.commands.load(CONVERSATION, identity=ANN)

    assert seen == [("hello", []), ("hello", [])]
    versions = conversation.versions(conversation.head)
    assert [conversation.get(id_).message.text for id_ in versions] == ["first", "second"]


async def test_only_user_messages_can_be_answered_again():
    engine = make_engine(plain)
    await said(engine)
    head = (await engine.commands.load(CONVERSATION, identity=ANN))[0].head

    with pytest.raises(ClientError, match="not a user's message"):
        await engine.submit(ask(parent=head, message=None))


async def test_what_belongs_to_somebody_else_does_not_exist():
    engine = make_engine(plain)
    run = await engine.submit(ask())
    await events_of(engine, run)

    with pytest.raises(NotFoundError):
        await engine.follow(run.id, identity=BOB)
    with pytest.raises(NotFoundError):
        await engine.cancel(run.id, identity=BOB)
    with pytest.raises(NotFoundError):
        await engine.commands.load(CONVERSATION, identity=BOB)
    with pytest.raises(NotFoundError):
        await engine.commands.undo(CONVERSATION, identity=BOB)
    with pytest.raises(ConflictError, match="in use"):
        await engine.submit(ask(identity=BOB))
    await engine.commands.delete(CONVERSATION, identity=BOB)
    assert (await engine.commands.load(CONVERSATION, identity=ANN))[0].head is not None


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
    assert await said(engine, "and?", parent="answer-a", copy=copy) == "1 before"
    assert verified == [False]


async def test_notices_and_progress_come_beside_the_reply():
    def works(message, history, progress=salon.Progress()):
        salon.Info("note", title="T")
        salon.Warning("careful", duration=None)
        for _ in progress.tqdm(["a", "b"], desc="reading"):
            pass
        return "done"

    engine = make_engine(works)
    events = await events_of(engine, await engine.submit(ask()))

    assert [event for event in events if isinstance(event, Notice)] == [
        Notice(level="info", text="note", title="T"),
        Notice(level="warning", text="careful", duration_s=None),
    ]
    assert [event for event in events if isinstance(event, Progress)][-1] == Progress(
        fraction=1.0, text="reading 2/2 steps", done=2, total=2, unit="steps", label="reading"
    )


async def test_bars_that_tqdm_draws_are_shown_when_asked_for():
    def works(message, history, progress=salon.Progress(track_tqdm=True)):
        for _ in tqdm.tqdm(["a", "b"], desc="reading", mininterval=0, file=io.StringIO()):
            pass
        return "done"

    engine = make_engine(works)
    events = await events_of(engine, await engine.submit(ask()))
    shown = [event for event in events if isinstance(event, Progress)]

    assert shown[-1] == Progress(fraction=1.0, text="reading 2/2 it", done=2, total=2, unit="it", label="reading")


async def test_the_request_reaches_the_function_whatever_the_parameters_order():
    def reply(request: "salon.Request", message, history):
        return f"{request.username} {request.session_hash}"

    turn = ask(request=lambda: salon.Request(username="ann"))

    assert (await reply_to(make_engine(reply), turn)).messages[-1].text == f"ann {CONVERSATION}"


async def test_limits_hold_for_all_endpoints_with_the_same_id():
    running, most = 0, 0

    async def counts(message, history):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return "ok"

    engines = [make_engine(counts, concurrency_limit=1, concurrency_id="gpu") for _ in range(2)]
    runs = [(engine, await engine.submit(ask())) for engine in engines for _ in range(3)]
    for engine, run in runs:
        await events_of(engine, run)

    assert most == 1


async def test_when_stopping_running_replies_get_their_time_and_new_turns_are_refused():
    release = asyncio.Event()

    async def waits(message, history):
        yield "so far"
        await release.wait()
        yield "so far, done"

    engine = make_engine(waits)
    patient = await engine.submit(ask())
    stopping = asyncio.create_task(engine.stop(grace_s=5))
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError):
        await engine.submit(ask())
    release.set()
    await stopping

    assert fold(await events_of(engine, patient)).messages[-1].text == "so far, done"


async def test_replies_that_take_too_long_at_the_end_are_interrupted_and_kept():
    begun = asyncio.Event()

    async def waits(message, history):
        yield "so far"
        begun.set()
        await asyncio.Event().wait()

    engine = make_engine(waits)
    run = await engine.submit(ask())
    await begun.wait()
    await engine.stop(grace_s=0)
    reply = fold(await events_of(engine, run))

    assert (reply.status, reply.failure.code) == ("interrupted", "server.stopping")
    assert reply.messages[-1].text == "so far"


async def test_cached_examples_are_answered_once_and_shown_at_once(tmp_path):
    calls = []

    def reply(message, history) -> Iterator[str]:
        calls.append(message)
        yield "thinking"
        yield f"about {message}"

    engine = make_engine(reply, examples=["one", "two"], cache_examples=True, files=tmp_path)
    engine.start()
    await engine._warming
    assert await said(engine, "two", example=1) == "about two"
    assert calls == ["one", "two"]


async def test_the_number_of_a_cached_example_with_another_text_runs_the_function(tmp_path):
    engine = make_engine(plain, examples=["one"], cache_examples=True, files=tmp_path)
    engine.start()

    assert await said(engine, "something else", example=0) == "something else!"


async def test_an_example_that_fails_while_caching_is_named_and_the_others_are_cached(caplog, tmp_path):
    calls = []

    async def reply(message, history) -> AsyncIterator[str]:
        calls.append(message)
        if message == "bad":
            raise salon.Error("no")
        yield message

    engine = make_engine(reply, examples=["bad", "good"], cache_examples=True, files=tmp_path)
    engine.start()
    await engine._warming
    assert await said(engine, "good", example=1) == "good"

    assert "'bad'" in caplog.text
    assert calls == ["bad", "good"]


async def test_a_full_queue_refuses_more():
    release = asyncio.Event()

    async def waits(message, history):
        await release.wait()
        return "ok"

    engine = make_engine(waits, concurrency_limit=1)
    runs = [
        await engine.submit(ask(identity=Identity(owner=f"user:{number}"), conversation=f"talk-{number:06}"))
        for number in range(257)
    ]
    with pytest.raises(RateError, match="256 others"):
        await engine.submit(ask())
    release.set()

    assert {fold(await events_of(engine, run)).status for run in runs} == {"complete"}


async def test_run_start_names_the_run_the_conversation_and_the_message_it_answers():
    engine = make_engine(plain)
    turn = ask()
    run = await engine.submit(turn)

    assert (await events_of(engine, run))[0] == RunStart(run=run.id, conversation=CONVERSATION, answers=turn.message.id)


async def test_one_owner_cannot_fill_the_queue():
    release = asyncio.Event()

    async def waits(message, history):
        await release.wait()
        return "ok"

    engine = make_engine(waits, concurrency_limit=1)
    runs = [await engine.submit(ask()) for _ in range(9)]
    with pytest.raises(RateError, match="8 requests"):
        await engine.submit(ask())
    other = await engine.submit(ask(identity=BOB, conversation="conversation-2"))
    release.set()

    assert {fold(await events_of(engine, run)).status for run in [*runs, other]} == {"complete"}


async def test_a_turn_that_runs_is_found_again_even_when_nothing_more_is_accepted():
    release = asyncio.Event()

    async def waits(message, history):
        await release.wait()
        return "ok"

    engine = make_engine(waits)
    turn = ask()
    run = await engine.submit(turn)
    stopping = asyncio.create_task(engine.stop(grace_s=5))
    await asyncio.sleep(0)

    assert (await engine.submit(turn)).id == run.id
    release.set()
    await stopping


async def test_a_flood_of_progress_and_notices_is_thinned_and_stops_nobody():
    def floods(message, history, progress=salon.Progress()):
        for number in range(200_000):
            progress((number, 200_000))
            salon.Info("x" * 10_000)
        return "done"

    engine = make_engine(floods)
    begun_at = time.monotonic()
    run = await engine.submit(ask())
    quick = make_engine(plain)
    assert await said(quick, "hello") == "hello!"
    events = await events_of(engine, run)
    took_s = time.monotonic() - begun_at

    assert isinstance(events[-1], RunEnd)
    assert len(events) < (took_s / 0.05 + 3) * 101
    assert max(len(event.text) for event in events if isinstance(event, Notice)) == 4_096


@pytest.mark.parametrize("word", ["caf\udce9", "nul\0"])
async def test_whatever_words_an_error_or_a_notice_has_they_can_be_sent_and_kept(word):
    def fails(message, history):
        salon.Info(word, title=word)
        yield [salon.ChatMessage("x", metadata={"title": word, "log": word}), "text"]
        raise salon.Error(word, title=word)

    engine = make_engine(fails, show_error=True)
    events = await events_of(engine, await engine.submit(ask()))

    assert all(msgspec.json.encode(event) for event in events)
    assert "\ufffd" in events[-1].failure.message


async def test_a_generator_that_is_stopped_cleans_up_in_peace():
    begun, cleaned = threading.Event(), threading.Event()

    def tidy(message, history):
        try:
            while True:
                begun.set()
                yield salon.Append("x")
        finally:
            time.sleep(0.4)
            cleaned.set()

    engine = make_engine(tidy)
    run = await engine.submit(ask())
    await asyncio.to_thread(begun.wait, 20)
    await engine.cancel(run.id, identity=ANN)

    assert await asyncio.to_thread(cleaned.wait, 20)


async def test_stopping_brings_back_what_was_seen_whatever_came_after_it():
    shown = asyncio.Event()

    async def changes(message, history):
        yield "The answer is 42 …"
        shown.set()
        yield "something else, and longer than before"
        yield ["something else", "and a second message"]
        await asyncio.Event().wait()

    engine = make_engine(changes)
    run = await engine.submit(ask())
    async for batch in await engine.follow(run.id, identity=ANN):
        if any(isinstance(event, MessageStart) and event.message == 1 for _, event in batch):
            await engine.cancel(run.id, identity=ANN, seen=3)
    reply = fold(await events_of(engine, run))

    assert [message.text for message in reply.messages] == ["The answer is 42 …"]
    assert reply.status == "cancelled"


async def test_undo_ends_the_reply_that_is_being_written_and_stays_undone():
    async def waits(message, history):
        yield "so far"
        await asyncio.Event().wait()

    engine = make_engine(waits)
    run = await engine.submit(ask("hello"))
    undone = await engine.commands.undo(CONVERSATION, identity=ANN)
    conversation, active = await engine.commands.load(CONVERSATION, identity=ANN)

    assert undone.message.text == "hello"
    assert (conversation.head, active) == (None, None)
    assert fold(await events_of(engine, run)).status == "cancelled"


async def test_deleting_a_conversation_ends_its_reply_quietly(caplog):
    async def waits(message, history):
        await asyncio.Event().wait()

    engine = make_engine(waits)
    run = await engine.submit(ask())
    await engine.commands.delete(CONVERSATION, identity=ANN)

    assert fold(await events_of(engine, run)).status == "cancelled"
    with pytest.raises(NotFoundError):
        await engine.commands.load(CONVERSATION, identity=ANN)
    assert caplog.text == ""


async def test_an_id_that_another_message_has_is_refused():
    engine = make_engine(plain)
    turn = ask("one")
    await reply_to(engine, turn)

    with pytest.raises(ConflictError, match="another message's"):
        await engine.submit(ask("two", message=NewMessage(id=turn.message.id, message=user_message("two"))))


async def test_examples_are_warmed_within_all_limits(caplog, tmp_path):
    running, most = 0, 0

    async def endless(message, history):
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            if message == "exit":
                raise SystemExit
            while message == "endless":
                yield salon.Append("x" * 100)
            yield "fine"
        finally:
            running -= 1

    engine = make_engine(
        endless,
        examples=["endless", "exit", "good"],
        cache_examples=True,
        output_length=10_000,
        concurrency_limit=1,
        files=tmp_path,
    )
    engine.start()
    await engine._warming
    assert await said(engine, "good", example=2) == "fine"

    assert most == 1
    assert "'endless'" in caplog.text
    assert "'exit'" in caplog.text


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
    while (await engine.commands.load(CONVERSATION, identity=ANN))[1] is not None:
        await asyncio.sleep(0.001)


async def test_an_engine_that_was_stopped_can_be_started_again():
    engine = make_engine(plain)
    await engine.stop(grace_s=0)
    engine.start()

    assert await said(engine, "hello") == "hello!"


async def test_a_turn_without_a_conversation_gets_the_callers_history_and_leaves_nothing_behind():
    seen = []

    def function(message, history, request: salon.Request):
        seen.append((message, history, request.session_hash, request.history_verified))
        return "yes"

    engine = make_engine(function)
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
        await engine.commands.load(run.conversation, identity=ANN)


async def test_the_events_of_one_value_are_marked_as_belonging_together():
    def function(message, history):
        yield "a"
        yield "ab"
        yield [{"content": "look", "metadata": {"title": "Thinking"}}, "abc"]

    engine = make_engine(function)
    events = await events_of(engine, await engine.submit(ask()))
    said_ = [event for event in events if isinstance(event, MessageStart | PartDelta) or hasattr(event, "value")]

    assert [event.more for event in said_] == [True, False, False, True, False]


async def test_a_further_turn_follows_what_was_said_before_the_one_that_goes_on():
    release = threading.Event()

    def function(message, history):
        if message == "wait":
            release.wait(30)
        return str(len(history))

    engine = make_engine(function)
    assert await engine.commands.end(CONVERSATION, identity=ANN) is None
    await said(engine, "one")
    end = await engine.commands.end(CONVERSATION, identity=ANN)
    first = await engine.submit(ask("wait", parent=end))
    second_end = await engine.commands.end(CONVERSATION, identity=ANN)
    second = await said(engine, "two", parent=second_end)
    release.set()

    assert (second_end, second) == (end, "2")
    assert fold(await events_of(engine, first)).messages[0].text == "2"


async def test_who_begins_to_watch_a_conversation_misses_nothing_that_is_pushed_meanwhile():
    engine = make_engine(plain)
    await said(engine)
    heads = await engine.watch(CONVERSATION, identity=ANN)
    pushed = await engine.push(CONVERSATION, "News")

    assert await asyncio.wait_for(anext(heads), 20) == pushed
    await heads.aclose()


async def test_an_error_keeps_how_long_its_notice_is_shown():
    def function(message, history):
        raise salon.Error("no", duration=3)

    failure = (await reply_to(make_engine(function))).failure

    assert (failure.message, failure.duration_s) == ("no", 3)


async def test_a_run_knows_whether_it_had_to_wait_at_first():
    release = threading.Event()

    def function(message, history):
        release.wait(30)
        return "done"

    engine = make_engine(function, concurrency_limit=1)
    first, second = (
        await engine.submit(ask(conversation="first-one")),
        await engine.submit(ask(conversation="other-one")),
    )
    release.set()

    assert (first.waits, second.waits) == (False, True)
    await events_of(engine, second)


def failing_at_the_end(conversations):
    def fail(message, history):
        yield str(len(history))
        conversations.is_down = message == "down"

    return fail


async def test_a_reply_that_the_store_did_not_take_is_there_for_the_next_turn():
    conversations = Failing()
    engine = make_engine(failing_at_the_end(conversations), conversations=conversations)
    reply = await reply_to(engine, ask("down"))
    with pytest.raises(UnavailableError):
        await engine.submit(ask("still down", parent=reply.ids[-1]))
    conversations.is_down = False

    assert await said(engine, "up", parent=reply.ids[-1]) == "2"


async def test_a_reply_that_the_store_did_not_take_is_kept_when_the_server_stops():
    conversations = Failing()
    engine = make_engine(failing_at_the_end(conversations), conversations=conversations)
    reply = await reply_to(engine, ask("down"))
    conversations.is_down = False
    await engine.stop(grace_s=0)

    conversation = await conversations.load(CONVERSATION, owner=ANN.owner)
    assert conversation.head == reply.ids[-1]


async def test_what_a_store_did_not_take_is_tried_again_until_it_does():
    tries = []
    is_kept = asyncio.Event()

    async def keep() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise UnavailableError("store.unavailable", "not now")
        is_kept.set()

    late = PendingReplies(wait_s=0.001)
    late.add(CONVERSATION, keep)
    await asyncio.wait_for(is_kept.wait(), 20)
    await late.settle(CONVERSATION)

    assert len(tries) == 3
