"""Additional inputs and laid-out pages, by mouse, keyboard and screen reader's names."""

import re
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

import salon
from tests.e2e.test_looks import assert_accessible, assert_fits


def all_inputs() -> list:
    return [
        salon.Textbox("Be kind.", label="System prompt", info="What it is told first", lines=2),
        salon.Slider(10, 100, label="Tokens"),
        salon.Number(3, label="Count"),
        salon.Dropdown(["ant", "bee", "cat"], label="Animal"),
        salon.Dropdown(["red", "green", "blue"], multiselect=True, allow_custom_value=True, label="Colours"),
        salon.Radio(["small", "large"], value="small", label="Size"),
        salon.CheckboxGroup(["search", "code"], value=["code"], label="Tools"),
        salon.Checkbox(label="Remember"),
        salon.ColorPicker("#1c6b58", label="Ink"),
        salon.DateTime(label="When", type="string"),
        salon.Code("x = 1", language="python", label="Script"),
        salon.File(label="Notes"),
        salon.Dataframe([[1, "a"]], headers=["n", "s"], type="array", label="Table"),
    ]


def tell(message, history, *values):
    return f"```\n{values!r}\n```"


def test_every_input_reaches_the_function(open_chat, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("hello", "utf-8")
    chat = open_chat(salon.ChatInterface(tell, additional_inputs=all_inputs()))
    page = chat.page
    page.get_by_text("Additional inputs").click()
    page.get_by_label("System prompt").fill("Be brief.")
    page.get_by_label("Tokens", exact=True).fill("42")
    page.get_by_label("Count").fill("7")
    page.get_by_label("Animal").click()
    page.get_by_role("option", name="bee").click()
    page.get_by_label("large").check()
    page.get_by_label("search").check()
    page.get_by_label("Remember").check()
    page.get_by_label("Value of Ink").fill("#ff0000")
    page.get_by_label("When").fill("2026-11-24T09:30:00")
    page.get_by_label("Script").fill("y = 2")
    page.locator("[data-kind=file] input[type=file]").set_input_files(notes)
    expect(page.get_by_text("notes.txt")).to_be_visible()
    page.get_by_label("s, row 1").fill("b")
    chat.send("hello")

    told = chat.bots.last.locator("code")
    expect(told).to_contain_text("'Be brief.', 42, 7, 'bee', [], 'large', ['search', 'code'], True, '#ff0000'")
    expect(told).to_contain_text("'2026-11-24 09:30:00', 'y = 2'")
    expect(told).to_contain_text(re.compile(r"/notes\.txt'"))
    expect(told).to_contain_text("[[1, 'b']]")


def test_a_text_with_files_and_a_picture_just_taken_reach_the_function(open_chat, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("hello", "utf-8")
    inputs = [salon.MultimodalTextbox(label="Sources"), salon.Image(label="Face", type="filepath", sources=["webcam"])]
    chat = open_chat(salon.ChatInterface(tell, additional_inputs=inputs))
    chat.page.get_by_text("Additional inputs").click()
    chat.page.get_by_label("Sources").fill("Read them.")
    chat.page.locator("[data-kind=multimodaltextbox] input[type=file]").set_input_files(notes)
    expect(chat.page.get_by_text("notes.txt")).to_be_visible()
    chat.button("Take a picture").click()
    chat.button("Capture").click()
    chat.button("Use").click()
    expect(chat.page.get_by_role("img", name="picture.jpg")).to_be_visible()
    chat.send("hello")

    told = chat.bots.last.locator("code")
    expect(told).to_contain_text(re.compile(r"'text': 'Read them\.', 'files': \['[^']+/notes\.txt'\]"))
    expect(told).to_contain_text(re.compile(r"/picture\.jpg'"))


def test_a_dropdown_works_by_keyboard(open_chat):
    chat = open_chat(salon.ChatInterface(tell, additional_inputs=all_inputs()))
    page = chat.page
    page.get_by_text("Additional inputs").click()
    animal, colours = page.get_by_label("Animal"), page.get_by_role("combobox", name="Colours")
    animal.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        animal.press(key)
    expect(animal).to_have_value("cat")
    animal.press_sequentially("an")
    expect(page.get_by_role("option")).to_have_text("Nothing found")
    animal.fill("an")
    expect(page.get_by_role("option")).to_have_text("ant")
    animal.press("Escape")
    expect(animal).to_have_value("cat")
    colours.fill("gre")
    colours.press("Enter")
    colours.fill("mauve")
    colours.press("Enter")
    expect(page.locator(".salon-chip")).to_have_count(2)
    colours.press("Backspace")
    expect(page.locator(".salon-chip")).to_have_text(["green"])
    chat.send("hello")

    expect(chat.bots.last).to_contain_text("'cat', ['green']")


def test_what_was_entered_survives_a_refresh_and_a_new_conversation(open_chat):
    chat = open_chat(salon.ChatInterface(tell, additional_inputs=all_inputs(), additional_inputs_accordion="Settings"))
    chat.page.get_by_label("System prompt").fill("Be brief.")
    chat.reload()

    expect(chat.page.get_by_label("System prompt")).to_have_value("Be brief.")
    chat.send("hello")
    expect(chat.bots.last).to_contain_text("Be brief.")


def test_a_value_out_of_bounds_is_put_right_before_it_is_sent(open_chat):
    chat = open_chat(salon.ChatInterface(tell, additional_inputs=all_inputs()))
    chat.page.get_by_text("Additional inputs").click()
    box = chat.page.get_by_label("Value of Tokens")
    box.fill("5000")
    box.press("Tab")

    expect(box).to_have_value("100")


@pytest.mark.parametrize(
    "look",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}, "locale": "zh-CN"},
    ],
)
def test_all_inputs_are_accessible(open_chat, look):
    chat = open_chat(
        salon.ChatInterface(tell, additional_inputs=all_inputs(), additional_inputs_accordion="Settings"), **look
    )
    chat.page.get_by_label("System prompt").wait_for()

    assert_accessible(chat)
    assert_fits(chat)


def workshop() -> salon.Blocks:
    def code(message, history, prompt):
        for end in range(1, 4):
            yield f"{prompt}: {message}", "\n".join(f"print({number})" for number in range(end))

    def greet(name, count):
        for end in range(1, len(name) + 1):
            yield f"Hello {name[:end]}", count + 1

    with salon.Blocks(title="Workshop") as demo:
        with salon.Sidebar("Settings"):
            prompt = salon.Textbox("Be kind", label="System prompt")
        with salon.Row():
            artifact = salon.Code(language="python", label="Artifact", render=False)
            salon.ChatInterface(code, title="Coder", additional_inputs=[prompt], additional_outputs=[artifact])
            with salon.Column():
                artifact.render()
        with salon.Tab("Greet"):
            name, count = salon.Textbox(label="Name", max_lines=1), salon.State(0)
            greeting, times = salon.Textbox(label="Greeting"), salon.Number(label="Times")
            button = salon.Button("Greet", variant="primary")
            salon.ClearButton([name])
            called = salon.on([button.click, name.submit], greet, [name, count], [greeting, count])
            called.success(lambda count: count, count, times)
        with salon.Tab("Second"):
            salon.Accordion("Empty")
            salon.ChatInterface(lambda message: message[::-1], title="Mirror")
    return demo


def test_chats_and_functions_share_a_page(open_chat):
    chat = open_chat(workshop())
    page = chat.page
    page.get_by_label("System prompt").fill("Be brief")
    chat.send("sum")
    expect(chat.bots.last).to_contain_text("Be brief: sum")
    expect(page.locator(".salon-node[data-kind=code]")).to_contain_text("print(2)")

    page.get_by_label("Name").fill("Ann")
    page.get_by_role("button", name="Greet").click()
    expect(page.get_by_label("Greeting")).to_have_value("Hello Ann")
    expect(page.get_by_label("Times")).to_have_value("1")
    page.get_by_label("Name").fill("Bob")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_label("Greeting")).to_have_value("Hello Bob")
    expect(page.get_by_label("Times")).to_have_value("2")
    page.get_by_role("button", name="Clear").last.click()
    expect(page.get_by_label("Name")).to_have_value("")


def test_an_input_above_a_chat_leaves_the_chat_in_sight(open_chat):
    with salon.Blocks() as demo:
        prompt = salon.Textbox("Be kind.", label="System prompt")
        salon.ChatInterface(lambda message, history, prompt: prompt, additional_inputs=[prompt])
    chat = open_chat(demo)

    expect(chat.box).to_be_in_viewport()
    assert chat.page.get_by_label("System prompt").bounding_box()["height"] < 60


def test_a_box_is_as_high_as_its_lines(open_chat):
    with salon.Blocks() as demo:
        salon.Textbox(label="One")
        salon.Textbox(label="Four", lines=4)
        salon.Code(label="Six", lines=6, interactive=True)
    page = open_chat(demo).page
    one, four, six = (page.get_by_label(name).bounding_box()["height"] for name in ("One", "Four", "Six"))

    assert one < 50
    assert 95 < four < 130
    assert six > four


def test_an_input_may_hold_the_same_picture_twice(open_chat, tmp_path):
    picture = tmp_path / "dot.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "utf-8")
    with salon.Blocks() as demo:
        salon.Gallery([picture, picture], label="Pictures", interactive=True)
        salon.DownloadButton("Get it", value=picture)
    page = open_chat(demo).page

    expect(page.get_by_text("dot.svg", exact=True)).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Get it").click()
    assert download.value.suggested_filename == "dot.svg"


@pytest.mark.parametrize("kind", [salon.Gallery, partial(salon.File, file_count="multiple")])
def test_a_reader_takes_one_of_the_authors_files_away_and_adds_another(open_chat, tmp_path, kind):
    for name in ("one", "two", "three"):
        Image.new("RGB", (9, 9), "red").save(tmp_path / f"{name}.png")
    with salon.Blocks() as demo:
        given = kind([str(tmp_path / "one.png"), str(tmp_path / "two.png")], label="Files", interactive=True)
        names = salon.Textbox(label="Names")
        salon.Button("Count").click(
            lambda files: " ".join(Path(each[0] if isinstance(each, tuple) else each).name for each in files),
            given,
            names,
        )
    chat = open_chat(demo)
    chat.button("Remove file one.png").click()
    expect(chat.page.get_by_text("two.png", exact=True)).to_be_visible()
    chat.page.locator("input[type=file]").set_input_files(tmp_path / "three.png")
    expect(chat.page.get_by_text("three.png", exact=True)).to_be_visible()
    chat.button("Count").click()
    expect(chat.page.get_by_label("Names")).to_have_value("two.png three.png")
    chat.button("Remove file two.png").click()
    chat.button("Count").click()
    expect(chat.page.get_by_label("Names")).to_have_value("three.png")


def test_a_chatbot_shows_what_a_function_gives_it_for_every_page(open_chat):
    opened = []

    def greet():
        opened.append(1)
        return [{"role": "system", "content": "Be kind."}, {"role": "assistant", "content": f"Visit {len(opened)}"}]

    with salon.Blocks() as demo:
        salon.Chatbot(greet)
    page = open_chat(demo).page
    first = page.get_by_test_id("bot").inner_text()
    page.reload()

    expect(page.get_by_test_id("bot")).to_contain_text("Visit")
    expect(page.get_by_test_id("bot")).not_to_have_text(first)
    expect(page.get_by_text("Be kind.")).to_have_count(0)


def test_functions_show_and_open_containers_and_choose_tabs(open_chat):
    with salon.Blocks() as demo:
        with salon.Column(visible=False) as column:
            salon.Textbox(label="Hidden at first")
        with salon.Accordion("Details", open=False) as details:
            salon.Textbox(label="Folded at first")
        with salon.Tabs() as tabs:
            with salon.Tab("One", id="one"):
                salon.Textbox(label="On the first")
            with salon.Tab("Two", id="two"):
                salon.Textbox(label="On the second")
            with salon.Tab("Three", visible=False) as third:
                salon.Textbox(label="On the third")
        with salon.Sidebar(label="Side", open=False) as side:
            salon.Textbox(label="At the side")
        button = salon.Button("Show")

        @button.click(outputs=[column, details, tabs, third, side])
        def show():
            return (
                salon.Column(visible=True),
                salon.update(open=True),
                salon.Tabs(selected="two"),
                salon.Tab(visible=True),
                salon.Sidebar(open=True),
            )

        salon.Button("Hide").click(lambda: {column: salon.update(visible=False)}, None, [column, tabs])

    page = open_chat(demo).page
    for label in ("Hidden at first", "Folded at first", "On the second", "At the side"):
        expect(page.get_by_label(label)).to_be_hidden()
    page.get_by_role("button", name="Show").click()
    for label in ("Hidden at first", "Folded at first", "On the second", "At the side"):
        expect(page.get_by_label(label)).to_be_visible()
    page.get_by_role("tab", name="Three").click()
    expect(page.get_by_label("On the third")).to_be_visible()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("On the second")).to_be_visible()
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_label("Hidden at first")).to_be_hidden()


def test_two_chats_keep_their_conversations_apart(open_chat):
    chat = open_chat(workshop())
    chat.send("sum")
    expect(chat.bots).to_have_count(1)
    chat.page.get_by_role("tab", name="Greet").press("ArrowRight")
    mirror = chat.page.get_by_role("region", name="Mirror")
    mirror.get_by_test_id("textbox").fill("abc")
    mirror.get_by_test_id("textbox").press("Enter")
    expect(mirror.get_by_test_id("bot")).to_contain_text("cba")
    chat.page.reload()

    expect(chat.page.get_by_role("region", name="Coder").get_by_test_id("bot")).to_contain_text("Be kind: sum")


def test_a_laid_out_page_is_accessible_and_its_side_is_a_drawer_on_a_phone(open_chat):
    chat = open_chat(workshop(), viewport={"width": 390, "height": 780}, color_scheme="dark")
    expect(chat.page.get_by_label("System prompt")).to_be_hidden()
    chat.page.get_by_role("button", name="Settings").click()
    expect(chat.page.get_by_label("System prompt")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_label("System prompt")).to_be_hidden()

    assert_accessible(chat)
    assert_fits(chat)


def test_a_chatbot_shows_what_functions_say(open_chat):
    def ask(text, history):
        return "", [*history, {"role": "user", "content": text}]

    def answer(history):
        history.append({"role": "assistant", "content": ""})
        for letter in "Hello **there**":
            history[-1]["content"] += letter
            yield history

    def undo(history, event: salon.UndoData):
        return history[: event.index], event.value

    with salon.Blocks() as demo:
        chatbot = salon.Chatbot(label="Talk", value=[{"role": "assistant", "content": "Welcome"}])
        box = salon.Textbox(label="Say")
        box.submit(ask, [box, chatbot], [box, chatbot]).then(answer, chatbot, chatbot)
        chatbot.undo(undo, chatbot, [chatbot, box])
    chat = open_chat(demo)
    box = chat.page.get_by_label("Say")
    box.fill("hi")
    box.press("Enter")

    expect(chat.bots.last.locator("strong")).to_have_text("there")
    expect(chat.page.get_by_test_id("bot")).to_have_count(2)
    chat.page.get_by_role("button", name="Undo").click()
    expect(chat.page.get_by_test_id("bot")).to_have_count(1)
    expect(box).to_have_value("hi")


def test_a_failing_function_says_so_beside_the_page(open_chat):
    def fail():
        raise salon.Error("The printer is out of paper.")

    with salon.Blocks() as demo:
        salon.Button("Print").click(fail)
    chat = open_chat(demo)
    chat.page.get_by_role("button", name="Print").click()

    expect(chat.page.get_by_text("The printer is out of paper.")).to_be_visible()


def test_boxes_of_several_lines_are_that_high_while_they_are_empty(open_chat):
    inputs = [salon.Textbox(label="Short"), salon.Textbox(label="Long", lines=6), salon.Code(label="Program", lines=8)]
    chat = open_chat(salon.ChatInterface(tell, additional_inputs=inputs))
    chat.page.get_by_text("Additional inputs").click()
    heights = [chat.page.get_by_label(name).bounding_box()["height"] for name in ("Short", "Long", "Program")]
    line_px = 22

    assert heights[1] - heights[0] > 4 * line_px
    assert heights[2] > 8 * 16
