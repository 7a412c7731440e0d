"""What a person does on the chat page, in their words."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=15_000)


class ChatPage:
    """One open page of a chat.

    Args:
        page: the browser's page.
        url: where the chat is served.
        watch: makes a further page of the same browser complain into `complaints`.
        complaints: what the pages logged as errors; tests that cause some on purpose clear it.
    """

    def __init__(self, page: Page, url: str, watch: Callable[[Page], Page], complaints: list[str]) -> None:
        self.page = page
        self.url = url
        self.complaints = complaints
        self._watch = watch

    @property
    def box(self) -> Locator:
        return self.page.get_by_test_id("textbox")

    @property
    def users(self) -> Locator:
        return self.page.get_by_test_id("user")

    @property
    def bots(self) -> Locator:
        return self.page.get_by_test_id("bot")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def send(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str, answer: str) -> None:
        """Send a message and wait for the whole answer."""
        self.send(text)
        expect(self.bots.last).to_contain_text(answer)
        self.is_idle()

    def is_idle(self) -> None:
        """Wait until no reply is being written."""
        expect(self.page.get_by_test_id("stop-button")).to_have_count(0)

    def says(self, *texts: str) -> None:
        """Wait until the messages, from the first to the last, are these."""
        messages = self.page.locator('[data-testid="user"], [data-testid="bot"]')
        expect(messages).to_have_count(len(texts))
        for index, text in enumerate(texts):
            expect(messages.nth(index)).to_contain_text(text)

    def reload(self) -> None:
        self.page.reload()
        self.box.wait_for()

    def second_tab(self) -> "ChatPage":
        page = self._watch(self.page.context.new_page())
        page.goto(self.url)
        chat = ChatPage(page, self.url, self._watch, self.complaints)
        chat.box.wait_for()
        return chat
