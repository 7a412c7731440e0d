"""What does the page cost when much has been said already: to load it, to type, to go on?

The conversation is loaded in a new browser process each time, with the cookies and the storage of the one that had it.
"""

import asyncio
import statistics

from bench import Metric, compare, enter_tools, serve
from pages import ChatPage, open_browser, open_conversation, past, preloaded

_SIZES = (50, 500, 2_000)
_MIDDLE, _LARGEST = _SIZES[1:]
METRICS = [
    metric
    for size in _SIZES
    for metric in (
        Metric(f"{size:,} messages: page painted", "ms", 300),
        Metric(f"{size:,} messages: echo painted", "ms", 50),
        Metric(f"{size:,} messages: 200 tokens painted", "ms", 100),
    )
] + [
    Metric(f"{_MIDDLE} messages: DOM nodes", "", 4_000),
    Metric(f"{_MIDDLE} messages: JavaScript heap", "MiB", 8),
    Metric(f"{_MIDDLE} messages: key painted", "ms", 17),
]
_LOADS = 3
_WARM_UP = 1
_ECHOES = 3
_KEYS = 30


def measure(framework):
    values = {}
    for size in _SIZES:
        found = {}
        with serve(framework, "talk", *preloaded(framework, size)) as server:
            found |= asyncio.run(_loads(framework, server.port, size))
        if framework == "salon" or size < _LARGEST:
            with serve(framework, "commands", *preloaded(framework, size)) as server:
                found |= asyncio.run(_stream(framework, server.port, size))
        values |= {f"{size:,} messages: {name}": value for name, value in found.items()}
    return values


async def _loads(framework, port, size):
    async with open_browser() as browser:
        page = await open_conversation(browser, framework, port, size)
        state = await page.state()
    loads = []
    for _ in range(_LOADS):
        async with open_browser() as browser:
            page = await ChatPage.open(browser, port, state=state, watch_for=past(size))
            loads.append(await page.painted())
            if len(loads) < _LOADS:
                continue
            await page.rest()
            values = {"DOM nodes": await page.nodes(), "JavaScript heap": await page.heap_mib()}
            keys_ms = (await page.keys_ms(_WARM_UP + _KEYS))[_WARM_UP:]
            echoes = [await page.echo(f"number {number}") for number in range(_WARM_UP + _ECHOES)][_WARM_UP:]
    return values | {
        "page painted": statistics.median(load["painted_ms"] for load in loads),
        "echo painted": statistics.median(echo["painted_ms"] for echo in echoes),
        "key painted": statistics.median(keys_ms),
    }


async def _stream(framework, port, size):
    async with open_browser() as browser:
        page = await open_conversation(browser, framework, port, size)
        await page.say("stream 50")
        return {"200 tokens painted": (await page.say("stream 200"))["painted_ms"]}


if __name__ == "__main__":
    enter_tools()
    compare("A long conversation in the page", METRICS, measure, repeats=1)
