"""The chat functions under test: the same ones for both frameworks. The message says how many tokens are wanted."""

import asyncio
import itertools
import time

MARKER = "~"
INTERVAL_S = 0.02

_MARKDOWN = """## A heading

Some *mixed* Markdown with **bold words**, `code`, a [link](https://example.com) and a list:

- first item, not long
- second item, a little longer

```python
def add(left, right):
    return left + right
```

"""
PAST = "Message {} of a conversation that has been going on for quite a while."
TOKENS = [_MARKDOWN[start : start + 5] for start in range(0, len(_MARKDOWN), 5)]


async def echo(message, history):
    return f"You said: {message}"


def answer(message):
    """What a long conversation has been made of is answered at length, all else with an echo."""
    return f"{message}\n\n{_MARKDOWN}" if message.startswith("Message ") else f"You said: {message}"


async def talk(message, history):
    return answer(message)


async def stream(message, history):
    text = ""
    for token in itertools.islice(itertools.cycle(TOKENS), int(message)):
        text += token
        yield text


def stream_blocking(message, history):
    text = ""
    for token in itertools.islice(itertools.cycle(TOKENS), int(message)):
        text += token
        yield text


async def paced(message, history):
    """Every token has its own deadline, so a late one does not delay those after it."""
    text = ""
    start = time.monotonic()
    for number in range(int(message)):
        await asyncio.sleep(max(0, start + number * INTERVAL_S - time.monotonic()))
        text += f"tok{MARKER} "
        yield text


def paced_blocking(message, history):
    text = ""
    start = time.monotonic()
    for number in range(int(message)):
        time.sleep(max(0, start + number * INTERVAL_S - time.monotonic()))
        text += f"tok{MARKER} "
        yield text


async def commands(message, history):
    """`stream N …` and `paced N …` say N tokens and then `The end of` the message, to be seen in a page."""
    name, count, *_ = message.split()
    if name not in ("stream", "paced"):
        yield answer(message)
        return
    text = ""
    start = time.monotonic()
    for number, token in enumerate(itertools.islice(itertools.cycle(TOKENS), int(count))):
        if name == "paced":
            await asyncio.sleep(max(0, start + number * INTERVAL_S - time.monotonic()))
        text += token
        yield text
    fence = "\n```" if text.count("```") % 2 else ""
    yield f"{text}{fence}\n\nThe end of {message}"


SHOWN = {
    "title": "助手",
    "description": "问我**任何事**。",
    "examples": ["比较两种实现", "为什么递归这么慢？", "画出流程图"],
}
_SHOWN_REPLY = """因为它把同样的子问题算了**指数次**：$T(n) = T(n-1) + T(n-2)$。把结果记下来，每个 $n$ 就只算一次：

```python
from functools import cache

@cache
def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)
```

| n | 直接递归 | 有缓存 |
| ---: | ---: | ---: |
| 20 | 2 毫秒 | 8 微秒 |
| 30 | 250 毫秒 | 12 微秒 |

```mermaid
flowchart LR
  A[调用 fib] --> B{算过吗？}
  B -- 是 --> C[取出结果]
  B -- 否 --> D[递归并记下] --> C
```
"""


async def show(message, history):
    """What the pictures show."""
    if message == "fail":
        raise RuntimeError("The model is away.")
    return _SHOWN_REPLY
