"""The three kinds of work that a run carries out: a reply, a call of an event's function, and an example."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from salon.conversations.reading import MessageReader
from salon.conversations.reasoning import Tags
from salon.conversations.transcripts import Transcripts
from salon.definition.endpoint import ChatEndpoint, Endpoint
from salon.engine.arguments import bind, bind_event
from salon.engine.environment import Environment
from salon.engine.examples import EXAMPLES, Asked, Examples
from salon.engine.functions import Invocation
from salon.engine.replies import EventReader, ReplyReader
from salon.engine.sessions import Session
from salon.engine.turn import Call
from salon.events.fold import Reply
from salon.ids import FileId
from salon.messages.message import StoredMessage
from salon.request import Request
from salon.runs.run import Run
from salon.stores.answers import KeptAnswer


class Job(Protocol):
    """The work of one run."""

    @property
    def tags(self) -> Tags:
        """The tags that stand around thoughts in the function's text."""

    @property
    def has_reply(self) -> bool:
        """Whether the function answers a message; calls of events set components only."""

    @property
    def is_kept(self) -> bool:
        """Whether `checkpoint` persists the reply, so that it is worth to be called."""

    def invoke(self) -> Invocation:
        """Return the call of the function. It is asked for once, when the run has its place."""

    async def keep(self, reply: Reply) -> None:
        """Keep a finished reply; called once, before `run-end` is written."""

    async def checkpoint(self, reply: Reply) -> None:
        """Keep a reply that is still being written, in case that the process dies."""

    def sign(self, reply: Reply) -> tuple[str, ...]:
        """Return the signatures of a reply's messages, where clients keep these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyJob:
    """Answers a message.

    Attributes:
        environment: calls the function.
        transcripts: keeps the reply.
        run: the run.
        chat: the chat that is asked.
        path: the messages from the first to the one to answer.
        inputs: values of additional inputs, by their ids.
        session: the session whose states the function reads and sets.
        request: gives the request, when the function asks for it.
        passing_files: files that are forgotten with the end of the run.
        is_kept: whether the conversation is one that its owner comes back to.
        examples: the chat's examples.
        asked: the example that is asked, if its answer may be kept.
        answer: the kept answer to that, which takes the function's place.
    """

    environment: Environment
    transcripts: Transcripts
    run: Run
    chat: ChatEndpoint
    path: Sequence[StoredMessage]
    inputs: Mapping[str, Any]
    session: Session
    request: Callable[[], Request]
    passing_files: tuple[FileId, ...]
    is_kept: bool
    examples: Examples
    asked: Asked | None
    answer: KeptAnswer | None

    @property
    def tags(self) -> Tags:
        """See `Job`."""
        return self.chat.reasoning_tags

    @property
    def has_reply(self) -> bool:
        """See `Job`."""
        return True

    def invoke(self) -> Invocation:
        """See `Job.invoke`."""
        owner, answer = self.run.owner, self.answer
        if answer is not None:
            reader = MessageReader(files=self.environment.files_of(owner))
            return self.environment.invoke(lambda: self.examples.shown(answer, owner), reader.read, on_loop=False)
        # Everybody will see the answer to an example, so the function knows nothing of the one who asks.
        request = self.request if self.asked is None else Request
        return _reply_of(
            self.chat, self.environment, self.path, request, self.inputs, session=self.session, owner=owner
        )

    async def keep(self, reply: Reply) -> None:
        """See `Job.keep`."""
        run = self.run
        await self.environment.forget(*self.passing_files, owner=run.owner)
        if run.conversation is not None:
            assert run.answers is not None
            await self.transcripts.reply(run.conversation, reply, answers=run.answers, owner=run.owner)
        if self.asked is not None and self.answer is None:
            await self.examples.keep(self.asked, reply, run.owner)

    async def checkpoint(self, reply: Reply) -> None:
        """See `Job.checkpoint`."""
        run = self.run
        if run.conversation is not None and run.answers is not None:
            await self.transcripts.checkpoint(run.conversation, reply, answers=run.answers, owner=run.owner)

    def sign(self, reply: Reply) -> tuple[str, ...]:
        """See `Job.sign`."""
        conversation = self.run.conversation
        if conversation is None or self.chat.history_place != "browser":
            return ()
        parents = (self.run.answers, *reply.ids)
        messages = zip(reply.ids, parents, reply.messages, strict=False)
        signatures = [self.transcripts.sign(conversation, id_, parent, message) for id_, parent, message in messages]
        return tuple(signature for signature in signatures if signature is not None)


class _Unkept:
    """The part of `Job` for replies that belong to no conversation."""

    __slots__ = ()

    is_kept = False

    async def checkpoint(self, reply: Reply) -> None:
        """See `Job.checkpoint`."""

    def sign(self, reply: Reply) -> tuple[str, ...]:
        """See `Job.sign`."""
        del reply
        return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventJob(_Unkept):
    """Calls a function that is bound to an event of the page.

    Attributes:
        environment: calls the function.
        endpoint: the binding.
        call: what the page sent.
        inputs: the values of the inputs, by their ids, checked.
        session: the session whose states the function reads and sets.
    """

    environment: Environment
    endpoint: Endpoint
    call: Call
    inputs: Mapping[str, Any]
    session: Session

    @property
    def tags(self) -> Tags:
        """See `Job`."""
        return ()

    @property
    def has_reply(self) -> bool:
        """See `Job`."""
        return False

    def invoke(self) -> Invocation:
        """See `Job.invoke`."""
        owner = self.call.identity.owner
        find = self.environment.finder(owner)
        function = bind_event(self.endpoint, self.call, self.inputs, find, self.session)
        files = self.environment.files_of(owner)
        reader = EventReader(files=files, outputs=self.endpoint.outputs, session=self.session)
        return self.environment.invoke(function, reader, on_loop=self.endpoint.runs_on_loop)

    async def keep(self, reply: Reply) -> None:
        """See `Job.keep`; components keep themselves, on the page."""


class ExampleJob(_Unkept):
    """Answers an example that nobody has clicked on.

    Args:
        environment: calls the function.
        chat: the chat that is asked.
        question: the example as a message.
        inputs: the example's values of additional inputs, by their ids.

    Attributes:
        reply: the whole reply, once the run has ended.
    """

    has_reply = True

    def __init__(
        self, environment: Environment, chat: ChatEndpoint, question: StoredMessage, inputs: Mapping[str, Any]
    ) -> None:
        self._environment = environment
        self._chat = chat
        self._question = question
        self._inputs = inputs
        self.tags = chat.reasoning_tags
        self.reply: Reply | None = None

    def invoke(self) -> Invocation:
        """See `Job.invoke`."""
        return _reply_of(
            self._chat,
            self._environment,
            [self._question],
            Request,
            self._inputs,
            session=Session(),
            owner=EXAMPLES.owner,
        )

    async def keep(self, reply: Reply) -> None:
        """See `Job.keep`."""
        self.reply = reply


def _reply_of(
    chat: ChatEndpoint,
    environment: Environment,
    path: Sequence[StoredMessage],
    request: Callable[[], Request],
    inputs: Mapping[str, Any],
    *,
    session: Session,
    owner: str,
) -> Invocation:
    """Return the call of a chat function."""
    function = bind(chat, path, request, environment.finder(owner), inputs, session)
    reader = ReplyReader(
        files=environment.files_of(owner), tags=chat.reasoning_tags, outputs=chat.outputs, session=session
    )
    return environment.invoke(function, reader, on_loop=chat.runs_on_loop)
