"""What does a reply of 8,000 tokens cost that is yielded as fast as possible?"""

import asyncio
import time

from bench import Metric, compare, serve
from wire import open_chats

_TOKENS = 8_000
_FORMS = {
    "gradio": {"async": "stream", "blocking": "stream_blocking"},
    "salon": {"async": "stream", "blocking": "stream_blocking", "async, Append": "stream_append"},
}
METRICS = [
    metric
    for form in _FORMS["salon"]
    for metric in (
        Metric(f"{form}: first token", "ms", 5),
        Metric(f"{form}: total", "ms", 200),
        Metric(f"{form}: server CPU", "s", 0.15),
        Metric(f"{form}: bytes per token", "", 20),
    )
]


def measure(framework):
    values = {}
    for form, function in _FORMS[framework].items():
        with serve(framework, function) as server:
            found = asyncio.run(_stream(framework, server))
        values |= {f"{form}: {name}": value for name, value in found.items()}
    return values


async def _stream(framework, server):
    (chat,) = await open_chats(framework, server.port, 1)
    async for _ in chat.turn("200"):
        pass
    cpu_s, received_bytes = server.cpu_s, chat.connection.received_bytes
    first_s = None
    since = time.perf_counter()
    async for _ in chat.turn(str(_TOKENS)):
        first_s = first_s or time.perf_counter() - since
    total_s = time.perf_counter() - since
    received_bytes = chat.connection.received_bytes - received_bytes
    chat.connection.close()
    return {
        "first token": first_s * 1000,
        "total": total_s * 1000,
        "server CPU": server.cpu_s - cpu_s,
        "bytes per token": received_bytes / _TOKENS,
    }


if __name__ == "__main__":
    compare("8,000 tokens over the wire", METRICS, measure, repeats=5)
