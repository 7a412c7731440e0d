"""The programs of a document beside the repository, where there is one, called by Gradio's published client."""

from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from salon.cli import find_page

PROGRAMS = Path(__file__).parents[3] / "shared" / "seed" / "programs"
TEXT = {
    "01_yes_or_no": ("番茄是蔬菜吗?", {"是", "否"}),
    "02_alternating": ("番茄", {"是的,我认为'番茄'是对的"}),
    "03_streaming_echo": ("你好", {"您输入的内容: 你好"}),
    "04_yes_man_custom_look": ("我酷吗?", {"是的"}),
    "05_placeholder": ("我酷吗", {"请随时向我提问!"}),
    "12_feedback_and_history": ("你好", {"您输入的内容: 你好"}),
}


@pytest.fixture
def connect(serve, tmp_path):
    def start(name: str) -> Client:
        try:
            demo = find_page(PROGRAMS / f"{name}.py")
        except Exception as error:
            pytest.skip(f"cannot run here yet: {error}")
        return Client(str(serve(demo).base_url), verbose=False, download_files=str(tmp_path))

    return start


pytestmark = pytest.mark.skipif(not PROGRAMS.exists(), reason="there are no programs beside the repository")


@pytest.mark.parametrize("name", TEXT)
def test_a_program_answers(name, connect):
    message, answers = TEXT[name]

    assert connect(name).predict(message, api_name="/chat") in answers


def test_a_program_that_alternates_knows_its_history(connect):
    client = connect("02_alternating")

    assert [client.predict("x", api_name="/chat")[:1] for _ in range(4)] == ["是", "我", "是", "我"]


def test_a_stream_has_every_letter(connect):
    job = connect("03_streaming_echo").submit("你好吗", api_name="/chat")

    assert list(job) == ["您输入的内容: 你", "您输入的内容: 你好", "您输入的内容: 你好吗"]


@pytest.mark.parametrize("name", ["06_multimodal_count_files", "07_multimodal_textbox"])
def test_a_program_counts_files(name, connect, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    client = connect(name)

    assert client.predict({"text": "", "files": [handle_file(str(path))]}, api_name="/chat") == "您上传了 1 个文件"
    assert client.predict({"text": "你好", "files": []}, api_name="/chat") == "您上传了 0 个文件"


@pytest.mark.parametrize("name", ["08_additional_inputs", "09_blocks_additional_inputs"])
def test_a_program_takes_additional_inputs(name, connect):
    client = connect(name)

    assert client.predict("你好", api_name="/chat") == "系统提示: 您好,我是一"[:10]
    assert (
        client.predict(message="你好", system_prompt="简短。", tokens=20, api_name="/chat")
        == ("系统提示: 简短。\n 消息: 你好."[:20])
    )


def test_a_program_returns_sound(connect):
    client = connect("10_returns_audio")

    assert client.predict("某人", api_name="/chat")["value"].endswith("audio_sample.wav")
    assert client.predict(" ", api_name="/chat") == "请提供艺术家的名字"


def test_a_program_returns_many_messages(connect, tmp_path):
    (tmp_path / "a.txt").write_text("content")
    message = {"text": "看", "files": [handle_file(str(tmp_path / "a.txt"))]}
    text, file = connect("11_returns_many_messages").predict(message, api_name="/chat")

    assert text == "您写道: '看' 并上传了:"
    assert Path(file["value"]).read_text() == "content"
