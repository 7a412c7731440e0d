"""What readers say of replies, in a real browser."""

import csv
import shutil

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import echo
from tests.e2e.test_looks import assert_accessible


@pytest.fixture
def asking(tmp_path):
    """Return what makes a chat that asks for feedback."""

    def make(**options) -> salon.ChatInterface:
        return salon.ChatInterface(echo, flagging_mode="manual", flagging_dir=tmp_path / "flagged", **options)

    return make


@pytest.fixture
def flags(tmp_path):
    """Return what reads the flags in the table."""

    def read() -> list[str]:
        with (tmp_path / "flagged" / "log.csv").open(newline="", encoding="utf-8") as file:
            return [row["flag"] for row in csv.DictReader(file)]

    return read


def click(chat, name: str) -> None:
    """Choose something about a reply, and wait until the server has it."""
    with kept(chat):
        chat.button(name).click()


def kept(chat):
    """Wait for an opinion that is given inside to be kept."""
    return chat.page.expect_response(
        lambda response: response.url.endswith("/feedback") and response.request.method == "POST"
    )


def test_a_thumb_is_given_changed_and_taken_back(open_chat, asking, flags):
    chat = open_chat(asking())
    chat.ask("hello", "hello!")
    click(chat, "Like")
    click(chat, "Dislike")
    expect(chat.button("Like")).to_be_visible()
    expect(chat.button("Disliked")).to_be_focused()
    chat.reload()
    click(chat, "Disliked")
    expect(chat.button("Dislike")).to_be_visible()
    chat.reload()

    expect(chat.button("Dislike")).to_be_visible()
    assert flags() == ["Like", "Dislike", ""]


def test_feedback_is_there_in_a_second_tab_and_follows_it(open_chat, asking):
    chat = open_chat(asking())
    chat.ask("hello", "hello!")
    click(chat, "Like")
    other = chat.second_tab()
    expect(other.button("Liked")).to_be_visible()
    click(other, "Liked")

    expect(chat.button("Like")).to_be_visible()


def test_other_options_stand_under_a_flag_several_at_once(open_chat, asking, flags):
    chat = open_chat(asking(flagging_options=["喜欢", "垃圾信息", "不适当", "其他"]), locale="zh-CN")
    chat.ask("你好", "你好!")
    expect(chat.button("点赞")).to_have_count(0)
    chat.button("反馈").click()
    click(chat, "垃圾信息")
    click(chat, "其他")
    expect(chat.button("垃圾信息")).to_have_attribute("aria-pressed", "true")
    chat.page.keyboard.press("Escape")
    expect(chat.button("已反馈")).to_be_focused()
    chat.reload()
    chat.button("已反馈").click()

    expect(chat.button("其他")).to_have_attribute("aria-pressed", "true")
    expect(chat.button("喜欢")).to_have_attribute("aria-pressed", "false")
    assert flags() == ["垃圾信息", "垃圾信息; 其他"]


def test_a_comment_goes_with_a_thumb_by_keyboard_alone(open_chat, asking, tmp_path):
    chat = open_chat(asking(flagging_comment=True))
    chat.ask("hello", "hello!")
    chat.button("Dislike").focus()
    with kept(chat):
        chat.page.keyboard.press("Enter")
    box = chat.page.get_by_role("textbox", name="Comment")
    expect(box).to_be_visible()
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Tab")
    expect(box).to_be_focused()
    chat.page.keyboard.type("=too short")
    with kept(chat):
        chat.page.keyboard.press("Enter")
    expect(box).to_have_count(0)
    expect(chat.button("Feedback given")).to_be_focused()
    chat.reload()
    chat.button("Feedback given").click()

    expect(box).to_have_value("=too short")
    with (tmp_path / "flagged" / "log.csv").open(newline="", encoding="utf-8") as file:
        assert [row["comment"] for row in csv.DictReader(file)] == ["", "'=too short"]


def test_what_could_not_be_kept_is_said_and_not_shown(open_chat, asking, tmp_path):
    chat = open_chat(asking())
    chat.ask("hello", "hello!")
    (tmp_path / "flagged" / "log.csv").mkdir(parents=True)
    click(chat, "Like")
    expect(chat.page.get_by_text("Your feedback could not be saved")).to_be_visible()
    expect(chat.button("Like")).to_be_visible()
    chat.complaints.clear()  # the browser logs the refusal

    shutil.rmtree(tmp_path / "flagged")
    click(chat, "Like")
    expect(chat.button("Liked")).to_be_visible()


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 800}}])
def test_everything_about_feedback_is_accessible(open_chat, asking, look):
    chat = open_chat(asking(flagging_options=["Like", "Dislike", "Spam", "Other"], flagging_comment=True), **look)
    chat.ask("hello", "hello!")
    click(chat, "Like")
    click(chat, "Spam")
    chat.page.mouse.move(0, 0)
    expect(chat.button("Liked")).to_be_visible()

    assert_accessible(chat)


def test_a_shown_conversation_can_be_liked_and_the_function_hears_it(open_chat):
    with salon.Blocks() as demo:
        chatbot = salon.Chatbot([{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}])
        heard = salon.Textbox(label="Heard")

        def vote(data: salon.LikeData):
            return f"{data.index} {data.value} {data.liked}"

        chatbot.like(vote, None, heard)
    chat = open_chat(demo)
    box = chat.page.get_by_label("Heard")
    chat.button("Like").click()
    expect(box).to_have_value("1 ['hello'] True")
    chat.button("Liked").click()
    expect(box).to_have_value("1 ['hello'] None")
    chat.button("Dislike").click()

    expect(box).to_have_value("1 ['hello'] False")
    expect(chat.button("Disliked")).to_be_visible()


def test_the_area_of_a_chat_on_a_page_hears_likes_too(open_chat):
    with salon.Blocks() as demo:
        chatbot = salon.Chatbot()
        heard = salon.Textbox(label="Heard")

        def vote(data: salon.LikeData):
            return f"{data.index} {data.liked}"

        chatbot.like(vote, None, heard)
        salon.ChatInterface(echo, chatbot=chatbot)
    chat = open_chat(demo)
    chat.ask("hello", "hello!")
    click(chat, "Like")

    expect(chat.page.get_by_label("Heard")).to_have_value("1 True")
    chat.page.reload()
    expect(chat.button("Liked")).to_be_visible()


def test_feedback_on_each_version_outlives_a_restart_of_the_server(open_chat, asking, flags):
    demo = asking(save_history=True)
    chat = open_chat(demo)
    chat.ask("hello", "hello!")
    click(chat, "Dislike")
    expect(chat.button("Disliked")).to_be_visible()
    chat.button("Retry").click()
    expect(chat.page.get_by_text("2 / 2")).to_be_visible()
    click(chat, "Like")
    expect(chat.button("Liked")).to_be_visible()
    port = int(chat.url.rstrip("/").rpartition(":")[2])
    demo.close()
    again = asking(save_history=True)
    again.launch(server_port=port, prevent_thread_lock=True, quiet=True)
    try:
        chat.reload()
        expect(chat.button("Liked")).to_be_visible()
        chat.button("Previous version").click()
        expect(chat.button("Disliked")).to_be_visible()
        click(chat, "Disliked")
        expect(chat.button("Dislike")).to_be_visible()
        chat.reload()
        expect(chat.page.get_by_text("1 / 2")).to_be_visible()
        expect(chat.button("Dislike")).to_be_visible()
        chat.button("Next version").click()
        expect(chat.button("Liked")).to_be_visible()
    finally:
        again.close()
    assert flags() == ["Dislike", "Like", ""]
    chat.complaints[:] = [text for text in chat.complaints if not any(code in text for code in ("404", "409", "ERR_"))]
