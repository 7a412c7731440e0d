"""The tour: a bot without a model that shows the features of a chat, one for each keyword."""

import asyncio
import io
import math
import random
import struct
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from salon.chat_interface import ChatInterface
from salon.components.chat import Chatbot
from salon.components.content import HTML, JSON, Dataframe, Label
from salon.components.media import Audio, Gallery
from salon.engine.context import Info, Progress, Success, Warning  # noqa: A004
from salon.errors import Error
from salon.messages.chat_message import Append, ChatMessage
from salon.request import Request

_WELCOME = """I am the tour, a bot without a model: each of these words shows a feature of Salon's chats.

| Send | to see |
| --- | --- |
| `markdown` | headings, lists, tables, quotes, links |
| `code` | syntax highlighting, with a button to copy the code |
| `formulas` | mathematics, inline and displayed |
| `diagram` | diagrams from Mermaid's source |
| `thoughts` | the intermediate steps of an answer |
| `long` | a long answer, streamed; you can stop it at any time |
| `several` | several messages in one turn |
| `table`, `data` | tables to sort, data to expand |
| `picture`, `sound`, `page` | a gallery, a tune, a document in a frame |
| `options` | preset replies |
| `notices` | notifications and a progress bar |
| `error`, `crash` | the messages when a function fails |

Attach a file, and I describe it. I repeat any other message, word by word. Edit your message, request another answer,
and switch between the versions with ‹ ›.
"""

_WELCOME_ZH = """我是功能导览，不依赖模型：发送下面的词，即可查看 Salon 聊天的相应功能。

| 发送 | 效果 |
| --- | --- |
| `markdown` | 标题、列表、表格、引用、链接 |
| `code` | 语法高亮的代码，可一键复制 |
| `formulas` | 行内与独立的数学公式 |
| `diagram` | 用 Mermaid 代码绘制的图表 |
| `thoughts` | 回答的思考过程 |
| `long` | 流式输出的长回答；随时可以停止 |
| `several` | 一次回复多条消息 |
| `table`、`data` | 可排序的表格、可展开的数据 |
| `picture`、`sound`、`page` | 图库、一段旋律、框架中的独立网页 |
| `options` | 备选回复 |
| `notices` | 通知和进度条 |
| `error`、`crash` | 函数出错时的提示 |

上传文件，我会描述它的内容。其他消息我会逐字重复。您可以编辑已发送的消息或让我重新回答，再用 ‹ › 切换各个版本。
"""

_MARKDOWN = """## Markdown

A paragraph with **bold**, *italic*, ~~struck~~ text, `code`, and a [link](https://example.com).
中文与 English 混排，标点与间距都自然。

1. Numbered lists
   - with others inside
   - 可以嵌套
2. Task lists
   - [x] done
   - [ ] to do

> Quotes, for what somebody else said.[^1]

| Language | 你好 | Speakers, million |
| :--- | :---: | ---: |
| 中文 | 你好 | 1,140 |
| English | Hello | 1,500 |
| العربية | مرحبا | 370 |

---

<script>alert("this never runs")</script>

[^1]: And footnotes, for what is said aside. 脚注。
"""

_CODE = '''The function behind this chat may be as short as this:

```python
import salon as gr

def reply(message, history):
    """Say it back, one letter at a time."""
    for i in range(len(message)):
        yield "You typed: " + message[: i + 1]

gr.ChatInterface(reply, type="messages").launch()
```

Other languages are coloured as well:

```typescript
const total = (prices: number[]): number => prices.reduce((sum, price) => sum + price, 0);
```

```bash
salon run app.py --reload   # keeps the conversation on screen
```
'''

_FORMULAS = r"""Inline, as in $e^{i\pi} + 1 = 0$ or \(a^2 + b^2 = c^2\), and displayed:

$$
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}
$$

\[
\hat{y} = \operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right)V
\]

Money is not a formula: this costs $5, that one $10.
"""

_DIAGRAM = """A diagram is drawn from its words, which `Code` shows:

```mermaid
flowchart LR
  A[提问 Question] --> B{Known?}
  B -- yes --> C[回答 Answer]
  B -- no --> D[Look it up] --> C
```
"""

_REPEATED = "You said: {message}\n\nSend `help` to see what else I can show."
_REPEATED_ZH = "您说的是：{message}\n\n说 `help` 看看我还能展示什么。"

_SENTENCES = (
    "Nothing is sent twice, however long this gets.",
    "Scroll up while it grows: the page stays where you read.",
    "刷新页面，回答会从断开的地方继续。",
    "Select some of this text; it stays selected.",
    "按停止按钮，已经写出的文字会保留下来。",
    "Open this chat in a second tab and watch both.",
)


async def _spoken(text: str, *, pause_s: float = 0.012) -> AsyncIterator[str]:
    """Yield `text` growing by about a word at a time."""
    for end in range(4, len(text), 4):
        yield text[:end]
        await asyncio.sleep(pause_s)
    yield text


async def _thoughts() -> AsyncIterator[list[ChatMessage]]:
    steps = [("Reading the question", "It asks for **steps**."), ("Looking for facts", "Three found, one doubtful.")]
    done: list[ChatMessage] = []
    for title, text in steps:
        async for part in _spoken(text, pause_s=0.05):
            yield [*done, ChatMessage(part, metadata={"title": title, "status": "pending"})]
        done.append(ChatMessage(text, metadata={"title": title, "status": "done", "duration": 1.2}))
    async for part in _spoken("Here is the answer, with its steps collapsed above. Click on one to expand it."):
        yield [*done, ChatMessage(part)]


async def _long() -> AsyncIterator[Append]:
    for number in range(1, 121):
        yield Append(f"**{number}.** {random.choice(_SENTENCES)}\n\n")  # noqa: S311 - not a secret
        await asyncio.sleep(0.15)


async def _notices(progress: Progress) -> AsyncIterator[str]:
    Info("Something worth knowing, for a few seconds.")
    Warning("Something to be careful about.", title="Careful")
    for done in range(20):
        progress((done, 20), desc="Working")
        await asyncio.sleep(0.1)
    Success("That went well.")
    yield "Done. The notices go away by themselves."


def _drawing(hue: int) -> bytes:
    circles = "".join(
        f'<circle cx="{120 + 70 * math.cos(angle)}" cy="{90 + 50 * math.sin(angle)}" r="{18 + 6 * (step % 3)}" '
        f'fill="hsl({hue + 12 * step} 60% 60% / 0.75)"/>'
        for step, angle in enumerate(math.tau * step / 9 for step in range(9))
    )
    ground = f'<rect width="240" height="180" fill="hsl({hue} 40% 94%)"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 180">{ground}{circles}</svg>'.encode()


def _tune() -> bytes:
    rate, notes = 22_050, (262, 330, 392, 523)
    samples = bytearray()
    for frequency in notes:
        for step in range(rate // 4):
            level = math.sin(math.tau * frequency * step / rate) * math.exp(-step / (rate / 8)) * 0.4
            samples += struct.pack("<h", round(32_767 * level))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(bytes(samples))
    return buffer.getvalue()


_PAGE = """<p style="font-family: sans-serif">This is a document of its own, with its own script:
<button onclick="this.textContent = 'Pressed ' + (count += 1)">Press me</button></p><script>let count = 0</script>"""


def _shown(word: str) -> Any:
    """Return the replies with other content than text."""
    match word:
        case "table":
            rows = [
                ["Guangzhou", "广州", 18.8],
                ["London", "伦敦", 8.9],
                ["Cairo", "开罗", 10.2],
                ["Lima", "利马", 10.1],
            ]
            return ["Click on a column to sort by it.", Dataframe(rows, headers=["City", "城市", "Million"])]
        case "data":
            sure = {"a chat": 0.93, "a form": 0.05, "a spreadsheet": 0.02}
            return [
                Label(sure, label="This page is"),
                JSON({"name": "Salon", "speaks": ["中文", "English"], "users": None}),
            ]
        case "picture":
            return Gallery([(_drawing(hue), f"Hue {hue}") for hue in (20, 160, 280)], columns=3, label="Drawings")
        case "sound":
            return Audio(_tune(), label="Four notes")
        case "page":
            return HTML(_PAGE, label="A page in a frame")
        case "options":
            choices = [
                {"value": "thoughts", "label": "Show me thoughts"},
                {"value": "table", "label": "Show me a table"},
            ]
            return ChatMessage("What would you like to see?", options=choices)
    return None


def _seen(paths: list[str]) -> list[Any]:
    """Return a description of the attached files, and the files."""
    named = [f"- `{Path(path).name}`, {Path(path).stat().st_size:,} bytes" for path in paths]
    return ["I see:\n\n" + "\n".join(named), *(Path(path) for path in paths)]


async def tour(
    message: str | dict[str, Any],
    history: list[dict[str, str]],
    request: Request,
    progress: Any = Progress(),  # noqa: B008 - how progress is asked for
) -> AsyncIterator[Any]:
    """Show the feature that the message names, or echo the message."""
    del history
    files = [] if isinstance(message, str) else message["files"]
    message = message if isinstance(message, str) else message["text"]
    word = message.strip().lower()
    if files:
        yield await asyncio.to_thread(_seen, files)
        return
    shown_at_once = _shown(word)
    if shown_at_once is not None:
        yield shown_at_once
        return
    is_chinese = request.headers.get("accept-language", "").startswith("zh")
    welcome = _WELCOME_ZH if is_chinese else _WELCOME
    texts = {
        "markdown": _MARKDOWN,
        "code": _CODE,
        "formulas": _FORMULAS,
        "diagram": _DIAGRAM,
        "help": welcome,
        "hello": welcome,
    }
    texts["你好"] = _WELCOME_ZH
    match word:
        case "thoughts":
            shown: AsyncIterator[Any] = _thoughts()
        case "long":
            shown = _long()
        case "notices":
            shown = _notices(progress)
        case "several":
            yield ["Here is one message,", "and here is another: each can be copied on its own."]
            return
        case "error":
            yield "This is as far as I get …"
            await asyncio.sleep(0.5)
            raise Error("The tour fails on purpose. Its author wrote this sentence for you.", title="As planned")
        case "crash":
            raise RuntimeError("the tour crashed on purpose; users do not see this text")
        case _:
            shown = _spoken(texts.get(word) or (_REPEATED_ZH if is_chinese else _REPEATED).format(message=message))
    async for value in shown:
        yield value


demo: ChatInterface = ChatInterface(
    tour,
    type="messages",
    title="Salon",
    description="The tour: all features of a chat, without a model. · 导览：无需模型，展示聊天的全部功能。",
    chatbot=Chatbot(
        placeholder="### 你好 · Hello\nSend `help`, or click on one of these. 发送 `help`，或点击下面的词。"
    ),
    examples=["help", "markdown", "code", "thoughts", "picture", "table", "options", "long"],
    editable=True,
    multimodal=True,
    save_history=True,
)
