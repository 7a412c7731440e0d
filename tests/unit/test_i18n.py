"""An author's texts in several languages."""

import pytest

import salon
from salon.i18n import in_all_languages, in_language
from tests.chats import ask, make_core, reply_to


@pytest.fixture
def i18n() -> salon.I18n:
    return salon.I18n(en={"title": "Yes man", "only": "English"}, zh_CN={"title": "好好先生"})


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [(["en"], "Yes man"), (["zh"], "好好先生"), (["fr", "ZH-tw"], "好好先生"), (["fr"], "Yes man"), ([""], "Yes man")],
)
def test_a_text_is_shown_in_the_first_wanted_language_that_there_is(i18n, wanted, shown):
    assert in_language(i18n("title"), wanted) == shown


def test_a_text_that_a_language_lacks_is_shown_in_another(i18n):
    assert in_language(i18n("only"), ["zh"]) == "English"


def test_plain_texts_are_the_same_in_all_languages():
    for text in ("Yes man", "", "__i18n__ is no table", "__i18n__[1]"):
        assert in_language(text, ["zh"]) == text
        assert in_all_languages(text) == (text,)


def test_a_key_that_no_language_has_is_shown_as_it_is_with_a_warning(i18n):
    with pytest.warns(UserWarning, match="`titel`"):
        assert i18n("titel") == "titel"


@pytest.mark.parametrize("languages", [{}, {"en": "text"}, {"en": {"title": 1}}])
def test_what_is_no_table_of_texts_is_refused(languages):
    with pytest.raises(salon.AuthorError, match=r"I18n|dictionary of texts"):
        salon.I18n(**languages)


def test_launch_takes_nothing_else_for_it():
    with pytest.raises(salon.AuthorError, match="`i18n` has to be a `I18n`"):
        salon.ChatInterface(str).launch(i18n={"en": {}})


async def test_an_example_is_one_in_all_its_languages_and_each_has_an_answer_of_its_own(tmp_path):
    asked = []

    def reply(message, history):
        asked.append(message)
        return f"{message}!"

    example = salon.I18n(en={"hi": "Hello"}, zh={"hi": "你好"})("hi")
    core = make_core(reply, examples=[example], cache_examples=True, files=tmp_path)
    engine = core.engine
    core.start()
    await core.housekeeping.warmed()
    for number, text in enumerate(("Hello", "你好")):
        turn = ask(text, example=0, conversation=f"conversation-{number}")
        assert (await reply_to(engine, turn)).messages[0].text == f"{text}!"

    assert asked == ["Hello", "你好"]
