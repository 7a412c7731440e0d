"""The golden runs that both languages read: decode, grammar, fold, encode."""

from pathlib import Path

import msgspec
import pytest

from salon.events.fold import Reply, fold
from salon.events.grammar import Grammar
from salon.events.types import RunEvent
from salon.surfaces.web.encode import frames

FIXTURES = sorted((Path(__file__).parents[2] / "protocol" / "fixtures").glob("*.jsonl"))


class _Folded(msgspec.Struct):
    reply: Reply


def read(path: Path) -> tuple[list[RunEvent], Reply]:
    *lines, last = path.read_bytes().splitlines()
    return [msgspec.json.decode(line, type=RunEvent) for line in lines], msgspec.json.decode(last, type=_Folded).reply


def decoded(stream: bytes) -> list[tuple[int, RunEvent]]:
    found = []
    for frame in stream.decode().split("\n\n")[:-1]:
        id_line, data_line = frame.split("\n")
        event = msgspec.json.decode(data_line.removeprefix("data: "), type=RunEvent)
        found.append((int(id_line.removeprefix("id: ")), event))
    return found


def test_there_are_golden_runs():
    assert len(FIXTURES) >= 10


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_golden_run_keeps_the_grammar_and_folds_into_its_reply(path: Path):
    events, reply = read(path)
    grammar = Grammar()
    for event in events:
        grammar.accept(event)

    assert grammar.ended
    assert fold(events) == reply


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_golden_run_means_the_same_however_its_frames_are_merged(path: Path):
    events, reply = read(path)
    entries = list(enumerate(events, 1))
    for cut in range(len(entries) + 1):
        first, second = decoded(frames(entries[:cut])), decoded(frames(entries[cut:]))
        numbers = [number for number, _ in first + second]

        assert fold(event for _, event in first + second) == reply
        assert numbers == sorted(set(numbers))
        assert numbers[-1] == len(entries)
