"""Can one process serve 200 OpenAI-form streams at a time, each of 50 tokens a second? Gradio: its own form."""

import asyncio
import statistics
import time

from apps.replies import INTERVAL_S, MARKER
from bench import Metric, compare, serve
from wire import Connection, open_chats

_STREAMS = 200
_TOKENS = 250
_ON_TIME_S = _TOKENS * INTERVAL_S + 0.5
_TIMEOUT_S = 180
METRICS = [
    Metric("tokens on time", "%", 100, at_least=True),
    Metric("first token, p95", "ms", 150),
    Metric("server CPU", "cores", 0.7),
    Metric("memory growth", "MiB", 20),
]


class OpenAIChat:
    """Does what a client of OpenAI does: one request a completion."""

    def __init__(self, connection):
        self.connection = connection

    async def turn(self, message):
        body = {"model": "chat", "stream": True, "messages": [{"role": "user", "content": message}]}
        async for event in self.connection.events("POST", "/v1/chat/completions", body):
            if b'"error"' in event:
                raise RuntimeError(f"The completion failed: {event.decode()}")
            yield event


def measure(framework):
    with serve(framework, "paced") as server:
        return asyncio.run(_streams(framework, server))


async def _streams(framework, server):
    if framework == "salon":
        chats = [OpenAIChat(await Connection.open(server.port)) for _ in range(_STREAMS)]
    else:
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
    on_time = sum(tokens for stream in streams for at_s, tokens in stream if at_s <= _ON_TIME_S)
    return {
        "tokens on time": 100 * on_time / (_STREAMS * _TOKENS),
        "first token, p95": 1000 * statistics.quantiles((stream[0][0] for stream in streams), n=20)[-1],
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
    compare("200 OpenAI-form streams of 50 tokens/s", METRICS, measure, repeats=3)
