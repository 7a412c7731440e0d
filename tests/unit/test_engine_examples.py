"""Examples that are answered at the start."""

from collections.abc import AsyncIterator, Iterator

import salon
from tests.chats import make_core, said


def plain(message, history):
    return f"{message}!"


async def test_cached_examples_are_answered_once_and_shown_at_once(tmp_path):
    calls = []

    def reply(message, history) -> Iterator[str]:
        calls.append(message)
        yield "thinking"
        yield f"about {message}"

    core = make_core(reply, examples=["one", "two"], cache_examples=True, files=tmp_path)
    engine = core.engine
    core.start()
    await core.housekeeping.warmed()
    assert await said(engine, "two", example=1) == "about two"
    assert calls == ["one", "two"]


async def test_the_number_of_a_cached_example_with_another_text_runs_the_function(tmp_path):
    core = make_core(plain, examples=["one"], cache_examples=True, files=tmp_path)
    engine = core.engine
    core.start()

    assert await said(engine, "something else", example=0) == "something else!"


async def test_an_example_that_fails_while_caching_is_named_and_the_others_are_cached(caplog, tmp_path):
    calls = []

    async def reply(message, history) -> AsyncIterator[str]:
        calls.append(message)
        if message == "bad":
            raise salon.Error("no")
        yield message

    core = make_core(reply, examples=["bad", "good"], cache_examples=True, files=tmp_path)
    engine = core.engine
    core.start()
    await core.housekeeping.warmed()
    assert await said(engine, "good", example=1) == "good"

    assert "'bad'" in caplog.text
    assert calls == ["bad", "good"]


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

    core = make_core(
        endless,
        examples=["endless", "exit", "good"],
        cache_examples=True,
        output_length=10_000,
        concurrency_limit=1,
        files=tmp_path,
    )
    engine = core.engine
    core.start()
    await core.housekeeping.warmed()
    assert await said(engine, "good", example=2) == "fine"

    assert most == 1
    assert "'endless'" in caplog.text
    assert "'exit'" in caplog.text
