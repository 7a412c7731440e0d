"""Conversations that the server keeps, seen by the page."""

from collections.abc import Iterator

import pytest

import salon


def reply(message, history, request: salon.Request):
    trust = "known" if request.history_verified else "unknown"
    return f"{message}! ({len(history)}, {trust})"


def keeper() -> salon.ChatInterface:
    return salon.ChatInterface(reply, title="Keeper", save_history="server")


@pytest.fixture
def restart() -> Iterator:
    """Return what serves a chat anew where another one was."""
    running = []

    def start(old: salon.ChatInterface, url: str) -> salon.ChatInterface:
        old.close()
        again = keeper()
        running.append(again)
        again.launch(server_port=int(url.rstrip("/").rpartition(":")[2]), prevent_thread_lock=True, quiet=True)
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


def test_what_the_application_pushes_is_there_after_a_refresh_and_before_what_is_said_meanwhile(open_chat):
    ids = []

    def remember(message, history, request: salon.Request):
        ids.append(request.session_hash)
        return f"{message}! ({len(history)})"

    demo = salon.ChatInterface(remember, save_history="server")
    chat = open_chat(demo)
    chat.ask("apples", "apples! (0)")
    demo.push(ids[0], "The **report** is ready").result(timeout=10)
    chat.ask("pears", "pears! (3)")
    chat.reload()
    chat.says("apples", "apples! (0)", "The report is ready", "pears", "pears! (3)")
