"""What an author says of the look, as it is seen."""

import pytest
from playwright.sync_api import expect

import salon
from tests.e2e.scripts import Script, echo

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" fill="red"/></svg>'
)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.svg"
    path.write_text(PICTURE, "utf-8")
    return path


def test_avatars_stand_beside_the_messages_and_their_path_is_nowhere(open_chat, picture):
    chat = open_chat(salon.ChatInterface(echo, chatbot=salon.Chatbot(avatar_images=(picture, picture))))
    chat.ask("one", "one!")

    for message in (chat.users.first, chat.bots.first):
        avatar = message.locator("img")
        expect(avatar).to_be_visible()
        assert avatar.evaluate("image => image.naturalWidth") == 32
    assert str(picture.parent) not in chat.page.content()


def test_a_panel_gives_each_message_the_full_width(open_chat):
    chat = open_chat(salon.ChatInterface(echo, chatbot=salon.Chatbot(layout="panel")))
    chat.ask("one", "one!")
    user, bot = chat.users.first.bounding_box(), chat.bots.first.bounding_box()

    assert user["width"] == bot["width"]
    text = chat.users.first.locator(".salon-bubble").bounding_box()
    assert text["x"] < user["x"] + user["width"] / 2


def test_a_conversation_may_open_with_messages_that_nothing_can_be_done_to(open_chat):
    seen = []

    def function(message, history):
        seen.append([entry["content"] for entry in history])
        return f"{message}!"

    opening = [{"role": "assistant", "content": "Welcome, **you**."}]
    chat = open_chat(salon.ChatInterface(function, chatbot=salon.Chatbot(value=opening), examples=["one"]))
    expect(chat.bots.first.locator("strong")).to_have_text("you")
    expect(chat.bots.first.get_by_role("button")).to_have_count(0)
    chat.page.get_by_role("button", name="Select example 1: one").click()
    chat.says("Welcome, you.", "one", "one!")
    chat.is_idle()
    chat.ask("two", "two!")
    chat.reload()
    chat.says("Welcome, you.", "one", "one!", "two", "two!")
    chat.button("Undo").click()
    chat.says("Welcome, you.", "one", "one!")

    assert seen == [["Welcome, **you**."], ["Welcome, **you**.", "one", "one!"]]


def test_a_conversation_may_open_with_a_user_s_picture_and_preset_replies(open_chat, picture):
    opening = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": {"path": str(picture)}},
        salon.ChatMessage("Red. Another one?", options=["Yes", "No"]),
    ]
    chat = open_chat(salon.ChatInterface(echo, chatbot=salon.Chatbot(value=opening)))
    expect(chat.users.first.get_by_role("img")).to_have_js_property("naturalWidth", 32)
    expect(chat.page.get_by_text("Be kind.")).to_have_count(0)
    chat.button("Yes").click()

    chat.says("", "Red. Another one?", "Yes", "Yes!")
    expect(chat.button("No")).to_have_count(0)


def test_replies_may_be_shown_as_they_are(open_chat):
    chat = open_chat(
        salon.ChatInterface(
            lambda message, history: "**not** bold <b>at all</b>", chatbot=salon.Chatbot(render_markdown=False)
        )
    )
    chat.ask("go", "**not** bold <b>at all</b>")

    expect(chat.bots.first.locator("strong, b")).to_have_count(0)


def test_buttons_that_an_author_leaves_out_are_not_there(open_chat):
    chat = open_chat(salon.ChatInterface(echo, chatbot=salon.Chatbot(buttons=[])))
    chat.ask("one", "one!")
    expect(chat.button("Copy message")).to_have_count(0)
    chat.button("More").click()

    expect(chat.page.get_by_role("menuitem", name="Print")).to_be_visible()
    expect(chat.page.get_by_role("menuitem", name="Copy conversation")).to_have_count(0)


def test_a_watermark_goes_with_what_is_copied(open_chat):
    chat = open_chat(salon.ChatInterface(echo, chatbot=salon.Chatbot(watermark="Written by a machine.")))
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("one", "one!")
    chat.bots.last.get_by_role("button", name="Copy message").click()
    expect(chat.bots.last.get_by_role("button", name="Copied")).to_be_visible()

    assert chat.page.evaluate("navigator.clipboard.readText()") == "one!\n\nWritten by a machine."


def test_the_box_is_as_its_author_says(open_chat):
    box = salon.Textbox("Hello", label="Say it", rtl=True, html_attributes={"spellcheck": "false"}, lines=3)
    chat = open_chat(salon.ChatInterface(echo, textbox=box))

    expect(chat.box).to_have_value("Hello")
    expect(chat.page.get_by_text("Say it", exact=True)).to_be_visible()
    expect(chat.box).to_have_attribute("dir", "rtl")
    expect(chat.box).to_have_attribute("spellcheck", "false")
    assert chat.box.bounding_box()["height"] > 70
    chat.box.fill("Mine")
    chat.reload()
    expect(chat.box).to_have_value("Mine")


def test_examples_show_their_labels_and_send_their_texts(open_chat, picture):
    demo = salon.ChatInterface(
        echo, examples=["a rather long question"], example_labels=["Short"], example_icons=[picture]
    )
    chat = open_chat(demo)
    card = chat.page.get_by_role("button", name="Select example 1")
    expect(card).to_contain_text("Short")
    expect(card.locator("img")).to_have_js_property("naturalWidth", 32)
    card.click()

    chat.says("a rather long question", "a rather long question!")


@pytest.mark.parametrize(("role", "examples"), [("list", ["one", "two"]), ("table", [["one", "Ann"], ["two", "Bob"]])])
def test_examples_have_their_authors_heading(open_chat, role, examples):
    chat = open_chat(
        salon.ChatInterface(
            lambda message, history, name="": f"{message}!",
            additional_inputs=[salon.Textbox(label="Name")] if role == "table" else None,
            examples=examples,
            examples_label="Begin here",
        )
    )
    expect(chat.page.get_by_role("heading", name="Begin here")).to_be_visible()
    expect(chat.page.get_by_role(role, name="Begin here")).to_be_visible()


def test_waiting_is_shown_as_the_author_says(open_chat):
    hidden, full = Script("one"), Script("one")
    chat = open_chat(salon.ChatInterface(hidden, show_progress="hidden"))
    chat.send("go")
    expect(chat.button("Stop")).to_be_visible()
    expect(chat.page.get_by_role("status", name="Loading response")).to_have_count(0)
    hidden.allow(1)
    chat.is_idle()

    chat = open_chat(salon.ChatInterface(full, show_progress="full"))
    chat.send("go")
    expect(chat.page.get_by_role("status", name="Loading response")).to_contain_text("1 s")
    full.allow(1)


def test_the_conversation_may_take_the_whole_width(open_chat):
    look = {"viewport": {"width": 1600, "height": 700}}
    narrow = open_chat(salon.ChatInterface(echo), **look)
    wide = open_chat(salon.ChatInterface(echo, fill_width=True), **look)

    assert wide.box.bounding_box()["width"] > 1.8 * narrow.box.bounding_box()["width"]


def test_an_author_s_own_styles_find_what_they_name(open_chat):
    chatbot = salon.Chatbot(elem_id="talk", elem_classes=["mine"])
    textbox = salon.Textbox(elem_id="say", elem_classes="mine too")
    chat = open_chat(
        salon.ChatInterface(echo, chatbot=chatbot, textbox=textbox, css="#talk.mine, #say.too { opacity: 0.5 }")
    )

    for name in ("#talk", "#say"):
        assert chat.page.locator(name).evaluate("e => getComputedStyle(e).opacity") == "0.5"
