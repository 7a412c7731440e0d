"""A network that is lost and found, in every phase of a turn."""

import threading

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script, echo


@pytest.fixture
def lose(open_chat):
    """Lose the page's network, or find it again; what the browser logs about that is no complaint."""
    chats = []

    def change(chat, is_lost: bool) -> None:
        chats.append(chat)
        chat.page.context.set_offline(is_lost)
        chat.page.evaluate("navigator.onLine")

    yield change
    for chat in chats:
        chat.complaints.clear()


def test_lost_before_sending(open_chat, lose):
    chat = open_chat(salon.ChatInterface(echo))
    lose(chat, True)
    expect(chat.page.get_by_text("Connection lost")).to_be_visible()
    chat.send("hello")
    expect(chat.page.get_by_text("Not sent yet")).to_be_visible()
    lose(chat, False)

    chat.says("hello", "hello!")
    expect(chat.page.get_by_text("Connection lost")).to_have_count(0)
    expect(chat.page.get_by_text("Connected again.")).to_have_count(0)


def test_lost_after_sending_and_before_the_first_word(open_chat, lose):
    script = Script("one ", "two")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    expect(chat.page.get_by_role("status", name="Loading response")).to_be_visible()
    lose(chat, True)
    script.allow(2)
    assert script.closed.wait(20)
    lose(chat, False)

    expect(chat.bots.last).to_contain_text("one two")
    assert chat.bots.count() == 1


def test_lost_while_the_reply_streams_and_found_after_its_end(open_chat, lose):
    script = Script("one ", "two ", "three")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("one")
    lose(chat, True)
    script.allow(2)
    assert script.closed.wait(20)
    expect(chat.bots.last).not_to_contain_text("two")
    lose(chat, False)

    expect(chat.bots.last).to_contain_text("one two three")
    chat.is_idle()


def test_lost_again_and_again(open_chat, lose):
    words = [f"word{number} " for number in range(8)]
    script = Script(*words)
    chat = open_chat(salon.ChatInterface(script))
    chat.send("go")
    for number in range(4):
        script.allow(1)
        expect(chat.bots.last).to_contain_text(f"word{2 * number} ".strip())
        lose(chat, True)
        script.allow(1)
        lose(chat, False)
        expect(chat.bots.last).to_contain_text(f"word{2 * number + 1}")

    chat.is_idle()
    expect(chat.bots.last.locator("p")).to_have_text("".join(words).strip())


def test_stopped_without_a_network(open_chat, lose):
    script = Script("one ", "two ", "three")
    chat = open_chat(salon.ChatInterface(script))
    chat.send("count")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("one")
    lose(chat, True)
    chat.button("Stop").click()
    expect(chat.page.get_by_text("Stopped")).to_be_visible()
    with chat.page.expect_response("**/cancel"):
        lose(chat, False)
    expect(chat.button("Submit")).to_be_visible()

    script.allow(2)
    chat.reload()
    expect(chat.bots.last).to_contain_text("one")
    expect(chat.bots.last).not_to_contain_text("three")


def test_loaded_again_while_the_server_is_away_the_conversation_is_still_there(open_chat, lose):
    chat = open_chat(salon.ChatInterface(echo))
    chat.ask("one", "one!")
    refused = threading.Event()

    def refuse(route):
        refused.set()
        route.abort()

    chat.page.route("**/api/**", refuse)
    chat.reload()
    chat.says("one", "one!")
    assert refused.wait(20)
    chat.send("two")
    chat.page.unroute("**/api/**")

    chat.says("one", "one!", "two", "two!")
    chat.complaints.clear()


def test_what_is_typed_meanwhile_survives_even_a_refresh(open_chat, lose):
    chat = open_chat(salon.ChatInterface(echo))
    lose(chat, True)
    chat.box.fill("half a thought")
    lose(chat, False)
    chat.reload()

    expect(chat.box).to_have_value("half a thought")
