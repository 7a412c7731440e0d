"""One turn and its stream, without input or output: what to ask for next, and what the answer means."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from salon.client.errors import ConnectionLost, ReplyFailed, refusal
from salon.errors import ClientError, ConflictError, NotFoundError, SalonError
from salon.events.fold import Folding, Reply
from salon.events.types import (
    Entry,
    OutputSet,
    PartDelta,
    PartReplace,
    PartStart,
    PartTruncate,
    Reset,
    RunEnd,
    RunEvent,
    RunStart,
)
from salon.ids import ConversationId, MessageId, RunId, mint
from salon.messages.message import StoredMessage, user_message
from salon.messages.parts import FileRef, TextPart

_TRIES = 8
_FIRST_WAIT_S = 0.05
_LONGEST_WAIT_S = 5.0
_PASSING = (502, 503, 504)
_PAGE = 200
# As much as servers take of a copy: 200 messages, and two MiB for the whole request.
_COPY_MESSAGES = 200
_COPY_BYTES = 2**20


class _ActiveRun(msgspec.Struct, frozen=True):
    id: RunId


class _View(msgspec.Struct, frozen=True):
    messages: list[StoredMessage]
    earlier: bool = False
    run: _ActiveRun | None = None


class ListedConversation(msgspec.Struct, frozen=True):
    """A conversation as the server lists it. Times are in seconds since 1970, UTC.

    Attributes:
        excerpt: where words were searched, what stands around them.
    """

    id: ConversationId
    title: str
    created_at: float
    updated_at: float
    is_named: bool = False
    is_pinned: bool = False
    excerpt: str | None = None


class ListPage(msgspec.Struct, frozen=True):
    """A page of the list, and what asks for the following one."""

    conversations: list[ListedConversation]
    next: str | None = None


class _Parameter(msgspec.Struct, frozen=True):
    name: str
    input: str | None = None


class _Endpoint(msgspec.Struct, frozen=True):
    name: str
    chat: str | None = None
    event: str | None = None
    outputs: tuple[str, ...] = ()
    parameters: tuple[_Parameter, ...] = ()


class _Endpoints(msgspec.Struct, frozen=True):
    endpoints: tuple[_Endpoint, ...] = ()


class Endpoints:
    """What a program may call: chats, and functions that are bound to events of the page.

    Args:
        body: the server's answer to `GET api/endpoints`.
    """

    def __init__(self, body: bytes) -> None:
        self._all = msgspec.json.decode(body, type=_Endpoints).endpoints

    def inputs_of(self, chat: str) -> "InputNames":
        """Return what the additional inputs of a chat are called."""
        return InputNames(next((each.parameters for each in self._all if each.chat == chat), None))

    def function(self, name: str) -> tuple[str, tuple[str, ...], "InputNames"]:
        """Return what calls name a function by, the components that it sets, and what its inputs are called.

        Raises:
            NotFoundError: there is none of this name.
            ClientError: it is a chat.
        """
        found = next((each for each in self._all if each.name == name.removeprefix("/")), None)
        if found is None:
            names = ", ".join(each.name for each in self._all if each.event is not None) or "none"
            raise NotFoundError("endpoint.unknown", f"There is no function `{name}` here; there are {names}.")
        if found.event is None:
            raise ClientError("endpoint.chat", f"`{name}` is a chat: use `ask`.")
        return found.event, found.outputs, InputNames(found.parameters)


class InputNames:
    """What inputs are called by their function, and what requests call them.

    Args:
        parameters: of the function; `None` where the server does not list it.
    """

    def __init__(self, parameters: Sequence[_Parameter] | None) -> None:
        self._is_listed = parameters is not None
        self._ids = {each.name: each.input for each in parameters or () if each.input is not None}

    def id_of(self, name: str) -> str:
        """Return the id of an input by its name, or by that id.

        Raises:
            ClientError: there is none.
        """
        if self._is_listed and name not in self._ids and name not in self._ids.values():
            names = ", ".join(self._ids) or "none"
            raise ClientError("input.unknown", f"There is no input `{name}` here; there are {names}.")
        return self._ids.get(name, name)


class Past:
    """What was said in a conversation so far, as this client saw it; a server that has lost it gets it as a copy."""

    def __init__(self, id_: str | None) -> None:
        self.id = ConversationId(id_ or mint())
        self.messages: list[StoredMessage] = []
        self.is_unread = id_ is not None
        self.exchange: Exchange | None = None

    @property
    def is_behind(self) -> bool:
        """Whether the server may know more: nothing was read yet, or the last reply was not read to its end."""
        return self.is_unread or (self.exchange is not None and self.exchange.is_under_way)

    def take(self, reading: "Reading") -> None:
        """Have what the server knows; when it does not know the conversation, what was here stays."""
        self.is_unread = False
        self.exchange = None
        if reading.is_known:
            self.messages = reading.messages

    def clear(self) -> None:
        """Forget all that was said."""
        self.messages, self.exchange, self.is_unread = [], None, False

    def undo(self) -> None:
        """Take the last exchange back."""
        if self.is_behind:
            self.is_unread = True
            return
        while self.messages and self.messages.pop().message.role != "user":
            pass

    def judgement(self, options: Sequence[str], comment: str, chat: str) -> dict[str, Any]:
        """Return what says what the reader thinks of the last reply.

        Raises:
            SalonError: there is no reply yet.
        """
        replies = [stored.id for stored in self.messages if stored.message.role == "assistant"]
        if not replies:
            raise SalonError("feedback.none", "There is no reply yet. Ask something first.")
        return {"message": replies[-1], "options": list(options), "comment": comment, "chat": chat}

    def copy(self) -> dict[str, Any]:
        """Return what a request says besides for a server that has lost the conversation."""
        return {"copy": copy_of(self.messages)}


class Reading:
    """Reads what the server has of a conversation, a page at a time from the end: ask for `path` until it is `None`."""

    def __init__(self, id_: ConversationId) -> None:
        self._id = id_
        self.messages: list[StoredMessage] = []
        self.is_known = True
        self.run: RunId | None = None
        self.path: str | None = f"api/conversations/{id_}?limit={_PAGE}"

    def add(self, status: int, body: bytes) -> None:
        """Take the server's answer.

        Raises:
            SalonError: it refuses, for another reason than that it does not know the conversation.
        """
        if status == 404:
            self.is_known, self.path = False, None
            return
        if status != 200:
            raise refusal(status, body)
        view = msgspec.json.decode(body, type=_View)
        if not self.messages and view.run is not None:
            self.run = view.run.id
        self.messages = [*view.messages, *self.messages]
        goes_on = view.earlier and view.messages
        self.path = f"api/conversations/{self._id}?limit={_PAGE}&before={self.messages[0].id}" if goes_on else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """One request to be made: relative to the application, with a JSON body or none."""

    method: str
    path: str
    body: bytes | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What says that the body is JSON."""
        return {} if self.body is None else {"Content-Type": "application/json"}


class Following:
    """The stream of a run. `next_request` says what to ask for, `feed` takes what comes; until `has_ended`."""

    def __init__(self, run: RunId | None = None) -> None:
        self.run = run
        self.has_ended = False
        self._folding = Folding()
        self._decoder = EntryDecoder()
        self._last = 0
        self._losses = 0

    @property
    def last(self) -> int:
        """The number of the last event that was seen."""
        return self._last

    @property
    def is_under_way(self) -> bool:
        """Whether the server writes, or may have written, more than was seen."""
        return self.run is not None and not self.has_ended

    @property
    def reply(self) -> Reply:
        """All that was said so far."""
        return self._folding.reply()

    def next_request(self) -> Asking:
        """Return what to ask for: what begins the run at first, and what is missing of its stream after a cut."""
        self._decoder = EntryDecoder()
        if self.run is None:
            return self._beginning()
        return Asking(method="GET", path=f"api/runs/{self.run}/events?after={self._last}")

    def feed(self, chunk: bytes) -> list[Entry]:
        """Take bytes of the stream, and return the events that are whole with them."""
        entries = [entry for entry in self._decoder.feed(chunk) if entry[0] > self._last]
        for number, event in entries:
            self._last = number
            self._losses = 0
            self._folding.add(event)
            if isinstance(event, RunStart):
                self._begun(event)
            if isinstance(event, RunEnd):
                self._ended(event)
        return entries

    def refused(self, error: SalonError) -> None:
        """Make good what made the server refuse; raise the error where that cannot be."""
        raise error

    @staticmethod
    def passes(status: int) -> bool:
        """Tell whether the server, or a proxy before it, says that it is not there at the moment."""
        return status in _PASSING

    def lost(self, reason: Exception | None) -> float:
        """Take note that the connection was cut; return how long to wait before asking again, in seconds.

        Raises:
            ConnectionLost: it was cut too often without anything coming.
            SalonError: the server has refused as often.
        """
        self._losses += 1
        if self._losses > _TRIES and isinstance(reason, SalonError):
            raise reason
        if self._losses > _TRIES:
            raise ConnectionLost("client.lost", f"The connection is lost: {reason or 'it ended early'}.") from reason
        return min(_FIRST_WAIT_S * float(2 ** (self._losses - 1)), _LONGEST_WAIT_S)

    def check(self) -> Reply:
        """Return the reply.

        Raises:
            ReplyFailed: it did not become complete.
        """
        reply = self.reply
        if reply.status != "complete":
            raise ReplyFailed(reply.failure, text_of(reply))
        return reply

    def _beginning(self) -> Asking:
        """Return what begins the run; whoever follows one that goes on already has none."""
        raise NotImplementedError

    def _begun(self, start: RunStart) -> None:
        self.run = start.run

    def _ended(self, end: RunEnd) -> None:
        del end
        self.has_ended = True


class Exchange(Following):
    """One turn, and the stream of its run.

    Args:
        past: the conversation that it belongs to; it is brought up to date at the end.
        text: what the user says; `None` asks for another answer to what was said last.
        files: that go with it.
        inputs: values of additional inputs by their ids, as turns have them.
        chat: which of the application's chats.
    """

    def __init__(
        self, past: Past, text: str | None, *, files: Sequence[FileRef], inputs: Mapping[str, Any], chat: str
    ) -> None:
        super().__init__()
        self._past = past
        past.exchange = self
        self._before = list(past.messages)
        self._asked: StoredMessage | None = None
        while text is None and self._before and self._before[-1].message.role != "user":
            self._before.pop()
        parent = self._before[-1].id if self._before else None
        self._body: dict[str, Any] = {"id": mint(), "conversation": past.id, "parent": parent, "chat": chat}
        if text is not None:
            self._asked = StoredMessage(
                id=MessageId(mint()), parent=parent, message=user_message(text, tuple(files)), created_at=time.time()
            )
            self._body["message"] = {"id": self._asked.id, "text": text, "files": [file.id for file in files]}
        if inputs:
            self._body["inputs"] = dict(inputs)

    def refused(self, error: SalonError) -> None:
        """Send a copy of the conversation along, where the server has lost it; raise any other error."""
        if not isinstance(error, ConflictError) or error.code != "conversation.unknown" or "copy" in self._body:
            self._past.is_unread = bool(self._past.messages)  # it may not be what the client takes it for
            raise error
        copy = copy_of(self._before)
        self._body |= {"copy": copy, "parent": self._body["parent"] if copy else None}

    def _beginning(self) -> Asking:
        return Asking(method="POST", path="api/turns", body=msgspec.json.encode(self._body))

    def _begun(self, start: RunStart) -> None:
        super()._begun(start)
        asked = self._asked
        if asked is not None and start.answers == asked.id:
            message = asked.message if start.message is None else start.message
            self._asked = msgspec.structs.replace(asked, message=message, signature=start.signature)

    def _ended(self, end: RunEnd) -> None:
        super()._ended(end)
        if self._past.exchange is not self:
            return  # the conversation has gone on meanwhile, and was read
        messages = [*self._before, *([self._asked] if self._asked is not None else [])]
        reply = self.reply
        signatures = end.signatures or (None,) * len(reply.ids)
        for id_, message, signature in zip(reply.ids, reply.messages, signatures, strict=True):
            messages.append(
                StoredMessage(
                    id=id_,
                    parent=messages[-1].id if messages else None,
                    message=message,
                    created_at=time.time(),
                    signature=signature,
                )
            )
        self._past.messages = messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Output:
    """A component as a function has set it; what it did not set is not there.

    Attributes:
        node: the id of the component on the page.
        props: what it looks like and holds, in the form of its kind.
        text: the text of kinds that are made of text.
        files: that it shows.
    """

    node: str
    props: Mapping[str, Any]
    text: str | None = None
    files: tuple[FileRef, ...] = ()

    @property
    def value(self) -> Any:
        """The `value` of its props, or its text; `None` where its kind has neither."""
        return self.props.get("value", self.text)


class Calling(Following):
    """One call of a function, and the stream of its run.

    Args:
        event: what calls name it by.
        outputs: the ids of the components that it sets.
        inputs: values by the ids of its inputs.
        session: an id of the caller's own making, the same for all its calls.
    """

    def __init__(self, event: str, outputs: Sequence[str], inputs: Mapping[str, Any], session: str) -> None:
        super().__init__()
        self._outputs = outputs
        self._body = {"id": mint(), "endpoint": event, "inputs": dict(inputs), "session": session}

    def result(self) -> list[Output]:
        """Return the components that the function has set, in its order.

        Raises:
            ReplyFailed: it has failed.
        """
        self.check()
        found = {output.node: output for output in self._folding.outputs()}
        return [_output(node, found.get(node)) for node in self._outputs]

    def _beginning(self) -> Asking:
        return Asking(method="POST", path="api/calls", body=msgspec.json.encode(self._body))


def _output(node: str, output: OutputSet | None) -> Output:
    if output is None:
        return Output(node=node, props={})
    return Output(node=node, props=output.props, text=output.text, files=output.files or ())


class EntryDecoder:
    """Takes a stream of events apart, however it is cut into pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Entry]:
        """Return the entries that are whole with `chunk`."""
        *frames, self._rest = (self._rest + chunk).split(b"\n\n")
        found: list[Entry] = []
        for frame in frames:
            fields = dict(line.split(b": ", 1) for line in frame.split(b"\n") if b": " in line and line[:1] != b":")
            if b"id" in fields and b"data" in fields:
                found.append((int(fields[b"id"]), msgspec.json.decode(fields[b"data"], type=RunEvent)))
        return found


def copy_of(messages: Sequence[StoredMessage]) -> list[StoredMessage]:
    """Return the end of a conversation, as much of it as servers take; what came before is lost with their own."""
    copy: list[StoredMessage] = []
    size = 0
    for stored in reversed(messages[-_COPY_MESSAGES:]):
        size += len(msgspec.json.encode(stored))
        if size > _COPY_BYTES:
            break
        copy.append(stored)
    copy.reverse()
    return copy


def text_of(reply: Reply) -> str:
    """Return the text of a reply, without thoughts and files."""
    return "\n\n".join(message.text for message in reply.messages if message.text)


class TextPieces:
    """Tells what each event adds to a reply's text, so that the pieces together are the text."""

    def __init__(self) -> None:
        self._folding = Folding()
        self._given: list[str] = []
        self._growing: tuple[int, int] | None = None
        self._silent: set[tuple[int, int]] = set()

    def add(self, event: RunEvent) -> str:
        """Return what the next event adds; nothing where it changes what was said before."""
        self._folding.add(event)
        if isinstance(event, PartDelta):
            place = (event.message, event.part)
            # Nearly all events are these two; looking at the whole reply for each would cost more and more.
            if place in self._silent:
                return ""
            if place == self._growing:
                self._given.append(event.text)
                return event.text
        elif not isinstance(event, PartStart | PartReplace | PartTruncate | Reset):
            return ""
        return self._look()

    def _look(self) -> str:
        reply = self._folding.reply()
        text, given = text_of(reply), "".join(self._given)
        self._given = [text]
        self._growing, self._silent = None, set()
        for message, said in enumerate(reply.messages):
            for part, value in enumerate(said.parts):
                if not isinstance(value, TextPart):
                    self._silent.add((message, part))
                elif said.text:
                    self._growing = (message, part)
        return text[len(given) :] if text.startswith(given) else ""
