from pathlib import Path

import pytest

import salon
from salon.components.parameter_checks import UnknownParameterError
from salon.errors import AuthorError
from tests.chats import compiled_page, make_engine, said
from tests.unit.test_compile import compiled


def test_every_parameter_of_the_chatbot_reaches_the_page(tmp_path):
    picture = tmp_path / "me.png"
    picture.write_bytes(b"png")
    app = compiled(
        chatbot=salon.Chatbot(
            label="Talk",
            layout="panel",
            rtl=True,
            render_markdown=False,
            line_breaks=False,
            latex_delimiters=[{"left": "@@", "right": "@@", "display": True}],
            buttons=["copy"],
            watermark="by us",
            avatar_images=(picture, "https://example.com/bot.png"),
            resizable=True,
            height=300,
            value=[{"role": "assistant", "content": "Welcome."}],
            elem_id="talk",
            elem_classes="a b",
        )
    )
    chatbot = app.page.chats[0].chatbot
    [(key, path)] = app.files.items()

    assert (chatbot.label, chatbot.shows_label, chatbot.layout, chatbot.rtl) == ("Talk", True, "panel", True)
    assert (chatbot.renders_markdown, chatbot.line_breaks, chatbot.resizable) == (False, False, True)
    assert chatbot.formulas[0].left == "@@"
    assert chatbot.formulas[0].display
    assert chatbot.watermark == "by us"
    assert chatbot.user_avatar == f"author/{key}"
    assert path == picture
    assert str(tmp_path) not in key
    assert chatbot.bot_avatar == "https://example.com/bot.png"
    assert chatbot.opening[0].text == "Welcome."
    assert (chatbot.elem_id, chatbot.elem_classes) == ("talk", ("a", "b"))
    assert (app.page.chats[0].buttons.copy, app.page.chats[0].buttons.copy_all) == (None, False)


def test_a_conversation_may_begin_with_all_that_a_function_may_return(tmp_path):
    picture = tmp_path / "one.png"
    picture.write_bytes(b"\x89PNG")
    opening = [
        {"role": "user", "content": {"path": str(picture)}},
        salon.ChatMessage("2 + 2 = 4", metadata={"title": "Counted", "status": "done"}, options=["Again"]),
        {"role": "assistant", "content": salon.Code("1", language="python")},
        ("Hi", None),
    ]
    for value in (opening, lambda: opening):
        messages = compiled(chatbot=salon.Chatbot(value=value)).page.chats[0].chatbot.opening

        assert [message.role for message in messages] == ["user", "assistant", "assistant", "user"]
        assert messages[0].parts[0].kind == "image"
        assert messages[0].parts[0].props["source"]["url"].endswith("/one.png")
        assert (messages[1].parts[0].title, messages[1].parts[1].options[0].value) == ("Counted", "Again")
        assert (messages[2].parts[0].kind, messages[3].text) == ("code", "Hi")


def test_additional_inputs_without_a_label_are_called_what_the_function_calls_them():
    def reply(message, history, system_prompt, temperature, *rest):
        return ""

    inputs = ["textbox", salon.Slider(0, 1, label="Heat"), "checkbox"]
    nodes = compiled(reply, additional_inputs=inputs).page.chats[0].extra.children
    props = [node.part.props for node in nodes]

    assert [each["label"] for each in props] == ["System prompt", "Heat", "Checkbox"]
    assert [each.get("hides_label", False) for each in props] == [False, False, True]


def test_visible_may_be_said_as_programs_for_gradio_do():
    inputs = [salon.Number(visible=visible) for visible in (True, False, "hidden")]  # type: ignore[arg-type]
    nodes = compiled(lambda message, history, a, b, c: "", additional_inputs=inputs).page.chats[0].extra.children

    assert [node.part.props.get("hidden", False) for node in nodes] == [False, True, True]


def test_a_chat_that_does_not_fill_the_window_has_a_height():
    def height(**look) -> str | None:
        return compiled(**look).page.chats[0].chatbot.height

    assert height() is None
    assert height(fill_height=False) == "400px"
    assert height(fill_height=False, chatbot=salon.Chatbot(height=300)) == "300px"


def test_the_chat_names_the_buttons_that_its_textbox_does_not_name():
    box = salon.Textbox(placeholder="Say", stop_btn="Halt")
    buttons = compiled(textbox=box, submit_btn="Send", stop_btn="Stop").page.chats[0].buttons

    assert (buttons.submit, buttons.stop) == ("Send", "Halt")


@pytest.mark.parametrize(
    ("name", "theme"), [("Soft", "soft"), ("gradio/monochrome", "monochrome"), ("base", "default")]
)
def test_themes_are_found_by_the_names_that_programs_for_gradio_use(name, theme):
    assert compiled(theme=name).page.theme == theme


def test_a_chat_may_be_made_of_another_one_and_take_an_old_name_of_its_accordion():
    def reply(message, history, prompt):
        return prompt

    first = salon.ChatInterface(reply, additional_inputs=["textbox"], additional_inputs_accordion_name="Settings")
    second = salon.ChatInterface(first, additional_inputs=["textbox"])

    assert first.additional_inputs_accordion == "Settings"
    assert second.fn is reply


@pytest.mark.parametrize(
    ("make", "given"),
    [
        (salon.Dataframe, {"show_row_numbers": True, "pinned_columns": 1, "max_chars": 20}),
        (salon.Image, {"buttons": ["download"], "show_download_button": False, "streaming": False}),
        (salon.Markdown, {"latex_delimiters": [], "show_copy_button": True}),
        (salon.Audio, {"waveform_options": None}),
    ],
)
def test_what_gradio_s_components_take_besides_is_accepted_with_a_warning(make, given):
    with pytest.warns(UserWarning, match="has no effect in Salon") as warnings:
        make(**given)
    assert len(warnings) == len(given)


def test_every_parameter_of_the_textbox_reaches_the_page():
    page = compiled(
        textbox=salon.Textbox(
            "Hello", label="Say", show_label=False, text_align="right", rtl=True, html_attributes={"spellcheck": False}
        )
    ).page.chats[0]

    assert (page.textbox.value, page.textbox.shows_label, page.textbox.text_align) == ("Hello", False, "right")
    assert (page.textbox.rtl, page.textbox.attributes) == (True, {"spellcheck": "False"})


def test_examples_may_have_labels_and_pictures(tmp_path):
    icon = tmp_path / "icon.svg"
    icon.write_text("<svg/>", "utf-8")
    app = compiled(
        examples=["one", {"text": "two", "files": []}, ["three"]],
        example_labels=["1", "2", "3"],
        example_icons=[icon, None, "https://example.com/3.png"],
    )

    assert [(example.text, example.label) for example in app.page.chats[0].examples] == [
        ("one", "1"),
        ("two", "2"),
        ("three", "3"),
    ]
    assert app.page.chats[0].examples[0].icon.startswith("author/")
    assert app.page.chats[0].examples[2].icon == "https://example.com/3.png"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (
            lambda: salon.Chatbot(plaecholder="x"),
            "`Chatbot` has no parameter `plaecholder`. Did you mean `placeholder`",
        ),
        (lambda: salon.Textbox(max_line=3), "Did you mean `max_lines`"),
        (
            lambda: salon.ChatInterface(str, titel="x", exampels=[]),
            "`titel`(.|\n)*`title`(.|\n)*`exampels`(.|\n)*`examples`",
        ),
        (lambda: salon.ChatInterface(str, chatbot=salon.Chatbot(layout="bubbles")), "Did you mean `bubble`"),
        (lambda: salon.ChatInterface(str, chatbot=salon.Chatbot(avatar_images=("nowhere.png", None))), "nowhere.png"),
        (lambda: salon.ChatInterface(str, chatbot=salon.Chatbot(avatar_images="me.png")), "a pair of images"),
        (lambda: salon.ChatInterface(str, chatbot=salon.Chatbot(value=["Hi"])), "`value` has to be a list of"),
        (lambda: salon.ChatInterface(str, chatbot=salon.Chatbot(latex_delimiters=["$"])), "`latex_delimiters`"),
        (lambda: salon.ChatInterface(str, chatbot=salon.Chatbot(buttons=["coppy"])), "Did you mean `copy`"),
        (lambda: salon.ChatInterface(str, textbox=salon.Textbox(html_attributes={"onclick": "x"})), "onclick"),
        (
            lambda: salon.ChatInterface(str, examples=["a"], example_labels=["a", "b"]),
            "one item for each of the 1 examples",
        ),
        (lambda: salon.ChatInterface(str, examples=[{"text": "a", "files": ["x"]}]), "accepts no files"),
        (lambda: salon.ChatInterface(str, show_progress="maximal"), "Did you mean `minimal`"),
    ],
)
def test_what_is_wrong_is_refused_with_the_way_out(make, reason):
    with pytest.raises(AuthorError, match=reason):
        make()


def test_an_unknown_parameter_is_a_type_error_too():
    with pytest.raises(TypeError):
        salon.Chatbot(heigth=3)
    with pytest.raises(UnknownParameterError):
        salon.Button(vaule="x")


@pytest.mark.parametrize(
    "make",
    [
        lambda: salon.Chatbot(bubble_full_width=False),
        lambda: salon.Textbox(every=1),
        lambda: salon.ChatInterface(str, analytics_enabled=False),
    ],
)
def test_what_has_no_meaning_here_is_accepted_with_a_warning(make):
    with pytest.warns(UserWarning, match="has no effect in Salon"):
        make()


def test_an_old_name_keeps_its_meaning():
    assert salon.Chatbot(resizeable=True).resizable


async def test_the_function_gets_what_the_conversation_opened_with():
    seen = []

    def function(message, history):
        seen.append(history)
        return "yes"

    opening = [{"role": "assistant", "content": "Welcome."}]
    engine = make_engine(function, chatbot=salon.Chatbot(value=opening))
    await said(engine, "hello")

    assert seen == [opening]


async def test_the_function_reads_the_files_that_the_conversation_opened_with(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("hello", "utf-8")
    seen = []

    def function(message, history):
        for shown in history:
            [content] = shown["content"]
            seen.append((content["file"]["orig_name"], Path(content["file"]["path"]).read_bytes()))
        return "yes"

    opening = [
        {"role": "assistant", "content": salon.File(str(notes))},
        {"role": "assistant", "content": salon.Image(b"GIF89a")},
    ]
    engine = make_engine(function, chatbot=salon.Chatbot(value=opening))
    await said(engine, "hello")
    await said(engine, "hello", conversation="conversation-2")

    assert seen == [("notes.txt", b"hello"), ("image.png", b"GIF89a")] * 2


def test_an_author_says_how_html_tags_and_messages_in_a_row_are_shown():
    chatbot = salon.Chatbot(sanitize_html=False, allow_tags=["Tool"], group_consecutive_messages=False)
    config = compiled_page(salon.ChatInterface(str, chatbot=chatbot)).page.chats[0].chatbot

    assert (config.frames_html, config.tags, config.groups_messages) == (True, ("tool",), False)


@pytest.mark.parametrize("tags", [["<tool>"], [1], "two words"])
def test_what_is_no_name_of_a_tag_is_refused(tags):
    with pytest.raises(salon.AuthorError, match="`allow_tags` has to be"):
        salon.ChatInterface(str, chatbot=salon.Chatbot(allow_tags=tags))
