"""`openai`, as published, against a chat: chat completions, responses, models."""

import asyncio
import base64
import threading
import time
from pathlib import Path

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

import salon

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
PICTURE = "data:image/png;base64," + base64.b64encode(PNG).decode()


def echo(message, history):
    return f"{message}!"


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


@pytest.fixture
def connect(url_of):
    clients = []

    def start(function, *, key: str = "any", **options) -> OpenAI:
        clients.append(OpenAI(base_url=f"{url_of(function, **options)}/v1", api_key=key, max_retries=0))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


def ask(client: OpenAI, *said: str, **options):
    roles = ("user", "assistant")
    start = len(said) % 2 - 1
    messages = [{"role": roles[start + index & 1], "content": text} for index, text in enumerate(said)]
    return client.chat.completions.create(model="chat", messages=messages, **options)


class TestCompletions:
    def test_a_whole_one(self, connect):
        answer = ask(connect(echo), "hello")

        assert answer.choices[0].message.content == "hello!"
        assert (answer.choices[0].finish_reason, answer.model, answer.object) == ("stop", "chat", "chat.completion")
        assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens > 0

    def test_a_stream(self, connect):
        chunks = list(ask(connect(spell), "hello", stream=True))

        assert chunks[0].choices[0].delta.role == "assistant"
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "hello"
        assert chunks[-1].choices[0].finish_reason == "stop"
        assert len({chunk.id for chunk in chunks}) == 1

    def test_a_stream_with_usage(self, connect):
        *_, last = ask(connect(spell), "hello", stream=True, stream_options={"include_usage": True})

        assert (last.choices, last.usage.completion_tokens) == ([], 2)

    def test_text_arrives_while_the_function_goes_on(self, connect):
        release = threading.Event()

        def slow(message, history):
            yield "begun"
            release.wait(30)
            yield "begun, ended"

        texts = []
        for chunk in ask(connect(slow), "hello", stream=True):
            if chunk.choices[0].delta.content:
                texts.append(chunk.choices[0].delta.content)
                release.set()
        assert texts == ["begun", ", ended"]

    def test_history_is_what_the_caller_says_and_nothing_else(self, connect):
        histories = []

        def remember(message, history):
            histories.append((message, history))
            return "ok"

        client = connect(remember)
        client.chat.completions.create(
            model="chat",
            messages=[
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "one"},
                {"role": "assistant", "content": "two"},
                {"role": "user", "content": [{"type": "text", "text": "three"}]},
            ],
        )
        ask(client, "four")

        assert histories == [
            (
                "three",
                [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "one"},
                    {"role": "assistant", "content": "two"},
                ],
            ),
            ("four", []),
        ]

    def test_a_text_that_is_replaced_comes_again_as_what_was_sent_cannot_be_taken_back(self, connect):
        def change(message, history):
            yield "first"
            yield "first try"
            yield "second"

        texts = "".join(chunk.choices[0].delta.content or "" for chunk in ask(connect(change), "hello", stream=True))
        assert texts in ("first try\n\nsecond", "second")
        assert texts.endswith("second")

    def test_thoughts_are_reasoning(self, connect):
        def think(message, history):
            yield [{"content": "hm", "metadata": {"title": "Thinking"}}]
            yield [{"content": "hm, yes", "metadata": {"title": "Thinking"}}, "Yes"]
            yield [{"content": "hm, yes", "metadata": {"title": "Thinking"}}, "Yes."]

        client = connect(think)
        message = ask(client, "hello").choices[0].message
        assert (message.content, message.reasoning_content) == ("Yes.", "Thinking\n\nhm, yes")

        deltas = [chunk.choices[0].delta for chunk in ask(client, "hello", stream=True)]
        assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == "Thinking\n\nhm, yes"
        assert "".join(delta.content or "" for delta in deltas) == "Yes."

    @pytest.mark.parametrize("text", ["你好 🙂", "a\n\ndata: [DONE]\r\n\r\nb\u2028c", "\u0000"])
    def test_any_text_comes_back_letter_by_letter(self, connect, text):
        client = connect(lambda message, history: iter([message]))
        chunks = ask(client, text, stream=True)

        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == text.replace("\0", "\ufffd")

    @pytest.mark.parametrize("streams", [True, False])
    def test_closing_the_connection_stops_the_function(self, connect, streams):
        begun, closed = threading.Event(), threading.Event()

        def endless(message, history):
            try:
                while True:
                    yield salon.Append("on ")
                    begun.set()
                    time.sleep(0.01)
            finally:
                closed.set()

        async def ask_and_go() -> None:
            async with AsyncOpenAI(base_url=client.base_url, api_key="any", max_retries=0) as other:
                messages = [{"role": "user", "content": "hello"}]
                asking = asyncio.create_task(other.chat.completions.create(model="chat", messages=messages))
                assert await asyncio.to_thread(begun.wait, 20)
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asking

        client = connect(endless)
        if streams:
            stream = ask(client, "hello", stream=True)
            next(iter(stream))
            assert begun.wait(20)
            stream.close()
        else:
            asyncio.run(ask_and_go())
        assert closed.wait(20)


class TestFiles:
    def test_pictures_sound_and_files_reach_the_function_and_are_gone_afterwards(self, connect):
        seen = []

        def look(message, history):
            seen.append((message["text"], [(Path(path).suffix, Path(path).read_bytes()) for path in message["files"]]))
            seen.append(message["files"])
            return "thanks"

        parts = [
            {"type": "text", "text": "look"},
            {"type": "image_url", "image_url": {"url": PICTURE}},
            {
                "type": "input_audio",
                "input_audio": {"data": base64.b64encode(b"RIFF0000WAVE").decode(), "format": "wav"},
            },
            {"type": "file", "file": {"filename": "a.txt", "file_data": "data:text/plain;base64,aGVsbG8="}},
        ]
        answer = connect(look, multimodal=True).chat.completions.create(
            model="chat", messages=[{"role": "user", "content": parts}]
        )

        assert answer.choices[0].message.content == "thanks"
        assert seen[0] == ("look", [(".png", PNG), (".wav", b"RIFF0000WAVE"), (".txt", b"hello")])
        assert not any(Path(path).exists() for path in seen[1])

    def test_files_of_the_reply_are_links_that_the_caller_can_load(self, connect, tmp_path):
        (tmp_path / "cat.png").write_bytes(PNG)
        client = connect(
            lambda message, history: ["Look:", salon.Image(str(tmp_path / "cat.png"))], api_keys=["key-1"], key="key-1"
        )
        text = ask(client, "hello").choices[0].message.content

        assert text.startswith("Look:\n\n![cat.png](http://127.0.0.1")
        id_ = text.split("/files/")[1].split("/")[0]
        assert client.files.content(id_).content == PNG

    def test_addresses_and_what_is_somebody_elses_are_refused(self, connect):
        client = connect(echo, multimodal=True)

        def refusal(part) -> openai.APIStatusError:
            with pytest.raises(openai.APIStatusError) as caught:
                client.chat.completions.create(model="m", messages=[{"role": "user", "content": [part]}])
            return caught.value

        address = refusal({"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/x.png"}})
        assert (address.status_code, address.param) == (400, "messages[0].content[0]")
        assert "fetches no addresses" in address.message
        assert refusal({"type": "image_url", "image_url": {"url": "data:image/png;base64,%%%"}}).status_code == 400
        assert refusal({"type": "file", "file": {"file_id": "abc.def"}}).status_code == 404
        assert refusal({"type": "video", "video": {}}).status_code == 400

    def test_a_model_without_files_says_so(self, connect):
        with pytest.raises(openai.BadRequestError, match="accepts none"):
            connect(echo).chat.completions.create(
                model="m",
                messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": PICTURE}}]}],
            )


class TestErrors:
    def test_an_error_of_the_authors_has_its_message(self, connect):
        def fail(message, history):
            yield "a"
            raise salon.Error("bad thing")

        client = connect(fail)
        with pytest.raises(openai.InternalServerError, match="bad thing") as caught:
            ask(client, "hello")
        assert caught.value.code == "function.error"
        with pytest.raises(openai.APIError, match="bad thing"):
            list(ask(client, "hello", stream=True))

    def test_a_failed_function_is_not_run_again(self, connect):
        calls = []

        def fail(message, history):
            calls.append(message)
            raise ZeroDivisionError("secret")

        with pytest.raises(openai.InternalServerError, match="incident") as caught:
            ask(connect(fail).with_options(max_retries=3), "hello")

        assert calls == ["hello"]
        assert "secret" not in caught.value.message

    @pytest.mark.parametrize(
        ("messages", "param"),
        [
            ([], "messages"),
            ([{"role": "assistant", "content": "a"}], "messages"),
            ([{"role": "tool", "content": "a", "tool_call_id": "x"}, {"role": "user", "content": "a"}], "messages[0]"),
            ([{"role": "user", "content": 7}], "messages[0].content"),
        ],
    )
    def test_wrong_messages_are_refused_with_their_place(self, connect, messages, param):
        with pytest.raises(openai.BadRequestError) as caught:
            connect(echo).chat.completions.create(model="m", messages=messages)
        assert (caught.value.param, caught.value.type) == (param, "invalid_request_error")

    def test_too_much_is_refused(self, connect):
        client = connect(echo)
        with pytest.raises(openai.APIStatusError) as caught:
            client.chat.completions.create(model="m", messages=[{"role": "user", "content": "x" * 30_000}] * 100)
        assert caught.value.status_code == 413
        with pytest.raises(openai.APIStatusError, match="2001 items"):
            client.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}] * 2_001)
        with pytest.raises(openai.APIStatusError) as caught:
            ask(client, "x" * 100_001)
        assert caught.value.status_code == 413
        with pytest.raises(openai.BadRequestError):
            ask(client, "x", n=2)

    def test_an_unknown_address_and_an_unknown_model(self, connect):
        client = connect(echo)
        with pytest.raises(openai.NotFoundError, match="/v1/embeddings"):
            client.embeddings.create(model="m", input="x")
        with pytest.raises(openai.NotFoundError):
            client.models.retrieve("gpt")

    def test_a_full_queue_asks_to_try_again(self, connect):
        release = threading.Event()

        def slow(message, history):
            yield message
            release.wait(30)

        client = connect(salon.ChatInterface(slow, concurrency_limit=1).queue(max_size=0))
        stream = iter(ask(client, "hello", stream=True))
        next(stream)
        with pytest.raises(openai.RateLimitError):
            ask(client, "hello")
        release.set()
        list(stream)


class TestAdditionalInputs:
    def test_they_come_in_the_body_or_as_metadata_or_count_themselves(self, connect):
        def function(message, history, system_prompt, tokens):
            return f"{system_prompt} {tokens}"

        inputs = [salon.Textbox("Be kind.", label="System prompt"), salon.Slider(10, 100, label="Tokens")]
        client = connect(function, additional_inputs=inputs)

        def answer(**options) -> str:
            return ask(client, "hello", **options).choices[0].message.content

        assert answer() == "Be kind. 10"
        assert answer(extra_body={"system_prompt": "Be brief.", "tokens": 20}) == "Be brief. 20"
        assert answer(metadata={"tokens": "30"}) == "Be kind. 30"
        assert client.responses.create(model="m", input="a", metadata={"tokens": "30"}).output_text == "Be kind. 30"
        with pytest.raises(openai.BadRequestError, match="Tokens"):
            answer(extra_body={"tokens": 1_000})

    def test_one_without_a_value_has_to_be_given(self, connect):
        client = connect(lambda message, history, name: name, additional_inputs=[salon.Textbox(label="Name")])

        assert ask(client, "hello", extra_body={"name": "Ann"}).choices[0].message.content == "Ann"
        with pytest.raises(openai.BadRequestError) as caught:
            ask(client, "hello")
        assert caught.value.param == "name"


class TestKeys:
    def test_a_listed_key_is_needed(self, connect, url_of):
        url = url_of(echo, api_keys=["key-1", "key-2"])

        def client(key: str) -> OpenAI:
            return OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

        assert ask(client("key-2"), "hello").choices[0].message.content == "hello!"
        for call in (lambda: ask(client("key-3"), "hello"), client("x").models.list):
            with pytest.raises(openai.AuthenticationError) as caught:
                call()
            assert caught.value.code == "invalid_api_key"

    @pytest.mark.parametrize("is_async", [True, False])
    def test_a_function_may_decide_and_say_who_it_is(self, connect, is_async):
        def who(message, history, request: salon.Request):
            return request.username

        def check(key):
            return "ann" if key == "right" else None

        async def check_later(key):
            return check(key)

        keys = check_later if is_async else check
        assert ask(connect(who, api_keys=keys, key="right"), "hello").choices[0].message.content == "ann"
        with pytest.raises(openai.AuthenticationError):
            ask(connect(who, api_keys=keys, key="wrong"), "hello")

    def test_with_accounts_and_no_keys_programs_stay_outside(self, connect):
        with pytest.raises(openai.AuthenticationError):
            ask(connect(echo, auth=("ann", "secret-word")), "hello")


def test_models(connect):
    client = connect(echo, api_name="parrot")

    assert [model.id for model in client.models.list()] == ["parrot"]
    assert client.models.retrieve("parrot").owned_by == "salon"


class TestResponses:
    def test_a_whole_one(self, connect):
        answer = connect(echo).responses.create(model="chat", input="hello", metadata={"a": "b"})

        assert (answer.output_text, answer.status, answer.metadata) == ("hello!", "completed", {"a": "b"})
        assert answer.usage.total_tokens > 0

    def test_a_stream(self, connect):
        events = list(connect(spell).responses.create(model="chat", input="hello", stream=True))
        kinds = [event.type for event in events]

        assert kinds[:2] == ["response.created", "response.in_progress"]
        assert kinds[-4:] == [
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
        assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "hello"
        assert events[-1].response.output_text == "hello"
        numbers = [event.sequence_number for event in events]
        assert numbers == sorted(set(numbers))

    def test_the_clients_own_accumulation_of_a_stream(self, connect):
        with connect(spell).responses.stream(model="chat", input="hello") as stream:
            for _ in stream:
                pass
            assert stream.get_final_response().output_text == "hello"

    def test_thoughts_are_an_item_of_their_own(self, connect):
        def think(message, history):
            yield [{"content": "hm", "metadata": {"title": "Thinking"}}]
            yield [{"content": "hm", "metadata": {"title": "Thinking"}}, "Yes."]

        client = connect(think)
        with client.responses.stream(model="chat", input="hello") as stream:
            for _ in stream:
                pass
            answer = stream.get_final_response()
        assert [item.type for item in answer.output] == ["reasoning", "message"]
        assert (answer.output[0].summary[0].text, answer.output_text) == ("Thinking\n\nhm", "Yes.")

    def test_instructions_and_items(self, connect):
        histories = []

        def remember(message, history):
            histories.append((message, history))
            return "ok"

        connect(remember).responses.create(
            model="chat",
            instructions="Be brief.",
            input=[
                {"role": "user", "content": "one"},
                {"role": "assistant", "content": [{"type": "output_text", "text": "two"}]},
                {"role": "user", "content": [{"type": "input_text", "text": "three"}]},
            ],
        )

        said = [("system", "Be brief."), ("user", "one"), ("assistant", "two")]
        assert histories == [("three", [{"role": role, "content": text} for role, text in said])]

    def test_a_further_response_knows_what_was_said(self, connect):
        def count(message, history):
            return f"{len(history)} {history[0]['content'] if history else ''}"

        client = connect(count)
        first = client.responses.create(model="chat", input="a")
        second = client.responses.create(model="chat", input="b", previous_response_id=first.id)
        third = client.responses.create(model="chat", input="c", previous_response_id=second.id)
        branch = client.responses.create(model="chat", input="d", previous_response_id=first.id)
        told = client.responses.create(model="chat", input="e", previous_response_id=first.id, instructions="Be brief.")

        texts = [answer.output_text for answer in (first, second, third, branch, told)]
        assert texts == ["0 ", "2 a", "4 a", "2 a", "3 Be brief."]
        assert second.previous_response_id == first.id

    def test_one_in_the_background_is_asked_for_until_it_is_there(self, connect):
        release = threading.Event()

        def slow(message, history):
            yield "begun"
            release.wait(30)
            yield "begun, ended"

        client = connect(slow)
        answer = client.responses.create(model="chat", input="hello", background=True)
        assert answer.status in ("queued", "in_progress")
        assert client.responses.retrieve(answer.id).status == "in_progress"
        release.set()
        (*_, last) = client.responses.retrieve(answer.id, stream=True)

        assert last.response.output_text == "begun, ended"
        assert client.responses.retrieve(answer.id).output_text == "begun, ended"

    def test_a_stream_is_picked_up_anywhere(self, connect):
        client = connect(spell)
        whole = list(client.responses.create(model="chat", input="hello world", background=True, stream=True))
        id_ = whole[0].response.id

        for cut in whole:
            rest = list(client.responses.retrieve(id_, stream=True, starting_after=cut.sequence_number))
            assert [event.sequence_number for event in rest] == [
                event.sequence_number for event in whole if event.sequence_number > cut.sequence_number
            ]

    def test_a_cut_stream_in_the_background_goes_on(self, connect):
        release = threading.Event()

        def slow(message, history):
            yield "begun"
            release.wait(30)
            yield "begun, ended"

        client = connect(slow)
        stream = client.responses.create(model="chat", input="hello", background=True, stream=True)
        seen = [next(iter(stream))]
        stream.close()
        release.set()
        rest = client.responses.retrieve(seen[0].response.id, stream=True, starting_after=seen[0].sequence_number)

        assert "".join(event.delta for event in rest if event.type == "response.output_text.delta") == "begun, ended"

    def test_one_in_the_background_can_be_cancelled(self, connect):
        begun, closed = threading.Event(), threading.Event()

        def endless(message, history):
            try:
                while True:
                    yield "on"
                    begun.set()
                    time.sleep(0.01)
            finally:
                closed.set()

        client = connect(endless)
        answer = client.responses.create(model="chat", input="hello", background=True)
        assert begun.wait(20)
        assert client.responses.cancel(answer.id).status == "cancelled"
        assert closed.wait(20)

    def test_a_failure_is_an_error_or_in_the_background_a_status(self, connect):
        def fail(message, history):
            raise salon.Error("bad thing")

        client = connect(fail)
        with pytest.raises(openai.InternalServerError, match="bad thing"):
            client.responses.create(model="chat", input="hello")
        answer = client.responses.create(model="chat", input="hello", background=True)
        (*_, last) = client.responses.retrieve(answer.id, stream=True)
        assert (last.type, last.response.error.message) == ("response.failed", "bad thing")

    def test_what_is_deleted_not_stored_or_somebody_elses_is_not_there(self, url_of):
        url = url_of(echo, api_keys=["key-1", "key-2"])
        mine, other = (OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) for key in ("key-1", "key-2"))
        kept = mine.responses.create(model="chat", input="hello")
        passing = mine.responses.create(model="chat", input="hello", store=False)

        for client, id_ in ((other, kept.id), (mine, passing.id), (mine, "resp_unknown")):
            with pytest.raises(openai.NotFoundError):
                client.responses.retrieve(id_)
        with pytest.raises(openai.BadRequestError):
            other.responses.create(model="chat", input="hello", previous_response_id=kept.id)
        mine.responses.delete(kept.id)
        with pytest.raises(openai.NotFoundError):
            mine.responses.retrieve(kept.id)

    def test_pictures(self, connect):
        seen = []
        client = connect(
            lambda message, history: seen.append(Path(message["files"][0]).read_bytes()) or "ok", multimodal=True
        )
        parts = [
            {"type": "input_text", "text": "look"},
            {"type": "input_image", "image_url": PICTURE, "detail": "auto"},
        ]
        client.responses.create(model="chat", input=[{"role": "user", "content": parts}])

        assert seen == [PNG]


def test_it_can_be_switched_off(connect):
    with pytest.raises(openai.NotFoundError):
        ask(connect(echo, openai_api=False), "hello")
    with pytest.raises(openai.NotFoundError):
        ask(connect(echo, api_name=False), "hello")
