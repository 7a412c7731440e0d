"""How many bytes does a turn of a real browser move when 2,000 messages have been said?"""

import asyncio
import statistics

from bench import Metric, compare, enter_tools, serve
from pages import open_browser, open_conversation, preloaded

METRICS = [Metric("up", "KiB"), Metric("down", "KiB"), Metric("up and down", "KiB", 1.5)]
_MESSAGES = 2_000
_TURNS = 3
_QUIET_S = 1.5


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


def measure(framework):
    with serve(framework, "talk", *preloaded(framework, _MESSAGES)) as server:
        turns = asyncio.run(_turns_bytes(framework, server.port))
    up, down = (statistics.median(values) / 1024 for values in zip(*turns, strict=True))
    return {"up": up, "down": down, "up and down": up + down}


async def _turns_bytes(framework, port):
    proxy = CountingProxy(port)
    server, proxy_port = await proxy.listen()
    async with server, open_browser() as browser:
        page = await open_conversation(browser, framework, proxy_port, _MESSAGES)
        turns = []
        for number in range(_TURNS + 1):
            await proxy.settle()
            before = proxy.up_bytes, proxy.down_bytes
            await page.echo(f"turn {number}")
            await proxy.settle()
            turns.append((proxy.up_bytes - before[0], proxy.down_bytes - before[1]))
    return turns[1:]


if __name__ == "__main__":
    enter_tools()
    compare("One turn after 2,000 messages", METRICS, measure, repeats=1)
