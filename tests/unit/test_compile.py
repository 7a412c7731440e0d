import functools
from typing import Optional

import pytest

import salon
from salon.definition.app import AppSpec
from salon.definition.chat import ChatSpec
from salon.definition.compile import compile_app
from salon.engine.context import Progress
from salon.errors import AuthorError
from salon.request import Request


def compiled(function=lambda message, history: message, **options) -> AppSpec:
    return compile_app(ChatSpec(function, **options), request_type=Request, injected_types=(Progress,))


def no_message():
    return ""


def too_many(message, history, temperature):
    return ""


def keyword_only(message, *, temperature):
    return ""


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (no_message, "takes no message"),
        (too_many, "`temperature`"),
        (keyword_only, "keyword-only parameter `temperature`"),
        (functools.partial(too_many, history=[]), "`too_many`"),
        ("not a function", "has to be a function"),
    ],
)
def test_a_function_that_cannot_take_what_it_is_given_is_refused_with_the_reason(function, reason):
    with pytest.raises(AuthorError, match=reason):
        salon.ChatInterface(function)


def only_message(message):
    return message


def rest(*everything):
    return everything


def optional_third(message, history, temperature=0.7):
    return message


def request_first(request: salon.Request, message):
    return message


def request_optional(message, history, request: Optional[salon.Request] = None):  # noqa: UP045
    return message


def progress_between(message, progress=salon.Progress(), history=None):
    return message


def request_beside_the_unknown(message: "Unknown", history, request: "salon.Request"):  # noqa: F821
    return ""


def request_by_name(message, history, *, request: salon.Request):
    return message


@pytest.mark.parametrize(
    ("function", "positional", "named"),
    [
        (only_message, ("message",), {}),
        (rest, ("message", "history"), {}),
        (optional_third, ("message", "history"), {}),
        (request_first, ("request", "message"), {}),
        (request_optional, ("message", "history", "request"), {}),
        (progress_between, ("message",), {"history": "history"}),
        (request_beside_the_unknown, ("message", "history", "request"), {}),
        (request_by_name, ("message", "history"), {"request": "request"}),
    ],
)
def test_each_parameter_gets_what_it_asks_for(function, positional, named):
    signature = compiled(function).chats["chat"].signature

    assert signature.positional == positional
    assert dict(signature.named) == named


def test_problems_of_one_parameter_s_value_stand_in_the_same_list_as_all_others():
    with pytest.raises(AuthorError) as caught:
        salon.ChatInterface(
            lambda message, history: "", theme="none", chatbot=salon.Chatbot(layout="x", avatar_images="y")
        )  # type: ignore[arg-type]

    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert not any(line.startswith("- - ") for line in lines)


def test_all_problems_are_reported_together():
    with pytest.raises(AuthorError) as refused:
        compiled(
            no_message,
            type="message",
            theme="sofd",
            chatbot="a chatbot",
            examples="hello",
            concurrency_limit=0,
            retry_btn=5,
        )

    for part in ("takes no message", "`soft`", "`Chatbot`", "'hello'", "`0`", "`retry_btn`"):
        assert part in str(refused.value)


@pytest.mark.parametrize("length", ["1px;color:red", "url(x)}", -3, ""])
def test_a_height_that_is_no_length_is_refused(length):
    with pytest.raises(AuthorError, match="height"):
        compiled(chatbot=salon.Chatbot(height=length))


@pytest.mark.parametrize(("height", "css"), [(300, "300px"), (1.5, "1.5px"), ("50vh", "50vh"), (None, None)])
def test_heights_are_pixels_or_css_lengths(height, css):
    assert compiled(chatbot=salon.Chatbot(height=height)).page.chats[0].chatbot.height == css


@pytest.mark.parametrize(
    ("button", "told"),
    [(True, None), (None, False), (False, False), ("重试", "重试"), (salon.Button("Again"), "Again")],
)
def test_buttons_are_icons_labels_or_not_there(button, told):
    assert compiled(retry_btn=button).page.chats[0].buttons.retry == told


def test_a_textbox_of_ones_own_brings_its_own_buttons():
    page = compiled(textbox=salon.Textbox(submit_btn="Go", placeholder="Ask")).page.chats[0]

    assert (page.buttons.submit, page.textbox.placeholder) == ("Go", "Ask")


def test_a_misspelt_parameter_is_refused():
    with pytest.raises(TypeError, match="titel"):
        salon.ChatInterface(only_message, titel="T")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"file_count": "many"}, "file_count"),
        ({"file_types": ["pictures"]}, "pictures"),
        ({"sources": ["scanner"]}, "scanner"),
    ],
)
def test_what_a_multimodal_box_cannot_take_is_named(options, named):
    with pytest.raises(AuthorError, match=named):
        salon.ChatInterface(str, multimodal=True, textbox=salon.MultimodalTextbox(**options))


def test_a_multimodal_box_needs_a_multimodal_chat():
    with pytest.raises(AuthorError, match="multimodal=True"):
        salon.ChatInterface(str, textbox=salon.MultimodalTextbox())


def test_reasoning_tags_that_are_no_pairs_are_named():
    with pytest.raises(AuthorError, match="<think>"):
        salon.ChatInterface(str, chatbot=salon.Chatbot(reasoning_tags=["<think>"]))


def named(text, history):
    """Answer kindly."""
    return text


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("chat", "named", "Answer kindly.", "public")),
        ({"api_name": "/ask"}, ("ask", None, "Answer kindly.", "public")),
        ({"api_name": "chat"}, ("chat", None, "Answer kindly.", "public")),
        ({"api_name": False}, ("chat", None, "", "private")),
        ({"api_description": "Asks."}, ("chat", "named", "Asks.", "public")),
        ({"api_description": False}, ("chat", "named", "", "public")),
        ({"show_api": False}, ("chat", "named", "Answer kindly.", "undocumented")),
        ({"api_visibility": "private"}, ("chat", "named", "Answer kindly.", "private")),
    ],
)
def test_how_programs_call_a_chat(options, expected):
    api = compiled(named, **options).chats["chat"].api

    assert (api.name, api.alias, api.description, api.visibility) == expected


def test_the_message_is_called_what_its_author_calls_it():
    assert compiled(named).chats["chat"].signature.names["message"] == "text"
    assert compiled(request_first).chats["chat"].signature.names["message"] == "message"
    assert "message" not in compiled(rest).chats["chat"].signature.names


@pytest.mark.parametrize("options", [{"api_name": "a b"}, {"api_name": ""}, {"api_visibility": "secret"}])
def test_a_name_or_visibility_for_programs_that_is_none_is_refused(options):
    with pytest.raises(AuthorError, match=next(iter(options))):
        compiled(named, **options)


def test_what_an_author_writes_loses_the_indentation_of_its_code():
    text = """
        A *bot* that
        answers.
        """
    chatbot = salon.Chatbot(placeholder=text, render_user_markdown=True)
    page = compiled(title=text, description=text, chatbot=chatbot).page

    assert [page.title, page.chats[0].description, page.chats[0].chatbot.placeholder] == ["A *bot* that\nanswers."] * 3
    assert page.chats[0].chatbot.renders_user_markdown
