"""The end of a server, and a store that does not answer."""

import asyncio

import pytest

from salon.conversations.pending_replies import PendingReplies
from salon.errors import UnavailableError
from salon.events.fold import fold
from salon.stores.memory import MemoryConversations
from tests.chats import ANN, CONVERSATION, ask, events_of, make_core, make_engine, reply_to, said


def plain(message, history):
    return f"{message}!"


class Failing(MemoryConversations):
    """A store that cannot be written to for a while."""

    is_down = False

    async def append(self, *arguments, **options) -> None:
        if self.is_down:
            raise UnavailableError("store.unavailable", "not now")
        await super().append(*arguments, **options)


def failing_at_the_end(conversations):
    def fail(message, history):
        yield str(len(history))
        conversations.is_down = message == "down"

    return fail


async def test_when_stopping_running_replies_get_their_time_and_new_turns_are_refused():
    release = asyncio.Event()

    async def waits(message, history):
        yield "so far"
        await release.wait()
        yield "so far, done"

    core = make_core(waits)
    engine = core.engine
    patient = await engine.submit(ask())
    stopping = asyncio.create_task(core.stop(grace_s=5))
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

    core = make_core(waits)
    engine = core.engine
    run = await engine.submit(ask())
    await begun.wait()
    await core.stop(grace_s=0)
    reply = fold(await events_of(engine, run))

    assert (reply.status, reply.failure.code) == ("interrupted", "server.stopping")
    assert reply.messages[-1].text == "so far"


async def test_a_turn_that_runs_is_found_again_even_when_nothing_more_is_accepted():
    release = asyncio.Event()

    async def waits(message, history):
        await release.wait()
        return "ok"

    core = make_core(waits)
    engine = core.engine
    turn = ask()
    run = await engine.submit(turn)
    stopping = asyncio.create_task(core.stop(grace_s=5))
    await asyncio.sleep(0)

    assert (await engine.submit(turn)).id == run.id
    release.set()
    await stopping


async def test_an_engine_that_was_stopped_can_be_started_again():
    core = make_core(plain)
    engine = core.engine
    await core.stop(grace_s=0)
    core.start()

    assert await said(engine, "hello") == "hello!"


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
    core = make_core(failing_at_the_end(conversations), conversations=conversations)
    engine = core.engine
    reply = await reply_to(engine, ask("down"))
    conversations.is_down = False
    await core.stop(grace_s=0)

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
