"""The events of a run: the entries of its log, and, as JSON, the messages of its event stream."""

from typing import Any, Literal, TypeAlias

import msgspec

from salon.errors import Failure
from salon.ids import ConversationId, MessageId, RunId
from salon.messages.message import Message, Status
from salon.messages.parts import FileRef, Part

PROTOCOL = 1

ReplyForm: TypeAlias = Literal["value", "message", "list", "messages"]
"""The form of a function's reply: one text or component, one message, or a list, with or without messages in it."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", gc=False):
    """The base of all events; the field `type` of the JSON object names the event.

    `more` marks that the next event belongs to the same value of the function, so that clients that show whole values
    know where each ends. Events contain no reference cycles, so they are exempt from garbage collection.
    """

    more: bool = False


class RunStart(Event, frozen=True, kw_only=True, tag="run-start"):
    """The run was accepted. `answers` is the id of the user's message that it replies to.

    `message` is this message if the server added to it, such as an example's files. `signature` is the server's
    signature, for clients that store the message.
    """

    run: RunId
    conversation: ConversationId | None = None
    answers: MessageId | None = None
    message: Message | None = None
    signature: str | None = None
    protocol: int = PROTOCOL


class MessageStart(Event, frozen=True, kw_only=True, tag="message-start"):
    """A message of the reply begins; messages are counted from 0, and several may be open at once.

    `form` is the form of the whole reply from now on.
    """

    id: MessageId
    message: int = 0
    form: ReplyForm = "value"


class PartStart(Event, frozen=True, kw_only=True, tag="part-start"):
    """A part begins with the content `value`; parts of a message are counted from 0."""

    value: Part
    message: int = 0
    part: int = 0


class PartDelta(Event, frozen=True, kw_only=True, tag="part-delta"):
    """Append `text` to the part's text."""

    text: str
    message: int = 0
    part: int = 0


class PartReplace(Event, frozen=True, kw_only=True, tag="part-replace"):
    """Replace the part by `value`."""

    value: Part
    message: int = 0
    part: int = 0


class PartTruncate(Event, frozen=True, kw_only=True, tag="part-truncate"):
    """Truncate the part's text to its first `length` Unicode code points."""

    length: int
    message: int = 0
    part: int = 0


class PartEnd(Event, frozen=True, kw_only=True, tag="part-end"):
    """The part is complete."""

    message: int = 0
    part: int = 0


class MessageEnd(Event, frozen=True, kw_only=True, tag="message-end"):
    """The message is complete."""

    message: int = 0


class OutputSet(Event, frozen=True, kw_only=True, tag="output-set"):
    """Set a component outside of the chat: `props` replace the component's props of the same names.

    `text` and `files` replace the component's own, unless they are `None`.
    """

    node: str
    props: dict[str, Any] = {}
    text: str | None = None
    files: tuple[FileRef, ...] | None = None


class Reset(Event, frozen=True, kw_only=True, tag="reset"):
    """Discard the fold so far: the reply's messages are `messages`, their ids `ids`; all are open.

    A reader that is too late for trimmed entries gets this event in their place; a function that removes a message
    causes it, too. `outputs` are the components outside of the chat that the trimmed entries set.
    """

    ids: tuple[MessageId, ...] = ()
    messages: tuple[Message, ...] = ()
    outputs: tuple[OutputSet, ...] = ()
    form: ReplyForm = "value"


class QueuePosition(Event, frozen=True, kw_only=True, tag="queue-position"):
    """The run's position in the queue: 1 is next, 0 means that the wait is over."""

    position: int


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """The progress of a long step: `fraction` from 0 to 1, or `None` if unknown; `text` describes all of it.

    For counted steps, `done` of `total` (`None` if unknown) are done, in `unit`; `label` is the text without the
    numbers.
    """

    fraction: float | None = None
    text: str = ""
    done: float | None = None
    total: float | None = None
    unit: str | None = None
    label: str = ""


class Notice(Event, frozen=True, kw_only=True, tag="notice"):
    """A transient notification for the user, outside of the reply."""

    level: Literal["info", "success", "warning", "error"]
    text: str
    title: str | None = None
    duration_s: float | None = 10


class OutputDelta(Event, frozen=True, kw_only=True, tag="output-delta"):
    """Append `text` to the text of a component outside of the chat; an output-set of this run has to precede it.

    For a conversation, `message` is the index of a message in `messages`, counted from 0; the text is appended to its
    last part.
    """

    node: str
    text: str
    message: int | None = None


class RunEnd(Event, frozen=True, kw_only=True, tag="run-end"):
    """The last event of every run, exactly once.

    `signatures` are the server's signatures of the reply's messages, for clients that store them.
    """

    status: Status = "complete"
    failure: Failure | None = None
    signatures: tuple[str, ...] = ()


RunEvent: TypeAlias = (
    RunStart
    | MessageStart
    | PartStart
    | PartDelta
    | PartReplace
    | PartTruncate
    | PartEnd
    | MessageEnd
    | Reset
    | QueuePosition
    | Progress
    | Notice
    | OutputSet
    | OutputDelta
    | RunEnd
)

Entry: TypeAlias = tuple[int, RunEvent]
"""One entry of a run's log: its number, counted from 1 without gaps, and the event."""
