"""What a person does on the chat page, in their words."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=30_000)

_GROW = """
async (texts) => {
  const {id: conversation} = JSON.parse(localStorage.getItem('salon.conversation:/'))
  let parent = (await (await fetch(`api/conversations/${conversation}`)).json()).messages.at(-1).id
  const newId = () => crypto.randomUUID()
  for (const text of texts) {
    const turn = {id: newId(), conversation, parent, message: {id: newId(), text}}
    const headers = {'Content-Type': 'application/json'}
    const response = await fetch('api/turns', {method: 'POST', headers, body: JSON.stringify(turn)})
    parent = (await response.text()).match(/"message-start"[^}]*"id":"([^"]+)"/)[1]
  }
}"""


_REST = """
async () => {
  const thread = document.querySelector('[role=log]')
  const place = () => `${thread.scrollTop} ${thread.scrollHeight}`
  for (let seen = place(), times = 0; times < 20; times++) {
    await new Promise(requestAnimationFrame)
    if (place() !== seen) [seen, times] = [place(), 0]
  }
}"""


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

    def grow(self, count: int) -> None:
        """Add `count` turns through the API, `Question 0` and so on, then load the page again."""
        self.page.evaluate(_GROW, [f"Question {number}" for number in range(count)])
        self.reload()
        expect(self.users.last).to_contain_text(f"Question {count - 1}")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("log")

    def scrolled_from_end(self) -> float:
        """How far the thread is from its end, in pixels."""
        return self.thread.evaluate("thread => thread.scrollHeight - thread.scrollTop - thread.clientHeight")

    def is_at_rest(self) -> None:
        """Wait until the thread has stood still for a while: the browser scrolls by and by, and measures what it shows."""
        self.page.evaluate(_REST)

    def is_at_end(self) -> None:
        """Wait until the thread stands at its end; what has just been painted may still be scrolled to."""
        log = "document.querySelector('[role=log]')"
        self.until(f"{log}.scrollHeight - {log}.scrollTop - {log}.clientHeight < 2")

    def is_still(self) -> None:
        """Wait until nothing moves or fades any more; what turns for ever may go on."""
        self.until(
            "document.getAnimations().every((animation) => animation.playState !== 'running'"
            " || animation.effect.getComputedTiming().iterations === Infinity)"
        )

    def until(self, condition: str) -> None:
        """Wait until a JavaScript expression is true; the page's policy forbids Playwright's own way."""
        self.page.evaluate(f"async () => {{ while (!({condition})) await new Promise(requestAnimationFrame) }}")

    def menu(self, item: str) -> None:
        """Choose an item of the page's menu."""
        self.button("More").click()
        self.page.get_by_role("menuitem", name=item).click()

    def second_tab(self) -> "ChatPage":
        page = self._watch(self.page.context.new_page())
        page.goto(self.url)
        chat = ChatPage(page, self.url, self._watch, self.complaints)
        chat.box.wait_for()
        return chat
