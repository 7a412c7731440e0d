"""What stays quick, findable and printable in conversations and replies that are long."""

import re

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script, echo

TURNS = 1_000


@pytest.fixture
def long_chat(open_chat):
    """A conversation of 2,000 messages."""
    chat = open_chat(salon.ChatInterface(echo, title="Long"))
    chat.ask("the very first", "the very first!")
    chat.grow(TURNS - 1)
    return chat


def test_two_thousand_messages_are_a_bounded_part_of_the_document_wherever_one_reads(long_chat):
    chat = long_chat
    assert chat.users.count() + chat.bots.count() <= 100  # a page of what the browser kept, and what it had missed
    chat.ask("one more", "one more!")

    chat.thread.hover()
    seen = set()
    text = ""
    while "the very first!" not in text:
        chat.page.mouse.wheel(0, -4_000)
        chat.page.evaluate("new Promise(requestAnimationFrame)")
        text = chat.thread.text_content()
        seen |= set(re.findall(r"Question (\d+)!", text))
        assert chat.users.count() + chat.bots.count() <= 160
    expect(chat.users.first).to_contain_text("the very first")
    missing = set(map(str, range(900))) - seen
    assert not missing
    chat.button("Scroll down").click()
    expect(chat.bots.last).to_contain_text("one more!")
    chat.is_at_end()


def test_ctrl_f_finds_what_is_not_in_the_document(long_chat):
    chat = long_chat
    chat.box.press("Control+f")
    search = chat.page.get_by_role("search")
    search.get_by_role("textbox").fill("QUESTION 77!")
    expect(search.get_by_role("status")).to_have_text("1 of 1")
    expect(chat.bots.filter(has_text="Question 77!")).to_be_in_viewport()
    chat.until("CSS.highlights.get('salon-search-current')?.size === 1")

    search.get_by_role("textbox").fill("question 77")
    expect(search.get_by_role("status")).to_have_text(re.compile("of 22"))
    chat.page.keyboard.press("Enter")
    chat.page.keyboard.press("Escape")
    expect(search).to_have_count(0)
    assert chat.page.evaluate("CSS.highlights.has('salon-search')") is False


def test_the_browser_searches_short_conversations_itself(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.ask("one", "one!")
    chat.box.press("Control+f")
    expect(chat.page.get_by_role("search")).to_have_count(0)

    chat.menu("Search the conversation")
    chat.page.get_by_role("search").get_by_role("textbox").fill("nothing like it")
    expect(chat.page.get_by_role("search").get_by_role("status")).to_have_text("Nothing found")


def test_a_match_may_cross_bold_words_accents_and_widths(open_chat):
    chat = open_chat(
        salon.ChatInterface(lambda message, history: "Un **café** à la [carte](https://example.com) １２３")
    )
    chat.ask("go", "carte")
    chat.menu("Search the conversation")
    for query in ("cafe a la carte", "CARTE 123"):
        chat.page.get_by_role("search").get_by_role("textbox").fill(query)
        expect(chat.page.get_by_role("search").get_by_role("status")).to_have_text("1 of 1")
        assert chat.page.evaluate("CSS.highlights.get('salon-search').size") == 1


def test_the_whole_conversation_can_be_copied_saved_and_printed(long_chat):
    chat = long_chat
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.menu("Copy conversation")
    expect(chat.page.get_by_text("to the clipboard")).to_be_visible()
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("# Long")
    assert copied.index("the very first!") < copied.index("Question 500") < copied.index("Question 998!")

    with chat.page.expect_download() as download:
        chat.menu("Save as Markdown")
    assert download.value.suggested_filename == "Long.md"
    assert download.value.path().read_text("utf-8") == copied

    chat.page.evaluate("window.print = () => window.printed = document.querySelectorAll('article').length")
    chat.box.press("Control+p")
    chat.until("window.printed")
    assert chat.page.evaluate("window.printed") == 2 * TURNS


def test_selecting_everything_copies_everything(long_chat):
    chat = long_chat
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.page.evaluate("navigator.clipboard.writeText('')")
    chat.thread.focus()
    chat.page.keyboard.press("Control+a")
    chat.page.keyboard.press("Control+c")

    copied = chat.page.evaluate("""async () => {
        while (!(await navigator.clipboard.readText())) await new Promise(requestAnimationFrame)
        return navigator.clipboard.readText()
    }""")
    assert "the very first!" in copied
    assert "Question 998!" in copied


def test_a_printed_page_shows_the_conversation_and_no_controls(open_chat):
    chat = open_chat(salon.ChatInterface(echo, title="Paper"))
    chat.ask("one", "one!")
    chat.page.emulate_media(media="print")

    expect(chat.page.get_by_role("heading", name="Paper")).to_be_visible()
    expect(chat.bots.last).to_be_visible()
    expect(chat.box).to_be_hidden()
    expect(chat.button("Retry")).to_be_hidden()


def test_a_hundred_thousand_characters_stream_and_typing_goes_on(open_chat):
    paragraph = "A **paragraph** with `code`, 中文 and a [link](https://example.com), of some length, number {}.\n\n"
    paragraphs = [paragraph.format(number) for number in range(1_100)]
    script = Script(*paragraphs)
    chat = open_chat(salon.ChatInterface(script))
    chat.send("go")
    script.allow(len(paragraphs) // 2)
    expect(chat.bots.last).to_contain_text("number 549.")
    chat.page.keyboard.type("typed meanwhile")
    expect(chat.box).to_have_value("typed meanwhile")
    script.allow(len(paragraphs))

    expect(chat.bots.last).to_contain_text("number 1099.")
    chat.is_idle()
    assert chat.bots.last.locator("p").count() == len(paragraphs)
    assert chat.bots.last.text_content().count("中文") == len(paragraphs)


def slowed(page, held):
    """Hold the requests for earlier messages until the test lets them through."""

    def hold(route):
        held.append(route)

    page.route("**/api/conversations/*before=*", hold)


def test_sending_while_earlier_messages_load_stays_at_the_end(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.ask("the very first", "the very first!")
    chat.grow(200)
    held = []
    slowed(chat.page, held)
    chat.thread.hover()
    while not held:
        chat.page.mouse.wheel(0, -4_000)
        chat.page.evaluate("new Promise(requestAnimationFrame)")
    chat.ask("at the end", "at the end!")
    for route in held:
        route.continue_()
    chat.until("document.querySelectorAll('article').length <= 150")

    expect(chat.bots.last).to_contain_text("at the end!")
    expect(chat.bots.last).to_be_in_viewport()
    assert chat.scrolled_from_end() < 10


def test_who_reads_on_while_earlier_messages_load_is_not_taken_back(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.ask("the very first", "the very first!")
    chat.grow(200)
    held = []
    slowed(chat.page, held)
    chat.thread.evaluate("thread => thread.scrollTo(0, 0)")
    while not held:
        chat.page.mouse.move(400, 300)
        chat.page.mouse.wheel(0, -4_000)
        chat.page.evaluate("new Promise(requestAnimationFrame)")
    chat.thread.evaluate("thread => thread.scrollTo(0, 900)")
    chat.is_at_rest()
    read, top = chat.page.evaluate(READ)
    held[0].continue_()
    expect(chat.page.get_by_text("Loading earlier messages")).to_have_count(0)
    chat.is_at_rest()

    message = chat.page.locator(f"[data-id='{read}']")
    assert message.evaluate("message => message.getBoundingClientRect().top") == pytest.approx(top, abs=40)


READ = """
() => {
    const top = (article) => article.getBoundingClientRect().top
    const read = [...document.querySelectorAll('article')].find((article) => top(article) > 120)
    return [read.dataset.id, top(read)]
}"""


def test_an_older_version_comes_into_sight_however_much_follows_it(open_chat):
    chat = open_chat(salon.ChatInterface(echo, editable=True))
    chat.ask("the very first", "the very first!")
    chat.grow(60)
    chat.thread.evaluate("thread => thread.scrollTo(0, 0)")
    first = chat.users.filter(has_text="the very first")
    while not first.count():
        chat.page.mouse.move(400, 300)
        chat.page.mouse.wheel(0, -4_000)
        chat.page.evaluate("new Promise(requestAnimationFrame)")
    first.hover()
    first.get_by_role("button", name="Edit").click()
    editor = chat.page.get_by_role("textbox", name="Edit")
    editor.fill("another first")
    editor.press("Enter")
    chat.says("another first", "another first!")
    chat.is_idle()
    chat.button("Previous version").click()

    expect(chat.users.filter(has_text="the very first")).to_be_in_viewport()
    expect(chat.button("Next version")).to_be_focused()


def test_an_edit_survives_reading_elsewhere(open_chat):
    chat = open_chat(salon.ChatInterface(echo, editable=True))
    chat.ask("the very first", "the very first!")
    chat.grow(200)
    chat.box.press("Control+f")
    search = chat.page.get_by_role("search").get_by_role("textbox")
    search.fill("the very first!")
    first = chat.users.filter(has_text="the very first")
    first.hover()
    first.get_by_role("button", name="Edit").click()
    chat.page.get_by_role("textbox", name="Edit").fill("half an edit")
    search.fill("Question 199!")
    expect(chat.bots.last).to_contain_text("Question 199!")
    expect(chat.page.get_by_role("textbox", name="Edit")).to_have_count(0)
    search.fill("the very first!")

    expect(chat.page.get_by_role("textbox", name="Edit")).to_have_value("half an edit")


def test_a_match_in_a_long_message_is_what_comes_into_sight(open_chat):
    text = "The needle is here.\n\n" + "Some hay.\n\n" * 150
    chat = open_chat(salon.ChatInterface(lambda message, history: text))
    chat.ask("go", "needle")
    chat.menu("Search the conversation")
    chat.page.get_by_role("search").get_by_role("textbox").fill("needle")

    expect(chat.bots.last.get_by_text("The needle is here.")).to_be_in_viewport()


def test_printing_that_is_not_allowed_leaves_the_page_as_it_was(long_chat):
    chat = long_chat
    chat.page.evaluate("window.print = () => { window.printed = (window.printed ?? 0) + 1 }")
    chat.box.focus()
    # All at once: between two real presses the first printing may have come to its end.
    press = "new KeyboardEvent('keydown', {key: 'p', ctrlKey: true, bubbles: true, cancelable: true})"
    chat.page.evaluate(f"for (let time = 0; time < 3; time++) document.activeElement.dispatchEvent({press})")
    chat.until("window.printed")

    chat.until("document.querySelectorAll('article').length <= 150")
    assert chat.page.evaluate("window.printed") == 1
