"""The programs of the document that Salon follows, as they stand, where they are at hand."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from salon.cli import find_chat

PROGRAMS = Path(__file__).parents[3] / "shared" / "seed" / "programs"
pytestmark = pytest.mark.skipif(not PROGRAMS.is_dir(), reason="the document's programs are not here")


def test_01_answers_yes_or_no(open_chat):
    chat = open_chat(find_chat(PROGRAMS / "01_yes_or_no.py"))
    chat.send("在吗?")

    expect(chat.bots.last.locator("p")).to_have_text(re.compile("^[是否]$"))


def test_02_looks_at_the_history(open_chat):
    chat = open_chat(find_chat(PROGRAMS / "02_alternating.py"))

    chat.ask("天是蓝的", "是的,我认为'天是蓝的'是对的")
    chat.ask("真的", "我不这么认为")
    chat.ask("好吧", "是的,我认为'好吧'是对的")


def test_03_streams_and_can_be_stopped(open_chat):
    chat = open_chat(find_chat(PROGRAMS / "03_streaming_echo.py"), locale="zh-CN")
    chat.ask("你好吗", "您输入的内容: 你好吗")
    chat.send("一二三四五六七八九十")
    expect(chat.bots.last).to_contain_text("您输入的内容: 一")
    chat.button("停止").click()

    expect(chat.bots.last).to_contain_text("已停止")
    expect(chat.button("发送")).to_be_visible()
    expect(chat.bots.last).not_to_contain_text("十")


def test_04_looks_as_its_author_says(open_chat):
    chat = open_chat(find_chat(PROGRAMS / "04_yes_man_custom_look.py"), locale="zh-CN")
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
    chat = open_chat(find_chat(PROGRAMS / "05_placeholder.py"))
    placeholder = chat.page.locator("strong", has_text="您的专属'是先生'")
    expect(placeholder).to_be_visible()
    expect(chat.page.get_by_text("请随意提问")).to_be_visible()
    log, text = chat.page.get_by_role("log").bounding_box(), placeholder.bounding_box()
    assert text["x"] + text["width"] / 2 == pytest.approx(log["x"] + log["width"] / 2, abs=12)
    assert text["y"] + text["height"] / 2 == pytest.approx(log["y"] + log["height"] / 2, abs=40)

    chat.ask("我酷吗?", "是的")
    expect(placeholder).to_have_count(0)


def test_10_plays_the_music_whose_address_it_returns(open_chat):
    chat = open_chat(find_chat(PROGRAMS / "10_returns_audio.py"))
    asked = []
    chat.page.route("https://github.com/**", lambda route: (asked.append(route.request.url), route.abort()))
    expect(chat.box).to_have_attribute("placeholder", "您想听哪位艺术家的音乐?")
    chat.send("猫王")
    player = chat.page.locator("audio[controls]")
    expect(player).to_have_attribute("src", re.compile(r"^https://github\.com/.*/audio_sample\.wav$"))
    expect(player).to_have_js_property("networkState", 3)

    assert set(asked) == {player.get_attribute("src")}
    chat.complaints[:] = [text for text in chat.complaints if "ERR_FAILED" not in text]
