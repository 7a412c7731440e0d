"""The history that functions get, and what they may ask for beside it."""

import asyncio
import io
import time

import pytest
import tqdm

import salon
from salon.events.fold import fold
from salon.events.types import Notice, PartStart, Progress, RunEnd
from tests.chats import ANN, CONVERSATION, ask, events_of, make_core, make_engine, reply_to, said


def plain(message, history):
    return f"{message}!"


async def test_history_is_what_was_said_before_as_role_and_content():
    seen = []
    core = make_core(lambda message, history: seen.append(history) or f"re {message}")
    engine = core.engine
    await said(engine, "one")
    first = (await core.commands.load(CONVERSATION, identity=ANN))[0].head
    await said(engine, "two", parent=first)

    assert seen == [[], [{"role": "user", "content": "one"}, {"role": "assistant", "content": "re one"}]]


async def test_history_comes_as_pairs_when_asked_for():
    seen = []
    core = make_core(lambda message, history: seen.append(history) or f"re {message}", type="tuples")
    engine = core.engine
    await said(engine, "one")
    first = (await core.commands.load(CONVERSATION, identity=ANN))[0].head
    await said(engine, "two", parent=first)

    assert seen == [[], [["one", "re one"]]]


async def test_changing_the_history_in_the_function_changes_nothing():
    def rude(message, history):
        history.append({"role": "user", "content": "never said"})
        for entry in history:
            entry["content"] = "rewritten"
        return "ok"

    core = make_core(rude)
    engine = core.engine
    await said(engine, "one")
    conversation, _ = await core.commands.load(CONVERSATION, identity=ANN)

    assert [stored.message.text for stored in conversation.path(conversation.head)] == ["one", "ok"]


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


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("fails", []),
        ("fails late", ["wrong", "half"]),
        ("says nothing", ["wrong", ""]),
        ("is stopped", []),
        ("is stopped late", ["wrong", "half"]),
    ],
)
@pytest.mark.parametrize("form", ["messages", "tuples"])
async def test_after_a_turn_that_went_wrong_the_roles_in_the_history_alternate(kind, kept, form):
    seen = []

    async def reply(message, history):
        if message == "wrong":
            if kind.endswith("late"):
                yield "half"
            if kind.startswith("fails"):
                raise ValueError("no")
            if kind.startswith("is stopped"):
                await asyncio.Event().wait()
            return
        seen.append(history)
        yield "right"

    engine = make_engine(reply, type=form)
    first = await reply_to(engine, ask("one"))
    run = await engine.submit(ask("wrong", parent=first.ids[-1]))
    if kind.startswith("is stopped"):
        async for batch in await engine.follow(run.id, identity=ANN):
            if kind == "is stopped" or any(isinstance(event, PartStart) for _, event in batch):
                await engine.cancel(run.id, identity=ANN)
    wrong = fold(await events_of(engine, run))
    await reply_to(engine, ask("two", parent=wrong.ids[-1]))

    if form == "messages":
        roles = [message["role"] for message in seen[1]]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        contents = [message["content"] for message in seen[1]]
    else:
        assert all(len(pair) == 2 and None not in pair for pair in seen[1])
        contents = [side for pair in seen[1] for side in pair]
    assert contents == ["one", "right", *kept]
