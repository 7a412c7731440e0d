"""“Use via API”: what the page tells programs to do, done."""

import subprocess
import sys
from typing import Literal

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.test_looks import assert_accessible, assert_fits


def reply(message: str, history: list, *, tone: Literal["kind", "strict"] = "kind") -> str:
    """Answer in a tone."""
    return f"{tone}: {message}!"


def opened(open_chat, demo, **look):
    chat = open_chat(demo, path="/?view=api", **look)
    chat.page.locator(".salon-programs pre").wait_for()
    return chat


def code(chat, client: str) -> str:
    tab = chat.page.get_by_role("tab", name=client, exact=True)
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    return chat.page.locator(".salon-programs pre").inner_text()


@pytest.mark.parametrize(
    ("client", "needs"), [("Python", "gradio_client"), ("salon.Client", "httpx"), ("OpenAI", "openai")]
)
def test_what_python_is_told_to_do_works(open_chat, client, needs):
    pytest.importorskip(needs)
    chat = opened(open_chat, salon.ChatInterface(reply))
    done = subprocess.run([sys.executable, "-c", code(chat, client)], capture_output=True, text=True, check=False)

    assert "kind: Hello!" in done.stdout, done.stderr


def test_what_javascript_is_told_to_do_works(open_chat, salon_client):
    chat = opened(open_chat, salon.ChatInterface(reply))
    program = ["node", "--input-type=module", "--eval", code(chat, "salon-client")]
    done = subprocess.run(program, cwd=salon_client, capture_output=True, text=True, check=False)

    assert "kind: Hello!" in done.stdout, done.stderr


def test_what_curl_is_told_to_do_works(open_chat):
    chat = opened(open_chat, salon.ChatInterface(reply))
    done = subprocess.run(["sh", "-c", code(chat, "curl")], capture_output=True, text=True, check=False)

    assert '["kind: Hello!"]' in done.stdout, done.stderr


def test_the_conversation_becomes_a_program(open_chat):
    chat = open_chat(salon.ChatInterface(reply))
    chat.ask("What is new?", "kind: What is new?!")
    chat.menu("Use via API")
    chat.page.get_by_label("Use the messages of this conversation").check()

    assert "What is new?" in code(chat, "Python")
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("dialog")).to_have_count(0)


def test_only_what_is_switched_on_is_offered(open_chat):
    demo = salon.ChatInterface(reply)
    chat = opened(open_chat, demo, settings={"gradio_api": False, "mcp_server": True})

    expect(chat.page.get_by_role("tab")).to_have_text(["salon.Client", "salon-client", "OpenAI", "MCP"])


def test_what_is_private_is_not_offered(open_chat):
    chat = open_chat(salon.ChatInterface(reply, api_name=False), path="/?view=api")

    expect(chat.page.get_by_text("This application has no endpoints for programs.")).to_be_visible()


@pytest.mark.parametrize(
    "look", [{}, {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}, "locale": "zh-CN"}]
)
def test_it_is_accessible(open_chat, look):
    chat = opened(open_chat, salon.ChatInterface(reply, title="Tones"), **look)

    assert_accessible(chat)
    assert_fits(chat)
