"""`gradio_client`, as published, against a chat."""

import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError, AuthenticationError, ValidationError
from gradio_client.utils import Status

import salon
from tests.clients.conftest import proxy, serving

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def echo(message, history):
    """Say it again."""
    return f"{message}!"


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


def count(message, history):
    return str(len(history))


@pytest.fixture
def connect(url_of, tmp_path):
    """Serve a chat and connect a client to it."""

    def start(function, *, client_auth=None, **options) -> Client:
        return Client(
            url_of(function, **options), verbose=False, download_files=str(tmp_path / "loaded"), auth=client_auth
        )

    return start


class TestCalling:
    def test_by_position_by_name_and_without_naming_the_endpoint(self, connect):
        client = connect(echo)

        assert client.predict("hello", api_name="/chat") == "hello!"
        assert client.predict(message="hello", api_name="/chat") == "hello!"
        assert client.predict("hello") == "hello!"

    def test_by_the_functions_own_name_as_newer_versions_do(self, connect):
        assert connect(echo).predict(message="hello", api_name="/echo") == "hello!"

    def test_a_wrong_argument_is_refused_before_anything_is_asked(self, connect):
        client = connect(echo)

        with pytest.raises(TypeError):
            client.predict(text="hello", api_name="/chat")
        with pytest.raises(TypeError):
            client.predict(api_name="/chat")

    def test_an_unknown_endpoint_is_refused(self, connect):
        with pytest.raises(ValueError, match="Cannot find a function with"):
            connect(echo).predict("hello", api_name="/nothing")

    def test_the_parameter_is_called_what_the_function_calls_it(self, connect):
        assert connect(lambda question, history: question).predict(question="why", api_name="/chat") == "why"

    def test_view_api_lists_endpoints_with_their_description(self, connect, capsys):
        connect(echo).view_api()

        shown = capsys.readouterr().out
        assert 'predict(message, api_name="/chat") -> response' in shown
        assert "message: str (required)" in shown

    @pytest.mark.parametrize(
        "text", ["  ", "你好 🙂", 'a\n\ndata: {"msg":"close_stream"}\r\n\r\nb\u2028c', "x" * 50_000]
    )
    def test_any_text_comes_back_letter_by_letter(self, connect, text):
        assert connect(lambda message, history: f"<{message}>").predict(text) == f"<{text}>"


def with_inputs(message, history, system_prompt, tokens):
    yield f"{system_prompt} {message} {tokens}"


def inputs():
    return [salon.Textbox("Be kind.", label="System prompt"), salon.Slider(10, 100, label="Tokens")]


class TestAdditionalInputs:
    def test_they_are_parameters_with_defaults_by_name_and_by_position(self, connect):
        client = connect(with_inputs, additional_inputs=inputs())

        assert client.predict("hello", api_name="/chat") == "Be kind. hello 10"
        assert client.predict("hello", "Be brief.", 20, api_name="/chat") == "Be brief. hello 20"
        assert client.predict(message="hello", tokens=30, api_name="/chat") == "Be kind. hello 30"

    def test_they_are_described(self, connect):
        client = connect(with_inputs, additional_inputs=inputs())
        parameters = client.view_api(return_format="dict")["named_endpoints"]["/chat"]["parameters"]

        assert [each["parameter_name"] for each in parameters] == ["message", "system_prompt", "tokens"]
        assert [each["parameter_has_default"] for each in parameters] == [False, True, True]
        assert [each["parameter_default"] for each in parameters[1:]] == ["Be kind.", 10]
        assert parameters[2]["type"]["description"] == "numeric value between 10 and 100"
        assert [each["label"] for each in parameters[1:]] == ["System prompt", "Tokens"]

    def test_one_without_a_value_has_to_be_given(self, connect):
        client = connect(lambda message, history, name: name, additional_inputs=[salon.Textbox(label="Name")])

        assert client.predict("hello", "Ann") == "Ann"
        with pytest.raises(TypeError, match="name"):
            client.predict("hello")

    def test_a_value_that_does_not_fit_is_refused(self, connect):
        client = connect(with_inputs, additional_inputs=inputs())

        with pytest.raises(AppError, match="“Tokens” takes a number from 10 to 100, got 1000"):
            client.predict("hello", "x", 1_000)
        with pytest.raises(ValidationError, match="4 values; this endpoint takes 3"):
            client.predict("hello", "x", 10, "more")
        with pytest.raises(ValidationError, match="has to be a text"):
            client.predict(7, "x", 10)
        with pytest.raises(AppError, match="100001 characters"):
            client.predict("x" * 100_001)

    def test_files(self, connect, tmp_path):
        (tmp_path / "a.txt").write_text("content")
        client = connect(
            lambda message, history, file: Path(file).read_text(), additional_inputs=[salon.File(label="File")]
        )

        assert client.predict("hello", handle_file(str(tmp_path / "a.txt"))) == "content"

    def test_further_outputs_follow_the_answer(self, connect):
        label = salon.Textbox(render=False)

        def function(message, history):
            yield "a", "one"
            yield "ab", "one two"

        client = connect(function, additional_outputs=[label])
        job = client.submit("hello")

        assert job.result() == ("ab", "one two")
        assert job.outputs() == [("a", "one"), ("ab", "one two")]


class TestFunctions:
    def test_functions_of_a_page_are_endpoints_with_their_inputs_and_outputs(self, connect):
        with salon.Blocks() as demo:
            name, greeting = salon.Textbox("Ann", label="Name"), salon.Textbox(label="Greeting")
            counted = salon.State(0)

            def greet(name, count):
                return f"Hello, {name}! {count}", count + 1

            salon.Button("Greet").click(greet, [name, counted], [greeting, counted])
            salon.ChatInterface(echo)
        client = connect(demo)

        assert client.predict("Bob", api_name="/greet") == "Hello, Bob! 0"
        assert client.predict(name="Bob", api_name="/greet") == "Hello, Bob! 1"
        assert client.predict(api_name="/greet") == "Hello, Ann! 2"
        assert client.predict("hello", api_name="/chat") == "hello!"

    def test_they_stream_and_fail_like_chats(self, connect):
        with salon.Blocks() as demo:
            text = salon.Textbox()

            def grow(text):
                for index in range(3):
                    yield text * (index + 1)
                raise salon.Error("no more")

            salon.Button("Go").click(grow, text, text, api_name="grow")
        job = connect(demo).submit("a", api_name="/grow")
        with pytest.raises(AppError, match="no more"):
            job.result()

        assert job.outputs() == ["a", "aa", "aaa"]

    def test_two_chats_have_names_of_their_own(self, connect):
        with salon.Blocks() as demo:
            salon.ChatInterface(echo)
            salon.ChatInterface(lambda message, history: f"{len(history)}?")
        client = connect(demo)

        assert client.predict("hello", api_name="/chat") == "hello!"
        assert [client.predict("hello", api_name="/chat_1") for _ in range(2)] == ["0?", "2?"]


class TestNames:
    def test_an_api_name_replaces_both(self, connect):
        client = connect(echo, api_name="ask")

        assert client.predict("hello", api_name="/ask") == "hello!"
        assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]

    @pytest.mark.parametrize("options", [{"show_api": False}, {"api_visibility": "undocumented"}])
    def test_an_undocumented_chat_can_be_called_and_is_not_listed(self, connect, options):
        client = connect(echo, **options)

        assert client.predict("hello", api_name="/chat") == "hello!"
        assert client.view_api(return_format="dict")["named_endpoints"] == {}

    @pytest.mark.parametrize("options", [{"api_name": False}, {"api_visibility": "private"}])
    def test_a_private_chat_cannot_be_called(self, connect, options):
        client = connect(echo, **options)

        with pytest.raises(ValueError, match="Cannot find a function with"):
            client.predict("hello", api_name="/chat")

    def test_the_description_is_the_docstring_or_what_the_author_says(self, connect):
        def description(**options) -> str:
            return connect(echo, **options).view_api(return_format="dict")["named_endpoints"]["/chat"]["description"]

        assert description() == "Say it again."
        assert description(api_description="Echoes.") == "Echoes."
        assert description(api_description=False) == ""


MESSAGE = {"role": "assistant", "content": "text", "metadata": {}, "options": []}


class TestStreaming:
    def test_iterating_gives_every_value_that_was_yielded(self, connect):
        job = connect(spell).submit("hello")

        assert list(job) == ["h", "he", "hel", "hell", "hello"]
        assert job.result() == "hello"

    def test_outputs_are_all_values_however_quickly_they_come(self, connect):
        def quick(message, history):
            for number in range(500):
                yield f"{number} " + "x" * (number % 7)

        job = connect(quick).submit("hello")
        job.result()

        assert job.outputs() == [f"{number} " + "x" * (number % 7) for number in range(500)]

    @pytest.mark.parametrize(
        "values",
        [
            ["one", "other", "other one", ""],
            [["a"], ["a", "b"], ["a", "bc"], ["x"], ["x", "y", "z"]],
        ],
        ids=["texts", "lists"],
    )
    def test_values_that_replace_each_other_arrive_as_they_were(self, connect, values):
        job = connect(lambda message, history: iter(values)).submit("hello")
        job.result()

        assert job.outputs() == values

    def test_steps_of_thinking_arrive_as_messages_with_their_metadata(self, connect):
        def think(message, history):
            step = {"role": "assistant", "content": "Looking", "metadata": {"title": "Search", "status": "pending"}}
            yield [step]
            yield [step, {"role": "assistant", "content": "Found"}]
            yield [{**step, "metadata": {"title": "Search", "status": "done"}}, {"content": "Found it"}]

        job = connect(think).submit("hello")
        job.result()

        pending, done = ({"title": "Search", "status": status} for status in ("pending", "done"))
        thought = {"role": "assistant", "content": "Looking", "options": []}
        answer = {"role": "assistant", "metadata": {}, "options": []}
        assert job.outputs() == [
            [thought | {"metadata": pending}],
            [thought | {"metadata": pending}, answer | {"content": "Found"}],
            [thought | {"metadata": done}, answer | {"content": "Found it"}],
        ]

    @pytest.mark.parametrize(
        ("reply", "expected"),
        [
            ("text", "text"),
            (["text"], ["text"]),
            (salon.ChatMessage("text"), MESSAGE),
            ({"role": "assistant", "content": "text"}, MESSAGE),
            ([salon.ChatMessage("text")], [MESSAGE]),
            ([{"content": "text"}, salon.ChatMessage("text")], [MESSAGE, MESSAGE]),
        ],
    )
    def test_a_reply_has_the_form_that_the_function_gave_it(self, connect, reply, expected):
        def stream(message, history):
            yield reply
            yield reply

        assert connect(lambda message, history: reply).predict("hello") == expected
        assert connect(stream).predict("hello") == expected

    def test_a_function_that_returns_has_one_value(self, connect):
        job = connect(echo).submit("hello")
        job.result()

        assert job.outputs() == ["hello!"]

    def test_a_value_arrives_while_the_function_goes_on(self, connect):
        release = threading.Event()

        def slow(message, history):
            yield "begun"
            release.wait(30)
            yield "begun, ended"

        job = connect(slow).submit("hello")
        first = next(job)
        release.set()

        assert (first, job.result()) == ("begun", "begun, ended")

    def test_a_function_that_says_nothing_gives_none(self, connect):
        assert connect(lambda message, history: iter(())).predict("hello") is None


class TestStatus:
    def test_progress_and_notices_arrive_while_the_function_runs(self, connect):
        seen, release = threading.Semaphore(0), threading.Semaphore(0)

        def function(message, history, progress=salon.Progress()):
            progress(0.5, desc="half")
            seen.release()
            release.acquire(timeout=30)
            salon.Warning("careful")
            seen.release()
            release.acquire(timeout=30)
            return "done"

        job = connect(function).submit("hello")
        states = []
        for wanted in ("progress_data", "log"):
            seen.acquire(timeout=20)
            states.append(wait_for(job, lambda status, wanted=wanted: getattr(status, wanted)))
            release.release()
        assert job.result() == "done"

        assert (states[0].progress_data[0].progress, states[0].progress_data[0].desc) == (0.5, "half")
        assert states[1].log == ("careful", "warning")
        assert job.status().code is Status.FINISHED

    def test_counted_progress_says_how_many_of_how_many(self, connect):
        release = threading.Event()

        def function(message, history, progress=salon.Progress()):
            progress((1, 3), desc="working")
            release.wait(30)
            return "done"

        job = connect(function).submit("hello")
        (step,) = wait_for(job, lambda status: status.progress_data).progress_data
        release.set()

        assert (step.index, step.length, step.unit, step.progress, step.desc) == (1, 3, "steps", None, "working")
        assert job.result() == "done"

    def test_a_job_knows_its_place_in_the_queue(self, connect):
        release = threading.Event()

        def slow(message, history):
            release.wait(30)
            return message

        client = connect(slow, concurrency_limit=1)
        first = client.submit("first")
        wait_for(first, lambda status: status.code is Status.PROCESSING)
        others = [client.submit(str(number)) for number in range(2)]
        ranks = {wait_for(job, lambda status: status.code is Status.IN_QUEUE).rank for job in others}
        release.set()

        assert ranks == {0, 1}
        assert [job.result() for job in (first, *others)] == ["first", "0", "1"]

    def test_a_full_queue_is_refused_as_such(self, connect):
        release = threading.Event()

        def slow(message, history):
            release.wait(30)
            return message

        client = connect(salon.ChatInterface(slow, concurrency_limit=1).queue(max_size=1))
        jobs = [client.submit("0")]
        wait_for(jobs[0], lambda status: status.code is Status.PROCESSING)
        jobs.append(client.submit("1"))
        wait_for(jobs[1], lambda status: status.code is Status.IN_QUEUE)
        with pytest.raises(Exception, match="Queue is full"):
            client.predict("2")
        release.set()

        assert [job.result() for job in jobs] == ["0", "1"]


def wait_for(job, holds):
    """Return the first status of a job for which something holds; the client itself only tells its latest."""
    while True:
        status = job.status()
        if holds(status):
            return status
        assert not job.done(), status
        time.sleep(0.005)


class TestErrors:
    def test_an_error_of_the_authors_has_its_message_and_fields(self, connect):
        def fail(message, history):
            raise salon.Error("bad thing", duration=5, title="Oh no")

        with pytest.raises(AppError) as caught:
            connect(fail).predict("hello")

        error = caught.value
        assert (error.message, error.duration, error.title, error.visible) == ("bad thing", 5, "Oh no", True)

    def test_any_other_exception_names_the_incident_and_not_its_text(self, connect):
        def fail(message, history):
            raise ZeroDivisionError("secret")

        with pytest.raises(AppError, match="incident") as caught:
            connect(fail).predict("hello")
        assert "secret" not in str(caught.value)

    def test_with_show_error_its_text_is_told(self, connect):
        def fail(message, history):
            raise ZeroDivisionError("open")

        with pytest.raises(AppError, match="open"):
            connect(fail, show_error=True).predict("hello")

    def test_what_came_before_an_error_stays(self, connect):
        def fail(message, history):
            yield "a"
            yield "ab"
            raise salon.Error("no")

        job = connect(fail).submit("hello")
        with pytest.raises(AppError, match="no"):
            job.result()

        assert job.outputs() == ["a", "ab"]

    def test_a_message_that_is_too_long_is_refused(self, connect):
        with pytest.raises(AppError, match="200000 characters"):
            connect(echo).predict("x" * 200_000)

    def test_a_server_that_stops_tells_so(self, url_of):
        def slow(message, history):
            yield "begun"
            threading.Event().wait(20)

        demo = salon.ChatInterface(slow)
        job = Client(url_of(demo), verbose=False).submit("hello")
        next(job)
        demo.close()

        with pytest.raises(AppError, match="restarting"):
            job.result(timeout=30)


class TestSessions:
    def test_a_session_has_its_history(self, connect):
        client = connect(count)

        assert [client.predict("hello") for _ in range(3)] == ["0", "2", "4"]

    def test_history_has_the_form_that_the_page_gives(self, connect):
        histories = []

        def remember(message, history):
            histories.append(history)
            return f"{message}!"

        client = connect(remember)
        client.predict("one")
        client.predict("two")

        assert histories[1] == [{"role": "user", "content": "one"}, {"role": "assistant", "content": "one!"}]

    def test_clients_have_sessions_of_their_own(self, url_of):
        url = url_of(count)
        first, second = Client(url, verbose=False), Client(url, verbose=False)

        assert [first.predict("a"), second.predict("a"), first.predict("b")] == ["0", "0", "2"]

    def test_reset_session_begins_anew(self, connect):
        client = connect(count)
        client.predict("hello")
        client.reset_session()

        assert client.predict("hello") == "0"

    def test_several_jobs_of_one_client_run_at_a_time(self, connect):
        together = threading.Barrier(4, timeout=30)

        def function(message, history):
            together.wait()
            return message

        client = connect(function)
        jobs = [client.submit(str(number)) for number in range(4)]

        assert [job.result() for job in jobs] == ["0", "1", "2", "3"]

    def test_many_clients_at_once_each_get_their_own(self, url_of):
        url = url_of(spell)
        clients = [Client(url, verbose=False) for _ in range(8)]
        jobs = [(client.submit(f"number {index}"), f"number {index}") for index, client in enumerate(clients)]

        assert all(job.result() == text for job, text in jobs)

    def test_a_failed_turn_is_not_in_the_history_so_that_its_roles_alternate(self, connect):
        histories = []

        def fail_once(message, history):
            histories.append(history)
            if message == "fail":
                raise salon.Error("no")
            return "yes"

        client = connect(fail_once)
        with pytest.raises(AppError):
            client.predict("fail")
        client.predict("again")

        assert histories[1] == []


class TestCancelling:
    def test_a_cancelled_job_stops_the_function_and_keeps_what_came(self, connect):
        closed = threading.Event()

        def endless(message, history):
            try:
                number = 0
                while True:
                    number += 1
                    yield str(number)
                    time.sleep(0.01)
            finally:
                closed.set()

        client = connect(endless)
        job = client.submit("hello")
        next(job)

        assert job.cancel()
        with pytest.raises(CancelledError):
            job.result()
        assert closed.wait(20)
        assert job.outputs()[0] == "1"

    def test_a_client_that_is_slow_to_end_its_own_side_is_waited_for(self, connect, monkeypatch):
        def endless(message, history):
            while True:
                yield "on"
                time.sleep(0.01)

        post = httpx.post

        def post_slowly(*arguments, **options):
            response = post(*arguments, **options)
            time.sleep(0.5)
            return response

        job = connect(endless).submit("hello")
        next(job)
        monkeypatch.setattr(httpx, "post", post_slowly)
        job.cancel()

        with pytest.raises(CancelledError):
            job.result()

    def test_cancelling_one_job_leaves_the_others_alone(self, connect):
        release = threading.Event()

        def slow(message, history):
            yield message
            release.wait(30)
            yield f"{message}!"

        client = connect(slow)
        stays, goes = client.submit("stays"), client.submit("goes")
        next(stays), next(goes)
        goes.cancel()
        release.set()

        assert stays.result() == "stays!"
        assert client.predict("after") == "after!"

    def test_a_job_that_waits_can_be_cancelled(self, connect):
        release, calls = threading.Event(), []

        def slow(message, history):
            calls.append(message)
            release.wait(30)
            return message

        client = connect(slow, concurrency_limit=1)
        first = client.submit("first")
        wait_for(first, lambda status: status.code is Status.PROCESSING)
        second = client.submit("second")
        wait_for(second, lambda status: status.code is Status.IN_QUEUE)
        second.cancel()
        with pytest.raises(CancelledError):
            second.result()
        release.set()

        assert first.result() == "first"
        assert calls == ["first"]


class TestFiles:
    def test_an_uploaded_file_reaches_the_function(self, connect, tmp_path):
        seen = []

        def look(message, history):
            seen.append((message["text"], [(Path(path).name, Path(path).read_bytes()) for path in message["files"]]))
            return "thanks"

        (tmp_path / "ä cat.png").write_bytes(PNG)
        client = connect(look, multimodal=True)
        answer = client.predict({"text": "look", "files": [handle_file(str(tmp_path / "ä cat.png"))]})

        assert answer == "thanks"
        assert seen == [("look", [("ä cat.png", PNG)])]

    def test_a_bare_text_is_a_message_without_files(self, connect):
        seen = []
        client = connect(lambda message, history: seen.append(message) or "ok", multimodal=True)
        client.predict("hello")
        client.predict({"text": "hello"})

        assert seen == [{"text": "hello", "files": []}] * 2

    def test_a_file_in_the_answer_is_loaded(self, connect, tmp_path):
        path = tmp_path / "result.csv"
        path.write_text("a,b\n1,2\n")
        result = connect(lambda message, history: salon.File(str(path))).predict("hello")

        assert Path(result["value"]).name == "result.csv"
        assert Path(result["value"]).read_text() == "a,b\n1,2\n"
        assert Path(result["value"]) != path

    def test_several_messages_with_files(self, connect, tmp_path):
        (tmp_path / "a.txt").write_text("content")

        def reply(message, history):
            return ["You sent:", *(salon.File(value=file) for file in message["files"])]

        result = connect(reply, multimodal=True).predict({"text": "", "files": [handle_file(str(tmp_path / "a.txt"))]})

        assert result[0] == "You sent:"
        assert Path(result[1]["value"]).read_text() == "content"

    def test_media_at_another_address_is_given_as_address(self, connect):
        client = connect(lambda message, history: salon.Audio("https://example.com/song.wav"))

        assert client.predict("hello")["value"] == "https://example.com/song.wav"

    def test_data_that_looks_like_a_file_is_not_loaded(self, connect):
        client = connect(lambda message, history: salon.JSON({"path": "/etc/passwd"}))

        assert client.predict("hello")["value"] == '{"path":"/etc/passwd"}'

    def test_an_address_is_not_fetched(self, connect):
        client = connect(echo, multimodal=True)

        with pytest.raises(httpx.HTTPStatusError, match="403"):
            client.predict({"text": "", "files": [handle_file("http://127.0.0.1:9/x.png")]})

    def test_history_has_the_files_of_earlier_messages(self, connect, tmp_path):
        histories = []

        def reply(message, history):
            histories.append(history)
            return "ok"

        (tmp_path / "a.txt").write_text("content")
        client = connect(reply, multimodal=True)
        client.predict({"text": "look", "files": [handle_file(str(tmp_path / "a.txt"))]})
        client.predict({"text": "again", "files": []})

        text, file = histories[1][0]["content"]
        assert text == {"type": "text", "text": "look"}
        assert Path(file["file"]["path"]).read_text() == "content"


class TestLogin:
    def test_with_name_and_password(self, connect):
        def who(message, history, request: salon.Request):
            return request.username

        client = connect(who, auth=("ann", "secret-word"), client_auth=("ann", "secret-word"))

        assert client.predict("hello") == "ann"

    def test_a_wrong_password_is_refused_as_such(self, connect):
        with pytest.raises(AuthenticationError):
            connect(echo, auth=("ann", "secret-word"), client_auth=("ann", "wrong"))

    def test_without_signing_in_there_is_nothing(self, connect):
        with pytest.raises(AuthenticationError):
            connect(echo, auth=("ann", "secret-word"))

    def test_a_chat_without_accounts_lets_everybody_in(self, connect):
        assert connect(echo, client_auth=("ann", "any")).predict("hello") == "hello!"

    def test_cancelling_and_files_work_when_signed_in(self, connect, tmp_path):
        (tmp_path / "a.txt").write_text("content")

        def reply(message, history):
            yield salon.File(message["files"][0])
            threading.Event().wait(20)

        client = connect(reply, multimodal=True, auth=("ann", "secret-word"), client_auth=("ann", "secret-word"))
        job = client.submit({"text": "", "files": [handle_file(str(tmp_path / "a.txt"))]})
        first = next(job)
        job.cancel()

        assert Path(first["value"]).read_text() == "content"
        with pytest.raises(CancelledError):
            job.result()


class TestPlaces:
    def test_behind_a_proxy_below_a_path(self, url_of, tmp_path):
        (tmp_path / "a.txt").write_text("content")
        url = url_of(lambda message, history: salon.File(str(tmp_path / "a.txt")), root_path="/below")
        with serving(proxy(url, "/below")) as outside:
            client = Client(f"{outside}/below", verbose=False, download_files=str(tmp_path / "loaded"))

            assert Path(client.predict("hello")["value"]).read_text() == "content"
            assert client.config["root"] == f"{outside}/below"

    def test_mounted_in_another_application(self):
        import fastapi

        app = salon.mount(fastapi.FastAPI(), salon.ChatInterface(count), path="/chat")
        with serving(app) as url:
            client = Client(f"{url}/chat", verbose=False)

            assert [client.predict("hello"), client.predict("hello")] == ["0", "2"]
            assert client.config["root"] == f"{url}/chat"

    def test_can_be_switched_off(self, url_of):
        with pytest.raises(ValueError, match="Could not get Gradio config"):
            Client(url_of(echo, gradio_api=False), verbose=False)
