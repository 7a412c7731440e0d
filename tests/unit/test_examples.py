"""Examples with cached answers and with files, over restarts of the application."""

import asyncio
from pathlib import Path

import pytest

import salon
from salon.errors import ClientError
from salon.messages.parts import ComponentPart, FilePart, OptionsPart, TextPart, ThoughtPart
from tests.chats import (
    ANN,
    BOB,
    ask,
    compiled_page,
    core_of,
    events_of,
    files_in,
    make_core,
    make_engine,
    reply_to,
    said,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


async def started(function, folder: Path, **options):
    """Return an engine that has been started and has answered the examples that it answers at the start."""
    core = make_core(function, files=folder, **({"examples": ["one", "two"], "cache_examples": True} | options))
    engine = core.engine
    core.start()
    await core.housekeeping.warmed()
    return engine


def kinds():
    calls = []

    def plain(message, history):
        calls.append(message)
        return f"about {message}"

    async def coroutine(message, history):
        return plain(message, history)

    def generator(message, history):
        yield "thinking"
        yield plain(message, history)

    async def async_generator(message, history):
        yield "thinking"
        yield plain(message, history)

    return {function.__name__: (function, calls) for function in (plain, coroutine, generator, async_generator)}


KINDS = ["plain", "coroutine", "generator", "async_generator"]


@pytest.mark.parametrize("kind", KINDS)
async def test_answers_outlive_a_restart(kind, tmp_path):
    function, calls = kinds()[kind]
    await (await started(function, tmp_path)).stop(grace_s=0)
    engine = await started(function, tmp_path)

    assert await said(engine, "two", example=1) == "about two"
    assert calls == ["one", "two"]


@pytest.mark.parametrize("kind", KINDS)
async def test_lazy_caching_answers_at_the_first_click_and_keeps_that(kind, tmp_path):
    function, calls = kinds()[kind]
    engine = await started(function, tmp_path, cache_mode="lazy")
    assert calls == []
    for conversation in ("conversation-1", "conversation-2"):
        assert await said(engine, "two", example=1, conversation=conversation) == "about two"
    assert await said(await started(function, tmp_path, cache_mode="lazy"), "two", example=1) == "about two"

    assert calls == ["two"]


async def test_a_stopped_answer_is_not_kept(tmp_path):
    begun, release = asyncio.Event(), asyncio.Event()

    async def reply(message, history):
        yield "half"
        begun.set()
        await release.wait()
        yield "whole"

    engine = await started(reply, tmp_path, cache_mode="lazy")
    run = await engine.submit(ask("one", example=0))
    await begun.wait()
    await engine.cancel(run.id, identity=ANN)
    await events_of(engine, run)
    release.set()

    assert await said(engine, "one", example=0, conversation="conversation-2") == "whole"


async def test_every_kind_of_reply_comes_back_with_copies_of_its_files(tmp_path):
    def reply(message, history):
        return [
            salon.ChatMessage("Looking", metadata={"title": "Step", "status": "done"}),
            salon.ChatMessage(salon.Image(PNG), options=["More"]),
            "Done",
        ]

    first = await started(reply, tmp_path)
    await first.stop(grace_s=0)
    engine = await started(reply, tmp_path)
    parts = {}
    for identity in (ANN, BOB):
        turn = ask("one", example=0, identity=identity, conversation=f"conversation-{identity.user}")
        answer = await reply_to(engine, turn)
        parts[identity.user] = [part for message in answer.messages for part in message.parts]

    assert [type(part) for part in parts["ann"]] == [ThoughtPart, ComponentPart, OptionsPart, TextPart]
    ids = {name: own[1].files[0].id for name, own in parts.items()}
    assert ids["ann"] != ids["bob"]
    for identity in (ANN, BOB):
        assert files_in(tmp_path).get(ids[identity.user], owner=identity.owner).path.read_bytes() == PNG


async def test_nothing_but_the_answers_is_kept_of_answering(tmp_path):
    picture = tmp_path / "cat.png"
    picture.write_bytes(PNG)
    examples = [{"text": "Look", "files": [str(picture)]}]
    await started(lambda message: salon.Image(PNG), tmp_path / "data", multimodal=True, examples=examples)

    assert list((tmp_path / "data" / "kept").rglob("*.*")) == []


async def test_a_change_of_the_function_forgets_its_answers(tmp_path):
    def make(word):
        def reply(message, history):
            return f"{word} {message}"

        return reply

    await started(make("about"), tmp_path)
    kept = set((tmp_path / "examples").rglob("*.json"))
    engine = await started(make("on"), tmp_path)

    assert await said(engine, "one", example=0) == "on one"
    assert not any(path.exists() for path in kept)


async def test_a_change_of_one_example_asks_only_that_one_anew(tmp_path):
    function, calls = kinds()["plain"]
    await started(function, tmp_path)
    engine = await started(function, tmp_path, examples=["one", "three"])

    assert await said(engine, "three", example=1) == "about three"
    assert calls == ["one", "two", "three"]
    assert len(list((tmp_path / "examples").rglob("*.json"))) == 2


async def test_a_change_of_an_examples_file_asks_it_anew(tmp_path):
    picture = tmp_path / "cat.png"

    def reply(message, history):
        return f"{Path(message['files'][0]).stat().st_size} bytes"

    for content in (PNG, PNG + b"\0"):
        picture.write_bytes(content)
        examples = [{"text": "Look", "files": [str(picture)]}]
        engine = await started(reply, tmp_path / "data", multimodal=True, examples=examples)
        turn = ask("Look", example=0, conversation=f"conversation-{len(content)}")

        assert (await reply_to(engine, turn)).messages[0].text == f"{len(content)} bytes"


async def test_a_damaged_answer_is_made_anew(tmp_path):
    function, calls = kinds()["plain"]
    await started(function, tmp_path, examples=["one"])
    next((tmp_path / "examples").rglob("*.json")).write_text("{")
    engine = await started(function, tmp_path, examples=["one"])

    assert await said(engine, "one", example=0) == "about one"
    assert calls == ["one", "one"]


async def test_an_answer_that_vanished_meanwhile_is_made_anew_by_a_click(tmp_path):
    function, calls = kinds()["plain"]
    engine = await started(function, tmp_path, examples=["one"])
    next((tmp_path / "examples").rglob("*.json")).unlink()

    assert await said(engine, "one", example=0) == "about one"
    assert await said(engine, "one", example=0, conversation="conversation-2") == "about one"
    assert calls == ["one", "one"]


async def test_an_answer_that_everybody_will_see_is_made_without_the_request_of_the_first(tmp_path):
    def reply(message, history, request: salon.Request):
        return f"for {request.username}"

    engine = await started(reply, tmp_path, cache_mode="lazy")
    turn = ask("one", example=0, request=lambda: salon.Request(username="ann"))

    assert (await reply_to(engine, turn)).messages[0].text == "for None"


async def test_where_nothing_can_be_kept_examples_are_answered_at_each_click(tmp_path, caplog):
    (tmp_path / "examples").write_text("no folder")
    function, calls = kinds()["plain"]
    engine = await started(function, tmp_path, examples=["one"])

    assert await said(engine, "one", example=0) == "about one"
    assert calls == ["one", "one"]
    assert "'one' cannot be kept" in caplog.text


async def test_how_far_the_answering_is_is_told_and_what_is_kept_already_is_not_counted(tmp_path):
    function, _ = kinds()["plain"]
    told = []
    for examples in (["one", "two"], ["one", "two", "three"], ["one"]):
        await started(function, tmp_path, examples=examples, caching=lambda *numbers: told.append(numbers))

    assert told == [(0, 2), (1, 2), (2, 2), (0, 1), (1, 1)]


@pytest.fixture
def examples(tmp_path) -> list:
    picture = tmp_path / "cat.png"
    picture.write_bytes(PNG)
    return [{"text": "What is it?", "files": [str(picture)]}, {"text": "", "files": [str(picture)]}]


def count(message, history):
    return f"{len(message['files'])} files, '{message['text']}', {len(history)} before"


async def test_the_server_attaches_an_examples_files_and_says_so(tmp_path, examples):
    core = make_core(count, files=tmp_path / "data", multimodal=True, examples=examples)
    engine = core.engine
    run = await engine.submit(ask("What is it?", example=0))
    start, *events = await events_of(engine, run)
    conversation, _ = await core.commands.load("conversation-1", identity=ANN)
    part = start.message.parts[1]

    assert [type(part) for part in start.message.parts] == [TextPart, FilePart]
    assert (part.file.name, files_in(tmp_path / "data").get(part.file.id, owner=ANN.owner).path.read_bytes()) == (
        "cat.png",
        PNG,
    )
    assert conversation.messages[run.answers].message == start.message
    assert any("1 files, 'What is it?'" in getattr(event, "value", TextPart()).text for event in events)


async def test_an_example_may_be_a_file_alone(tmp_path, examples):
    engine = make_engine(count, files=tmp_path / "data", multimodal=True, examples=examples)

    assert await said(engine, "", example=1) == "1 files, '', 0 before"


async def test_an_example_in_the_middle_of_a_conversation_has_its_files_too(tmp_path, examples):
    engine = make_engine(count, files=tmp_path / "data", multimodal=True, examples=examples)
    head = (await reply_to(engine, ask("Hello"))).ids[-1]

    assert await said(engine, "What is it?", example=0, parent=head) == "1 files, 'What is it?', 2 before"


async def test_an_example_sent_twice_under_one_id_is_one_message(tmp_path, examples):
    core = make_core(count, files=tmp_path / "data", multimodal=True, examples=examples)
    engine = core.engine
    turn = ask("What is it?", example=0)
    await reply_to(engine, turn)
    again = ask(message=turn.message, example=0)
    await reply_to(engine, again)
    conversation, _ = await core.commands.load("conversation-1", identity=ANN)

    assert len([stored for stored in conversation.messages.values() if stored.message.role == "user"]) == 1


@pytest.mark.parametrize("number", [0, 5, -1])
async def test_an_empty_message_is_refused_whatever_number_it_names(tmp_path, examples, number):
    engine = make_engine(count, files=tmp_path / "data", multimodal=True, examples=examples)
    with pytest.raises(ClientError, match="empty"):
        await engine.submit(ask("", example=number))


def with_style():
    """Return a function with an additional input, the input, and what the function was asked."""
    asked = []

    def reply(message, history, style):
        asked.append((message, style))
        return f"{message} {style}"

    return reply, salon.Textbox("plain", label="Style"), asked


async def test_a_kept_answer_was_made_with_the_examples_values_and_serves_no_others(tmp_path):
    reply, style, asked = with_style()
    engine = await started(reply, tmp_path, examples=[["one", "bold"]], additional_inputs=style)
    name = "c1"
    said_ = []
    for number, values in enumerate(({name: "bold"}, {name: "thin"}, {})):
        turn = ask("one", example=0, inputs=values, conversation=f"conversation-{number}")
        said_.append((await reply_to(engine, turn)).messages[0].text)

    assert said_ == ["one bold", "one thin", "one plain"]
    assert asked == [("one", "bold"), ("one", "thin"), ("one", "plain")]


async def test_an_example_without_values_stands_for_the_components_own(tmp_path):
    reply, style, asked = with_style()
    engine = await started(reply, tmp_path, examples=["one"], additional_inputs=style)
    name = "c1"
    for number, values in enumerate(({name: "plain"}, {})):
        turn = ask("one", example=0, inputs=values, conversation=f"conversation-{number}")
        assert (await reply_to(engine, turn)).messages[0].text == "one plain"

    assert asked == [("one", "plain")]


async def test_a_change_of_an_examples_values_asks_it_anew(tmp_path):
    asked = []

    def reply(message, history, style):
        asked.append(style)
        return style

    for value in ("bold", "thin", "thin"):
        await started(reply, tmp_path, examples=[["one", value]], additional_inputs=salon.Textbox(label="Style"))

    assert asked == ["bold", "thin"]


async def test_where_functions_set_more_than_their_reply_nothing_is_kept(tmp_path, caplog):
    asked = []

    def reply(message, history):
        asked.append(message)
        return "answer", "output"

    engine = await started(reply, tmp_path, examples=["one"], additional_outputs=salon.Textbox())
    await reply_to(engine, ask("one", example=0))

    assert asked == ["one"]
    assert "additional outputs" in caplog.text


async def test_chats_of_one_page_that_share_a_function_keep_their_answers_beside_each_other(tmp_path):
    asked = []

    def reply(message, history):
        asked.append(message)
        return f"about {message}"

    for _ in range(2):
        with salon.Blocks() as page:
            for example in ("one", "two"):
                salon.ChatInterface(reply, examples=[example], cache_examples=True)
        core = core_of(compiled_page(page), files=tmp_path)
        core.start()
        await core.housekeeping.warmed()

    assert asked == ["one", "two"]
