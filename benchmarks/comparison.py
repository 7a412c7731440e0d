"""Both pages side by side: takes pictures of each in the same states, and writes docs/comparison.md with them.

`python benchmarks/comparison.py` needs the results of the other benchmarks; `make bench` runs it last.
"""

import asyncio
import json

from bench import RESULTS, ROOT, enter_tools, serve, table
from pages import open_browser

PAGE = ROOT / "docs" / "comparison.md"
PICTURES = ROOT / "docs" / "images"
_BEGIN, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"
_TABLES = (
    "page_load",
    "page_turn",
    "page_history",
    "turn_bytes",
    "stream_wire",
    "many_streams",
    "startup",
    "install_size",
)
_SETTLE_MS = 2_500
_DESKTOP = {"viewport": {"width": 1100, "height": 860}, "locale": "zh-CN"}
_PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "is_mobile": True, "has_touch": True}
STATES = {
    "empty": (_DESKTOP, None),
    "reply": (_DESKTOP, "比较两种实现"),
    "reply-dark": (_DESKTOP | {"color_scheme": "dark"}, "比较两种实现"),
    "reply-phone": (_PHONE, "比较两种实现"),
    "error": (_DESKTOP, "fail"),
}


async def take_pictures(framework, port):
    async with open_browser() as browser:
        for name, (look, message) in STATES.items():
            context = await browser.new_context(**look)
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{port}/")
            box = page.get_by_test_id("textbox")
            await box.wait_for()
            if message is not None:
                await box.fill(message)
                await page.keyboard.press("Enter")
                await page.get_by_test_id("user").last.wait_for()
            await page.wait_for_timeout(_SETTLE_MS)
            await page.screenshot(path=PICTURES / f"compare-{name}-{framework}.png")
            await context.close()


def figures():
    results = [json.loads((RESULTS / f"{name}.json").read_text("utf-8")) for name in _TABLES]
    return "\n\n".join(f"### {result['title']}\n\n{table(result)}" for result in results)


def write():
    before, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_BEGIN}\n{figures()}\n\n{_END}{after}", "utf-8")


if __name__ == "__main__":
    enter_tools()
    for each in ("gradio", "salon"):
        with serve(each, "show") as server:
            asyncio.run(take_pictures(each, server.port))
    write()
