"""Events in, messages out. Appending stays cheap however long the text gets."""

from collections.abc import Iterable
from typing import assert_never

import msgspec

from salon.errors import Failure
from salon.events.types import (
    MessageEnd,
    MessageStart,
    Notice,
    OutputDelta,
    OutputSet,
    PartDelta,
    PartEnd,
    PartReplace,
    PartStart,
    PartTruncate,
    Progress,
    QueuePosition,
    ReplyForm,
    Reset,
    RunEnd,
    RunEvent,
    RunStart,
)
from salon.ids import MessageId
from salon.messages.message import Message, Status
from salon.messages.parts import Part, length_of, with_text


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run has said so far; `status` is `None` while it goes on."""

    ids: tuple[MessageId, ...] = ()
    messages: tuple[Message, ...] = ()
    status: Status | None = None
    failure: Failure | None = None
    form: ReplyForm = "value"

    def ended(self, status: Status, failure: Failure | None) -> "Reply":
        """Return this reply as it is when its run has ended so; the end marks the last message."""
        messages = self.messages
        if messages:
            messages = (*messages[:-1], msgspec.structs.replace(messages[-1], status=status, failure=failure))
        return msgspec.structs.replace(self, messages=messages, status=status, failure=failure)


class _GrowingPart:
    __slots__ = ("part", "texts")

    def __init__(self, part: Part) -> None:
        self.part = part
        self.texts = [part.text]

    def value(self) -> Part:
        if len(self.texts) > 1:
            self.texts = ["".join(self.texts)]
        return with_text(self.part, self.texts[0])


class Folding:
    """A reply under construction: `add` each event, take `reply()` at any time."""

    def __init__(self) -> None:
        self._ids: list[MessageId] = []
        self._messages: list[list[_GrowingPart]] = []
        self._outputs: dict[str, OutputSet] = {}
        self._texts: dict[str, list[str]] = {}
        self._form: ReplyForm = "value"
        self._end: RunEnd | None = None

    def add(self, event: RunEvent) -> None:
        """Take the next event; events must come in log order and keep the grammar."""
        match event:
            case PartDelta(text=text, message=message, part=part):
                self._messages[message][part].texts.append(text)
            case MessageStart(id=id_, form=form):
                self._form = form
                self._ids.append(id_)
                self._messages.append([])
            case PartStart(value=value, message=message):
                self._messages[message].append(_GrowingPart(value))
            case PartReplace(value=value, message=message, part=part):
                self._messages[message][part] = _GrowingPart(value)
            case PartTruncate(length=length, message=message, part=part):
                shown = self._messages[message][part].value()
                self._messages[message][part] = _GrowingPart(with_text(shown, shown.text[:length]))
            case Reset(ids=ids, messages=messages, outputs=outputs, form=form):
                self._form = form
                for output in outputs:
                    self.add(output)
                self._ids = list(ids)
                self._messages = [[_GrowingPart(part) for part in message.parts] for message in messages]
            case OutputSet(node=node):
                if event.text is not None:
                    self._texts[node] = [event.text]
                self._outputs[node] = _merged(self._outputs.get(node), event)
            case OutputDelta(node=node, text=text, message=number):
                if number is None:
                    self._texts.setdefault(node, []).append(text)
                else:
                    self._outputs[node] = _with_more(self._outputs[node], number, text)
            case RunEnd():
                self._end = event
            case RunStart() | PartEnd() | MessageEnd() | QueuePosition() | Progress() | Notice():
                pass
            case _:
                assert_never(event)

    def length(self) -> int:
        """Return how many characters the reply has so far."""
        said = sum(length_of(part.value()) for parts in self._messages for part in parts)
        return said + sum(output_length(output) for output in self.outputs())

    def outputs(self) -> tuple[OutputSet, ...]:
        """Return what all changes of components so far amount to, one event a component."""
        texts = {node: "".join(texts) for node, texts in self._texts.items()}
        return tuple(msgspec.structs.replace(output, text=texts.get(node)) for node, output in self._outputs.items())

    def reply(self) -> Reply:
        """Return what all events so far amount to."""
        messages = (Message(role="assistant", parts=tuple(part.value() for part in parts)) for parts in self._messages)
        reply = Reply(ids=tuple(self._ids), messages=tuple(messages), form=self._form)
        return reply if self._end is None else reply.ended(self._end.status, self._end.failure)


def output_length(output: OutputSet) -> int:
    """Return about how many characters a change of a component takes, for limits."""
    return len(output.text or "") + len(msgspec.json.encode(output.props))


def _merged(before: OutputSet | None, event: OutputSet) -> OutputSet:
    if before is None:
        return event
    files = before.files if event.files is None else event.files
    return OutputSet(node=event.node, props=before.props | event.props, files=files)


def _with_more(output: OutputSet, number: int, text: str) -> OutputSet:
    """Return a conversation whose message says more."""
    messages = list(output.props["messages"])
    *before, last = messages[number]["parts"]
    messages[number] = messages[number] | {"parts": [*before, last | {"text": last.get("text", "") + text}]}
    return msgspec.structs.replace(output, props=output.props | {"messages": messages})


def fold(events: Iterable[RunEvent]) -> Reply:
    """Return what a sequence of events, from run-start on or from a reset on, amounts to."""
    folding = Folding()
    for event in events:
        folding.add(event)
    return folding.reply()
