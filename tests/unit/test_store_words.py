from hypothesis import given
from hypothesis import strategies as st

from salon.messages.message import Message, user_message
from salon.messages.parts import FileRef
from salon.messages.titles import automatic_title
from salon.stores.text_search import excerpt, fold, words_of


def test_words_are_what_stands_between_spaces_each_once():
    assert words_of(" Hello\n你好  hello ＡＢＣ") == ("hello", "你好", "abc")


def test_of_very_many_or_very_long_words_only_the_beginning_counts():
    assert len(words_of(" ".join(map(str, range(1_000))))) == 8
    assert words_of("x" * 1_000) == ("x" * 100,)


@given(st.text(), st.text(min_size=1, max_size=5), st.text())
def test_an_excerpt_is_short_whatever_is_in_it(before, word, after):
    shown = excerpt(before + word + after, fold(word))

    assert len(shown) <= 92
    assert "\n" not in shown


def test_a_title_is_the_beginning_of_the_first_users_message_with_a_mark_for_each_file():
    file = FileRef(id="f", name="a", media_type="text/plain", size_bytes=1)
    greeting = Message(role="assistant")

    assert automatic_title([]) == automatic_title([greeting]) == ""
    assert automatic_title([greeting, user_message("Hi  there", (file,) * 5), user_message("x")]) == "📎 📎 📎 Hi there"
    assert automatic_title([user_message("", (file,))]) == "📎"
    assert automatic_title([user_message("字" * 41)]) == "字" * 40 + "…"
