"""A real Chromium, and pages that must not complain."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import salon
from tests.e2e.chat_page import ChatPage

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


# What the browser itself logs where a test stops the server, whenever the page tries to reach it again.
_STOPPED = (
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_EMPTY_RESPONSE",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
    "503 (Service Unavailable)",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_chat(browser: Browser, serve: Callable) -> Iterator[Callable[..., ChatPage]]:
    """Serve a chat (or take an address) and open its page; nothing may be logged as an error meanwhile."""
    contexts = []
    complaints: list[str] = []

    def watch(page: Page) -> Page:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complain(message.text))
        return page

    def complain(text: str) -> None:
        if not any(code in text for code in _STOPPED):
            complaints.append(text)

    def start(
        demo: salon.ChatInterface | str, *, path: str = "/", settings: dict | None = None, before: str = "", **look
    ) -> ChatPage:
        url = demo if isinstance(demo, str) else str(serve(demo, **settings or {}).base_url)
        context = browser.new_context(**({"locale": "en-US", "viewport": {"width": 1100, "height": 720}} | look))
        contexts.append(context)
        context.set_default_timeout(30_000)
        if before:
            context.add_init_script(before)
        page = watch(context.new_page())
        page.goto(f"{url.rstrip('/')}{path}")
        chat = ChatPage(page, url, watch, complaints)
        page.locator("[data-testid=textbox], .salon-blocks > *").first.wait_for()
        return chat

    yield start
    for context in contexts:
        context.close()
    assert complaints == []
