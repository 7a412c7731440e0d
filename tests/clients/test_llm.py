"""`llm`, as published, on its command line, against a chat: a client that nobody of ours has adapted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def count(message, history):
    yield f"{len(history)} "
    yield f"{len(history)} {message}"


@pytest.fixture
def llm(url_of, tmp_path):
    url = url_of(count, api_keys=["key-1"])
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: salon\n  model_name: chat\n  api_base: {url}/v1\n  api_key_name: salon\n"
    )
    (tmp_path / "keys.json").write_text('{"salon": "key-1"}')

    def run(*arguments: str) -> str:
        command = [str(Path(sys.executable).with_name("llm")), "-m", "salon", *arguments]
        environment = os.environ | {"LLM_USER_PATH": str(tmp_path), "LLM_LOAD_PLUGINS": ""}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


def test_it_answers_streamed_and_whole_and_goes_on_where_it_was(llm):
    assert llm("hello") == "0 hello"
    assert llm("--no-stream", "hello") == "0 hello"
    assert llm("--system", "Be brief.", "hello") == "1 hello"
    assert llm("--continue", "again") == "3 again"
