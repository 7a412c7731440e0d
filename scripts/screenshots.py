"""Take pictures of the page in all its states: those in the README, and all others for looking at.

`python scripts/screenshots.py [FOLDER] [STATE …]` writes the README's into `docs/images`, the others into FOLDER
(`.make/screenshots` by default); of all states, or of those named, `themes` among them.
"""

import base64
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

import salon
from salon.themes import THEMES
from salon.tour import demo as tour_demo
from salon.tour import tour

ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LOOKS = {
    "light-en": {"locale": "en-US"},
    "dark-en": {"locale": "en-US", "color_scheme": "dark"},
    "light-zh": {"locale": "zh-CN"},
    "dark-zh": {"locale": "zh-CN", "color_scheme": "dark"},
    "phone-en": {"locale": "en-US", "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "phone-dark-zh": {
        "locale": "zh-CN",
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "dark",
        "has_touch": True,
        "is_mobile": True,
    },
    "tablet-zh": {"locale": "zh-CN", "viewport": {"width": 820, "height": 1100}},
    "wide-en": {"locale": "en-US", "viewport": {"width": 1920, "height": 1080}},
}
README_PICTURES = {("conversation", "light-en"), ("conversation", "light-zh")}

CODE = '''```python
from functools import cache

@cache
def fib(n: int) -> int:
    """The n-th Fibonacci number, in O(n)."""
    return n if n < 2 else fib(n - 1) + fib(n - 2)
```
'''
ANSWERS = {
    "en": (
        "Why is the recursive Fibonacci so slow, and what can I do?",
        "Compared two implementations",
        "Because it solves the same subproblems **exponentially** often: $T(n) = T(n-1) + T(n-2)$. Keep each result, "
        f"and every $n$ is computed once:\n\n{CODE}\n| n | plain | cached |\n| ---: | ---: | ---: |\n"
        "| 20 | 2 ms | 8 µs |\n| 30 | 250 ms | 12 µs |\n",
    ),
    "zh": (
        "为什么递归的斐波那契这么慢？怎么改？",
        "比较了两种实现",
        "因为它把同样的子问题算了**指数次**：$T(n) = T(n-1) + T(n-2)$。把结果记下来，每个 $n$ 就只算一次："
        f"\n\n{CODE}\n| n | 直接递归 | 有缓存 |\n| ---: | ---: | ---: |\n"
        "| 20 | 2 毫秒 | 8 微秒 |\n| 30 | 250 毫秒 | 12 微秒 |\n",
    ),
}


def conversation(language: str) -> salon.ChatInterface:
    """Return a chat that gives one good-looking answer."""
    _, step, text = ANSWERS[language]

    def reply(message, history):
        thought = salon.ChatMessage("…", metadata={"title": step, "status": "done", "duration": 1.8})
        return [thought, text]

    return salon.ChatInterface(reply, title="Fibonacci" if language == "en" else "斐波那契", editable=True)


def show_conversation(page: Page, language: str) -> None:
    """Ask the question and wait for the answer."""
    ask(page, ANSWERS[language][0])
    page.locator(".katex").first.wait_for()
    page.locator(".hljs-keyword").first.wait_for()
    page.get_by_test_id("bot").last.hover()


def ask(page: Page, text: str, *, waits: bool = True) -> None:
    """Send a message, and wait for the end of its answer."""
    page.get_by_test_id("textbox").fill(text)
    page.get_by_test_id("textbox").press("Enter")
    expect(page.get_by_test_id("user").last).to_contain_text(text)
    if waits:
        expect(page.get_by_test_id("stop-button")).to_have_count(0, timeout=30_000)
        expect(page.get_by_test_id("bot").last).to_be_visible()


def tour_chat(_: str) -> salon.ChatInterface:
    """Return the tour."""
    look = {"description": tour_demo.description, "chatbot": tour_demo.chatbot, "examples": tour_demo.examples}
    return salon.ChatInterface(tour, title="Salon", editable=True, **look)


def says(*words: str, waits: bool = True) -> Callable[[Page, str], None]:
    """Return what brings the tour to a state."""

    def show(page: Page, _: str) -> None:
        for word in words:
            ask(page, word, waits=waits)

    return show


def queued(_: str) -> salon.ChatInterface:
    """Return a chat in which everybody waits for the first."""
    forever = threading.Event()

    def reply(message, history):
        forever.wait(20)

    return salon.ChatInterface(reply, concurrency_limit=1)


def show_queue(page: Page, _: str) -> None:
    """Wait in the queue behind another tab."""
    other = page.context.browser.new_context().new_page()
    other.goto(page.url)
    ask(other, "first", waits=False)
    expect(other.get_by_test_id("stop-button")).to_be_visible()
    ask(page, "second", waits=False)
    expect(page.get_by_role("status").filter(has_text="next").or_(page.get_by_text("下一个就是您"))).to_be_visible()
    other.context.close()


def show_versions(page: Page, _: str) -> None:
    """Retry, so that there are two versions."""
    ask(page, "help")
    page.get_by_test_id("bot").last.hover()
    page.get_by_role("button", name="Retry").or_(page.get_by_role("button", name="重试")).last.click()
    expect(page.get_by_text("2 / 2")).to_be_visible(timeout=20_000)


def show_editing(page: Page, _: str) -> None:
    """Open a message for editing."""
    ask(page, "code")
    page.get_by_test_id("user").last.hover()
    page.get_by_role("button", name="Edit").or_(page.get_by_role("button", name="编辑")).last.click()


def show_offline(page: Page, _: str) -> None:
    """Lose the network."""
    ask(page, "hello")
    page.context.set_offline(True)


def show_diagram(page: Page, _: str) -> None:
    """Have a diagram drawn."""
    ask(page, "diagram")
    page.locator(".salon-diagram img").wait_for(timeout=30_000)


def show_menu(page: Page, _: str) -> None:
    """Open the menu."""
    ask(page, "help")
    page.locator("[aria-haspopup=menu]").click()


def show_search(page: Page, _: str) -> None:
    """Find a word."""
    for word in ("markdown", "code"):
        ask(page, word)
    show_open_menu_item(page, 0)
    page.get_by_role("search").get_by_role("textbox").fill("text")


def show_open_menu_item(page: Page, index: int) -> None:
    """Choose an item of the menu."""
    page.locator("[aria-haspopup=menu]").click()
    page.get_by_role("menuitem").nth(index).click()


def show_scrolled(page: Page, _: str) -> None:
    """Read further up while a reply grows."""
    for word in ("markdown", "code"):
        ask(page, word)
    ask(page, "long", waits=False)
    page.get_by_role("log").evaluate("log => log.scrollBy(0, -600)")
    page.locator(".salon-scroll-down").wait_for()


def show_stopped(page: Page, _: str) -> None:
    """Stop a reply."""
    ask(page, "long", waits=False)
    expect(page.get_by_test_id("bot").last).to_contain_text("2.")
    page.get_by_test_id("stop-button").click()


def show_loading(page: Page, _: str) -> None:
    """Wait for the first word."""
    ask(page, "hello", waits=False)


def slow(_: str) -> salon.ChatInterface:
    """Return a chat that takes its time."""

    def reply(message, history):
        time.sleep(5)

    return salon.ChatInterface(reply, title="Salon")


def with_inputs(language: str) -> salon.ChatInterface:
    """Return a chat with every kind of input."""
    label = {"en": str, "zh": {"System prompt": "系统提示", "Tokens": "字数", "Model": "模型", "Tools": "工具"}.get}[
        language
    ]
    inputs = [
        salon.Textbox("Be brief. 简短。", label=label("System prompt"), info="What it is told first"),
        salon.Slider(10, 100, 40, label=label("Tokens")),
        salon.Dropdown(["small", "large"], label=label("Model")),
        salon.CheckboxGroup(["search", "code"], value=["code"], label=label("Tools")),
        salon.Radio(["kind", "strict"], value="kind", label="Tone"),
        salon.Checkbox(value=True, label="Remember"),
        salon.ColorPicker("#1c6b58", label="Ink"),
        salon.DateTime("2026-11-24 09:30:00", label="When"),
        salon.Number(3, label="Count"),
        salon.File(label="Notes"),
        salon.Dropdown(["red", "green", "blue"], value=["red"], multiselect=True, label="Colours"),
        salon.Dataframe([[1, "a"], [2, "b"]], headers=["n", "s"], label="Table"),
    ]
    return salon.ChatInterface(
        lambda message, history, *values: "",
        title="Salon",
        additional_inputs=inputs,
        additional_inputs_accordion="Inputs",
    )


def page_of_components(_: str) -> salon.Blocks:
    """Return a page with a side, a chat, an artifact and tabs."""
    with salon.Blocks(title="Salon") as demo:
        with salon.Sidebar("Settings"):
            prompt = salon.Textbox("Be brief.", label="System prompt")
            salon.Radio(["kind", "strict"], value="kind", label="Tone")
        with salon.Row():
            code = salon.Code("def f(x):\n    return x + 1", language="python", label="Artifact", render=False)
            salon.ChatInterface(
                lambda message, history, prompt: ("Here it is.", salon.skip()),
                title="Coder",
                additional_inputs=[prompt],
                additional_outputs=[code],
            )
            with salon.Column():
                with salon.Tab("Code"):
                    code.render()
                with salon.Tab("Numbers"):
                    salon.Dataframe([[1, 2], [3, 4]], headers=["a", "b"])
                with salon.Row():
                    salon.Button("Run", variant="primary")
                    salon.Button("Stop", variant="stop")
                salon.Label({"works": 0.9, "fails": 0.1}, label="Outcome")
    return demo


def keeper(_: str) -> salon.ChatInterface:
    """Return a chat that keeps conversations."""
    return salon.ChatInterface(lambda message, history: f"About **{message}**.", title="Salon", save_history=True)


def show_history(page: Page, language: str) -> None:
    """Have three conversations."""
    for text in ("A trip to Guilin", "桂林山水的诗", "Regular expressions for dates"):
        if page.get_by_test_id("user").count():
            page.locator(".salon-history-bar .salon-button").last.click()
        ask(page, text)
        page.get_by_test_id("bot").last.wait_for()


STATES: dict[str, tuple[Callable[[str], salon.ChatInterface], Callable[[Page, str], None]]] = {
    "empty": (tour_chat, lambda page, _: None),
    "conversation": (conversation, show_conversation),
    "markdown": (tour_chat, says("markdown")),
    "formulas": (tour_chat, says("formulas")),
    "thoughts": (tour_chat, says("thoughts")),
    "several": (tour_chat, says("several")),
    "streaming": (tour_chat, says("long", waits=False)),
    "notices": (tour_chat, says("notices", waits=False)),
    "error": (tour_chat, says("error")),
    "crash": (tour_chat, says("crash")),
    "versions": (tour_chat, show_versions),
    "editing": (tour_chat, show_editing),
    "queue": (queued, show_queue),
    "offline": (tour_chat, show_offline),
    "diagram": (tour_chat, show_diagram),
    "menu": (tour_chat, show_menu),
    "search": (tour_chat, show_search),
    "scrolled": (tour_chat, show_scrolled),
    "stopped": (tour_chat, show_stopped),
    "loading": (slow, show_loading),
    "inputs": (with_inputs, lambda page, _: page.get_by_label("Notes").first.wait_for()),
    "page": (page_of_components, lambda page, _: ask(page, "Write a function")),
    "history": (keeper, show_history),
    "table": (tour_chat, says("table")),
    "picture": (tour_chat, says("picture")),
    "sound": (tour_chat, says("sound")),
    "options": (tour_chat, says("options")),
}


def take(browser: Browser, folder: Path, name: str, look: str) -> None:
    """Take one picture."""
    language = "zh" if LOOKS[look]["locale"] == "zh-CN" else "en"
    make, show = STATES[name]
    demo = make(language)
    _, url, _ = demo.launch(server_port=0, prevent_thread_lock=True, quiet=True)
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | LOOKS[look]))
    page = context.new_page()
    page.goto(url)
    page.get_by_test_id("textbox").wait_for()
    show(page, language)
    page.wait_for_timeout(600)
    target = ROOT / "docs" / "images" if (name, look) in README_PICTURES else folder
    page.screenshot(path=target / f"{name}-{look}.png")
    context.close()
    demo.close()


def take_themes(browser: Browser) -> None:
    """Take one picture of all themes, each half in the light and half in the dark."""
    pictures = []
    for theme in THEMES:
        for color_scheme in ("light", "dark"):
            question, step, text = ANSWERS["en"]
            thought = salon.ChatMessage("…", metadata={"title": step, "status": "done", "duration": 1.8})
            reply = [thought, text.partition("\n\n|")[0]]
            demo = salon.ChatInterface(lambda message, history, reply=reply: reply, title=theme, theme=theme)
            _, url, _ = demo.launch(server_port=0, prevent_thread_lock=True, quiet=True)
            context = browser.new_context(viewport={"width": 620, "height": 640}, color_scheme=color_scheme)
            page = context.new_page()
            page.goto(url)
            ask(page, question)
            page.locator(".katex").first.wait_for()
            page.locator(".hljs-keyword").first.wait_for()
            pictures.append(base64.b64encode(page.screenshot()).decode())
            context.close()
            demo.close()
    images = "".join(f'<img src="data:image/png;base64,{picture}">' for picture in pictures)
    style = "body{margin:0;display:grid;grid-template-columns:repeat(4,1fr);gap:6px;background:#8884}img{width:100%}"
    page = browser.new_page(viewport={"width": 1600, "height": 100})
    page.set_content(f"<style>{style}</style>{images}")
    page.screenshot(path=ROOT / "docs" / "images" / "themes.png", full_page=True)
    page.close()


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".make" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        wanted = sys.argv[2:] or ["themes", *STATES]
        if "themes" in wanted:
            take_themes(browser)
        for name in [name for name in STATES if name in wanted]:
            for look in LOOKS:
                take(browser, folder, name, look)
            print(name, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
