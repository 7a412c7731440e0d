"""Attaching files, as a reader does it."""

import io
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.test_looks import assert_accessible
from tests.surfaces.test_uploads import written


def picture() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "png")
    return buffer.getvalue()


class Breaking:
    """A way to a server that breaks once, in the request that has sent so many bytes, when some have arrived."""

    def __init__(self, url: str, *, after_bytes: int, has_arrived: Callable[[], bool]) -> None:
        self._server = urlsplit(url)
        self._after_bytes = after_bytes
        self._has_arrived = has_arrived
        self._has_broken = False
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        threading.Thread(target=self._accept, daemon=True).start()
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection((self._server.hostname, self._server.port))
                threading.Thread(target=self._pass_on, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(far, near, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        passed = 0
        with suppress(OSError), source, target:
            while chunk := source.recv(65_536):
                passed += len(chunk)
                if is_request and passed > self._after_bytes and not self._has_broken:
                    self._has_broken = True
                    while not self._has_arrived():
                        time.sleep(0.01)
                    target.shutdown(socket.SHUT_RDWR)
                    source.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)


def count(message, history):
    return f"{len(message['files'])} files, '{message['text']}'"


@pytest.fixture
def chat(open_chat):
    return open_chat(salon.ChatInterface(count, multimodal=True, editable=True))


def attach(chat, name: str = "cat.png", kind: str = "image/png", content: bytes | None = None) -> None:
    payload = {"name": name, "mimeType": kind, "buffer": content or picture()}
    chat.page.locator("input[type=file]").set_input_files([payload])


DROP = """([target, name, text]) => {
  const data = new DataTransfer()
  data.items.add(new File([text], name, {type: 'text/plain'}))
  const options = {dataTransfer: data, bubbles: true, cancelable: true}
  document.querySelector(target).dispatchEvent(new DragEvent('dragover', options))
  document.querySelector(target).dispatchEvent(new DragEvent('drop', options))
}"""
PASTE = """([text, withFile]) => {
  const data = new DataTransfer()
  if (withFile) data.items.add(new File([text], 'image.png', {type: 'text/plain'}))
  else data.setData('text/plain', text)
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
  return document.querySelector('[data-testid=textbox]').dispatchEvent(event)
}"""


def test_an_attached_picture_is_seen_before_and_after_sending_and_after_a_reload(chat):
    attach(chat)
    files = chat.page.get_by_role("list", name="Files")
    expect(files).to_contain_text("cat.png")
    expect(files.locator("img")).to_be_visible()
    chat.send("Look")
    chat.says("Look", "1 files, 'Look'")
    image = chat.users.last.get_by_role("img", name="cat.png")
    expect(image).to_have_js_property("naturalWidth", 40)
    expect(chat.page.locator(".salon-composer").get_by_role("listitem")).to_have_count(0)
    chat.reload()

    expect(chat.users.last.get_by_role("img", name="cat.png")).to_have_js_property("naturalWidth", 40)


def test_files_alone_can_be_sent(chat):
    attach(chat)
    chat.button("Submit").click()

    expect(chat.bots.last).to_contain_text("1 files, ''")


def test_a_file_can_be_taken_away_again(chat):
    attach(chat)
    chat.button("Remove file cat.png").click()
    chat.send("Nothing")

    chat.says("Nothing", "0 files")


def test_files_can_be_dropped_anywhere(chat):
    chat.page.evaluate(DROP, ["header", "notes.txt", "hello"])
    expect(chat.page.get_by_role("list", name="Files")).to_contain_text("notes.txt")
    chat.send("Read")

    chat.says("Read", "1 files")


def test_files_dropped_on_one_of_several_chats_are_for_that_one(open_chat):
    with salon.Blocks() as demo, salon.Row():
        salon.ChatInterface(count, multimodal=True, title="One")
        salon.ChatInterface(count, multimodal=True, title="Two")
    page = open_chat(demo).page
    page.get_by_role("region", name="Two").get_by_test_id("textbox").wait_for()
    page.evaluate(DROP, ["[aria-label=Two] [role=log]", "notes.txt", "hello"])

    expect(page.get_by_role("region", name="Two").get_by_text("notes.txt")).to_be_visible()
    expect(page.get_by_text("notes.txt")).to_have_count(1)


def test_a_long_pasted_text_and_a_pasted_image_become_files_and_a_short_text_does_not(chat):
    assert chat.page.evaluate(PASTE, ["short", False])
    assert not chat.page.evaluate(PASTE, ["x" * 1_001, False])
    assert not chat.page.evaluate(PASTE, ["image", True])
    expect(chat.page.get_by_role("list", name="Files").get_by_role("listitem")).to_have_count(2)
    expect(chat.page.get_by_role("list", name="Files")).to_contain_text("pasted_text.txt")
    chat.send("Read")

    chat.says("Read", "2 files")


def test_sending_waits_for_uploads_and_a_lost_upload_can_be_tried_again(chat):
    chat.page.route("**/api/files?*", lambda route: route.abort())
    attach(chat)
    expect(chat.page.get_by_role("alert")).to_have_text("The upload was interrupted.")
    chat.page.unroute("**/api/files?*")
    chat.page.get_by_role("list", name="Files").get_by_role("button", name="Retry").click()
    expect(chat.page.get_by_role("alert")).to_have_count(0)
    chat.send("Look")

    chat.says("Look", "1 files")
    chat.complaints.clear()


def test_a_file_refused_before_does_not_call_off_a_message_that_waits_for_another(open_chat):
    box = salon.MultimodalTextbox(file_types=["image"])
    chat = open_chat(salon.ChatInterface(count, multimodal=True, textbox=box))
    attach(chat, "notes.txt", "text/plain", b"a")
    expect(chat.page.get_by_role("alert")).to_be_visible()
    held = []

    def hold(route):
        held.append(route)

    chat.page.route("**/api/files?*", hold)
    with chat.page.expect_request("**/api/files?*"):
        attach(chat, "cat.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    chat.send("Look")
    expect(chat.page.get_by_test_id("user")).to_have_count(0)
    held[0].continue_()

    chat.says("Look", "1 files")


def test_an_upload_that_is_cut_in_the_middle_goes_on_from_there_by_itself(open_chat, serve, tmp_path):
    url = str(serve(salon.ChatInterface(count, multimodal=True)).base_url)
    with Breaking(url, after_bytes=1_000_000, has_arrived=lambda: written(tmp_path, "tmp") > 0) as url:
        chat = open_chat(url)
        sent = []
        chat.page.on("request", lambda request: "/api/files?" in request.url and sent.append(request.url))
        attach(chat, "large.bin", "application/octet-stream", b"x" * 5_000_000)
        chat.send("Look")
        chat.says("Look", "1 files")
        chat.complaints.clear()

    assert [("after=" in address) for address in sent] == [False, True]
    assert 0 < int(sent[1].split("after=")[1]) < 5_000_000


def test_what_the_server_refuses_says_why_and_the_rest_of_the_message_stays(open_chat):
    box = salon.MultimodalTextbox(file_types=["image"])
    chat = open_chat(salon.ChatInterface(count, multimodal=True, textbox=box))
    chat.box.fill("My words")
    attach(chat, "cat.png", "image/png", b"<html>no picture</html>")
    expect(chat.page.get_by_role("alert")).to_have_text("This type of file is not accepted.")
    expect(chat.box).to_have_value("My words")
    chat.box.press("Enter")

    chat.says("My words", "0 files")
    chat.complaints.clear()


def test_retry_edit_and_undo_keep_the_files(chat):
    attach(chat)
    chat.send("Look")
    chat.says("Look", "1 files, 'Look'")
    chat.is_idle()
    chat.bots.last.hover()
    chat.button("Retry").last.click()
    expect(chat.page.get_by_text("2 of 2").or_(chat.page.get_by_text("2 / 2"))).to_be_visible()
    chat.says("Look", "1 files, 'Look'")
    chat.is_idle()
    chat.users.last.hover()
    chat.button("Edit").last.click()
    chat.page.get_by_role("textbox", name="Edit").fill("See")
    chat.page.get_by_role("textbox", name="Edit").press("Enter")
    chat.says("See", "1 files, 'See'")
    chat.is_idle()
    chat.bots.last.hover()
    chat.button("Undo").click()
    expect(chat.box).to_have_value("See")
    expect(chat.page.get_by_role("list", name="Files")).to_contain_text("cat.png")
    chat.box.press("Enter")

    chat.says("See", "1 files, 'See'")


@pytest.fixture
def examples(tmp_path) -> list:
    path = tmp_path / "example.png"
    path.write_bytes(picture())
    return [{"text": "What is it?", "files": [str(path)]}]


def test_an_example_is_sent_with_its_files_which_are_seen_at_once_and_after_a_reload(open_chat, examples):
    chat = open_chat(salon.ChatInterface(count, multimodal=True, examples=examples))
    uploads = []
    chat.page.on("request", lambda request: "/api/files" in request.url and uploads.append(request.url))
    chat.page.get_by_role("button", name="What is it?").click()
    chat.says("What is it?", "1 files, 'What is it?'")
    image = chat.users.last.get_by_role("img", name="example.png")
    expect(image).to_have_js_property("naturalWidth", 40)
    chat.reload()

    expect(image).to_have_js_property("naturalWidth", 40)
    assert uploads == []


def test_an_example_shows_its_picture_or_the_names_of_its_files(open_chat, tmp_path, examples):
    notes = tmp_path / "notes.txt"
    notes.write_text("Buy bread.", "utf-8")
    given = [*examples, {"text": "", "files": [str(notes)]}, {"text": "Read it", "files": [str(notes)]}]
    page = open_chat(salon.ChatInterface(count, multimodal=True, examples=given)).page
    cards = [page.get_by_role("button", name=f"Select example {number}") for number in (1, 2, 3)]

    expect(cards[0].locator("img")).to_have_js_property("naturalWidth", 40)
    expect(cards[1]).to_have_text("notes.txt")
    expect(cards[1]).to_have_accessible_name("Select example 2: notes.txt")
    expect(cards[2]).to_contain_text("Read it")
    expect(cards[2]).to_contain_text("notes.txt")


def test_an_example_that_is_not_run_fills_the_box_and_brings_its_files(open_chat, examples):
    demo = salon.ChatInterface(count, multimodal=True, examples=examples, run_examples_on_click=False)
    chat = open_chat(demo)
    chat.page.get_by_role("button", name="What is it?").click()
    expect(chat.page.get_by_role("list", name="Files")).to_contain_text("example.png")
    expect(chat.box).to_have_value("What is it?")
    chat.box.press("Enter")

    chat.says("What is it?", "1 files")


def test_a_message_of_files_alone_can_be_edited_and_its_files_taken_away_one_by_one(chat):
    attach(chat, "cat.png")
    attach(chat, "dog.png")
    expect(chat.page.get_by_role("list", name="Files").get_by_role("listitem")).to_have_count(2)
    chat.button("Submit").click()
    expect(chat.bots.last).to_contain_text("2 files, ''")
    chat.is_idle()
    chat.users.last.hover()
    chat.button("Edit").last.click()
    editor = chat.page.get_by_role("textbox", name="Edit")
    chat.button("Remove file dog.png").click()
    expect(editor).to_be_focused()
    editor.press("Enter")
    expect(chat.bots.last).to_contain_text("1 files, ''")
    chat.is_idle()
    chat.users.last.hover()
    chat.button("Edit").last.click()
    chat.button("Remove file cat.png").click()
    expect(chat.page.locator(".salon-editor").get_by_role("button", name="Submit")).to_be_disabled()
    editor.fill("Words instead")
    editor.press("Enter")

    chat.says("Words instead", "0 files, 'Words instead'")
    expect(chat.page.get_by_text("3 of 3").or_(chat.page.get_by_text("3 / 3"))).to_be_visible()


def test_a_picture_is_taken_with_the_keyboard_looked_at_and_sent(open_chat):
    taken = []

    def reply(message, history):
        taken.extend(message["files"])
        return "Seen"

    box = salon.MultimodalTextbox(sources=["camera"], file_types=["image"])
    chat = open_chat(salon.ChatInterface(reply, title="Camera", multimodal=True, textbox=box))
    expect(chat.page.get_by_test_id("upload-button")).to_have_count(0)
    chat.button("Take a picture").press("Enter")
    dialog = chat.page.get_by_role("dialog", name="Take a picture")
    expect(dialog.get_by_label("Camera preview")).to_be_visible()
    expect(chat.button("Capture")).to_be_enabled()
    assert_accessible(chat)
    chat.button("Capture").press("Enter")
    expect(dialog.get_by_role("img", name="Captured picture")).to_be_visible()
    expect(chat.button("Use")).to_be_focused()
    chat.button("Retake").press("Enter")
    expect(dialog.get_by_label("Camera preview")).to_be_visible()
    chat.button("Capture").press("Enter")
    chat.button("Use").press("Enter")
    expect(dialog).to_have_count(0)
    expect(chat.button("Take a picture")).to_be_focused()
    expect(chat.page.get_by_role("list", name="Files")).to_contain_text("picture.jpg")
    chat.button("Submit").click()
    expect(chat.bots.last).to_contain_text("Seen")

    assert Path(taken[0]).read_bytes()[:3] == b"\xff\xd8\xff"


def test_a_camera_that_is_put_away_is_off_and_attaches_nothing(open_chat):
    box = salon.MultimodalTextbox(sources=["camera"])
    chat = open_chat(salon.ChatInterface(count, multimodal=True, textbox=box))
    chat.button("Take a picture").click()
    expect(chat.button("Capture")).to_be_enabled()
    chat.page.evaluate("window.track = document.querySelector('video').srcObject.getTracks()[0]")
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("dialog")).to_have_count(0)
    chat.until("window.track.readyState === 'ended'")

    expect(chat.page.locator(".salon-composer").get_by_role("listitem")).to_have_count(0)


@pytest.mark.parametrize(
    ("error", "source", "button", "text"),
    [
        ("NotAllowedError", "camera", "Take a picture", "The browser blocks the camera. Allow access"),
        ("NotFoundError", "camera", "Take a picture", "The camera cannot be used."),
        ("NotAllowedError", "microphone", "Record audio", "The browser blocks the microphone. Allow access"),
    ],
)
def test_a_device_that_cannot_be_used_says_why(open_chat, error, source, button, text):
    chat = open_chat(salon.ChatInterface(count, multimodal=True, textbox=salon.MultimodalTextbox(sources=[source])))
    refusal = f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '{error}'))"
    chat.page.evaluate(f"() => {{ {refusal} }}")
    chat.button(button).click()

    expect(chat.page.get_by_text(text)).to_be_visible()


def test_a_chat_without_files_has_no_way_to_attach_any(open_chat):
    chat = open_chat(salon.ChatInterface(lambda message: message))

    expect(chat.page.get_by_test_id("upload-button")).to_have_count(0)
    assert chat.page.evaluate(PASTE, ["x" * 2_000, False])


def test_a_recording_is_heard_before_it_is_sent(open_chat):
    heard = []

    def reply(message, history):
        heard.extend(message["files"])
        return "Heard"

    box = salon.MultimodalTextbox(sources=["microphone"], file_types=["audio"])
    chat = open_chat(salon.ChatInterface(reply, multimodal=True, textbox=box))
    chat.button("Record audio").click()
    expect(chat.page.get_by_role("meter", name="Recording")).to_be_visible()
    chat.button("Pause").click()
    expect(chat.button("Pause")).to_have_attribute("aria-pressed", "true")
    chat.button("Pause").click()
    chat.page.wait_for_function("() => document.querySelector('meter').value > 0")
    chat.button("Stop").click()
    expect(chat.page.locator("audio[aria-label=Recording]")).to_be_visible()
    chat.button("Attach the recording").click()
    expect(chat.page.get_by_role("list", name="Files")).to_contain_text("recording.")
    chat.button("Submit").click()
    expect(chat.bots.last).to_contain_text("Heard")
    expect(chat.users.last.locator("audio[controls]")).to_be_visible()

    assert Path(heard[0]).read_bytes()[:4] == b"\x1aE\xdf\xa3"
