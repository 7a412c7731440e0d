"""Conversations that last, at the side of the page, in a real browser."""

import json

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script
from tests.e2e.test_looks import assert_accessible, assert_fits


def reply(message, history, request: salon.Request):
    trust = "known" if request.history_verified else "unknown"
    return f"{message}! ({len(history)}, {trust})"


def keeper(place: str = "browser", **options) -> salon.ChatInterface:
    return salon.ChatInterface(reply, title="Keeper", save_history=place, **options)


HOSTILE = json.dumps(
    {
        "id": "c-00000001",
        "messages": [
            {
                "id": "m-0000001",
                "created_at": 1,
                "message": {
                    "role": "assistant",
                    "parts": [{"type": "text", "text": "[x](javascript:alert(1))<img src=x onerror=alert(1)>"}],
                },
            }
        ],
    }
)
PLACES = pytest.mark.parametrize("place", ["browser", "server"])


def conversations(chat):
    return chat.page.get_by_role("navigation", name="Conversations")


def entry(chat, title: str):
    return conversations(chat).get_by_role("button", name=title, exact=True)


def test_conversations_are_listed_and_opened_again(open_chat):
    chat = open_chat(keeper())
    chat.ask("apples", "apples! (0, known)")
    conversations(chat).get_by_role("button", name="New chat").click()
    chat.says()
    chat.ask("天气怎么样", "天气怎么样! (0, known)")
    chat.reload()
    chat.says("天气怎么样", "天气怎么样! (0, known)")
    entry(chat, "apples").click()
    chat.says("apples", "apples! (0, known)")

    expect(entry(chat, "apples")).to_have_attribute("aria-current", "page")
    chat.ask("pears", "pears! (2, known)")


def test_a_conversation_goes_on_after_a_restart_of_the_server_with_all_its_versions(open_chat):
    demo = keeper()
    chat = open_chat(demo)
    chat.ask("apples", "apples! (0, known)")
    chat.bots.last.hover()
    chat.button("Retry").click()
    expect(chat.page.get_by_text("2 / 2")).to_be_visible()
    port = int(chat.url.rstrip("/").rpartition(":")[2])
    demo.close()
    again = keeper()
    again.launch(server_port=port, prevent_thread_lock=True, quiet=True)
    try:
        chat.page.reload()
        expect(chat.page.get_by_text("2 / 2")).to_be_visible()
        chat.send("pears")
        expect(chat.bots.last).to_contain_text("pears! (2, known)")
        chat.button("Previous version").click()
        expect(chat.page.get_by_text("1 / 2")).to_be_visible()
    finally:
        again.close()
    chat.complaints[:] = [text for text in chat.complaints if not any(code in text for code in ("404", "409", "ERR_"))]


def test_a_copy_that_was_changed_opens_and_goes_on_and_is_told_apart(open_chat):
    demo = keeper()
    chat = open_chat(demo)
    chat.ask("apples", "apples! (0, known)")
    expect(entry(chat, "apples")).to_be_visible()
    chat.until(
        """await new Promise((resolve) => {
             const open = indexedDB.open('salon.conversations:/')
             open.onsuccess = () => {
               const count = open.result.transaction('messages').objectStore('messages').count()
               count.onsuccess = () => resolve(count.result === 2)
             }
           })"""
    )
    chat.page.goto(f"{chat.url}healthz" if chat.url.endswith("/") else f"{chat.url}/healthz")  # nothing writes there
    chat.page.evaluate(
        """() => new Promise((resolve) => {
             const open = indexedDB.open('salon.conversations:/')
             open.onsuccess = () => {
               const store = open.result.transaction('messages', 'readwrite').objectStore('messages')
               store.openCursor().onsuccess = ({target: {result: cursor}}) => {
                 if (!cursor) return resolve()
                 cursor.update({...cursor.value, message: {...cursor.value.message, parts: [{type: 'text', text: 'forged'}]}})
                 cursor.continue()
               }
             }
           })"""
    )
    chat.page.evaluate("localStorage.clear()")
    port = int(chat.url.rstrip("/").rpartition(":")[2])
    demo.close()
    again = keeper()
    again.launch(server_port=port, prevent_thread_lock=True, quiet=True)
    try:
        chat.page.goto(chat.url)
        entry(chat, "apples").click()
        chat.says("forged", "forged")
        chat.send("pears")
        expect(chat.bots.last).to_contain_text("pears! (2, unknown)")
    finally:
        again.close()
    chat.complaints[:] = [text for text in chat.complaints if not any(code in text for code in ("404", "409", "ERR_"))]


@PLACES
def test_conversations_are_renamed_pinned_searched_deleted_and_brought_back(open_chat, place):
    chat = open_chat(keeper(place))
    for word in ("apples", "pears", "plums"):
        conversations(chat).get_by_role("button", name="New chat").click()
        chat.ask(word, f"{word}! (0, known)")
    panel = conversations(chat)

    panel.get_by_role("button", name="Actions for apples").click()
    chat.page.get_by_role("menuitem", name="Rename").click()
    panel.get_by_role("textbox", name="Rename").fill("Fruit of the tree")
    panel.get_by_role("textbox", name="Rename").press("Enter")
    panel.get_by_role("button", name="Actions for pears").click()
    chat.page.get_by_role("menuitem", name="Pin", exact=True).click()
    expect(panel.get_by_role("heading")).to_have_text(["Pinned", "Today"])
    panel.get_by_role("searchbox").fill("APPLES!")
    expect(panel.get_by_role("listitem")).to_have_count(1)
    expect(panel.get_by_role("listitem")).to_contain_text("Fruit of the tree")
    panel.get_by_role("searchbox").fill("")
    panel.get_by_role("button", name="Actions for plums").click()
    chat.page.get_by_role("menuitem", name="Delete").click()
    chat.says()
    expect(panel.get_by_role("listitem")).to_have_count(2)
    chat.page.get_by_role("button", name="Restore").click()
    chat.says("plums", "plums! (0, known)")
    chat.reload()

    expect(panel.locator("li .salon-history-item")).to_have_text(["pears", "plums", "Fruit of the tree"])


@PLACES
def test_a_temporary_chat_is_nowhere_when_it_is_left(open_chat, place):
    chat = open_chat(keeper(place))
    chat.ask("apples", "apples! (0, known)")
    conversations(chat).get_by_role("button", name="Temporary chat").click()
    expect(chat.page.get_by_text("This chat is not saved")).to_be_visible()
    chat.ask("secret", "secret! (0, known)")
    chat.send("more")
    expect(chat.bots.last).to_contain_text("more! (2, known)")
    chat.is_idle()
    conversations(chat).get_by_role("button", name="New chat").click()
    expect(chat.page.get_by_text("This chat is not saved")).to_have_count(0)
    chat.reload()

    expect(entry(chat, "apples")).to_be_visible()
    expect(conversations(chat).get_by_role("listitem")).to_have_count(1)


@PLACES
def test_two_tabs_stay_in_step(open_chat, place):
    chat = open_chat(keeper(place))
    chat.ask("apples", "apples! (0, known)")
    other = chat.second_tab()
    conversations(chat).get_by_role("button", name="New chat").click()
    chat.ask("pears", "pears! (0, known)")
    expect(entry(other, "pears")).to_be_visible()
    other.says("apples", "apples! (0, known)")
    other.ask("plums", "plums! (2, known)")
    entry(chat, "apples").click()

    chat.says("apples", "apples! (0, known)", "plums", "plums! (2, known)")


@PLACES
def test_a_tab_leaves_a_conversation_that_another_one_deletes_and_keeps_what_is_being_written(open_chat, place):
    chat = open_chat(keeper(place))
    chat.ask("apples", "apples! (0, known)")
    other = chat.second_tab()
    other.says("apples", "apples! (0, known)")
    other.box.fill("pears")
    conversations(chat).get_by_role("button", name="Actions for apples").click()
    chat.page.get_by_role("menuitem", name="Delete").click()
    other.says()
    other.ask(other.box.input_value(), "pears! (0, known)")
    chat.page.get_by_role("alert").or_(chat.page.get_by_role("status")).get_by_role("button", name="Close").click()

    expect(conversations(other).get_by_role("listitem")).to_have_text(["pears"])
    expect(conversations(chat).get_by_role("listitem")).to_have_text(["pears"])


@PLACES
def test_visitors_do_not_see_each_others_conversations(open_chat, place, serve):
    url = str(serve(keeper(place)).base_url)
    ann, bob = open_chat(url), open_chat(url)
    ann.ask("secret", "secret! (0, known)")
    bob.reload()

    expect(conversations(bob).get_by_role("listitem")).to_have_count(0)


@PLACES
def test_a_reply_goes_on_while_its_reader_is_elsewhere(open_chat, place):
    script = Script("Half", " and whole")
    chat = open_chat(salon.ChatInterface(script, save_history=place))
    chat.send("long")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("Half")
    conversations(chat).get_by_role("button", name="New chat").click()
    chat.says()
    script.allow(1)
    assert script.closed.wait(10)
    entry(chat, "long").click()

    chat.says("long", "Half and whole")


def test_p10_browser_storage_without_any_the_chat_works_and_says_so(open_chat):
    blocked = "for (const name of ['indexedDB', 'localStorage', 'sessionStorage'])"
    blocked += " Object.defineProperty(window, name, {get() { throw new DOMException('denied', 'SecurityError') }})"
    chat = open_chat(keeper(), before=blocked)
    chat.ask("apples", "apples! (0, known)")

    expect(conversations(chat).get_by_role("status")).to_contain_text("does not allow the page to store data")
    expect(entry(chat, "apples")).to_be_visible()


@pytest.mark.parametrize(
    "garbage",
    [
        "null",
        "[]",
        '{"v":999,"items":[]}',
        '{"__proto__":{"x":1}}',
        '{"id":"c-00000001","messages":[{"id":"m-0000001"}]}',
        '[{"messages":[{"role":"assistant","content":{"url":"javascript:alert(1)"}}]}]',
        HOSTILE,
    ],
)
def test_p10_browser_storage_with_garbage_in_it_does_no_harm(open_chat, garbage):
    keys = ["salon.conversation:/", "salon.conversation:/:pending", "salon.draft:/", "salon.inputs:/", "salon.language"]
    before = "".join(
        f"{storage}.setItem({key!r}, {garbage!r});" for storage in ("localStorage", "sessionStorage") for key in keys
    )
    chat = open_chat(keeper(), before=f"if (!sessionStorage.length) {{ {before} }} window.alert = () => {{ throw 1 }}")
    chat.button("New chat").click()
    chat.ask("apples", "apples! (0, known)")

    chat.complaints[:] = [text for text in chat.complaints if "404" not in text]


@pytest.mark.parametrize(
    "look",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark", "viewport": {"width": 390, "height": 780}, "locale": "zh-CN"},
    ],
)
def test_the_list_is_accessible(open_chat, look):
    chat = open_chat(keeper(), **look)
    chat.ask("apples", "apples! (0, known)")
    names = {"zh-CN": ("历史对话", "apples的操作")}.get(look.get("locale"), ("Conversations", "Actions for apples"))
    panel = chat.page.get_by_role("navigation", name=names[0])
    if "viewport" in look:
        expect(panel.get_by_role("searchbox")).to_have_count(0)
        panel.get_by_role("button", name=names[0]).click()
    panel.get_by_role("button", name=names[1]).click()

    assert_accessible(chat)
    assert_fits(chat)


def test_the_list_is_there_when_the_page_opens_and_moves_only_when_it_is_asked_to(open_chat):
    watch = """
        window.moves = 0
        document.addEventListener('transitionrun', ({ target }) => target.matches('.salon-history') && window.moves++)
    """
    chat = open_chat(keeper(), before=watch)
    expect(chat.page.get_by_placeholder("Search conversations")).to_be_visible()
    chat.until("document.querySelector('.salon-history').offsetWidth === 272")
    assert chat.page.evaluate("window.moves") == 0
    chat.page.get_by_role("button", name="Conversations", exact=True).click()
    chat.until("window.moves === 1")
