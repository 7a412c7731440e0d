"""The golden runs that both languages read: decode, grammar, fold, encode."""

from copy import deepcopy
from pathlib import Path

import msgspec
import pytest

from salon.events.fold import Reply, fold
from salon.events.grammar import Grammar
from salon.events.types import RunEvent
from salon.identity import Identity
from salon.runs.run import Run
from salon.surfaces.agui.encode import RunEncoder
from salon.surfaces.callable_endpoints import CallableEndpoint
from salon.surfaces.gradio.encode import JobEncoder, Outcome, error_of
from salon.surfaces.gradio.json_edits import edits
from salon.surfaces.gradio.values import Values
from salon.surfaces.mcp.encode import ProgressEncoder
from salon.surfaces.openai.completions import CompletionEncoder
from salon.surfaces.openai.responses import Record, ResponseEncoder, response_of
from salon.surfaces.texts import text_of
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
        first, second = decoded(b"".join(frames(entries[:cut]))), decoded(b"".join(frames(entries[cut:])))
        numbers = [number for number, _ in first + second]

        assert fold(event for _, event in first + second) == reply
        assert numbers == sorted(set(numbers))
        assert numbers[-1] == len(entries)


def frames_of_gradio(entries: list, *, yields: bool) -> list[dict]:
    called = CallableEndpoint(name="chat", chat="chat", yields=yields)
    encoder = JobEncoder("event", Outcome(Values("http://host"), called), called, waits=False)
    stream = encoder.frames(entries) + encoder.final()
    return [msgspec.json.decode(frame.removeprefix(b"data: ")) for frame in stream.split(b"\n\n")[:-1]]


def edited(value, edits):
    for action, path, change in edits:
        if not path:
            value = change if action == "replace" else value + change
            continue
        *way, last = path
        place = value
        for step in way:
            place = place[step]
        if action == "delete":
            del place[last]
        elif action == "add" and isinstance(place, list):
            place.insert(last, change)
        else:
            place[last] = place[last] + change if action == "append" else change
    return value


@pytest.mark.parametrize("yields", [True, False])
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_golden_run_means_the_same_to_clients_of_gradio(path: Path, yields: bool):
    events, reply = read(path)
    frames = frames_of_gradio(list(enumerate(events, 1)), yields=yields)
    outcome = Values("http://host").of(reply)

    assert [frame["msg"] for frame in frames].count("process_completed") == 1
    assert all(frame["event_id"] == "event" for frame in frames)
    last = frames[-1]
    assert last["success"] == (reply.status in ("complete", "cancelled"))
    assert last["output"] == (
        {"data": [outcome], "is_generating": False} if last["success"] else error_of(reply.failure)
    )
    changes = [frame["output"]["data"][0] for frame in frames if frame["msg"] == "process_generating"]
    if yields and reply.messages and reply.status != "cancelled":
        value = changes[0]
        for change in changes[1:]:
            value = edited(value, change)
        assert value == outcome


def address(file) -> str:
    return f"http://host/{file.id}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_golden_run_means_the_same_to_clients_of_completions(path: Path):
    events, reply = read(path)
    encoder = CompletionEncoder("id", model="m", created=0, prompt_tokens=0, address=address)
    lines = encoder.frames(list(enumerate(events, 1))).decode().removesuffix("\n\n").split("\n\n")
    frames = [msgspec.json.decode(line.removeprefix("data: ")) for line in lines if line != "data: [DONE]"]
    choices = [choice for frame in frames for choice in frame.get("choices", ())]
    text = "".join(choice["delta"].get("content", "") for choice in choices)

    if reply.status in ("complete", "cancelled"):
        assert text.endswith(text_of(reply, address))
        assert (choices[-1]["finish_reason"], lines[-1]) == ("stop", "data: [DONE]")
        assert encoder.whole()["choices"][0]["message"]["content"] == text_of(reply, address)
    else:
        assert reply.failure.message in frames[-1]["error"]["message"]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_golden_run_means_the_same_to_clients_of_responses_wherever_they_are_cut(path: Path):
    events, reply = read(path)
    entries = list(enumerate(events, 1))
    run = Run(id="run-00000001", owner="ann", turn="turn-0001", conversation="conv-0001", answers="msg-0001")
    record = Record(
        id="resp", run=run, identity=Identity(owner="ann"), model="m", created=0, prompt_tokens=0, conversation=None
    )

    def frames_after(number: int, batches: list) -> list[dict]:
        encoder = ResponseEncoder(record, address, after=number)
        text = b"".join(map(encoder.frames, batches)).decode()
        return [msgspec.json.decode(frame.split("\ndata: ")[1]) for frame in text.split("\n\n")[:-1]]

    whole = frames_after(-1, [entries])
    last = whole[-1]["response"]
    assert last == response_of(record, reply, address)
    assert last["status"] == {"complete": "completed", "cancelled": "cancelled"}.get(reply.status, "failed")
    if reply.status == "complete":
        done = [frame["text"] for frame in whole if frame["type"] == "response.output_text.done"]
        assert done == [text_of(reply, address)]
    for cut in range(len(entries)):
        assert frames_after(-1, [entries[:cut], entries[cut:]]) == whole
    for index, frame in enumerate(whole):
        assert frames_after(frame["sequence_number"], [entries]) == whole[index + 1 :]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_golden_run_means_the_same_to_front_ends_of_ag_ui(path: Path):
    events, reply = read(path)
    encoder = RunEncoder("thread", "run", messages=[{"id": "1", "role": "user", "content": "hi"}], address=address)
    stream = encoder.frames(list(enumerate(events, 1))).decode()
    frames = [msgspec.json.decode(line.removeprefix("data: ")) for line in stream.split("\n\n")[:-1]]

    assert frames[0]["type"] == "RUN_STARTED"
    if reply.status in ("complete", "cancelled"):
        said = "".join(frame["delta"] for frame in frames if frame["type"] == "TEXT_MESSAGE_CONTENT")
        for frame in frames:
            if frame["type"] == "MESSAGES_SNAPSHOT":
                said = frame["messages"][-1]["content"]
        assert said == text_of(reply, address)
        assert frames[-1]["type"] == "RUN_FINISHED"
    else:
        assert (frames[-1]["type"], frames[-1]["code"]) == ("RUN_ERROR", reply.failure.code)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
@pytest.mark.parametrize("batch", [1, 3, 1_000])
def test_a_golden_run_means_the_same_to_clients_of_mcp(path: Path, batch: int):
    events, reply = read(path)
    entries = list(enumerate(events, 1))
    encoder = ProgressEncoder("token", outputs=(), address=address)
    told = []
    for start in range(0, len(entries), batch):
        told += encoder.notifications(entries[start : start + batch])
    progress = [notification["params"]["progress"] for notification in told]

    assert encoder.parts() == [part for message in reply.messages for part in message.parts]
    assert encoder.end == events[-1]
    assert progress == sorted(set(progress))  # as the protocol wants it


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a", "ab"),
        ("ab", "a"),
        ("", "a"),
        (["a"], ["a", "b"]),
        (["a", "b", "c"], ["b"]),
        ({"a": 1, "b": [1, {"c": "x"}]}, {"b": [1, {"c": "xy"}, None], "d": {}}),
        ("a", ["a"]),
        (1, True),
        ([], {}),
        (None, "a"),
    ],
)
def test_edits_make_one_value_of_the_other(old, new):
    assert edited(deepcopy(old), edits(old, new)) == new
    assert edits(new, new) == []
