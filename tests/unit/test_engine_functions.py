"""How the engine calls functions of every kind and reads what they give."""

import asyncio
import functools
import threading

import msgspec
import pytest

import salon
from salon.events.fold import fold
from salon.events.types import MessageStart, PartDelta
from tests.chats import ask, events_of, make_engine, reply_to, said


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


def parts_of(reply):
    return [part for message in reply.messages for part in message.parts]


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


async def test_every_yield_is_an_entry_of_its_own():
    engine = make_engine(lambda message, history: iter(["a", "ab", "abc"]))
    run = await engine.submit(ask())

    assert [event.text for event in await events_of(engine, run) if isinstance(event, PartDelta)] == ["b", "c"]


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
    assert "1000 characters" in reply.failure.message
    assert reply.messages[-1].text == "x" * 1_000


@pytest.mark.parametrize(
    "values",
    [
        ["z" * 50_000_000],
        ["a", "z" * 50_000_000],
        [salon.ChatMessage("z" * 50_000_000)],
        [salon.ChatMessage("z" * 50_000_000, metadata={"title": "Step"})],
        ["a", salon.Append("z" * 50_000_000)],
        ["a", ["a", "z" * 50_000_000]],
    ],
    ids=["first", "second", "message", "thought", "appended", "list"],
)
async def test_of_a_single_value_that_is_too_long_as_much_stays_as_fits(values):
    reply = await reply_to(make_engine(lambda message, history: iter(values)))
    lengths = [sum(map(len, (part.text, getattr(part, "title", "")))) for part in parts_of(reply)]

    assert (reply.status, reply.failure.code) == ("error", "run.output-too-long")
    assert sum(lengths) == 10 * 2**20


async def test_a_component_that_is_too_long_leaves_the_text_before_it():
    code = salon.Code("z" * 50_000_000)
    reply = await reply_to(make_engine(lambda message, history: iter(["text", ["text", code]])))

    assert (reply.status, reply.failure.code) == ("error", "run.output-too-long")
    assert reply.messages[0].text == "text"


async def test_a_hundred_thousand_yields_and_ten_megabytes_arrive_whole():
    def flood(message, history):
        for _ in range(100_000):
            yield salon.Append("0123456789" * 10)

    reply = await reply_to(make_engine(flood))

    assert reply.status == "complete"
    assert reply.messages[-1].text == "0123456789" * 1_000_000


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


async def test_the_events_of_one_value_are_marked_as_belonging_together():
    def function(message, history):
        yield "a"
        yield "ab"
        yield [{"content": "look", "metadata": {"title": "Thinking"}}, "abc"]

    engine = make_engine(function)
    events = await events_of(engine, await engine.submit(ask()))
    said_ = [event for event in events if isinstance(event, MessageStart | PartDelta) or hasattr(event, "value")]

    assert [event.more for event in said_] == [True, False, False, True, False]


async def test_an_error_keeps_how_long_its_notice_is_shown():
    def function(message, history):
        raise salon.Error("no", duration=3)

    failure = (await reply_to(make_engine(function))).failure

    assert (failure.message, failure.duration_s) == ("no", 3)
