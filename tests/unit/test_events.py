import msgspec
import pytest

from salon.errors import Failure
from salon.events.fold import fold
from salon.events.grammar import Grammar, GrammarError
from salon.events.types import (
    MessageEnd,
    MessageStart,
    PartDelta,
    PartEnd,
    PartStart,
    PartTruncate,
    Reset,
    RunEnd,
    RunEvent,
    RunStart,
)
from salon.messages.message import Message
from salon.messages.parts import TextPart

START = RunStart(run="run")
OPEN = [START, MessageStart(id="answer"), PartStart(value=TextPart(text="a"))]


def accept(*events: RunEvent) -> Grammar:
    grammar = Grammar()
    for event in events:
        grammar.accept(event)
    return grammar


@pytest.mark.parametrize(
    "events",
    [
        [RunEnd()],
        [START, START],
        [START, PartStart(value=TextPart())],
        [START, MessageStart(id="answer", message=1)],
        [*OPEN, PartDelta(text="x", part=1)],
        [*OPEN, PartDelta(text="x", message=-1)],
        [*OPEN, PartStart(value=TextPart(), part=2)],
        [*OPEN, PartEnd(), PartDelta(text="x")],
        [*OPEN, MessageEnd()],
        [*OPEN, RunEnd()],
        [START, RunEnd(), RunEnd()],
    ],
)
def test_events_out_of_place_are_refused(events: list[RunEvent]):
    with pytest.raises(GrammarError):
        accept(*events)


def test_closing_ends_everything_that_is_open_and_nothing_else():
    grammar = accept(*OPEN, PartStart(value=TextPart(), part=1), PartEnd())

    assert grammar.closing() == [PartEnd(part=1), MessageEnd()]


def test_a_reset_opens_what_it_holds():
    grammar = accept(*OPEN, Reset(ids=("answer",), messages=(Message(role="assistant", parts=(TextPart(),)),)))
    grammar.accept(PartDelta(text="new"))

    assert grammar.closing() == [PartEnd(), MessageEnd()]


def test_the_end_of_a_run_marks_the_last_message():
    failure = Failure(code="function.failed", message="It failed.")
    reply = fold([*OPEN, PartEnd(), MessageEnd(), RunEnd(status="error", failure=failure)])

    assert reply.messages == (Message(role="assistant", parts=(TextPart(text="a"),), status="error", failure=failure),)


def test_truncating_counts_code_points():
    reply = fold([*OPEN, PartDelta(text="🙂🙃b"), PartTruncate(length=2)])

    assert reply.messages[0].text == "a🙂"


def test_an_event_survives_the_wire_and_leaves_defaults_out():
    wire = msgspec.json.encode(PartDelta(text="x"))

    assert wire == b'{"type":"part-delta","text":"x"}'
    assert msgspec.json.decode(wire, type=RunEvent) == PartDelta(text="x")
