"""Conversations that the server keeps, seen by the page."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.test_history import conversations, entry
from tests.e2e.test_looks import assert_accessible


def reply(message, history, request: salon.Request):
    trust = "known" if request.history_verified else "unknown"
    return f"{message}! ({len(history)}, {trust})"


def keeper() -> salon.ChatInterface:
    return salon.ChatInterface(reply, title="Keeper", save_history="server")


@pytest.fixture
def restart() -> Iterator:
    """Return what serves a chat anew where another one was."""
    running = []

    def start(old: salon.ChatInterface, url: str, **settings) -> salon.ChatInterface:
        old.close()
        again = keeper()
        running.append(again)
        port = int(url.rstrip("/").rpartition(":")[2])
        again.launch(server_port=port, prevent_thread_lock=True, quiet=True, **settings)
        return again

    yield start
    for demo in running:
        demo.close()


def test_a_conversation_is_the_servers_own_after_its_restart_also_where_the_browser_forgot_it(open_chat, restart):
    demo = keeper()
    chat = open_chat(demo)
    chat.ask("apples", "apples! (0, known)")
    chat.page.evaluate(
        "for (const key of Object.keys(localStorage)) if (key.includes('copy')) delete localStorage[key]"
    )
    restart(demo, chat.url)
    chat.reload()
    chat.says("apples", "apples! (0, known)")
    chat.ask("pears", "pears! (2, known)")


def test_who_signs_in_is_asked_whether_to_take_over_what_was_said_before(open_chat, restart):
    demo = keeper()
    chat = open_chat(demo)
    chat.ask("apples", "apples! (0, known)")
    chat.page.goto("about:blank")
    restart(demo, chat.url, auth=("ann", "word"))
    chat.page.goto(chat.url)
    chat.complaints.clear()  # the page may have heard of the sign-in before it was left
    chat.page.get_by_label("User").fill("ann")
    chat.page.get_by_label("Password").fill("word")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_text("This browser has conversations from before you signed in.")).to_be_visible()
    expect(entry(chat, "apples")).to_have_count(0)
    assert_accessible(chat)
    chat.button("Add to my conversations").click()

    entry(chat, "apples").click()
    chat.says("apples", "apples! (0, known)")
    expect(chat.button("Add to my conversations")).to_have_count(0)


def test_what_the_application_pushes_is_shown_and_announced_at_once_and_comes_before_what_is_said_then(open_chat):
    ids = []

    def remember(message, history, request: salon.Request):
        ids.append(request.session_hash)
        return f"{message}! ({len(history)})"

    demo = salon.ChatInterface(remember, save_history="server")
    chat = open_chat(demo)
    chat.ask("apples", "apples! (0)")
    demo.push(ids[0], "The **report** is ready").result(timeout=10)
    chat.says("apples", "apples! (0)", "The report is ready")
    expect(chat.page.get_by_text("Response: The report is ready")).to_be_attached()
    chat.ask("pears", "pears! (3)")
    chat.reload()
    chat.says("apples", "apples! (0)", "The report is ready", "pears", "pears! (3)")


def test_a_page_that_nobody_looks_at_says_in_its_title_that_something_was_pushed(open_chat):
    ids = []

    def remember(message, history, request: salon.Request):
        ids.append(request.session_hash)
        return f"{message}!"

    demo = salon.ChatInterface(remember, title="Jobs")
    away = "Object.defineProperty(document, 'hidden', {get: () => window.isAway === true})"
    chat = open_chat(demo, before=away)
    chat.ask("apples", "apples!")
    turn_away(chat, is_away=True)
    demo.push(ids[0], "It is done").result(timeout=10)
    expect(chat.page).to_have_title("● Jobs")
    turn_away(chat, is_away=False)

    expect(chat.page).to_have_title("Jobs")
    chat.says("apples", "apples!", "It is done")


def turn_away(chat, *, is_away: bool) -> None:
    chat.page.evaluate(
        "(isAway) => { window.isAway = isAway; document.dispatchEvent(new Event('visibilitychange')) }", is_away
    )


def test_a_reply_that_is_asked_for_on_one_device_is_written_on_the_others_too(open_chat, serve):
    may_end = threading.Event()

    def slow(message, history):
        yield f"{message}?"
        may_end.wait(30)
        yield f"{message}!"

    client = serve(salon.ChatInterface(slow, save_history="server"), auth=("ann", "word"))
    client.post("/login", data={"username": "ann", "password": "word"})
    url = str(client.base_url)
    cookies = [{"name": name, "value": value, "url": url} for name, value in client.cookies.items()]
    desk, phone = (open_chat(url, storage_state={"cookies": cookies}) for _ in range(2))
    may_end.set()
    desk.ask("apples", "apples!")
    phone.reload()
    entry(phone, "apples").click()
    phone.says("apples", "apples!")
    may_end.clear()
    desk.send("pears")
    phone.says("apples", "apples!", "pears", "pears?")
    may_end.set()
    phone.says("apples", "apples!", "pears", "pears!")
    desk.says("apples", "apples!", "pears", "pears!")


def test_what_is_deleted_is_gone_when_the_page_is_left(open_chat):
    chat = open_chat(keeper())
    chat.ask("apples", "apples! (0, known)")
    conversations(chat).get_by_role("button", name="Actions for apples").click()
    chat.page.get_by_role("menuitem", name="Delete").click()
    expect(chat.page.get_by_role("button", name="Restore")).to_be_visible()
    chat.reload()

    chat.until("(await (await fetch('api/conversations')).json()).conversations.length === 0")


def test_older_conversations_come_on_demand(open_chat):
    demo = keeper()
    chat = open_chat(demo)
    chat.ask("apples", "apples! (0, known)")
    listed = chat.page.request.get(f"{chat.url}/api/conversations").json()["conversations"]
    talk = chat.page.request.get(f"{chat.url}/api/conversations/{listed[0]['id']}/export").json()
    sent = chat.page.request.post(f"{chat.url}/api/conversations/import", data=[talk] * 60)
    assert sent.status == 201, sent.text()
    chat.reload()
    entries = conversations(chat).get_by_role("listitem")
    expect(entries).to_have_count(50)
    conversations(chat).get_by_role("button", name="Show older conversations").click()

    expect(entries).to_have_count(61)
