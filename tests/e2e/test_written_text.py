"""Text as people and models write it, where it needs a browser."""

from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script
from tests.e2e.test_looks import assert_accessible

_ROOM = """
() => [...document.querySelectorAll('[data-testid=bot] ol')].map((list) => {
  const number = document.createElement('span')
  number.textContent = `${list.start + list.children.length - 1}. `
  number.style.cssText = 'position:absolute;white-space:pre'
  list.append(number)
  const width = number.getBoundingClientRect().width
  number.remove()
  return parseFloat(getComputedStyle(list).paddingInlineStart) - width
})
"""
_COPY = """
() => {
  getSelection().selectAllChildren(document.querySelector('[data-testid=bot] .salon-markdown'))
  let copied
  const read = (event) => (copied = event.clipboardData.getData('text/plain'))
  document.addEventListener('copy', read)
  document.execCommand('copy')
  document.removeEventListener('copy', read)
  return copied
}
"""
CALLOUTS = "\n\n".join(f"> [!{kind}]\n> Words." for kind in ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"))


def says(text, **more):
    return salon.ChatInterface(lambda message: text, **more)


def test_long_numbers_of_lists_have_room(open_chat):
    items = "\n".join(f"{number}. Item {number}" for number in range(8, 14))
    chat = open_chat(says(f"{items}\n\nThen:\n\n98. x\n99. y\n100. z\n\nMore:\n\n9999. x\n10000. z\n\nEnd."))
    chat.ask("go", "End.")

    assert all(room >= 0 for room in chat.page.evaluate(_ROOM))


def test_nested_tasks_are_indented_and_ordered_ones_keep_their_numbers(open_chat):
    chat = open_chat(
        says("- [ ] parent\n  - [ ] child\n    - [x] grandchild\n\nThen:\n\n1. [ ] first\n2. [x] second\n\nEnd.")
    )
    chat.ask("go", "End.")
    boxes = chat.bots.first.locator("ul .salon-task")
    places = [boxes.nth(index).bounding_box()["x"] for index in range(3)]

    assert places[0] + 10 < places[1] < places[2] - 10
    expect(chat.bots.first.locator("ol > li").first).to_have_css("list-style-type", "decimal")
    expect(chat.bots.first.locator("ul > li").first).to_have_css("list-style-type", "none")


def test_a_copied_selection_gives_formulas_once_as_their_source(open_chat):
    chat = open_chat(says("Euler: $e^{i\\pi}+1=0$ and\n\n$$\\frac{a}{b}$$\n\nEnd."))
    chat.ask("go", "End.")
    expect(chat.bots.first.locator(".katex")).to_have_count(2)

    copied = chat.page.evaluate(_COPY)
    assert copied.split() == ["Euler:", "$e^{i\\pi}+1=0$", "and", "$$\\frac{a}{b}$$", "End."]


def test_details_that_a_reader_opens_stay_open_while_the_reply_grows(open_chat):
    script = Script("<details><summary>Sources</summary>\n\nHidden\n\n</details>\n\n", "one ", "two ", "three")
    chat = open_chat(salon.ChatInterface(script))
    script.allow(1)
    chat.send("go")
    chat.bots.first.locator("summary").click()
    for word in ("one", "two", "three"):
        script.allow(1)
        expect(chat.bots.first).to_contain_text(word)

    expect(chat.bots.first.get_by_text("Hidden")).to_be_visible()


def test_html_of_notices_failures_and_titles_is_shown(open_chat):
    def reply(message):
        salon.Info('See <a href="https://example.com">the <b>guide</b></a>')
        raise salon.Error("Not <b>today</b>, List<I><p onclick=alert(1)>")

    chat = open_chat(salon.ChatInterface(reply, title="<center>My <i>Bot</i></center>"))
    chat.send("go")

    expect(chat.page.locator(".salon-notice a b")).to_have_text("guide")
    expect(chat.bots.first.locator(".salon-failure b")).to_have_text("today")
    expect(chat.bots.first).to_contain_text("List<I>")
    expect(chat.page.locator("h1 i")).to_have_text("Bot")
    assert chat.page.title() == "My Bot"


def test_a_thought_s_title_is_markdown(open_chat):
    thought = salon.ChatMessage("Done.", metadata={"title": "Read `a.py` **注意：**now"})
    chat = open_chat(salon.ChatInterface(lambda message: [thought, "End."]))
    chat.ask("go", "End.")

    expect(chat.bots.first.locator(".salon-thought-title code")).to_have_text("a.py")
    expect(chat.bots.first.locator(".salon-thought-title strong")).to_have_text("注意：")


def test_users_messages_are_markdown_where_the_author_says_so(open_chat):
    chat = open_chat(says("End.", chatbot=salon.Chatbot(render_user_markdown=True)))
    chat.ask("**注意：**请", "End.")
    expect(chat.users.first.locator("strong")).to_have_text("注意：")
    plain = open_chat(says("End."))
    plain.ask("**注意：**请", "End.")

    expect(plain.users.first.locator("strong")).to_have_count(0)


def test_callouts_have_names_and_contrast_in_light_and_dark(open_chat):
    for scheme in ("light", "dark"):
        chat = open_chat(says(f"{CALLOUTS}\n\nEnd."), color_scheme=scheme)
        chat.ask("go", "End.")
        expect(chat.bots.first.get_by_role("note")).to_have_count(5)
        assert_accessible(chat)


def test_a_text_that_is_nothing_but_marks_is_shown(open_chat):
    for part in ("[", "a*_"):
        chat = open_chat(says(part * (60_000 // len(part))))
        chat.send("go")
        expect(chat.bots.first).to_contain_text(part * 100)
        expect(chat.box).to_be_enabled()
