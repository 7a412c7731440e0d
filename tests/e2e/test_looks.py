"""Every look that a reader's system, language or eyes ask for."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import salon
from salon.tour import tour
from tests.e2e.scripts import Script, echo

ARABIC = "مرحبا، هذا **نص** عربي مع `code`.\n\n```py\nx = 1\n```\n\n1. أول\n2. ثان"


def assert_fits(chat) -> None:
    widths = chat.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]


def assert_accessible(chat) -> None:
    chat.is_still()
    found = Axe().run(chat.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("word", ["help", "markdown", "code", "formulas", "thoughts", "several", "error", "diagram"])
def test_every_kind_of_reply_is_accessible_and_fits_a_phone_in_the_dark(open_chat, word):
    look = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "zh-CN"}
    chat = open_chat(salon.ChatInterface(tour, title="Tour", editable=True), **look)
    chat.send(word)
    expect(chat.bots.last.get_by_role("button", name="复制消息")).to_be_attached()
    if word == "diagram":
        expect(chat.page.get_by_role("img").first).to_be_visible()

    assert_fits(chat)
    assert_accessible(chat)


def test_menu_search_and_editor_are_accessible(open_chat):
    chat = open_chat(salon.ChatInterface(echo, title="Echo", editable=True))
    chat.ask("one", "one!")
    chat.button("More").click()
    assert_accessible(chat)
    chat.page.get_by_role("menuitem", name="Search the conversation").click()
    chat.page.get_by_role("search").get_by_role("textbox").fill("one")
    assert_accessible(chat)
    chat.page.keyboard.press("Escape")
    chat.users.first.hover()
    chat.button("Edit").click()
    assert_accessible(chat)


def test_at_two_hundred_percent_everything_can_be_reached(open_chat):
    chat = open_chat(
        salon.ChatInterface(tour, title="Zoom"), viewport={"width": 640, "height": 400}, device_scale_factor=2
    )
    chat.send("markdown")
    expect(chat.bots.last).to_contain_text("Speakers")
    chat.is_idle()

    assert_fits(chat)
    for control in (chat.box, chat.button("Submit"), chat.button("More")):
        expect(control).to_be_in_viewport(ratio=1)
    assert chat.thread.bounding_box()["height"] > 150


def test_text_may_be_twice_as_large(open_chat):
    chat = open_chat(salon.ChatInterface(echo, title="A title that is rather long", examples=["one", "two"]))
    chat.page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert_fits(chat)
    expect(chat.button("Submit")).to_be_in_viewport(ratio=1)


def test_reduced_motion_stops_what_moves(open_chat):
    script = Script("one ", "two")
    chat = open_chat(salon.ChatInterface(script), reduced_motion="reduce")
    chat.send("go")
    expect(chat.page.get_by_role("status", name="Loading response")).to_be_visible()
    script.allow(1)
    expect(chat.bots.last).to_contain_text("one")
    running = chat.page.evaluate(
        "document.getAnimations().filter((a) => a.effect.getComputedTiming().duration > 1).map((a) => a.animationName)"
    )
    script.allow(1)

    assert running == []


def test_forced_colours_keep_every_control_visible(open_chat):
    chat = open_chat(salon.ChatInterface(echo, title="Forced"), forced_colors="active")
    chat.ask("one", "one!")
    chat.box.fill("two")
    for control in (chat.button("Submit"), chat.button("Retry"), chat.button("More")):
        expect(control).to_be_visible()
        colours = control.evaluate("e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]")
        assert colours[0] != colours[1]
    border = chat.button("Submit").evaluate("e => getComputedStyle(e).borderTopWidth")
    assert border != "0px"


def test_right_to_left_text_stands_right_and_its_code_left(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message, history: ARABIC))
    chat.send("مرحبا")
    expect(chat.bots.last).to_contain_text("ثان")
    direction = "e => getComputedStyle(e).direction"

    assert chat.users.last.locator(".salon-bubble").evaluate(direction) == "rtl"
    assert chat.bots.last.locator("p").first.evaluate(direction) == "rtl"
    assert chat.bots.last.locator("ol").evaluate(direction) == "rtl"
    assert chat.bots.last.locator("pre").evaluate(direction) == "ltr"
    item = chat.bots.last.locator("li").first.bounding_box()
    log = chat.thread.bounding_box()
    assert item["x"] + item["width"] > log["x"] + log["width"] / 2


def test_languages_mix_paragraph_by_paragraph(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message, history: "English first.\n\nثم العربية.\n\n然后中文。"))
    chat.ask("go", "然后中文")
    sides = chat.bots.last.locator("p").evaluate_all(
        """all => all.map((paragraph) => {
            const text = document.createRange()
            text.selectNodeContents(paragraph)
            const [own, place] = [text.getBoundingClientRect(), paragraph.getBoundingClientRect()]
            return own.left - place.left < place.right - own.right ? 'left' : 'right'
        })"""
    )

    assert sides == ["left", "right", "left"]


def test_the_language_follows_the_browser_and_can_be_chosen(open_chat):
    chat = open_chat(salon.ChatInterface(echo), locale="zh-CN")
    expect(chat.button("发送")).to_be_visible()
    chat.ask("one", "one!")
    chat.button("更多").click()
    chat.page.get_by_role("menuitemradio", name="English").click()
    expect(chat.button("Submit")).to_be_visible()
    chat.says("one", "one!")
    chat.reload()
    expect(chat.button("Submit")).to_be_visible()

    chat.page.goto(f"{chat.url}?lang=zh")
    expect(chat.button("发送")).to_be_visible()


def test_nothing_of_the_page_is_left_untranslated(open_chat):
    chat = open_chat(salon.ChatInterface(tour, editable=True), locale="zh-CN")
    chat.send("error")
    expect(chat.page.get_by_role("alert")).to_be_visible()
    chat.is_idle()
    chat.button("更多").click()
    texts = chat.page.evaluate(
        """[...document.querySelectorAll('button, [aria-label], [title], [placeholder], .salon-hint')]
            .filter((e) => !e.closest('.salon-markdown, .salon-failure'))
            .flatMap((e) => [e.ariaLabel, e.title, e.placeholder, e.matches('button') ? e.textContent : ''])
            .filter(Boolean)"""
    )
    allowed = re.compile(r"English|Markdown|API|Enter|Shift|error|PM|AM|\d")
    foreign = [text for text in texts if re.search(r"[A-Za-z]{2,}", allowed.sub("", text))]
    assert foreign == []
