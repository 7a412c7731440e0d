import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon.conversations.reading import MessageReader, ReplyError
from salon.engine.deltas import Deltas
from salon.events.fold import Folding
from salon.events.types import MessageStart, PartDelta, PartReplace, PartStart
from salon.messages.chat_message import Append, ChatMessage
from salon.messages.parts import TextPart, ThoughtPart
from salon.text import clean


class NoFiles:
    """For values that need no files."""


class ReadingDeltas(Deltas):
    """Reads each value as a run does before it compares it with what is shown."""

    def take(self, value):
        return super().take(MessageReader(files=NoFiles(), tags=self._tags).read(value))


def make(**options) -> Deltas:
    ids = itertools.count()
    return ReadingDeltas(lambda: f"answer-{next(ids)}", **options)


def shown_after(*values: object) -> list[tuple[object, ...]]:
    deltas, folding = make(), Folding()
    for value in values:
        for event in deltas.take(value):
            folding.add(event)
    return [message.parts for message in folding.reply().messages]


def test_a_growing_text_sends_only_what_is_new():
    deltas = make()

    assert deltas.take("Hel") == [MessageStart(id="answer-0"), PartStart(value=TextPart(text="Hel"))]
    assert deltas.take("Hello") == [PartDelta(text="lo")]
    assert deltas.take("Hello") == []


def test_a_different_text_replaces_the_one_before():
    deltas = make()
    deltas.take("Looking …")

    assert deltas.take("Found") == [PartReplace(value=TextPart(text="Found"))]


def test_appended_text_costs_the_same_events_as_growing_text():
    growing, appending = make(), make()

    assert [growing.take(text) for text in ("a", "ab", "abc")] == [appending.take(Append(text)) for text in "abc"]


def test_appending_and_stating_the_whole_text_may_be_mixed():
    assert shown_after(Append("a"), "ab", Append("c"), "abcd") == [(TextPart(text="abcd"),)]


def test_a_list_is_one_message_an_item():
    assert shown_after(["one", "two"]) == [(TextPart(text="one"),), (TextPart(text="two"),)]


def test_a_list_that_its_author_keeps_changing_is_compared_with_what_was_shown():
    deltas, folding = make(), Folding()
    answer = ["one"]
    for event in deltas.take(answer):
        folding.add(event)
    answer[0] = "one!"
    answer.append("two")
    events = deltas.take(answer)

    assert events == [
        PartDelta(text="!"),
        MessageStart(id="answer-1", message=1, form="list"),
        PartStart(value=TextPart(text="two"), message=1),
    ]


def test_a_list_that_gets_shorter_takes_messages_back():
    assert shown_after(["one", "two"], ["one"], "three") == [(TextPart(text="three"),)]


def test_a_thought_belongs_to_the_message_that_follows_it():
    thinking = ChatMessage("hm", metadata={"title": "Thinking", "status": "pending"})
    done = {"role": "assistant", "content": "hm, yes", "metadata": {"title": "Thinking", "status": "done"}}

    assert shown_after(thinking, [done, "42"]) == [
        (ThoughtPart(title="Thinking", text="hm, yes", status="done"), TextPart(text="42"))
    ]


def test_a_thought_that_only_grows_sends_only_what_is_new():
    deltas = make()
    deltas.take(ChatMessage("a", metadata={"title": "T"}))

    assert deltas.take(ChatMessage("ab", metadata={"title": "T"})) == [PartDelta(text="b")]


def test_text_appended_after_a_thought_begins_a_part_of_its_own():
    thought = ChatMessage("hm", metadata={"title": "T"})

    assert shown_after(thought, Append("a"), Append("b")) == [(ThoughtPart(title="T", text="hm"), TextPart(text="ab"))]


@pytest.mark.parametrize("number", [0, 42, 1.5])
def test_numbers_are_shown_as_text(number: float):
    assert shown_after(number) == [(TextPart(text=str(number)),)]


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (None, "`None`"),
        ({1, 2}, "`set`"),
        (True, "`bool`"),
        (b"bytes", "`bytes`"),
        (object(), "`object`"),
        ({"txt": "no content"}, "`dict`"),
        ({"content": {5}}, "`set`"),
        (["fine", None], "`None`"),
        (ChatMessage("x", metadata={"title": "T", "status": "almost"}), "`'almost'`"),
        (ChatMessage("x", metadata={"title": "T", "duration": "1s"}), "`'1s'`"),
    ],
)
def test_what_cannot_be_shown_is_named(value: object, named: str):
    with pytest.raises(ReplyError, match=named):
        make().take(value)


def test_appending_something_else_than_text_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="int"):
        Append(5)


def test_what_no_encoding_can_carry_becomes_a_replacement_character():
    assert clean("a\0b\ud800c") == "a\ufffdb\ufffdc"
    assert clean("\ud83d\ude42") == "🙂"


@given(st.lists(st.text(max_size=8), max_size=8))
def test_whatever_texts_are_yielded_the_last_is_what_is_shown(texts: list[str]):
    parts = shown_after(*texts)

    assert parts == ([(TextPart(text=clean(texts[-1])),)] if texts else [])


@given(st.lists(st.lists(st.text(max_size=4), max_size=3), min_size=1, max_size=6))
def test_whatever_lists_are_yielded_the_last_is_what_is_shown(lists: list[list[str]]):
    assert shown_after(*lists) == [(TextPart(text=clean(text)),) for text in lists[-1]]


def test_a_list_whose_messages_change_shape_keeps_an_id_for_each_message():
    deltas, folding = make(), Folding()
    for value in ([ChatMessage("hm", metadata={"title": "T"}), "a"], ["a", "b"]):
        for event in deltas.take(value):
            folding.add(event)
    reply = folding.reply()

    assert len(reply.ids) == len(reply.messages) == 2
    assert len(set(reply.ids)) == 2


def test_what_surrounds_a_thoughts_text_is_cleaned_too():
    thought = ChatMessage("x", metadata={"title": "caf\udce9", "log": "a\0"})

    assert shown_after(thought) == [(ThoughtPart(title="caf\ufffd", log="a\ufffd", text="x"),)]


def test_a_reply_of_too_many_messages_is_refused():
    with pytest.raises(ReplyError, match="1000"):
        make().take([""] * 1_001)


@given(st.lists(st.one_of(st.text(max_size=3).map(Append), st.text(max_size=3)), max_size=8))
def test_appending_after_a_thought_says_the_same_as_stating_it_all(values: list[Append | str]):
    thought = ChatMessage("hm", metadata={"title": "T"})
    text = ""
    for value in values:
        text = text + value.text if isinstance(value, Append) else value
    stated = [[thought, value] if isinstance(value, str) else value for value in values]

    parts = [part for message in shown_after(thought, *stated) for part in message]
    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == clean(text)
