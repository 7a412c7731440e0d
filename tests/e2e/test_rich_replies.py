"""Replies that are more than text, as a reader meets them."""

import http.server
import io
import math
import re
import struct
import threading
import wave

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script


def picture(color: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (1600, 900)):
    from PIL import Image

    return Image.new("RGB", size, color)


def sound(seconds: float = 1.0) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        samples = (int(9_000 * math.sin(number / 4)) for number in range(int(8_000 * seconds)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return buffer.getvalue()


@pytest.fixture
def show(open_chat):
    """Open a chat that shows a value, and have it shown."""

    def start(value, **look):
        chat = open_chat(salon.ChatInterface(lambda message: value() if callable(value) else value), **look)
        chat.send("show")
        chat.is_idle()
        expect(chat.bots).not_to_have_count(0)
        return chat

    return start


def test_a_picture_says_what_it_shows_to_who_cannot_see_it(open_chat, tmp_path):
    path = tmp_path / "dot.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "utf-8")
    picture = salon.Image(str(path), label="Dot", alt_text="A black dot")
    chat = open_chat(salon.ChatInterface(lambda message, history: f"{history[-1]['content']}" if history else picture))
    chat.send("show")
    expect(chat.bots.get_by_role("img", name="A black dot")).to_be_visible()
    chat.ask("what?", "'alt_text': 'A black dot'")


def test_a_table_can_be_searched_and_has_its_authors_widths(open_chat):
    table = [["Ann", "Oslo"], ["Bob", "Rome"], ["Cat", "Oslo"]]
    frame = salon.Dataframe(table, headers=["name", "town"], show_search="search", column_widths=["60%", 90])
    chat = open_chat(salon.ChatInterface(lambda message, history: frame))
    chat.ask("table", "Bob")
    first, second = (chat.bots.get_by_role("columnheader", name=name).bounding_box() for name in ("name", "town"))

    assert first["width"] > second["width"]
    chat.bots.get_by_label("Search the table").fill("oslo")
    expect(chat.bots.get_by_role("row")).to_have_count(3)
    expect(chat.bots.get_by_text("Bob")).to_have_count(0)


def test_an_image_is_seen_and_zooms_by_click_and_keyboard(show):
    chat = show(salon.Image(picture(), label="A red field"))
    image = chat.bots.get_by_role("img", name="A red field")
    expect(image).to_be_visible()
    assert image.evaluate("async image => (await image.decode(), image.naturalWidth)") == 1600

    chat.button("Open A red field").press("Enter")
    dialog = chat.page.get_by_role("dialog", name="A red field")
    expect(dialog.get_by_role("img")).to_be_visible()
    expect(dialog.get_by_role("img")).to_have_js_property("naturalWidth", 1600)
    small = dialog.get_by_role("img").bounding_box()["width"]
    chat.button("Zoom").click()
    chat.until(f"document.querySelector('dialog img').getBoundingClientRect().width > {small}")
    chat.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(chat.button("Open A red field")).to_be_focused()


def test_escape_in_a_zoomed_image_does_not_stop_a_reply(open_chat):
    script = Script("still ", "here")

    def reply(message, history):
        return salon.Image(picture()) if message == "image" else script(message, history)

    chat = open_chat(salon.ChatInterface(reply))
    chat.send("image")
    expect(chat.bots.get_by_role("img")).to_be_visible()
    chat.send("text")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("still")
    chat.bots.first.get_by_role("button", name=re.compile("Open")).click()
    chat.page.keyboard.press("Escape")
    script.allow(1)
    expect(chat.bots.last).to_contain_text("still here")


def test_sound_plays_and_can_be_jumped_in(show):
    chat = show(salon.Audio(sound(2)))
    player = chat.page.locator("audio")
    expect(player).to_have_js_property("readyState", 4)
    assert player.evaluate("player => player.duration") == pytest.approx(2, abs=0.1)
    player.evaluate("player => { player.currentTime = 1.5 }")

    expect(player).to_have_js_property("seeking", False)
    assert player.evaluate("player => player.currentTime") == pytest.approx(1.5, abs=0.1)


def test_sound_by_address_is_loaded_by_the_browser_from_there(open_chat):
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers.get("User-Agent", ""))
            content = sound()
            self.send_response(200)
            self.send_header("Content-Type", "audio/wav")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/song.wav"
    chat = open_chat(salon.ChatInterface(lambda message: salon.Audio(address)))
    chat.send("play")
    expect(chat.page.locator("audio")).to_have_js_property("readyState", 4)
    server.shutdown()
    server.server_close()

    assert asked
    assert all("Chrom" in agent for agent in asked)


def test_a_film_has_a_player(show):
    chat = show(salon.Video(b"\0\0\0\x18ftypmp42", label="Film"))

    expect(chat.page.locator("video[controls]")).to_have_attribute("aria-label", "Film")


def test_files_are_downloaded_under_their_names(show, tmp_path):
    path = tmp_path / "报告 1.csv"
    path.write_text("a,b\n1,2\n")
    chat = show(salon.File([str(path)]))
    with chat.page.expect_download() as download:
        chat.page.get_by_role("link", name="Download 报告 1.csv").click()

    assert download.value.suggested_filename == "报告 1.csv"
    assert download.value.path().read_text("utf-8") == "a,b\n1,2\n"


def test_a_gallery_opens_and_is_leafed_through(show):
    chat = show(salon.Gallery([(picture((10, 10, 200)), "Blue"), (picture((10, 200, 10)), "Green")], columns=2))
    expect(chat.bots.get_by_role("listitem")).to_have_count(2)
    chat.button("Open Blue").click()
    chat.page.keyboard.press("ArrowRight")
    expect(chat.page.get_by_role("dialog", name="Green")).to_be_visible()
    chat.page.keyboard.press("ArrowRight")

    expect(chat.page.get_by_role("dialog", name="Blue")).to_be_visible()


def test_a_table_sorts_and_is_copied(show):
    import pandas as pd

    chat = show(pd.DataFrame({"name": ["b", "a", "c"], "count": [2, 10, 1]}))
    cells = chat.page.locator("td")
    expect(cells).to_have_text(["b", "2", "a", "10", "c", "1"])
    chat.button("count").click()
    expect(cells).to_have_text(["c", "1", "b", "2", "a", "10"])
    expect(chat.page.get_by_role("columnheader", name="count")).to_have_attribute("aria-sort", "ascending")
    chat.button("count").press("Enter")
    expect(cells).to_have_text(["a", "10", "b", "2", "c", "1"])
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.button("Copy table").click()
    expect(chat.button("Copied")).to_be_visible()

    assert chat.page.evaluate("navigator.clipboard.readText()") == "name\tcount\na\t10\nb\t2\nc\t1"


def test_data_unfolds(show):
    chat = show(salon.JSON({"outer": {"inner": [1, "two"]}}))
    expect(chat.page.get_by_text("inner")).to_have_count(0)
    chat.page.locator("summary", has_text="outer").click()

    expect(chat.page.locator("summary", has_text="inner")).to_be_visible()


def test_a_classification_shows_how_sure_it_is(show):
    chat = show(salon.Label({"cat": 0.25, "dog": 0.75}))

    expect(chat.bots.last).to_contain_text("dog")
    expect(chat.page.locator("dd")).to_have_text(["75%", "25%"])


def test_code_is_in_colour_and_cannot_leave_its_block(show):
    chat = show(salon.Code("def f():\n    '''```'''\n# **no**", language="python"))

    expect(chat.page.locator(".hljs-keyword")).to_have_text("def")
    expect(chat.page.locator("code")).to_contain_text("# **no**")


def test_html_is_as_high_as_its_content_and_cannot_reach_the_page(show):
    html = """<style>p { height: 321px; margin: 0 }</style><p id=p>hello</p>
    <script>
      const say = text => document.getElementById('p').textContent += ' ' + text
      try { say(parent.document.title) } catch { say('apart') }
      try { say(document.cookie) } catch { say('no cookies') }
      fetch('../api/config').then(() => say('reached'), () => say('cut off'))
    </script>"""
    chat = show(salon.HTML(html, label="Demo"))
    text = chat.page.frame_locator("iframe[title=Demo]").locator("p")
    expect(text).to_have_text("hello apart no cookies cut off")

    expect(chat.page.locator("iframe[title=Demo]")).to_have_js_property("offsetHeight", 321)
    chat.complaints.clear()


def test_html_takes_the_pages_colours_also_when_these_change(show):
    chat = show(salon.HTML("<p>hello</p>", label="Demo"))
    text = chat.page.frame_locator("iframe[title=Demo]").locator("p")

    def colour() -> str:
        return chat.page.evaluate("getComputedStyle(document.body).color")

    light = colour()
    expect(text).to_have_css("color", light)
    chat.page.emulate_media(color_scheme="dark")
    chat.page.wait_for_function("old => getComputedStyle(document.body).color !== old", arg=light)
    expect(text).to_have_css("color", colour())


@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}])
def test_figures_are_drawn(show, look):
    import plotly.graph_objects
    from matplotlib.figure import Figure

    drawing = Figure()
    drawing.subplots().plot([1, 2, 3])
    interactive = plotly.graph_objects.Figure(plotly.graph_objects.Bar(x=["a", "b"], y=[1, 3]))
    chat = show([salon.Plot(drawing, label="Line"), salon.Plot(interactive, label="Bars")], **look)

    expect(chat.page.get_by_role("img", name="Line")).to_be_visible()
    expect(chat.page.frame_locator("iframe[title=Bars]").locator(".bars path")).to_have_count(2)
    chat.complaints[:] = [text for text in chat.complaints if "WebGL" not in text]


def test_a_figure_of_bokeh_is_a_document_of_its_own(show):
    import bokeh.plotting

    figure = bokeh.plotting.figure(height=300, title="Dots")
    figure.scatter([1, 2], [3, 4])
    chat = show(salon.Plot(figure, label="Dots"))

    expect(chat.page.frame_locator("iframe[title=Dots]").locator("canvas").first).to_be_visible()
    chat.page.emulate_media(color_scheme="dark")
    expect(chat.page.locator("iframe[title=Dots]")).to_have_css("filter", "invert(0.9) hue-rotate(180deg)")


def test_a_component_is_replaced_by_another_and_text_follows_while_streaming(open_chat):
    steps = threading.Semaphore(0)

    def reply(message, history):
        answer = [salon.Label("first")]
        yield answer
        steps.acquire(timeout=30)
        answer[0] = salon.Code("x = 1")
        yield answer
        steps.acquire(timeout=30)
        answer.append("The end.")
        yield answer

    chat = open_chat(salon.ChatInterface(reply))
    chat.send("go")
    expect(chat.bots.first).to_contain_text("first")
    steps.release()
    expect(chat.bots.first).to_contain_text("x = 1")
    expect(chat.bots.first).not_to_contain_text("first")
    steps.release()
    expect(chat.bots.last).to_contain_text("The end.")
    chat.is_idle()
    chat.reload()
    expect(chat.bots.first).to_contain_text("x = 1")
    expect(chat.bots.last).to_contain_text("The end.")


def test_preset_replies_are_offered_below_the_last_message_only(open_chat):
    def reply(message, history):
        if message == "yes":
            return "Good."
        return salon.ChatMessage("Shall I?", options=[{"value": "yes", "label": "Yes, please"}, "no"])

    chat = open_chat(salon.ChatInterface(reply))
    chat.ask("hello", "Shall I?")
    expect(chat.page.get_by_role("group", name="Suggested replies").get_by_role("button")).to_have_text(
        ["Yes, please", "no"]
    )
    chat.button("Yes, please").click()

    chat.says("hello", "Shall I?", "yes", "Good.")
    expect(chat.button("Yes, please")).to_have_count(0)


def test_a_models_thoughts_are_folded_away_while_they_stream(open_chat):
    script = Script("<thi", "nk>two and two", "</think>", "Four.")
    chat = open_chat(salon.ChatInterface(script, chatbot=salon.Chatbot(reasoning_tags=[("<think>", "</think>")])))
    chat.send("2 + 2?")
    script.allow(2)
    thought = chat.button("Working Reasoning").or_(chat.page.get_by_role("button", name="Reasoning"))
    expect(thought).to_have_attribute("aria-expanded", "true")
    expect(chat.bots.last).to_contain_text("two and two")
    script.allow(2)
    expect(chat.bots.last).to_contain_text("Four.")

    expect(thought).to_have_attribute("aria-expanded", "false")
    expect(chat.bots.last).not_to_contain_text("think>")


def test_thoughts_stand_inside_each_other(show):
    chat = show(
        [
            salon.ChatMessage("", metadata={"title": "Outer", "id": "a"}),
            salon.ChatMessage("deep", metadata={"title": "Inner", "id": "b", "parent_id": "a"}),
            "Done.",
        ]
    )
    expect(chat.bots.last).to_contain_text("deep")
    chat.button("Outer").click()

    expect(chat.button("Inner")).to_have_count(0)
    expect(chat.bots.last).to_contain_text("Done.")
