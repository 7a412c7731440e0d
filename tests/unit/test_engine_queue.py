"""Who may run, who waits, and who is refused."""

import asyncio
import threading

import pytest

from salon.errors import RateError
from salon.events.fold import fold
from salon.identity import Identity
from tests.chats import BOB, ask, events_of, make_engine


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


async def test_one_owner_cannot_fill_the_queue():
    release = asyncio.Event()

    async def waits(message, history):
        await release.wait()
        return "ok"

    engine = make_engine(waits, concurrency_limit=1)
    runs = [await engine.submit(ask()) for _ in range(9)]
    with pytest.raises(RateError, match="at most 8"):
        await engine.submit(ask())
    other = await engine.submit(ask(identity=BOB, conversation="conversation-2"))
    release.set()

    assert {fold(await events_of(engine, run)).status for run in [*runs, other]} == {"complete"}


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
