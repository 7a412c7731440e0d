"""The events of a run. They are the entries of its log and, as JSON, what travels to clients."""

from typing import Any, Literal, TypeAlias

import msgspec

from salon.errors import Failure
from salon.ids import ConversationId, MessageId, RunId
from salon.messages.message import Message, Status
from salon.messages.parts import FileRef, Part

PROTOCOL = 1

ReplyForm: TypeAlias = Literal["value", "message", "list", "messages"]
"""What a function gave as its reply: a text or component alone, one message, or a list, of messages if one is in it."""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", gc=False):
    """Base of all events; `type` on the wire tells which one it is.

    `more` says that the next event belongs to the same value of the function, so that clients that show whole values
    know where each ends. Events hold nothing that could refer back to them, so the garbage collector need not look at
    them.
    """

    more: bool = False


class RunStart(Event, frozen=True, kw_only=True, tag="run-start"):
    """The run was accepted. `answers` is the user's message that it replies to.

    `message` is that message where the server added to it, such as an example's files. `signature` is the server's,
    for clients that keep the message.
    """

    run: RunId
    conversation: ConversationId | None = None
    answers: MessageId | None = None
    message: Message | None = None
    signature: str | None = None
    protocol: int = PROTOCOL


class MessageStart(Event, frozen=True, kw_only=True, tag="message-start"):
    """A reply's message begins; messages are counted from 0, and several may be open at once.

    `form` is that of the whole reply from now on.
    """

    id: MessageId
    message: int = 0
    form: ReplyForm = "value"


class PartStart(Event, frozen=True, kw_only=True, tag="part-start"):
    """A part begins, holding `value` from the start; parts of a message are counted from 0."""

    value: Part
    message: int = 0
    part: int = 0


class PartDelta(Event, frozen=True, kw_only=True, tag="part-delta"):
    """`text` is to be appended to the part's text."""

    text: str
    message: int = 0
    part: int = 0


class PartReplace(Event, frozen=True, kw_only=True, tag="part-replace"):
    """The part is `value` from now on."""

    value: Part
    message: int = 0
    part: int = 0


class PartTruncate(Event, frozen=True, kw_only=True, tag="part-truncate"):
    """The part's text keeps only its first `length` Unicode code points."""

    length: int
    message: int = 0
    part: int = 0


class PartEnd(Event, frozen=True, kw_only=True, tag="part-end"):
    """The part will not change any more."""

    message: int = 0
    part: int = 0


class MessageEnd(Event, frozen=True, kw_only=True, tag="message-end"):
    """The message will not change any more."""

    message: int = 0


class OutputSet(Event, frozen=True, kw_only=True, tag="output-set"):
    """A component beside the chat changes: `props` replace its own of the same names.

    So do `text` and `files`, unless they are `None`.
    """

    node: str
    props: dict[str, Any] = {}
    text: str | None = None
    files: tuple[FileRef, ...] | None = None


class Reset(Event, frozen=True, kw_only=True, tag="reset"):
    """Everything folded so far is void: the reply's messages are `messages`, their ids `ids`, all open.

    Readers that come too late for trimmed entries get it in place of these; a function that
    takes back a message causes it, too. `outputs` are the components beside the chat that trimmed entries set.
    """

    ids: tuple[MessageId, ...] = ()
    messages: tuple[Message, ...] = ()
    outputs: tuple[OutputSet, ...] = ()
    form: ReplyForm = "value"


class QueuePosition(Event, frozen=True, kw_only=True, tag="queue-position"):
    """The run's place in the queue: 1 comes next, 0 says that the wait is over."""

    position: int


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """How far a long step is: `fraction` from 0 to 1, or `None` when unknown, and `text`, which says all in words.

    Where steps are counted, `done` of `total` (`None` when unknown) are, in `unit`; `label` is the text without that.
    """

    fraction: float | None = None
    text: str = ""
    done: float | None = None
    total: float | None = None
    unit: str | None = None
    label: str = ""


class Notice(Event, frozen=True, kw_only=True, tag="notice"):
    """A passing message for the user, beside the reply."""

    level: Literal["info", "success", "warning", "error"]
    text: str
    title: str | None = None
    duration_s: float | None = 10


class OutputDelta(Event, frozen=True, kw_only=True, tag="output-delta"):
    """`text` is to be appended to the text of a component beside the chat, which was set in this run.

    With `message`, a conversation is meant: the last part of that message, counted from 0, in its `messages`.
    """

    node: str
    text: str
    message: int | None = None


class RunEnd(Event, frozen=True, kw_only=True, tag="run-end"):
    """The last event of every run, exactly once.

    `signatures` are those of the reply's messages, for clients that keep them.
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
"""One line of a run's log: its number, counted from 1 without gaps, and the event."""
