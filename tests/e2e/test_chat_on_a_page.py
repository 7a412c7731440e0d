"""A chat among other components, whose functions take, set and hear of its conversation."""

import asyncio
import itertools

from playwright.sync_api import expect

import salon as gr

STORIES = {
    "Fish": [{"role": "user", "content": "Do fish sleep?"}, {"role": "assistant", "content": "**Yes**, they rest."}],
    "Birds": [{"role": "user", "content": "Do birds sleep?"}, {"role": "assistant", "content": "In the air, some."}],
}


def reply(message, history):
    said = " | ".join(each["content"] for each in history)
    return f"{message}! [{said}]"


def page_of(chat_options=None, **history):
    with gr.Blocks() as demo:
        chat = gr.ChatInterface(reply, **(chat_options or {}), **history)
        story = gr.Radio(list(STORIES), label="Story")
        story.change(STORIES.get, story, chat.chatbot_value)
        gr.Button("Tell slowly").click(slowly, None, chat.chatbot_value)
        count = gr.Textbox(label="Count")
        gr.Button("Count").click(lambda messages: str(len(messages)), chat.chatbot_value, count)
        gr.Button("Shorten").click(lambda messages: messages[:-2], chat.chatbot_value, chat.chatbot_value)
        last = gr.Textbox(label="Last")
        chat.chatbot_value.change(lambda messages: messages[-1]["content"] if messages else "-", chat.chatbot, last)
        gr.ClearButton([chat.chatbot], value="Empty")
    return demo


def slowly():
    for end in range(1, 4):
        yield [{"role": "assistant", "content": "One two three"[: 5 * end]}]


def test_a_function_of_the_page_sets_the_conversation_and_the_chat_goes_on_from_there(open_chat):
    chat = open_chat(page_of())
    chat.ask("Hello", "Hello! []")
    chat.page.get_by_label("Fish").check()
    chat.says("Do fish sleep?", "Yes, they rest.")
    chat.ask("Why?", "Why?! [Do fish sleep? | Yes, they rest.]")
    chat.reload()
    chat.ask("So?", "So?! [Do fish sleep? | Yes, they rest. | Why? | Why?! [Do fish sleep? | Yes, they rest.]]")


def test_a_chat_can_be_in_a_container_of_the_sidebar(open_chat):
    with gr.Blocks() as demo:
        gr.Markdown("The page")
        with gr.Sidebar("Help"), gr.Group():
            gr.ChatInterface(reply)
    chat = open_chat(demo)
    chat.ask("Hello", "Hello! []")
    expect(chat.page.locator(".salon-sidebar .salon-container .salon-chat-block")).to_be_visible()


def test_what_a_function_set_is_still_there_after_a_refresh_and_can_be_answered_anew(open_chat):
    chat = open_chat(page_of())
    chat.page.get_by_label("Birds").check()
    chat.says("Do birds sleep?", "In the air, some.")
    chat.complaints.clear()
    chat.bots.last.hover()
    chat.button("Retry").click()
    chat.says("Do birds sleep?", "Do birds sleep?! []")


def test_a_conversation_that_a_function_sets_may_grow(open_chat):
    chat = open_chat(page_of())
    chat.button("Tell slowly").click()
    chat.says("One two three")
    chat.ask("Four", "Four! [One two three]")


def test_a_function_of_the_page_gets_the_conversation_and_hears_when_it_changes(open_chat):
    chat = open_chat(page_of({"chatbot": gr.Chatbot(value=[{"role": "assistant", "content": "Welcome"}])}))
    chat.ask("Hello", "Hello! [Welcome]")
    expect(chat.page.get_by_label("Last")).to_have_value("Hello! [Welcome]")
    chat.button("Count").click()
    expect(chat.page.get_by_label("Count", exact=True).and_(chat.page.get_by_role("textbox"))).to_have_value("3")
    chat.ask("More", "More! [Welcome | Hello | Hello! [Welcome]]")
    chat.button("Shorten").click()
    chat.says("Welcome", "Hello", "Hello! [Welcome]")
    chat.ask("Again", "Again! [Welcome | Hello | Hello! [Welcome]]")


def test_a_button_of_the_page_empties_the_conversation(open_chat):
    chat = open_chat(page_of())
    chat.ask("Hello", "Hello! []")
    chat.button("Empty").click()
    chat.says()
    expect(chat.page.get_by_label("Last")).to_have_value("-")
    chat.ask("Anew", "Anew! []")


def test_the_list_keeps_what_was_left_and_gets_what_goes_on(open_chat):
    chat = open_chat(page_of(save_history="server"))
    chat.ask("Hello", "Hello! []")
    chat.page.get_by_label("Fish").check()
    chat.says("Do fish sleep?", "Yes, they rest.")
    chat.ask("Why?", "Why?! [Do fish sleep? | Yes, they rest.]")
    entries = chat.page.get_by_role("navigation", name="Conversations")
    entries.get_by_role("button", name="Hello", exact=True).click()
    chat.says("Hello", "Hello! []")
    entries.get_by_role("button", name="Do fish sleep?", exact=True).click()
    chat.says("Do fish sleep?", "Yes, they rest.", "Why?", "Why?! [Do fish sleep? | Yes, they rest.]")


def test_functions_of_the_page_take_set_and_hear_of_the_box(open_chat, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("hello", "utf-8")
    with gr.Blocks() as demo:
        chat = gr.ChatInterface(lambda message, history: f"{message['text']}! {len(message['files'])}", multimodal=True)
        said, typed = gr.Textbox(label="Said"), gr.Textbox(label="Typed")
        gr.Button("Suggest").click(lambda: {"text": "What is this?", "files": [str(notes)]}, None, chat.textbox)
        gr.Button("Shout").click(lambda box: box | {"text": box["text"].upper()}, chat.textbox, chat.textbox)
        gr.ClearButton([chat.textbox], value="Wipe")
        chat.textbox.submit(lambda box: f"{box['text']} with {len(box['files'])}", chat.textbox, said)
        chat.textbox.change(lambda box: box["text"], chat.textbox, typed)
    page = open_chat(demo)
    page.button("Suggest").click()
    expect(page.box).to_have_value("What is this?")
    expect(page.page.get_by_text("notes.txt")).to_be_visible()
    page.button("Shout").click()
    expect(page.box).to_have_value("WHAT IS THIS?")
    expect(page.page.get_by_label("Typed")).to_have_value("WHAT IS THIS?")
    page.box.press("Enter")
    expect(page.bots.last).to_contain_text("WHAT IS THIS?! 1")
    expect(page.page.get_by_label("Said")).to_have_value("WHAT IS THIS? with 1")

    page.button("Suggest").click()
    expect(page.box).to_have_value("What is this?")
    page.button("Wipe").click()
    expect(page.box).to_have_value("")
    expect(page.page.locator("form").get_by_text("notes.txt")).to_have_count(0)


def test_functions_of_the_page_hear_what_a_reader_does_with_the_conversation(open_chat):
    def reply_with_options(message, history):
        return gr.ChatMessage(f"{message}!", options=[{"value": "yes"}])

    def undone(data: gr.UndoData):
        return f"undo {data.index} {data.value}"

    def retried(data: gr.RetryData):
        return f"retry {data.index} {data.value}"

    def chosen(data: gr.SelectData):
        return f"option {data.value}"

    def edited(data: gr.EditData):
        return f"edit {data.index} {data.previous_value} {data.value}"

    with gr.Blocks() as demo:
        chat = gr.ChatInterface(reply_with_options, editable=True, examples=["one", "two"])
        heard = gr.Textbox(label="Heard")
        chat.chatbot.undo(undone, None, heard)
        chat.chatbot.retry(retried, None, heard)
        chat.chatbot.edit(edited, None, heard)
        chat.chatbot.clear(lambda: "clear", None, heard)
        chat.chatbot.option_select(chosen, None, heard)
        chat.chatbot.example_select(lambda: "example", None, heard)
    page = open_chat(demo)
    told = page.page.get_by_label("Heard")
    page.page.get_by_role("button", name="two").click()
    expect(told).to_have_value("example")
    page.says("two", "two!")
    page.button("yes").click()
    expect(told).to_have_value("option yes")
    page.bots.last.get_by_text("yes!").wait_for()
    page.button("Undo").click()
    expect(told).to_have_value("undo 2 yes")
    page.button("Retry").click()
    expect(told).to_have_value("retry 0 two")
    page.is_idle()
    page.button("Undo").click()
    expect(told).to_have_value("undo 0 two")
    page.ask("three", "three!")
    page.button("Clear").click()
    expect(told).to_have_value("clear")


def test_escape_stops_the_reply_of_the_chat_where_one_is(open_chat):
    async def count(message, history):
        for number in itertools.count():
            yield f"{message} {number}"
            await asyncio.sleep(0.02)

    with gr.Blocks() as demo, gr.Row():
        gr.ChatInterface(count, title="Left")
        gr.ChatInterface(count, title="Right")
    page = open_chat(demo).page
    left, right = (page.get_by_role("region", name=name) for name in ("Left", "Right"))
    for chat in (left, right):
        chat.get_by_test_id("textbox").fill("Number")
        chat.get_by_test_id("textbox").press("Enter")
        expect(chat.get_by_test_id("bot")).to_contain_text("Number")
    right.get_by_test_id("textbox").press("Escape")
    expect(right.get_by_test_id("stop-button")).to_have_count(0)
    seen = left.get_by_test_id("bot").inner_text()
    expect(left.get_by_test_id("bot")).not_to_have_text(seen)
    expect(left.get_by_test_id("stop-button")).to_be_visible()
    left.get_by_test_id("textbox").press("Escape")
    expect(left.get_by_test_id("stop-button")).to_have_count(0)
