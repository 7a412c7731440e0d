"""Replies whose readers have gone, replies that take too long, and functions that will not end."""

import asyncio
import threading
from contextlib import aclosing, suppress

import pytest

from salon.engine.gates import RunQuotas
from salon.errors import RateError, UnavailableError
from salon.events.fold import fold
from salon.identity import Identity
from salon.quotas import Bounds, ConcurrencyQuota
from tests.chats import ANN, ask, events_of, make_engine, reply_to


def endless(stopped: asyncio.Event):
    async def reply(message, history):
        try:
            for number in range(10**9):
                yield f"{number}"
                await asyncio.sleep(0.001)
        finally:
            stopped.set()

    return reply


async def read_a_little(engine, run) -> None:
    async with aclosing(await engine.follow(run.id, identity=ANN)) as entries:
        async for batch in entries:
            if batch[-1][0] > 5:
                return


async def test_a_reply_that_nobody_reads_any_more_is_stopped_after_its_grace_and_keeps_its_text():
    stopped = asyncio.Event()
    engine = make_engine(endless(stopped), disconnect_grace_s=0.05)
    run = await engine.submit(ask())
    await read_a_little(engine, run)
    await asyncio.wait_for(stopped.wait(), 10)
    reply = fold(await events_of(engine, run))

    assert reply.status == "cancelled"
    assert int(reply.messages[0].text) > 0


async def test_a_reply_that_nobody_ever_reads_is_stopped_too():
    stopped = asyncio.Event()
    engine = make_engine(endless(stopped), disconnect_grace_s=0.05)
    await engine.submit(ask())

    await asyncio.wait_for(stopped.wait(), 10)


async def test_a_reader_who_comes_back_within_the_grace_finds_the_reply_going_on():
    stopped = asyncio.Event()
    engine = make_engine(endless(stopped), disconnect_grace_s=30)
    run = await engine.submit(ask())
    for _ in range(5):
        await read_a_little(engine, run)

    assert not stopped.is_set()
    await engine.cancel(run.id, identity=ANN)
    assert fold(await events_of(engine, run)).status == "cancelled"


async def test_one_reader_of_two_is_enough():
    stopped = asyncio.Event()
    engine = make_engine(endless(stopped), disconnect_policy="cancel")
    run = await engine.submit(ask())
    async with aclosing(await engine.follow(run.id, identity=ANN)) as entries:
        await anext(entries)
        await read_a_little(engine, run)
        await anext(entries)

        assert not stopped.is_set()
    await asyncio.wait_for(stopped.wait(), 10)


@pytest.mark.parametrize("options", [{"disconnect_policy": "keep"}, {"background": True}])
async def test_a_reply_that_is_to_go_on_goes_on_without_readers(options):
    background = options.pop("background", False)
    ended = asyncio.Event()

    async def reply(message, history):
        for number in range(20):
            yield f"{number}"
            await asyncio.sleep(0.005)
        ended.set()

    engine = make_engine(reply, disconnect_grace_s=0.01, **options)
    run = await engine.submit(ask(is_background=background))
    await asyncio.wait_for(ended.wait(), 10)

    assert fold(await events_of(engine, run)).messages[0].text == "19"


async def test_a_reply_that_takes_longer_than_any_may_ends_with_the_reason():
    stopped = asyncio.Event()
    engine = make_engine(endless(stopped), run_s=0.05)
    reply = await reply_to(engine)

    assert (reply.status, reply.failure.code) == ("interrupted", "run.timeout")
    assert "0.05 seconds" in reply.failure.message
    await asyncio.wait_for(stopped.wait(), 10)


async def test_waiting_in_the_queue_does_not_count_as_taking_long():
    async def reply(message, history):
        await asyncio.sleep(0.15)
        return "done"

    engine = make_engine(reply, run_s=0.25, concurrency_limit=1)
    replies = await asyncio.gather(*(reply_to(engine, ask(conversation=f"conversation-{n}")) for n in range(3)))

    assert [reply.status for reply in replies] == ["complete"] * 3


async def test_after_too_many_functions_that_will_not_end_blocking_ones_are_refused_until_some_end(monkeypatch):
    monkeypatch.setattr("salon.engine.runner._LET_GO_AFTER_S", 0.05)
    release = threading.Event()

    def stubborn(message, history):
        while not release.is_set():
            with suppress(BaseException):
                release.wait(0.05)
        return "at last"

    engine = make_engine(stubborn, stuck_functions=2)
    for number in range(2):
        run = await engine.submit(ask(conversation=f"conversation-{number}"))
        await engine.cancel(run.id, identity=ANN)
        await events_of(engine, run)
    while not engine.needs_restart:
        await asyncio.sleep(0.01)
    with pytest.raises(UnavailableError) as refused:
        await engine.submit(ask())

    assert refused.value.code == "server.stuck"
    release.set()
    while engine.needs_restart:
        await asyncio.sleep(0.01)
    assert (await reply_to(engine, ask())).messages[0].text == "at last"


async def test_running_replies_are_bounded_whatever_cookies_a_client_invents():
    release = asyncio.Event()

    async def reply(message, history):
        await release.wait()
        return "done"

    running = ConcurrencyQuota("limits.running", "replies", Bounds(owner=2, address=3))
    engine = make_engine(reply, quotas=RunQuotas(running=running))

    async def submit(number: int):
        identity = Identity(owner=f"visitor:{number}", address="192.0.2.1")
        return identity, await engine.submit(ask(identity=identity, conversation=f"conversation-{number}"))

    begun = [await submit(number) for number in range(3)]
    with pytest.raises(RateError, match="network address has too many replies"):
        await submit(3)
    release.set()
    for _, run in begun:
        await events_of(engine, run)
    while running.total:
        await asyncio.sleep(0.001)
    await submit(4)
