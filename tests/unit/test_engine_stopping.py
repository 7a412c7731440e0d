"""Stopping replies, and functions that will not end."""

import asyncio
import itertools
import threading
import time

import salon
from salon.events.fold import fold
from salon.events.types import MessageStart, QueuePosition
from salon.messages.message import Message
from salon.messages.parts import TextPart
from tests.chats import ANN, CONVERSATION, ask, events_of, make_core, make_engine


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

    core = make_core(waits)
    engine = core.engine
    run = await engine.submit(ask())
    async for batch in await engine.follow(run.id, identity=ANN):
        if batch[-1][0] >= 3:
            await engine.cancel(run.id, identity=ANN)
    await asyncio.wait_for(cancelled.wait(), 20)

    conversation, active = await core.commands.load(CONVERSATION, identity=ANN)
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
