"""What every run log and index has to do."""

import asyncio
import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salon.events.fold import Reply, fold
from salon.events.grammar import Grammar
from salon.events.types import (
    MessageEnd,
    MessageStart,
    PartDelta,
    PartEnd,
    PartStart,
    Reset,
    RunEnd,
    RunEvent,
    RunStart,
)
from salon.messages.parts import TextPart
from salon.runs.log import LogConflict, RunNotFound
from salon.runs.memory import MemoryRuns
from salon.runs.run import Run

RUN = "run-1"
START = [RunStart(run=RUN), MessageStart(id="answer"), PartStart(value=TextPart(text="0"))]
END = [PartEnd(), MessageEnd(), RunEnd()]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def deltas(count: int) -> list[RunEvent]:
    return [PartDelta(text=f" {number}") for number in range(1, count + 1)]


def run(**fields) -> Run:
    values = {"id": RUN, "owner": "ann", "turn": "turn", "conversation": "talk", "answers": "question"}
    return Run(**(values | fields))


@pytest.fixture(params=[MemoryRuns])
def runs(request):
    return request.param()


async def numbers_after(runs, after: int) -> list[int]:
    return [number async for batch in runs.read(RUN, after=after) for number, _ in batch]


async def test_a_late_reader_sees_every_entry_once(runs):
    await runs.append(RUN, START, first=1)
    reader = runs.read(RUN, after=1)
    first = await anext(reader)
    await runs.append(RUN, END, first=4)

    rest = [number async for batch in reader for number, _ in batch]
    assert [number for number, _ in first] + rest == [2, 3, 4, 5, 6]


async def test_a_reader_waits_for_what_is_to_come(runs):
    await runs.append(RUN, START, first=1)
    reading = asyncio.create_task(numbers_after(runs, 3))
    await asyncio.sleep(0)
    await runs.append(RUN, END, first=4)

    assert await reading == [4, 5, 6]


async def test_a_reader_of_the_end_gets_nothing_and_ends(runs):
    await runs.append(RUN, [*START, *END], first=1)

    assert await numbers_after(runs, 6) == []


async def test_a_second_writer_is_refused(runs):
    await runs.append(RUN, START, first=1)

    with pytest.raises(LogConflict):
        await runs.append(RUN, START, first=1)
    with pytest.raises(LogConflict):
        await runs.append(RUN, END, first=6)


async def test_a_reader_from_beyond_the_end_gets_everything(runs):
    await runs.append(RUN, [*START, *END], first=1)

    assert await numbers_after(runs, 99) == [1, 2, 3, 4, 5, 6]


async def test_a_turn_is_found_by_its_owner_only(runs):
    created = await runs.create(run())

    assert await runs.find("turn", owner="ann") is created
    assert await runs.find("turn", owner="bob") is None
    assert await runs.find("other", owner="ann") is None


async def test_an_unknown_run_is_refused(runs):
    with pytest.raises(RunNotFound):
        await numbers_after(runs, 0)
    with pytest.raises(RunNotFound):
        await runs.append(RUN, END, first=4)
    with pytest.raises(RunNotFound):
        await runs.cancel(RUN)
    with pytest.raises(RunNotFound):
        await runs.get(RUN, owner="ann")


async def test_whoever_waits_for_a_cancel_learns_what_was_seen(runs):
    await runs.append(RUN, START, first=1)
    waiting = asyncio.create_task(runs.cancelled(RUN))
    await asyncio.sleep(0)
    await runs.cancel(RUN, seen=2)
    await runs.cancel(RUN, seen=3)

    assert await waiting == 2
    assert await runs.cancelled(RUN) == 2


async def test_giving_up_waiting_for_a_cancel_leaves_it_possible(runs):
    await runs.append(RUN, START, first=1)
    waiting = asyncio.create_task(runs.cancelled(RUN))
    await asyncio.sleep(0)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    await runs.cancel(RUN)

    assert await runs.cancelled(RUN) is None


async def test_a_turn_is_claimed_once(runs):
    first = await runs.create(run())

    assert await runs.create(run(id="run-2")) is first
    assert (await runs.create(run(id="run-3", owner="bob"))).id == "run-3"


async def test_the_active_run_of_a_conversation_is_the_last_that_goes_on(runs):
    await runs.create(run())
    await runs.create(run(id="run-2", turn="turn-2"))
    assert (await runs.active("talk")).id == "run-2"

    assert await runs.finish("run-2", "complete")
    assert not await runs.finish("run-2", "error")
    assert (await runs.active("talk")).id == RUN
    assert (await runs.get("run-2", owner="ann")).status == "complete"

    await runs.finish(RUN, "cancelled")
    assert await runs.active("talk") is None


async def test_a_run_is_its_owners_only(runs):
    await runs.create(run())

    with pytest.raises(RunNotFound):
        await runs.get(RUN, owner="bob")


async def test_an_ended_run_is_forgotten_after_its_time():
    clock = Clock()
    runs = MemoryRuns(retention_s=600, clock=clock)
    await runs.create(run())
    await runs.append(RUN, [*START, *END], first=1)
    await runs.finish(RUN, "complete")
    clock.now = 599
    assert len(await numbers_after(runs, 0)) == 6

    clock.now = 601
    with pytest.raises(RunNotFound):
        await runs.get(RUN, owner="ann")
    assert (await runs.create(run(id="run-2"))).id == "run-2"


async def test_ended_runs_are_forgotten_early_when_all_take_too_much():
    runs = MemoryRuns(total_bytes=20_000)
    for number in range(50):
        id_ = f"run-{number}"
        await runs.create(run(id=id_, turn=id_))
        await runs.append(id_, [RunStart(run=id_), MessageStart(id="a"), *START[2:], *deltas(20), *END], first=1)
        await runs.finish(id_, "complete")

    with pytest.raises(RunNotFound):
        await runs.get("run-0", owner="ann")
    assert (await runs.get("run-49", owner="ann")).id == "run-49"


async def test_a_run_that_has_just_ended_is_not_forgotten_before_it_is_finished():
    runs = MemoryRuns(total_bytes=100)
    await runs.create(run())
    await runs.append(RUN, [*START, *END], first=1)

    assert len(await numbers_after(runs, 0)) == 6
    assert await runs.finish(RUN, "complete")
    assert await runs.active("talk") is None


async def test_what_stands_in_for_folded_entries_keeps_the_grammar():
    runs = MemoryRuns(log_bytes=300)
    await runs.append(RUN, [*START, *deltas(40), *END], first=1)
    grammar = Grammar()
    async for batch in runs.read(RUN):
        for _, event in batch:
            grammar.accept(event)

    assert grammar.ended


async def test_folded_text_counts_against_what_all_runs_may_take():
    runs = MemoryRuns(log_bytes=1_000, total_bytes=50_000)
    for number in range(10):
        id_ = f"run-{number}"
        await runs.create(run(id=id_, turn=id_))
        text = [PartDelta(text="x" * 100) for _ in range(100)]
        await runs.append(id_, [RunStart(run=id_), MessageStart(id="a"), *START[2:], *text, *END], first=1)
        await runs.finish(id_, "complete")

    with pytest.raises(RunNotFound):
        await runs.get("run-0", owner="ann")
    assert await runs.get("run-9", owner="ann")


async def test_a_log_of_any_length_stays_bounded_and_says_the_same():
    runs = MemoryRuns(log_bytes=10_000)
    await runs.append(RUN, START, first=1)
    for number in range(4, 5_004):
        await runs.append(RUN, [PartDelta(text="x")], first=number)
    await runs.append(RUN, END, first=5_004)

    entries = [entry async for batch in runs.read(RUN) for entry in batch]
    assert len(entries) < 200
    assert isinstance(entries[0][1], RunStart)
    assert isinstance(entries[1][1], Reset)
    assert fold(event for _, event in entries).messages[0].text == "0" + "x" * 5_000


async def replies_with_a_cut(log_bytes: int, count: int, cut: int, chunk: int) -> tuple[Reply, Reply]:
    """Return the reply of an uninterrupted reader, and of one that was cut off after entry `cut` and came back."""
    runs = MemoryRuns(log_bytes=log_bytes)
    await runs.append(RUN, START, first=1)
    events = [*deltas(count), *END]

    async def write() -> None:
        for index in range(0, len(events), chunk):
            await runs.append(RUN, events[index : index + chunk], first=4 + index)
            await asyncio.sleep(0)

    async def read_all() -> Reply:
        return fold([event async for batch in runs.read(RUN) for _, event in batch])

    async def read_in_two() -> Reply:
        seen: list[RunEvent] = []
        last = 0
        async for batch in runs.read(RUN):
            for number, event in batch:
                if number <= cut:
                    seen.append(event)
                    last = number
            if batch[-1][0] >= cut:
                break
        return fold([*seen, *[event async for batch in runs.read(RUN, after=last) for _, event in batch]])

    _, whole, resumed = await asyncio.gather(write(), read_all(), read_in_two())
    return whole, resumed


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    log_bytes=st.sampled_from([500, 3_000, 2**20]),
    count=st.integers(0, 60),
    cut=st.integers(0, 70),
    chunk=st.integers(1, 7),
)
def test_a_reader_that_is_cut_off_anywhere_loses_nothing_and_gets_nothing_twice(log_bytes, count, cut, chunk):
    whole, resumed = asyncio.run(replies_with_a_cut(log_bytes, count, cut, chunk))

    assert resumed == whole
    assert whole.messages[0].text == " ".join(map(str, range(count + 1)))
