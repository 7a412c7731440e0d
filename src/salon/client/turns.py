"""What a client begins on the server, and the streams of that: a turn of a chat, and the call of a function."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from salon.client.stream import HttpRequest, RunStream
from salon.client.transcript import Transcript, copy_of
from salon.errors import ConflictError, SalonError
from salon.events.types import OutputSet, RunEnd, RunStart
from salon.ids import MessageId, mint
from salon.messages.message import StoredMessage, user_message
from salon.messages.parts import FileRef


class TurnStream(RunStream):
    """One turn, and the stream of its run.

    Args:
        transcript: the conversation that it belongs to; it is brought up to date at the end.
        text: what the user says; `None` asks for another answer to what was said last.
        files: that go with it.
        inputs: values of additional inputs by their ids, as turns have them.
        chat: which of the application's chats.
    """

    def __init__(
        self,
        transcript: Transcript,
        text: str | None,
        *,
        files: Sequence[FileRef],
        inputs: Mapping[str, Any],
        chat: str,
    ) -> None:
        super().__init__()
        self._transcript = transcript
        transcript.stream = self
        self._before = list(transcript.messages)
        self._asked: StoredMessage | None = None
        while text is None and self._before and self._before[-1].message.role != "user":
            self._before.pop()
        parent = self._before[-1].id if self._before else None
        self._body: dict[str, Any] = {"id": mint(), "conversation": transcript.id, "parent": parent, "chat": chat}
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
            self._transcript.is_unread = bool(self._transcript.messages)  # it may not be what the client takes it for
            raise error
        copy = copy_of(self._before)
        self._body |= {"copy": copy, "parent": self._body["parent"] if copy else None}

    def _beginning(self) -> HttpRequest:
        return HttpRequest(method="POST", path="api/turns", body=msgspec.json.encode(self._body))

    def _begun(self, start: RunStart) -> None:
        super()._begun(start)
        asked = self._asked
        if asked is not None and start.answers == asked.id:
            message = asked.message if start.message is None else start.message
            self._asked = msgspec.structs.replace(asked, message=message, signature=start.signature)

    def _ended(self, end: RunEnd) -> None:
        super()._ended(end)
        if self._transcript.stream is not self:
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
        self._transcript.messages = messages


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


class CallStream(RunStream):
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

    def _beginning(self) -> HttpRequest:
        return HttpRequest(method="POST", path="api/calls", body=msgspec.json.encode(self._body))


def _output(node: str, output: OutputSet | None) -> Output:
    if output is None:
        return Output(node=node, props={})
    return Output(node=node, props=output.props, text=output.text, files=output.files or ())
