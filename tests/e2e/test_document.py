"""The programs of the document that Salon follows, as they stand, where they are at hand."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from salon.cli import find_page

PROGRAMS = Path(__file__).parents[3] / "shared" / "seed" / "programs"
pytestmark = pytest.mark.skipif(not PROGRAMS.is_dir(), reason="the document's programs are not here")


def test_01_answers_yes_or_no(open_chat):
    chat = open_chat(find_page(PROGRAMS / "01_yes_or_no.py"))
    chat.send("在吗?")

    expect(chat.bots.last.locator("p")).to_have_text(re.compile("^[是否]$"))


def test_02_looks_at_the_history(open_chat):
    chat = open_chat(find_page(PROGRAMS / "02_alternating.py"))

    chat.ask("天是蓝的", "是的,我认为'天是蓝的'是对的")
    chat.ask("真的", "我不这么认为")
    chat.ask("好吧", "是的,我认为'好吧'是对的")


def test_03_streams_and_can_be_stopped(open_chat):
    chat = open_chat(find_page(PROGRAMS / "03_streaming_echo.py"), locale="zh-CN")
    chat.ask("你好吗", "您输入的内容: 你好吗")
    chat.send(f"一{'二' * 60}十")  # it takes 0.3 s a character
    expect(chat.bots.last).to_contain_text("您输入的内容: 一")
    chat.button("停止").click()

    expect(chat.bots.last).to_contain_text("已停止")
    expect(chat.button("发送")).to_be_visible()
    expect(chat.bots.last).not_to_contain_text("十")


def test_04_looks_as_its_author_says(open_chat):
    chat = open_chat(find_page(PROGRAMS / "04_yes_man_custom_look.py"), locale="zh-CN")
    expect(chat.page).to_have_title("是先生")
    expect(chat.page.get_by_role("heading", name="是先生")).to_be_visible()
    expect(chat.page.get_by_text("向'是先生'提出任何问题")).to_be_visible()
    expect(chat.box).to_have_attribute("placeholder", "问我一个是或否的问题")
    assert chat.page.get_by_role("log").bounding_box()["height"] == pytest.approx(300, abs=2)

    chat.page.get_by_role("button", name="番茄是蔬菜吗?").click()
    chat.says("番茄是蔬菜吗?", "是的")
    chat.is_idle()
    chat.ask("再见", "请随时向我提问!")
    expect(chat.page.get_by_text("重试", exact=True)).to_be_visible()
    chat.page.get_by_text("撤销上一条", exact=True).click()
    chat.says("番茄是蔬菜吗?", "是的")
    expect(chat.box).to_have_value("再见")
    chat.page.get_by_text("清空", exact=True).click()
    expect(chat.users).to_have_count(0)


def test_05_shows_its_placeholder_in_the_middle_until_something_is_said(open_chat):
    chat = open_chat(find_page(PROGRAMS / "05_placeholder.py"))
    placeholder = chat.page.locator("strong", has_text="您的专属'是先生'")
    expect(placeholder).to_be_visible()
    expect(chat.page.get_by_text("请随意提问")).to_be_visible()
    log, text = chat.page.get_by_role("log").bounding_box(), placeholder.bounding_box()
    assert text["x"] + text["width"] / 2 == pytest.approx(log["x"] + log["width"] / 2, abs=12)
    assert text["y"] + text["height"] / 2 == pytest.approx(log["y"] + log["height"] / 2, abs=40)

    chat.ask("我酷吗?", "是的")
    expect(placeholder).to_have_count(0)


def test_10_plays_the_music_whose_address_it_returns(open_chat):
    chat = open_chat(find_page(PROGRAMS / "10_returns_audio.py"))
    asked = []
    chat.page.route("https://github.com/**", lambda route: (asked.append(route.request.url), route.abort()))
    expect(chat.box).to_have_attribute("placeholder", "您想听哪位艺术家的音乐?")
    chat.send("猫王")
    player = chat.page.locator("audio[controls]")
    expect(player).to_have_attribute("src", re.compile(r"^https://github\.com/.*/audio_sample\.wav$"))
    expect(player).to_have_js_property("networkState", 3)

    assert set(asked) == {player.get_attribute("src")}
    chat.complaints[:] = [text for text in chat.complaints if "ERR_FAILED" not in text]


def attach(chat, *files: tuple[str, str, bytes]) -> None:
    payload = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    chat.page.locator("input[type=file]").set_input_files(payload)


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


def test_06_counts_the_files_of_a_message(open_chat):
    chat = open_chat(find_page(PROGRAMS / "06_multimodal_count_files.py"), locale="zh-CN")
    chat.page.get_by_role("button", name="你好").click()
    chat.says("你好", "您上传了 0 个文件")
    chat.is_idle()
    attach(chat, ("a.txt", "text/plain", b"a"), ("b.txt", "text/plain", b"b"))
    chat.send("两个")

    chat.says("你好", "您上传了 0 个文件", "两个", "您上传了 2 个文件")


def test_07_takes_images_alone(open_chat):
    chat = open_chat(find_page(PROGRAMS / "07_multimodal_textbox.py"), locale="zh-CN")
    expect(chat.button("录音")).to_be_visible()
    attach(chat, ("cat.png", "image/png", PNG), ("a.txt", "text/plain", b"a"))
    expect(chat.page.get_by_role("alert")).to_have_text("不支持此类型的文件。")
    chat.send("看")

    chat.says("看", "您上传了 1 个文件")


def test_11_answers_with_several_messages_and_the_files(open_chat):
    chat = open_chat(find_page(PROGRAMS / "11_returns_many_messages.py"), locale="zh-CN")
    attach(chat, ("一.txt", "text/plain", b"one"), ("二.txt", "text/plain", b"two"))
    chat.send("你好")

    expect(chat.bots).to_have_count(3)
    expect(chat.bots.nth(0)).to_contain_text("您写道: '你好' 并上传了:")
    with chat.page.expect_download() as download:
        chat.bots.nth(2).get_by_role("link", name="下载 二.txt").click()
    assert download.value.suggested_filename == "二.txt"


def test_08_passes_additional_inputs(open_chat):
    chat = open_chat(find_page(PROGRAMS / "08_additional_inputs.py"), locale="zh-CN")
    chat.page.get_by_text("更多参数").click()
    chat.page.get_by_label("系统提示").fill("简短。")
    chat.page.get_by_label("生成的最大字符数", exact=True).fill("20")
    chat.send("你好")

    expect(chat.bots.last).to_contain_text("系统提示: 简短。")
    expect(chat.bots.last).to_contain_text("消息: 你好.")


def test_09_leaves_an_input_where_its_page_has_put_it(open_chat):
    chat = open_chat(find_page(PROGRAMS / "09_blocks_additional_inputs.py"), locale="zh-CN")
    expect(chat.page.get_by_label("系统提示")).to_have_value("您好,我是一个AI助手。")
    expect(chat.page.get_by_label("生成的最大字符数", exact=True)).to_be_hidden()
    chat.page.get_by_text("更多参数").click()
    chat.page.get_by_label("生成的最大字符数", exact=True).fill("12")
    chat.send("你好")

    expect(chat.bots.last.locator("p")).to_have_text(re.compile("^系统提示: 您好,我是一$"))
