"""How long from Enter until the answer is painted, and how free is the page's thread while it comes?"""

import asyncio
import math
import statistics

from apps.replies import INTERVAL_S
from bench import Metric, compare, enter_tools, serve
from pages import ChatPage, open_browser

_SIZES = {200: 70, 2_000: 150, 8_000: 400}
_LONG, _LONGEST = list(_SIZES)[-2:]
METRICS = [
    Metric("echo painted", "ms", 45),
    *(Metric(f"{size:,} tokens: last one painted", "ms", target) for size, target in _SIZES.items()),
    Metric(f"{_LONGEST:,} tokens: worst gap between frames", "ms", 50),
    Metric(f"exponent of time over tokens, {_LONG:,} to {_LONGEST:,}", "", 1),
    Metric("50 tokens/s: main thread busy", "%", 35),
    Metric("50 tokens/s: worst gap between frames", "ms", 35),
    Metric("key painted", "ms", 17),
]
_WARM_UP = 3
_ECHOES = 20
_KEYS = 30
_SHORT_STREAMS = 5
_PACED = round(10 / INTERVAL_S)
_has_run_longest = set()


def measure(framework):
    with serve(framework, "echo") as server:
        values = asyncio.run(_short(server.port))
    with serve(framework, "commands") as server:
        for size in _SIZES:
            if framework == "gradio" and size == _LONGEST and framework in _has_run_longest:
                continue
            values |= asyncio.run(_streams(server.port, size))
        _has_run_longest.add(framework)
        values |= asyncio.run(_paced(server.port))
    times_ms = [values.get(f"{size:,} tokens: last one painted") for size in (_LONG, _LONGEST)]
    if None not in times_ms:
        exponent = math.log(times_ms[1] / times_ms[0]) / math.log(_LONGEST / _LONG)
        values[f"exponent of time over tokens, {_LONG:,} to {_LONGEST:,}"] = exponent
    return values


async def _short(port):
    async with open_browser() as browser:
        page = await ChatPage.open(browser, port)
        keys_ms = (await page.keys_ms(_WARM_UP + _KEYS))[_WARM_UP:]
        echoes = [await page.echo(f"number {number}") for number in range(_WARM_UP + _ECHOES)][_WARM_UP:]
    return {
        "echo painted": statistics.median(echo["painted_ms"] for echo in echoes),
        "key painted": statistics.median(keys_ms),
    }


async def _streams(port, size):
    """Stream into new conversations, each begun by a short reply, which loads what code blocks need."""
    turns = []
    async with open_browser() as browser:
        for _ in range(_SHORT_STREAMS if size < _LONG else 1):
            page = await ChatPage.open(browser, port)
            await page.say("stream 50")
            turns.append(await page.say(f"stream {size}"))
            await page.close()
    return {
        f"{size:,} tokens: last one painted": statistics.median(turn["painted_ms"] for turn in turns),
        f"{size:,} tokens: worst gap between frames": statistics.median(turn["worst_gap_ms"] for turn in turns),
    }


async def _paced(port):
    async with open_browser() as browser:
        page = await ChatPage.open(browser, port)
        await page.say("stream 50")
        await page.rest()
        before = await page.metrics()
        turn = await page.say(f"paced {_PACED}")
        after = await page.metrics()
    busy_s = after["TaskDuration"] - before["TaskDuration"]
    return {
        "50 tokens/s: main thread busy": 100 * busy_s / (after["Timestamp"] - before["Timestamp"]),
        "50 tokens/s: worst gap between frames": turn["worst_gap_ms"],
    }


if __name__ == "__main__":
    enter_tools()
    compare("A turn in the page", METRICS, measure, repeats=3)
