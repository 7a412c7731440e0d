"""How much does a first load of the page move, and how long until it shows something and can be typed into?

Each load is one of a new browser process, so nothing is cached. Every frame the text box gets the focus, should it
exist and not have it; meanwhile letters are pressed, each another one. One can type from the moment at which the first
letter came in that is still in the box when the page has come to rest: what a page drops while it loads is not typed.
What it moves is counted in a load of its own, without letters: Salon loads what shows Markdown, 30 KiB, when somebody
begins to type.
"""

import asyncio
import itertools
import string
import time

from bench import Metric, compare, enter_tools, serve
from pages import open_browser

METRICS = [
    Metric("moved", "KiB", 75),
    Metric("requests", "", 6),
    Metric("first contentful paint", "ms", 200),
    Metric("can type", "ms", 250),
    Metric("CPU 4 times slower: first contentful paint", "ms"),
    Metric("CPU 4 times slower: can type", "ms", 500),
    Metric("slow 4G: first contentful paint", "ms"),
    Metric("slow 4G: can type", "ms", 700),
]
_SLOW_CPU = ("Emulation.setCPUThrottlingRate", {"rate": 4})
_SLOW_4G = (
    "Network.emulateNetworkConditions",
    {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8},
)
_LETTERS = 20
_PAUSE_S = 0.005
_QUIET_S = 1
_TIMEOUT_S = 60
_SCRIPT = """
    globalThis.arrivals = {}
    addEventListener('input', ({data}) => { arrivals[data] = performance.now() }, true)
    requestAnimationFrame(function focus() {
      const box = document.querySelector('textarea')
      if (box && box !== document.activeElement) box.focus()
      requestAnimationFrame(focus)
    })"""
_FOUND = """
    () => ({
      typed: document.querySelector('textarea').value,
      arrivals,
      paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    })"""


class Traffic:
    """Counts the requests of a page and what they bring, headers included."""

    def __init__(self, devtools):
        self.requests = 0
        self.received_bytes = 0
        self._changed_at = time.perf_counter()
        devtools.on("Network.requestWillBeSent", self._on_request)
        devtools.on("Network.dataReceived", self._on_change)
        devtools.on("Network.loadingFinished", self._on_end)

    async def settle(self):
        """Wait until nothing has moved for a while."""
        while time.perf_counter() - self._changed_at < _QUIET_S:
            await asyncio.sleep(0.1)

    def _on_request(self, event):
        if event["request"]["url"].startswith("http"):
            self.requests += 1
            self._on_change()

    def _on_end(self, event):
        self.received_bytes += event["encodedDataLength"]
        self._on_change()

    def _on_change(self, *_):
        self._changed_at = time.perf_counter()


def measure(framework):
    with serve(framework, "echo") as server:
        asyncio.run(_load(server.port))
        moved = asyncio.run(_traffic(server.port))
        plain = asyncio.run(_load(server.port))
        slow_cpu = asyncio.run(_load(server.port, _SLOW_CPU))
        slow_4g = asyncio.run(_load(server.port, _SLOW_4G))
    times = {"first contentful paint", "can type"}
    return (
        moved
        | plain
        | {f"CPU 4 times slower: {name}": slow_cpu[name] for name in times}
        | {f"slow 4G: {name}": slow_4g[name] for name in times}
    )


async def _traffic(port):
    async with open_browser() as browser, asyncio.timeout(_TIMEOUT_S):
        page = await browser.new_page()
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Network.enable")
        traffic = Traffic(devtools)
        await page.goto(f"http://127.0.0.1:{port}/")
        await traffic.settle()
    return {"moved": traffic.received_bytes / 1024, "requests": traffic.requests}


async def _load(port, *conditions):
    async with open_browser() as browser, asyncio.timeout(_TIMEOUT_S):
        page = await browser.new_page()
        await page.add_init_script(_SCRIPT)
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Network.enable")
        for method, arguments in conditions:
            await devtools.send(method, arguments)
        traffic = Traffic(devtools)
        await page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
        for letter in itertools.cycle(string.ascii_lowercase):
            await page.keyboard.press(letter)
            if await page.evaluate("Object.keys(arrivals).length") >= _LETTERS:
                break
            await asyncio.sleep(_PAUSE_S)
        await traffic.settle()
        found = await page.evaluate(_FOUND)
    return {
        "first contentful paint": found["paint"],
        "can type": min(found["arrivals"][letter] for letter in found["typed"]),
    }


if __name__ == "__main__":
    enter_tools()
    compare("Page load", METRICS, measure, repeats=5)
