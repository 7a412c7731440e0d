"""Can one process serve 200 replies at a time, each of 50 tokens a second?"""

import asyncio
import itertools
import statistics
import time

from apps.replies import INTERVAL_S, MARKER
from bench import Metric, compare, serve
from wire import open_chats

_STREAMS = 200
_TOKENS = 250
_ON_TIME_S = _TOKENS * INTERVAL_S + 0.5
_TIMEOUT_S = 180
_FORMS = {"async": "paced", "blocking": "paced_blocking"}
METRICS = [
    metric
    for form in _FORMS
    for metric in (
        Metric(f"{form}: tokens on time", "%", 100, at_least=True),
        Metric(f"{form}: first token, p95", "ms", 120),
        Metric(f"{form}: gap between tokens, p99", "ms"),
        Metric(f"{form}: server CPU", "cores", 0.6),
        Metric(f"{form}: memory growth", "MiB", 20),
    )
]


def measure(framework):
    values = {}
    for form, function in _FORMS.items():
        with serve(framework, function) as server:
            found = asyncio.run(_streams(framework, server))
        values |= {f"{form}: {name}": value for name, value in found.items()}
    return values


async def _streams(framework, server):
    chats = await open_chats(framework, server.port, _STREAMS)
    since = time.perf_counter()
    await _follow(chats[0], since, tokens=5)
    cpu_s, rss_mib = server.cpu_s, server.rss_mib
    since = time.perf_counter()
    async with asyncio.timeout(_TIMEOUT_S):
        streams = await asyncio.gather(*(_follow(chat, since, tokens=_TOKENS) for chat in chats))
    cores = (server.cpu_s - cpu_s) / (time.perf_counter() - since)
    for chat in chats:
        chat.connection.close()
    arrivals = [arrival for stream in streams for arrival in stream]
    gaps_s = [later - earlier for stream in streams for (earlier, _), (later, _) in itertools.pairwise(stream)]
    on_time = sum(tokens for at_s, tokens in arrivals if at_s <= _ON_TIME_S)
    return {
        "tokens on time": 100 * on_time / (_STREAMS * _TOKENS),
        "first token, p95": 1000 * statistics.quantiles((stream[0][0] for stream in streams), n=20)[-1],
        "gap between tokens, p99": 1000 * statistics.quantiles(gaps_s, n=100)[-1],
        "server CPU": cores,
        "memory growth": server.peak_rss_mib - rss_mib,
    }


async def _follow(chat, since, *, tokens):
    """Return when how many tokens came, in seconds since `since`."""
    arrivals = []
    async for event in chat.turn(str(tokens)):
        if count := event.count(MARKER.encode()):
            arrivals.append((time.perf_counter() - since, count))
    return arrivals


if __name__ == "__main__":
    compare("200 streams of 50 tokens/s", METRICS, measure, repeats=3)
