"""The fold of a run's events into the messages of its reply. Appending costs the same however long the text is."""

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
    """A run's reply up to some event; `status` is `None` while the run is active."""

    ids: tuple[MessageId, ...] = ()
    messages: tuple[Message, ...] = ()
    status: Status | None = None
    failure: Failure | None = None
    form: ReplyForm = "value"

    def ended(self, status: Status, failure: Failure | None) -> "Reply":
        """Return this reply with the status of its ended run; the last message carries the status and the failure."""
        messages = self.messages
        if messages:
            messages = (*messages[:-1], msgspec.structs.replace(messages[-1], status=status, failure=failure))
        return msgspec.structs.replace(self, messages=messages, status=status, failure=failure)


class _GrowingPart:
    # The text is a list of pieces that is joined when somebody reads it. Concatenating at each delta would copy the
    # whole text every time, so a reply of n tokens would cost n² characters of copying.
    __slots__ = ("part", "texts")

    def __init__(self, part: Part) -> None:
        self.part = part
        self.texts = [part.text]

    def value(self) -> Part:
        if len(self.texts) > 1:
            self.texts = ["".join(self.texts)]
        return with_text(self.part, self.texts[0])


class Folding:
    """An incremental fold: `add` takes the events one by one, `reply()` returns the reply so far."""

    def __init__(self) -> None:
        self._ids: list[MessageId] = []
        self._messages: list[list[_GrowingPart]] = []
        self._outputs: dict[str, OutputSet] = {}
        self._texts: dict[str, list[str]] = {}
        self._form: ReplyForm = "value"
        self._end: RunEnd | None = None

    def add(self, event: RunEvent) -> None:
        """Add the next event; events must be in the order of the log and valid by the grammar."""
        match event:
            # Deltas are by far the most frequent events, so their case is the first that is compared.
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
                # Messages are replaced, but components outside of the chat are only added: a function that removes a
                # message keeps the outputs that it has set, and a reset for a late reader contains all of them.
                for output in outputs:
                    self.add(output)
                self._ids = list(ids)
                self._messages = [[_GrowingPart(part) for part in message.parts] for message in messages]
            case OutputSet(node=node):
                # Texts are apart from the props, in pieces like those of parts, so that appending to them is cheap.
                if event.text is not None:
                    self._texts[node] = [event.text]
                self._outputs[node] = _merged(self._outputs.get(node), event)
            case OutputDelta(node=node, text=text, message=number):
                if number is None:
                    self._texts.setdefault(node, []).append(text)
                else:
                    self._outputs[node] = _with_appended(self._outputs[node], number, text)
            case RunEnd():
                self._end = event
            case RunStart() | PartEnd() | MessageEnd() | QueuePosition() | Progress() | Notice():
                pass
            case _:
                assert_never(event)

    def length(self) -> int:
        """Return the number of characters of the reply so far."""
        in_messages = sum(length_of(part.value()) for parts in self._messages for part in parts)
        return in_messages + sum(output_length(output) for output in self.outputs())

    def outputs(self) -> tuple[OutputSet, ...]:
        """Return the changes of components so far, merged into one event for each component."""
        texts = {node: "".join(texts) for node, texts in self._texts.items()}
        return tuple(msgspec.structs.replace(output, text=texts.get(node)) for node, output in self._outputs.items())

    def reply(self) -> Reply:
        """Return the reply that the events so far make up."""
        messages = (Message(role="assistant", parts=tuple(part.value() for part in parts)) for parts in self._messages)
        reply = Reply(ids=tuple(self._ids), messages=tuple(messages), form=self._form)
        return reply if self._end is None else reply.ended(self._end.status, self._end.failure)


def output_length(output: OutputSet) -> int:
    """Return the approximate number of characters of a component's change, for limits."""
    return len(output.text or "") + len(msgspec.json.encode(output.props))


def _merged(before: OutputSet | None, event: OutputSet) -> OutputSet:
    if before is None:
        return event
    files = before.files if event.files is None else event.files
    return OutputSet(node=event.node, props=before.props | event.props, files=files)


def _with_appended(output: OutputSet, number: int, text: str) -> OutputSet:
    """Return a chatbot's change in which `text` is appended to a message's last part."""
    messages = list(output.props["messages"])
    *before, last = messages[number]["parts"]
    messages[number] = messages[number] | {"parts": [*before, last | {"text": last.get("text", "") + text}]}
    return msgspec.structs.replace(output, props=output.props | {"messages": messages})


def fold(events: Iterable[RunEvent]) -> Reply:
    """Return the reply of a sequence of events that begins with run-start or with a reset."""
    folding = Folding()
    for event in events:
        folding.add(event)
    return folding.reply()
