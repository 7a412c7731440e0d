"""What a reader may do with a reply while it grows, and what must not happen to it."""

import http.server
import threading

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script, echo

LINE = "A line of the reply, long enough to be a paragraph of its own. 中文也一样。\n\n"


@pytest.fixture
def growing(open_chat):
    """A reply of many lines of which twenty have come; the test lets the rest out."""
    script = Script(*[f"Line {number}: {LINE}" for number in range(60)], "The end.")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("go")
    script.allow(20)
    expect(chat.bots.last).to_contain_text("Line 19:")
    return chat, script


def test_text_stays_selected_while_the_reply_grows(growing):
    chat, script = growing
    last = chat.bots.last.locator("p").last
    last.select_text()
    selected = chat.page.evaluate("getSelection().toString()")
    assert "A line of the reply" in selected

    script.allow(100)
    expect(chat.bots.last).to_contain_text("The end.")
    chat.is_idle()
    assert chat.page.evaluate("getSelection().toString()") == selected


def test_the_page_follows_the_end_of_a_growing_reply(growing):
    chat, script = growing
    chat.is_at_end()
    script.allow(100)
    expect(chat.bots.last).to_contain_text("The end.")
    chat.is_idle()

    chat.is_at_end()
    expect(chat.button("Scroll down")).to_have_count(0)


def test_who_scrolls_up_is_not_pulled_down_and_finds_a_way_back(growing):
    chat, script = growing
    chat.thread.hover()
    chat.page.mouse.wheel(0, -500)
    expect(chat.button("Scroll down")).to_be_visible()
    chat.is_at_rest()
    top = chat.thread.evaluate("thread => thread.scrollTop")
    script.allow(20)
    expect(chat.bots.last).to_contain_text("Line 39:")
    chat.is_at_rest()
    assert chat.thread.evaluate("thread => thread.scrollTop") == pytest.approx(top, abs=1)

    chat.button("Scroll down").click()
    script.allow(100)
    expect(chat.bots.last).to_contain_text("The end.")
    chat.is_at_end()


def test_sending_goes_to_the_end_wherever_one_was(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message, history: LINE * 30))
    chat.ask("one", "A line")
    chat.thread.evaluate("thread => thread.scrollTo(0, 0)")
    expect(chat.button("Scroll down")).to_be_visible()
    chat.ask("two", "A line")

    chat.is_at_end()


def test_without_autoscroll_nothing_moves(open_chat):
    script = Script(*[LINE] * 40, "The end.")
    chat = open_chat(salon.ChatInterface(script, autoscroll=False))
    chat.send("go")
    script.allow(10)
    expect(chat.bots.last).to_contain_text("A line")
    top = chat.thread.evaluate("thread => thread.scrollTop")
    script.allow(100)
    expect(chat.bots.last).to_contain_text("The end.")

    assert chat.thread.evaluate("thread => thread.scrollTop") == pytest.approx(top, abs=1)


SHIFTS = """
    window.shifts = []
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push([entry.value, entry.sources.map(({node}) => node?.className)])
    }).observe({type: 'layout-shift', buffered: true})"""


def test_nothing_on_the_page_jumps_while_it_loads_or_a_reply_streams(open_chat):
    steps = {
        "Text ": "Text",
        "and more\n\n": "more",
        "- one\n": "one",
        "- two\n\n": "two",
        "```py\nx = 1\n": "x = 1",
        "```\n\n| a | b |\n| - | - |\n": "b",
        "| 1 | three |\n\n": "three",
        "The end.": "The end.",
    }
    script = Script(*steps)
    chat = open_chat(salon.ChatInterface(script, title="Calm", description="A chat."))
    chat.page.add_init_script(SHIFTS)
    chat.reload()
    chat.send("go")
    for seen in steps.values():
        script.allow(1)
        expect(chat.bots.last).to_contain_text(seen)
    chat.is_idle()

    shifts = chat.page.evaluate("shifts")
    assert sum(value for value, _ in shifts) < 0.01, shifts


def test_a_screen_reader_hears_that_an_answer_comes_and_what_it_was(open_chat):
    script = Script("one ", "two")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    expect(chat.page.get_by_role("status", name="Loading response")).to_be_visible()
    script.allow(2)
    chat.is_idle()

    expect(chat.page.locator("[aria-live=polite]", has_text="Response: one two")).to_have_count(1)
    expect(chat.thread).to_have_attribute("aria-live", "off")


def test_unfinished_markdown_never_shows_its_marks(open_chat):
    script = Script("Some **bo", "ld** and `co", "de` and [a li", "nk](https://example.com) and $x", "^2$ end")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("go")
    for seen in ("bo", "co", "a li", "link", "end"):
        script.allow(1)
        expect(chat.bots.last).to_contain_text(seen)
        text = chat.bots.last.locator(".salon-markdown").inner_text()
        assert not {"*", "`", "[", "]("} & set(text), text


def test_a_diagram_is_drawn_away_from_the_page_and_its_code_stays_at_hand(open_chat):
    source = 'flowchart LR\n  A["<img src=x onerror=alert(1)>"] --> B\n  click A href "javascript:alert(1)"'
    chat = open_chat(salon.ChatInterface(lambda message, history: f"```mermaid\n{source}\n```\n\nDone."))
    chat.ask("draw", "Done.")
    image = chat.page.get_by_role("img", name="Diagram: flowchart LR")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") > 50
    frame = chat.page.locator("iframe")
    assert frame.get_attribute("sandbox") == "allow-scripts"
    assert chat.page.frames[1].evaluate("try { parent.document; 'reached' } catch { 'kept out' }") == "kept out"

    chat.button("Code").click()
    expect(chat.bots.last.locator("code")).to_contain_text("flowchart LR")
    expect(image).to_be_hidden()
    chat.complaints.clear()


def test_what_is_no_diagram_stays_code(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message, history: "```mermaid\nno diagram at all\n```\n\nDone."))
    chat.ask("draw", "Done.")
    chat.until("document.querySelector('iframe')")

    expect(chat.bots.last.locator("code")).to_be_visible()
    expect(chat.bots.last.get_by_role("img")).to_have_count(0)


def test_copying_code_and_messages_works_without_a_secure_context(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    chat.ask("one", "one!")
    chat.bots.last.hover()
    chat.bots.last.get_by_role("button", name="Copy message").click()
    expect(chat.bots.last.get_by_role("button", name="Copied")).to_be_visible()
    chat.box.focus()
    chat.page.keyboard.press("Control+v")

    expect(chat.box).to_have_value("one!")


@pytest.fixture
def other_host(tmp_path):
    """A server that is not the chat's own, and what was asked of it."""
    asked = []

    class Pictures(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/svg+xml")
            self.end_headers()
            self.wfile.write(b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>')

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_an_image_of_another_host_is_loaded_when_the_reader_clicks_and_not_before(open_chat, other_host):
    host, asked = other_host
    hidden = (
        f"<img srcset='{host}/set 1x'><svg><image href='{host}/svg'/></svg><p style='background:url({host}/css)'>x</p>"
    )
    script = Script(f"![A chart]({host}/a.svg?data=se", "cret)\n\n", f"{hidden}\n\n<img src='{host}/b.svg'>\n\nEnd.")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("show")
    script.allow(3)
    expect(chat.bots.last).to_contain_text("End.")
    chat.is_idle()
    place = chat.bots.last.get_by_title("Load the image from 127.0.0.1").first
    expect(place).to_contain_text("A chart")
    assert asked == []

    place.click()
    image = chat.bots.last.get_by_role("img").first
    expect(image).to_be_visible()
    chat.until("document.querySelector('[data-testid=bot] img').naturalWidth === 40")
    assert asked == ["/a.svg?data=secret"]
