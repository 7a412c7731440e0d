import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon.conversations.reasoning import parts_of
from salon.messages.parts import TextPart, ThoughtPart
from tests.unit.test_deltas import make

TAGS = (("<think>", "</think>"),)


def thought(text: str, status: str = "done") -> ThoughtPart:
    return ThoughtPart(title="Reasoning", text=text, status=status)


def test_what_stands_between_the_tags_is_a_thought():
    text = "Hm.\n<think>\n2 + 2\n</think>\n\nFour."

    assert parts_of(text, TAGS) == (TextPart(text="Hm."), thought("2 + 2"), TextPart(text="Four."))


def test_a_thought_that_goes_on_is_pending():
    assert parts_of("<think>2 +", TAGS) == (thought("2 +", "pending"),)


def test_an_empty_thought_is_left_out():
    assert parts_of("<think>\n</think>Four.", TAGS) == (TextPart(text="Four."),)


def test_half_a_tag_is_not_shown_while_it_may_become_one():
    assert parts_of("a <thi", TAGS, is_whole=False) == (TextPart(text="a"),)
    assert parts_of("a <thi", TAGS) == (TextPart(text="a <thi"),)
    assert parts_of("<think>a</th", TAGS, is_whole=False) == (thought("a", "pending"),)


def test_several_pairs_of_tags_may_be_mixed():
    tags = (*TAGS, ("[[", "]]"))

    assert parts_of("[[a]]<think>b</think>c", tags) == (thought("a"), thought("b"), TextPart(text="c"))


@given(st.lists(st.sampled_from(["<think>", "</think>", "a", " ", "<", "\n", "b", "</th", "`", "```\n"]), max_size=12))
def test_streaming_ends_in_what_the_whole_text_is(pieces):
    from salon.events.fold import Folding
    from salon.messages.chat_message import Append

    deltas, folding = make(tags=TAGS), Folding()
    for piece in pieces:
        for event in deltas.take(Append(piece)):
            folding.add(event)
    for event in deltas.finish():
        folding.add(event)

    whole = "".join(pieces)
    if whole:
        assert folding.reply().messages[0].parts == parts_of(whole, TAGS)


@pytest.mark.parametrize(
    "text",
    [
        "Use:\n\n```html\n<think>x</think>\n```\n\nand `<think>` inline. This must be visible.",
        "~~~\n</think>\n~~~",
        "Write ``<think> ` </think>`` here",
        "- item\n\n  ```\n  <think>\n  ```",
    ],
)
def test_tags_in_code_are_code(text):
    assert parts_of(text, TAGS) == (TextPart(text=text),)


def test_a_tag_after_code_is_a_tag():
    text = "```\n<think>\n```\n<think>a `</think>` b</think>c"

    assert parts_of(text, TAGS) == (TextPart(text="```\n<think>\n```"), thought("a `</think>` b"), TextPart(text="c"))


def test_a_thought_without_its_opening_tag_is_a_thought():
    assert parts_of("hm\n</think>\n\nFour.", TAGS) == (thought("hm"), TextPart(text="Four."))
    assert parts_of("</think>\n\nFour.", TAGS) == (TextPart(text="Four."),)
    assert parts_of("a<think>b</think>c</think>", TAGS)[0] == TextPart(text="a")


def test_a_quoted_tag_that_still_grows_is_text():
    assert parts_of("and `<think>", TAGS, is_whole=False) == (TextPart(text="and `<think>"),)
