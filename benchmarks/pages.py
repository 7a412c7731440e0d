"""Both frameworks' pages in a real browser: how they are opened, typed into and watched."""

import asyncio
import contextlib
import shutil

from apps.replies import PAST
from bench import HERE

_QUIET_MS = 400
_TIMEOUT_S = 300


@contextlib.asynccontextmanager
async def open_browser():
    """Start a headless Chromium of its own."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 - only there once `enter_tools` was called

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        await browser.close()


class ChatPage:
    """A page that is typed into and watched. Both frameworks give their boxes and messages the same test ids."""

    def __init__(self, page, devtools):
        self._page = page
        self._devtools = devtools
        self._box = page.get_by_test_id("textbox")

    @classmethod
    async def open(cls, browser, port, *, state=None, watch_for=None):
        """Open a page with cookies and storage of its own.

        Args:
            browser: where.
            port: the server's.
            state: cookies and storage to begin with, as another page's `state` gave them.
            watch_for: words of the last answer; `painted` then tells when they were painted.
        """
        context = await browser.new_context(storage_state=state)
        page = await context.new_page()
        page.set_default_timeout(_TIMEOUT_S * 1000)
        await page.add_init_script(path=HERE / "watch.js")
        if watch_for is not None:
            await page.add_init_script(f"bench.watch({watch_for!r})")
        devtools = await context.new_cdp_session(page)
        await devtools.send("Performance.enable")
        await page.goto(f"http://127.0.0.1:{port}/")
        opened = cls(page, devtools)
        await opened._box.wait_for()
        return opened

    async def state(self):
        """Return its cookies and storage."""
        return await self._page.context.storage_state()

    async def close(self):
        """Forget it, cookies and storage included."""
        await self._page.context.close()

    async def rest(self):
        """Wait until nothing changes any more."""
        async with asyncio.timeout(_TIMEOUT_S):
            await self._page.evaluate(f"bench.rest({_QUIET_MS})")

    async def turn(self, text, marker):
        """Say `text`; return `painted_ms` and `worst_gap_ms`, from Enter until `marker` is seen in the answer."""
        await self.rest()
        await self._box.fill(text)
        await self._page.evaluate("marker => bench.watch(marker)", marker)
        await self._page.keyboard.press("Enter")
        return await self.painted()

    async def echo(self, text):
        """Like `turn`, with a function that echoes."""
        return await self.turn(text, f"You said: {text}")

    async def say(self, command):
        """Like `turn`, with one of `replies.commands`."""
        return await self.turn(command, f"The end of {command}")

    async def painted(self):
        """Wait for what is watched for."""
        async with asyncio.timeout(_TIMEOUT_S):
            return await self._page.evaluate("bench.result")

    async def keys_ms(self, count):
        """Press keys in an idle page; return the times until each is painted."""
        await self.rest()
        await self._box.focus()
        times_ms = []
        for _ in range(count):
            await self._page.evaluate("bench.watchKey()")
            await self._page.keyboard.press("x")
            times_ms.append(await self.painted())
            await asyncio.sleep(0.057)
        await self._box.fill("")
        return times_ms

    async def nodes(self):
        """Return how many elements and texts the document has."""
        return await self._page.evaluate("bench.countNodes()")

    async def heap_mib(self):
        """Return what scripts hold after garbage was collected."""
        await self._devtools.send("HeapProfiler.enable")
        for _ in range(2):
            await self._devtools.send("HeapProfiler.collectGarbage")
        await self._devtools.send("HeapProfiler.disable")
        return (await self.metrics())["JSHeapUsedSize"] / 2**20

    async def metrics(self):
        """Return what the browser counts: times in seconds, sizes in bytes."""
        metrics = (await self._devtools.send("Performance.getMetrics"))["metrics"]
        return {metric["name"]: metric["value"] for metric in metrics}

    async def grow(self, messages):
        """Make its conversation `messages` long through Salon's API and load it anew."""
        await self.turn(PAST.format(0), PAST.format(0))
        await self.rest()
        await self._page.evaluate(_GROW, [PAST.format(number) for number in range(1, messages // 2)])
        await self._page.reload()
        await self.wait_for(messages)

    async def wait_for(self, messages):
        """Wait for the last message of a conversation that is `messages` long."""
        await self._page.get_by_text(past(messages)).last.wait_for()
        await self.rest()


def past(messages):
    """Return words of the last answer of a conversation that is `messages` long."""
    return PAST.format(messages // 2 - 1)


def preloaded(framework, messages):
    """Return what the server has to be told for a conversation of `messages`: Gradio's begins with them."""
    return (messages,) if framework == "gradio" else ()


async def open_conversation(browser, framework, port, messages):
    """Return a page whose conversation is `messages` long."""
    page = await ChatPage.open(browser, port)
    if framework == "salon":
        await page.grow(messages)
    else:
        await page.wait_for(messages)
    return page


_GROW = """
    async (texts) => {
      const {id: conversation} = JSON.parse(localStorage.getItem('salon.conversation:/'))
      let parent = (await (await fetch(`api/conversations/${conversation}`)).json()).messages.at(-1).id
      const newId = () => crypto.randomUUID()
      for (const text of texts) {
        const body = {id: newId(), conversation, parent, message: {id: newId(), text}}
        const response = await fetch('api/turns', {
          method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
        })
        parent = (await response.text()).match(/"message-start"[^}]*"id":"([^"]+)"/)[1]
      }
    }"""
