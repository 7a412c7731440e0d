"""How long does a turn take that has nothing to do, over one raw connection?"""

import asyncio
import statistics
import time

from bench import Metric, compare, serve
from wire import open_chats

METRICS = [Metric("turn, median", "ms", 2.5), Metric("turn, p95", "ms", 5)]
_WARM_UP = 20
_TURNS = 200


def measure(framework):
    with serve(framework, "echo") as server:
        times_ms = asyncio.run(_turns_ms(framework, server.port))[_WARM_UP:]
    return {"turn, median": statistics.median(times_ms), "turn, p95": statistics.quantiles(times_ms, n=20)[-1]}


async def _turns_ms(framework, port):
    (chat,) = await open_chats(framework, port, 1)
    times_ms = []
    for number in range(_WARM_UP + _TURNS):
        since = time.perf_counter()
        answer = b"".join([event async for event in chat.turn(f"number {number}")])
        times_ms.append((time.perf_counter() - since) * 1000)
        if b"You said: number %d" % number not in answer:
            raise RuntimeError(f"Not an echo: {answer.decode()}")
    chat.connection.close()
    return times_ms


if __name__ == "__main__":
    compare("Echo over the wire", METRICS, measure, repeats=3)
