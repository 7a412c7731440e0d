"""How many bytes does a turn of a real browser move when 2,000 messages have been said?"""

import asyncio
import shutil
import statistics

from bench import Metric, compare, enter_tools, serve

METRICS = [Metric("up", "KiB"), Metric("down", "KiB"), Metric("up and down", "KiB", 1.5)]
_MESSAGES = 2_000
_TURNS = 3
_QUIET_S = 1.5
_TIMEOUT_S = 180


class CountingProxy:
    """Passes TCP connections on to `port` and counts what they carry."""

    def __init__(self, port):
        self._port = port
        self.up_bytes = self.down_bytes = 0

    async def listen(self):
        """Return the server, and the port where it listens."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return server, server.sockets[0].getsockname()[1]

    async def settle(self):
        """Wait until nothing has moved for a while."""
        seen = None
        while seen != (seen := (self.up_bytes, self.down_bytes)):
            await asyncio.sleep(_QUIET_S)

    async def _serve(self, reader, writer):
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._pass(reader, up_writer, "up_bytes"), self._pass(up_reader, writer, "down_bytes"))

    async def _pass(self, reader, writer, counter):
        try:
            while data := await reader.read(2**16):
                setattr(self, counter, getattr(self, counter) + len(data))
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


class GradioPage:
    """Gradio's own page: types a message and waits for its answer. The server preloads the conversation."""

    preloaded = (_MESSAGES,)

    def __init__(self, page):
        self._page = page

    async def prepare(self):
        await self._page.get_by_text(f"Message {_MESSAGES // 2 - 1} of").last.wait_for()

    async def turn(self, text):
        await self._page.locator("textarea").fill(text)
        await self._page.keyboard.press("Enter")
        await self._page.get_by_text(f"You said: {text}").wait_for()


class SalonPage:
    """Salon's own page: the conversation grows by the API, then the page is loaded anew and types."""

    preloaded = ()
    _SCRIPT = """
        async (texts) => {
          const {id: conversation} = JSON.parse(localStorage.getItem('salon.conversation:/'))
          let parent = (await (await fetch(`api/conversations/${conversation}`)).json()).messages.at(-1).id
          const newId = () => crypto.randomUUID()
          for (const text of texts) {
            const body = {id: newId(), conversation, parent, message: {id: newId(), text}}
            const response = await fetch('api/turns', {
              method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
            })
            parent = (await response.text()).match(/"message-start","id":"([^"]+)"/)[1]
          }
        }"""

    def __init__(self, page):
        self._page = page

    async def prepare(self):
        await self.turn("the first")
        await self._page.evaluate(
            self._SCRIPT, [f"Message {number} of a conversation" for number in range(1, _MESSAGES // 2)]
        )
        await self._page.reload()
        await self._page.get_by_test_id("bot").last.wait_for()

    async def turn(self, text):
        await self._page.get_by_test_id("textbox").fill(text)
        await self._page.keyboard.press("Enter")
        await self._page.get_by_test_id("bot").filter(has_text=f"You said: {text}").wait_for()


PAGES = {"gradio": GradioPage, "salon": SalonPage}


def measure(framework):
    with serve(framework, "echo", *PAGES[framework].preloaded) as server:
        turns = asyncio.run(_turns_bytes(framework, server.port))
    up, down = (statistics.median(values) / 1024 for values in zip(*turns, strict=True))
    return {"up": up, "down": down, "up and down": up + down}


async def _turns_bytes(framework, port):
    from playwright.async_api import async_playwright  # noqa: PLC0415 - only there once `enter_tools` was called

    proxy = CountingProxy(port)
    server, proxy_port = await proxy.listen()
    async with server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page()
        page.set_default_timeout(_TIMEOUT_S * 1000)
        await page.goto(f"http://127.0.0.1:{proxy_port}/")
        driver = PAGES[framework](page)
        await driver.prepare()
        turns = []
        for number in range(_TURNS + 1):
            await proxy.settle()
            before = proxy.up_bytes, proxy.down_bytes
            await driver.turn(f"turn {number}")
            await proxy.settle()
            turns.append((proxy.up_bytes - before[0], proxy.down_bytes - before[1]))
        await browser.close()
    return turns[1:]


if __name__ == "__main__":
    enter_tools()
    compare("One turn after 2,000 messages", METRICS, measure, repeats=1)
