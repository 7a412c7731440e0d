"""HTML, tags and several messages in replies, and an author's texts in the reader's language, as they are seen."""

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script, echo
from tests.e2e.test_looks import assert_accessible

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32"/></svg>'


def test_html_of_a_reply_is_shown_in_a_frame_that_cannot_reach_the_page(open_chat):
    html = (
        'Look:\n\n<p id="it" style="color: rgb(1, 2, 3)">Coloured</p>\n\n'
        "<script>document.body.append(' and run'); try { parent.document.title = 'taken' } catch {}</script>\n\nEnd."
    )
    chat = open_chat(
        salon.ChatInterface(lambda message: html, title="Mine", chatbot=salon.Chatbot(sanitize_html=False))
    )
    chat.ask("go", "End.")
    frames = chat.bots.first.locator("iframe")
    expect(frames).to_have_count(2)
    first = chat.page.frame_locator("iframe >> nth=0")
    expect(first.locator("#it")).to_have_css("color", "rgb(1, 2, 3)")
    expect(chat.page.frame_locator("iframe >> nth=1").locator("body")).to_have_text("and run")

    assert chat.page.title() == "Mine"
    assert frames.first.evaluate("frame => frame.getAttribute('sandbox').includes('same-origin')") is False
    expect(chat.bots.first.locator("[style*=color], script")).to_have_count(0)
    expect(frames.first).to_have_attribute("title", "Document")


def test_html_is_sanitised_unless_the_author_says_otherwise(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message: '<p style="position:fixed">Plain</p>\n\nEnd.'))
    chat.ask("go", "End.")

    expect(chat.bots.first.locator("iframe, [style*=position]")).to_have_count(0)


def test_html_that_streams_comes_into_its_frame_when_its_block_is_whole(open_chat):
    script = Script('<p style="color:red">Re', "d</p>\n\n", "After")
    chat = open_chat(salon.ChatInterface(script, chatbot=salon.Chatbot(sanitize_html=False)))
    script.allow(1)
    chat.send("go")
    expect(chat.bots.first).to_contain_text("Re")
    expect(chat.bots.first.locator("iframe")).to_have_count(0)
    script.allow(2)

    expect(chat.page.frame_locator("iframe").locator("p")).to_have_text("Red")
    expect(chat.bots.first).to_contain_text("After")


@pytest.mark.parametrize(
    ("tags", "shown"),
    [(True, "<tool>a</tool> <think>b</think>"), (["tool"], "<tool>a</tool> b"), (False, "a b")],
)
def test_tags_that_are_no_html_are_shown_or_left_out_as_the_author_says(open_chat, tags, shown):
    text = "<tool>a</tool> <think>b</think>"
    chat = open_chat(salon.ChatInterface(lambda message: f"Is {text}", chatbot=salon.Chatbot(allow_tags=tags)))
    chat.send("go")

    expect(chat.bots.first.locator("p")).to_have_text(f"Is {shown}")


@pytest.mark.parametrize(("groups", "count"), [(True, 1), (False, 2)])
def test_messages_of_one_side_stand_together_or_apart(open_chat, tmp_path, groups, count):
    path = tmp_path / "bot.svg"
    path.write_text(PICTURE)
    chatbot = salon.Chatbot(avatar_images=(None, path), group_consecutive_messages=groups)
    chat = open_chat(salon.ChatInterface(lambda message: ["One", "Two"], chatbot=chatbot))
    chat.ask("go", "Two")
    chat.reload()
    chat.says("go", "One", "Two")

    expect(chat.bots.locator("img.salon-avatar")).to_have_count(count)
    first, second = (chat.bots.nth(index).bounding_box() for index in (0, 1))
    assert (second["y"] - first["y"] - first["height"] < 8) is groups
    text = [chat.bots.nth(index).locator("p").bounding_box() for index in (0, 1)]
    assert text[0]["x"] == text[1]["x"]


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("zh-CN", "zh"), ("fr-FR", "en")])
def test_an_authors_texts_are_in_the_readers_language(open_chat, locale, language):
    texts = {
        "en": {"title": "Yes man", "about": "Ask **me**.", "box": "A question", "hi": "Am I cool?", "send": "Ask"},
        "zh": {"title": "好好先生", "about": "**问**我。", "box": "一个问题", "hi": "我酷吗？", "send": "提问"},
    }
    i18n = salon.I18n(**texts)
    demo = salon.ChatInterface(
        echo,
        title=i18n("title"),
        description=i18n("about"),
        textbox=salon.Textbox(placeholder=i18n("box"), submit_btn=i18n("send")),
        examples=[i18n("hi")],
    )
    chat = open_chat(demo, settings={"i18n": i18n}, locale=locale)
    wanted = texts[language]
    expect(chat.page.get_by_role("heading", name=wanted["title"])).to_be_visible()
    expect(chat.page.locator(".salon-description")).to_have_text(wanted["about"].replace("*", ""))
    expect(chat.box).to_have_attribute("placeholder", wanted["box"])
    expect(chat.page.get_by_test_id("submit-button")).to_have_text(wanted["send"])
    chat.page.get_by_role("button", name=wanted["hi"]).click()
    chat.says(wanted["hi"], f"{wanted['hi']}!")

    assert chat.page.title() == wanted["title"]
    assert "__i18n__" not in chat.page.locator("#salon-page").inner_text()


def test_an_authors_texts_in_replies_are_in_the_readers_language(open_chat):
    i18n = salon.I18n(
        en={"table": "Prices", "step": "Looked up", "more": "More"},
        zh={"table": "价格", "step": "已查询", "more": "更多"},
    )

    def function(message, history):
        thought = salon.ChatMessage("…", metadata={"title": i18n("step"), "status": "done"})
        offer = salon.ChatMessage("…", options=[{"value": "more", "label": i18n("more")}])
        return [thought, salon.Dataframe([[1]], headers=["n"], label=i18n("table")), offer]

    chat = open_chat(salon.ChatInterface(function), locale="zh-CN")
    chat.send("go")

    for text in ("价格", "已查询", "更多"):
        expect(chat.bots.get_by_text(text, exact=True)).to_be_visible()
    assert "__i18n__" not in chat.page.locator("#salon-page").inner_text()


def test_a_reader_who_chooses_the_pages_language_gets_the_authors_texts_in_it(open_chat):
    i18n = salon.I18n(en={"title": "Yes man"}, zh={"title": "好好先生"})
    chat = open_chat(salon.ChatInterface(echo, title=i18n("title")))
    chat.button("More").click()
    chat.page.get_by_text("简体中文", exact=True).click()

    expect(chat.page.get_by_role("heading", name="好好先生")).to_be_visible()


def test_frames_and_grouped_messages_are_accessible(open_chat):
    replies = ['<p style="color:navy">Navy</p>', "<tool>a</tool>"]
    demo = salon.ChatInterface(lambda message: replies, title="Look", chatbot=salon.Chatbot(sanitize_html=False))
    chat = open_chat(demo)
    chat.ask("go", "<tool>a</tool>")
    chat.page.frame_locator("iframe").locator("p").wait_for()

    assert_accessible(chat)
