"""What people do with a chat, in a real browser."""

import subprocess
import sys
import threading

import httpx
import pytest
from playwright.sync_api import expect

import salon
from salon.serve.server import listening_socket
from tests.e2e.chat_page import ChatPage
from tests.e2e.scripts import Script, echo
from tests.e2e.test_looks import assert_accessible, assert_fits


def test_the_first_message_is_typed_and_answered(open_chat):
    chat = open_chat(salon.ChatInterface(echo, title="Echo", description="It says *everything* back."))
    expect(chat.page).to_have_title("Echo")
    expect(chat.page.locator("em", has_text="everything")).to_be_visible()
    expect(chat.box).to_be_focused()

    chat.page.keyboard.type("hello")
    chat.page.keyboard.press("Enter")

    chat.says("hello", "hello!")
    expect(chat.box).to_have_value("")
    expect(chat.box).to_be_focused()


def test_a_reply_streams_and_the_send_button_becomes_a_stop_button(open_chat):
    script = Script("one ", "two ", "three")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    expect(chat.page.get_by_role("status", name="Loading response")).to_be_visible()
    script.allow(2)
    expect(chat.bots.last).to_contain_text("one two")
    expect(chat.button("Stop")).to_be_visible()
    expect(chat.button("Submit")).to_have_count(0)

    script.allow(1)
    expect(chat.bots.last).to_contain_text("one two three")
    expect(chat.button("Submit")).to_be_visible()


def test_stopping_keeps_what_was_seen_and_ends_the_function(open_chat):
    script = Script("one ", "two ", "three")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("one")
    chat.button("Stop").click()

    expect(chat.bots.last).to_contain_text("Stopped")
    expect(chat.button("Submit")).to_be_visible()
    script.allow(1)
    assert script.closed.wait(20)
    chat.reload()
    expect(chat.bots.last).to_contain_text("one")
    expect(chat.bots.last).not_to_contain_text("two")


def test_refreshing_in_mid_answer_loses_nothing(open_chat):
    script = Script("one ", "two ", "three ", "four")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    script.allow(2)
    expect(chat.bots.last).to_contain_text("one two")
    chat.page.reload()
    chat.says("count", "one two")
    expect(chat.button("Stop")).to_be_visible()

    script.allow(2)
    expect(chat.bots.last).to_contain_text("one two three four")
    chat.is_idle()


def test_a_second_tab_of_the_same_browser_shows_the_same_reply_as_it_grows(open_chat):
    script = Script("one ", "two ", "three")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("one")
    other = chat.second_tab()
    other.says("count", "one")

    script.allow(2)
    for tab in (chat, other):
        expect(tab.bots.last).to_contain_text("one two three")
        tab.is_idle()


def test_another_browser_sees_nothing_of_it(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.ask("secret", "secret!")
    other = open_chat(chat.url)

    expect(other.users).to_have_count(0)


def test_a_cut_connection_is_told_quietly_and_the_reply_goes_on_where_it_was(open_chat):
    script = Script("one ", "two ", "three ", "four")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    script.allow(2)
    expect(chat.bots.last).to_contain_text("one two")
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("Connection lost")).to_be_visible()
    chat.box.fill("typed meanwhile")
    script.allow(2)
    chat.page.context.set_offline(False)

    expect(chat.bots.last).to_contain_text("one two three four")
    expect(chat.page.get_by_text("Connection lost")).to_have_count(0)
    expect(chat.box).to_have_value("typed meanwhile")
    chat.complaints.clear()


def test_what_is_sent_without_a_connection_is_sent_when_it_is_back(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.page.context.set_offline(True)
    chat.send("later")
    expect(chat.users.last).to_contain_text("later")
    expect(chat.page.get_by_text("Not sent yet")).to_be_visible()
    chat.page.context.set_offline(False)

    chat.says("later", "later!")
    expect(chat.page.get_by_text("Not sent yet")).to_have_count(0)
    chat.complaints.clear()


def test_a_failed_reply_says_so_and_can_be_tried_again(open_chat):
    attempts = iter([salon.Error("The model is away.", title="Sorry"), ValueError("/srv/secret"), None])

    def fails_twice(message, history):
        error = next(attempts)
        if error is not None:
            raise error
        return "Here I am."

    chat = open_chat(salon.ChatInterface(fails_twice))
    chat.send("hello")
    expect(chat.page.get_by_text("The model is away.")).to_be_visible()
    expect(chat.page.get_by_text("Sorry")).to_be_visible()

    chat.button("Retry").last.click()
    expect(chat.page.get_by_text("The application could not answer.")).to_be_visible()
    assert "/srv/secret" not in chat.page.content()

    chat.button("Retry").last.click()
    chat.says("hello", "Here I am.")


def test_retrying_keeps_every_version_to_leaf_through(open_chat):
    answers = iter(["first", "second", "third"])
    chat = open_chat(salon.ChatInterface(lambda message, history: next(answers)))
    chat.ask("hello", "first")
    chat.button("Retry").click()
    chat.says("hello", "second")
    chat.is_idle()
    chat.button("Retry").click()
    chat.says("hello", "third")
    chat.is_idle()

    chat.button("Previous version").click()
    chat.says("hello", "second")
    expect(chat.page.get_by_text("2 / 3")).to_be_visible()
    chat.reload()
    chat.says("hello", "second")
    chat.button("Next version").click()
    chat.says("hello", "third")


def test_editing_a_message_makes_a_branch_and_keeps_the_other(open_chat):
    chat = open_chat(salon.ChatInterface(echo, editable=True))
    chat.ask("one", "one!")
    chat.ask("two", "two!")
    chat.users.first.hover()
    chat.button("Edit").first.click()
    editor = chat.page.get_by_role("textbox").first
    expect(editor).to_have_value("one")
    editor.fill("other")
    chat.page.get_by_test_id("user").first.get_by_role("button", name="Submit").click()

    chat.says("other", "other!")
    chat.is_idle()
    chat.button("Previous version").first.click()
    chat.says("one", "one!", "two", "two!")


def test_undo_puts_the_message_back_into_the_box(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.ask("one", "one!")
    chat.ask("two", "two!")
    chat.button("Undo").click()

    chat.says("one", "one!")
    expect(chat.box).to_have_value("two")
    chat.reload()
    chat.says("one", "one!")


def test_clearing_begins_anew(open_chat):
    chat = open_chat(salon.ChatInterface(echo, examples=["hi"]))
    chat.ask("one", "one!")
    chat.button("Clear").click()

    expect(chat.users).to_have_count(0)
    expect(chat.page.get_by_role("button", name="Select example 1: hi")).to_be_visible()
    chat.reload()
    expect(chat.users).to_have_count(0)


def test_enter_that_confirms_a_chinese_candidate_does_not_send(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    input_method = chat.page.context.new_cdp_session(chat.page)
    chat.box.focus()
    input_method.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    input_method.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    input_method.send("Input.insertText", {"text": "你好"})
    input_method.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})

    expect(chat.box).to_have_value("你好")
    expect(chat.users).to_have_count(0)
    confirmed = chat.page.evaluate("performance.now()")
    chat.until(f"performance.now() > {confirmed} + 40")
    chat.box.press("Enter")
    chat.says("你好", "你好!")


def test_shift_enter_breaks_the_line_and_empty_text_is_not_sent(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.box.press("Enter")
    chat.box.fill("   ")
    chat.box.press("Enter")
    expect(chat.users).to_have_count(0)

    chat.box.fill("one")
    chat.box.press("Shift+Enter")
    chat.page.keyboard.type("two")
    expect(chat.box).to_have_value("one\ntwo")
    chat.box.press("Enter")
    chat.says("one\ntwo", "one")
    chat.box.press("ArrowUp")
    expect(chat.box).to_have_value("one\ntwo")


def test_in_a_box_of_several_lines_enter_breaks_the_line_and_shift_enter_sends(open_chat):
    chat = open_chat(salon.ChatInterface(echo, textbox=salon.Textbox(lines=3)))
    expect(chat.page.get_by_text("Shift+Enter to send")).to_be_visible()
    chat.box.fill("one")
    chat.box.press("Enter")
    chat.page.keyboard.type("two")
    chat.box.press("Shift+Enter")

    chat.says("one\ntwo", "one")


def test_a_draft_survives_a_refresh(open_chat):
    chat = open_chat(salon.ChatInterface(echo))
    chat.box.fill("half a thought")
    chat.reload()

    expect(chat.box).to_have_value("half a thought")


def test_a_conversation_goes_on_after_the_server_has_lost_it(open_chat, serve):
    seen = []
    demo = salon.ChatInterface(lambda message, history: seen.append(len(history)) or f"{message}!")
    chat = open_chat(demo)
    chat.ask("one", "one!")
    port = httpx.URL(chat.url).port
    demo.close()
    demo.launch(server_port=port, prevent_thread_lock=True, quiet=True)

    chat.ask("two", "two!")
    chat.reload()
    chat.says("one", "one!", "two", "two!")
    assert seen == [0, 2]
    demo.close()
    chat.complaints.clear()


def test_the_page_shows_that_the_server_stops_and_comes_back(open_chat):
    script = Script("one ", "two")
    demo = salon.ChatInterface(script)
    chat = open_chat(demo)
    chat.send("count")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("one")
    port = httpx.URL(chat.url).port
    demo.close()
    expect(chat.page.get_by_text("The answer was interrupted.")).to_be_visible()
    demo.launch(server_port=port, prevent_thread_lock=True, quiet=True)

    script.allow(10)
    chat.button("Retry").last.click()
    expect(chat.bots.last).to_contain_text("one two")
    chat.is_idle()
    chat.page.close()
    demo.close()
    chat.complaints.clear()


def test_notices_and_progress_are_shown(open_chat):
    shown = threading.Event()

    def works(message, history, progress=salon.Progress()):
        salon.Warning("Mind the step.", title="Careful")
        progress((3, 4), desc="Climbing")
        shown.wait(30)
        return "Up."

    chat = open_chat(salon.ChatInterface(works))
    chat.send("climb")
    expect(chat.page.get_by_text("Mind the step.")).to_be_visible()
    expect(chat.page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "75")
    shown.set()

    expect(chat.bots.last).to_contain_text("Up.")
    expect(chat.page.get_by_role("progressbar")).to_have_count(0)


def test_who_waits_is_told_the_place_in_the_queue(open_chat):
    release = threading.Event()

    def slow(message, history):
        release.wait(30)
        return f"{message}!"

    demo = salon.ChatInterface(slow, concurrency_limit=1)
    chat = open_chat(demo)
    chat.send("first")
    expect(chat.button("Stop")).to_be_visible()
    other = open_chat(chat.url)
    other.send("second")
    expect(other.page.get_by_role("status").filter(has_text="next")).to_be_visible()
    release.set()

    expect(other.bots.last).to_contain_text("second!")


HOSTILE = """<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>
<iframe srcdoc="<script>parent.hacked=1</script>"></iframe><a href="javascript:window.hacked=1">click</a>
<svg><animate onbegin="window.hacked=1" attributeName=x dur=1s></svg><form action="https://evil.example"><input></form>
[link](javascript:window.hacked=1) ![x](https://evil.example/p.png)

```html
<script>window.hacked=1</script>
```
$\\href{javascript:window.hacked=1}{x}$ <style>*{display:none}</style><base href="https://evil.example">"""


def test_nothing_that_a_model_or_user_writes_runs(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message, history: HOSTILE, title="<b>T</b>", description=HOSTILE))
    requests: list[str] = []
    chat.page.on("request", lambda request: requests.append(request.url))
    chat.send(HOSTILE)
    expect(chat.bots.last).to_contain_text("click")
    chat.is_idle()
    for link in chat.page.get_by_text("click", exact=True).all():
        link.click()

    assert chat.page.evaluate("window.hacked") is None
    assert chat.page.locator("iframe, form input, base, [onerror], a[href^='javascript']").count() == 0
    assert not [url for url in requests if "evil.example" in url]
    expect(chat.box).to_be_visible()
    assert {complaint[:23] for complaint in chat.complaints} <= {"Failed to load resource"}
    chat.complaints.clear()


def test_a_long_reply_is_rendered_while_what_is_done_stays_as_it_is(open_chat):
    script = Script(
        "# Title\n\nFirst paragraph.\n\n", "| a | b |\n| - | - |\n| 1 | 2 |\n\n", "```python\nx = 1\n", "```\n\nEnd."
    )
    chat = open_chat(salon.ChatInterface(script))
    chat.send("go")
    script.allow(2)
    expect(chat.bots.last.locator("td").first).to_have_text("1")
    chat.page.evaluate("document.querySelector('[data-testid=bot] h1').dataset.mark = 'same'")
    script.allow(2)
    expect(chat.bots.last).to_contain_text("End.")

    expect(chat.bots.last.locator("h1")).to_have_attribute("data-mark", "same")
    expect(chat.bots.last.locator("pre code")).to_contain_text("x = 1")
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.button("Copy").first.click()
    chat.until("(await navigator.clipboard.readText()).trim() === 'x = 1'")


@pytest.mark.parametrize(
    "look",
    [
        {},
        {"color_scheme": "dark"},
        {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
        {"viewport": {"width": 1920, "height": 1080}, "locale": "zh-CN"},
        {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "locale": "zh-CN"},
        {"forced_colors": "active", "reduced_motion": "reduce"},
    ],
    ids=["light", "dark", "phone", "wide-chinese", "narrow-dark-chinese", "forced-colours"],
)
def test_every_look_fits_its_screen_and_is_accessible(open_chat, look):
    assert_look_works(open_chat, look, "default")


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", ["soft", "ocean", "citrus", "monochrome", "glass"])
def test_every_theme_is_accessible_in_the_light_and_in_the_dark(open_chat, theme, color_scheme):
    assert_look_works(open_chat, {"color_scheme": color_scheme, "viewport": {"width": 700, "height": 800}}, theme)


def assert_look_works(open_chat, look, theme):
    def speaks(message, history):
        thought = {"title": "Thinking", "status": "done", "duration": 1}
        if message == "fail":
            raise salon.Error("It fails.", title="Sorry")
        yield [
            salon.ChatMessage("hm", metadata=thought),
            "## Title\n\nText, [link](https://example.com)\n\n```py\nx = 1\n```",
        ]

    demo = salon.ChatInterface(
        speaks, title="Chat", description="A chat.", examples=["one", "two"], theme=theme, editable=True
    )
    chat: ChatPage = open_chat(demo, **look)
    assert_accessible(chat)
    chat.send("hello")
    expect(chat.bots.last).to_contain_text("Title")
    chat.is_idle()
    chat.send("fail")
    expect(chat.page.get_by_text("It fails.")).to_be_visible()
    chat.is_idle()
    assert_accessible(chat)
    assert_fits(chat)


def focused_button(chat: ChatPage, name: str):
    return chat.page.get_by_role("button", name=name).and_(chat.page.locator(":focus"))


def test_everything_can_be_done_with_the_keyboard_alone(open_chat):
    chat = open_chat(salon.ChatInterface(echo, examples=["one", "two"]))

    def tab_to(name: str) -> None:
        for _ in range(30):
            if focused_button(chat, name).count():
                return
            chat.page.keyboard.press("Tab")
        raise AssertionError(f"no way to {name} by keyboard")

    tab_to("two")
    chat.page.keyboard.press("Enter")
    chat.says("two", "two!")
    chat.is_idle()
    tab_to("Retry")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_text("2 / 2")).to_be_visible()
    tab_to("Previous version")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_text("1 / 2")).to_be_visible()


def test_the_page_speaks_chinese(open_chat):
    chat = open_chat(salon.ChatInterface(echo), locale="zh-CN")
    chat.ask("你好", "你好!")

    expect(chat.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(chat.button("重试")).to_be_visible()
    expect(chat.button("复制消息").first).to_be_attached()


def test_light_and_dark_can_be_chosen_and_are_remembered(open_chat):
    chat = open_chat(salon.ChatInterface(echo))

    def background() -> str:
        return chat.page.evaluate("getComputedStyle(document.body).backgroundColor")

    light = background()
    chat.page.get_by_role("button", name="Colours").click()
    if background() == light:
        chat.page.get_by_role("button", name="Colours").click()
    dark = background()
    assert dark != light
    chat.reload()
    assert background() == dark


def test_signing_in_and_out(open_chat, browser, tmp_path, monkeypatch, serve):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))

    def whoami(message, history, request: salon.Request):
        return f"You are {request.username}."

    url = str(serve(salon.ChatInterface(whoami, title="Private"), auth=("ann", "pass word")).base_url)
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(url)
    page.get_by_label("Password").fill("wrong")
    page.get_by_label("User").fill("ann")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("User").fill("ann")
    page.get_by_label("Password").fill("pass word")
    page.keyboard.press("Enter")
    page.get_by_test_id("textbox").fill("who?")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("bot").last).to_contain_text("You are ann.")

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    context.close()


def test_who_signs_in_after_somebody_else_sees_nothing_of_theirs(browser, serve):
    demo = salon.ChatInterface(lambda message, history: f"{message}!", save_history=True)
    url = str(serve(demo, auth=[("ann", "word"), ("bob", "word")]).base_url)
    context = browser.new_context(locale="en-US")
    page = context.new_page()

    def sign_in(user: str) -> None:
        page.goto(url)
        page.get_by_label("User").fill(user)
        page.get_by_label("Password").fill("word")
        page.keyboard.press("Enter")
        page.get_by_test_id("textbox").wait_for()

    sign_in("ann")
    page.get_by_test_id("textbox").fill("My secret")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("bot")).to_contain_text("My secret!")
    page.get_by_test_id("textbox").fill("A draft")
    page.get_by_role("button", name="Log out").click()
    sign_in("bob")
    expect(page.get_by_text("Your conversations will be listed here")).to_be_visible()
    expect(page.get_by_text("secret")).to_have_count(0)
    expect(page.get_by_test_id("textbox")).to_have_value("")

    page.get_by_role("button", name="Log out").click()
    sign_in("ann")
    expect(page.get_by_test_id("bot")).to_contain_text("My secret!")
    context.close()


RELOADED = """
import salon as gr

def reply(message, history):
    return f"{{len(history)}} before {{message}}"

demo = gr.ChatInterface(reply, title={title!r})
"""


def test_a_change_of_the_program_reloads_the_page_and_keeps_the_conversation(open_chat, tmp_path):
    (tmp_path / "app.py").write_text(RELOADED.format(title="First"))
    with listening_socket("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    program = [sys.executable, "-m", "salon", "run", "app.py", "--reload", "--port", str(port)]
    process = subprocess.Popen(program, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    chat = open_chat(f"http://127.0.0.1:{port}")
    chat.ask("one", "0 before one")
    chat.box.fill("half a thought")
    (tmp_path / "second").write_text(RELOADED.format(title="Second"))
    (tmp_path / "second").replace(tmp_path / "app.py")  # at once: half a file is a change, too

    expect(chat.page).to_have_title("Second")
    chat.says("one", "0 before one")
    expect(chat.box).to_have_value("half a thought")
    chat.ask("two", "2 before two")
    process.terminate()
    assert process.wait(30) == 0
    process.stdout.close()
    chat.complaints.clear()


def test_the_focus_stays_where_one_is_at_work(open_chat):
    answers = iter(["first", "second"])
    chat = open_chat(salon.ChatInterface(lambda message, history: next(answers, "more"), editable=True))
    chat.ask("hello", "first")
    chat.button("Retry").click()
    chat.says("hello", "second")
    chat.is_idle()
    chat.button("Previous version").click()
    chat.says("hello", "first")
    expect(chat.button("Next version")).to_be_focused()

    chat.users.first.hover()
    chat.button("Edit").click()
    chat.page.keyboard.press("Escape")
    expect(chat.button("Edit")).to_be_focused()
    chat.page.keyboard.press("Enter")
    chat.page.keyboard.type(" there")
    chat.page.keyboard.press("Enter")
    expect(chat.users.first).to_contain_text("hello there")
    expect(chat.box).to_be_focused()
    chat.is_idle()
    chat.button("Clear").click()
    expect(chat.box).to_be_focused()


def test_a_hidden_tab_tells_that_the_answer_is_there(open_chat):
    script = Script("one")
    chat = open_chat(salon.ChatInterface(script, title="Tab"))
    chat.send("go")
    expect(chat.button("Stop")).to_be_visible()
    chat.page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})
        document.dispatchEvent(new Event('visibilitychange'))
    }""")
    script.allow(1)
    expect(chat.page).to_have_title("● Tab")
    chat.page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {configurable: true, get: () => false})
        document.dispatchEvent(new Event('visibilitychange'))
    }""")

    expect(chat.page).to_have_title("Tab")


def test_a_tab_that_reads_is_left_where_it_is_when_another_one_sends(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message, history: "A paragraph.\n\n" * 40))
    chat.ask("one", "A paragraph.")
    other = chat.second_tab()
    other.says("one", "A paragraph.")
    other.thread.evaluate("thread => thread.scrollTo(0, 100)")
    other.is_at_rest()
    chat.ask("two", "A paragraph.")
    other.says("one", "A paragraph.", "two", "A paragraph.")
    other.is_idle()

    assert other.thread.evaluate("thread => thread.scrollTop") == pytest.approx(100, abs=2)


def test_choosing_a_language_works_at_any_address(open_chat):
    chat = open_chat(salon.ChatInterface(echo), path="/#somewhere")
    chat.button("More").click()
    chat.page.get_by_role("menuitemradio", name="简体中文").click()

    expect(chat.button("发送")).to_be_visible()
