"""The engine: accepts turns and calls, lets readers follow their runs, and stops them."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import msgspec

from salon.conversations.transcripts import OpenConversation, Transcripts
from salon.definition.endpoint import ChatEndpoint, Endpoint
from salon.engine.arguments import accept_inputs
from salon.engine.environment import Environment
from salon.engine.examples import Examples
from salon.engine.gates import Gates, RunQuotas, Ticket
from salon.engine.jobs import EventJob, ExampleJob, Job, ReplyJob
from salon.engine.loop_lag import LoopLag
from salon.engine.readers import DisconnectPolicy, Readers
from salon.engine.records import LoggedRun, UnloggedRun
from salon.engine.runner import Runner, RunnerSettings
from salon.engine.sessions import Sessions
from salon.engine.turn import Call, Turn
from salon.errors import STOPPING, NotFoundError, StoppingError, UnavailableError
from salon.events.fold import Reply
from salon.events.types import Entry, RunStart
from salon.identity import Identity
from salon.ids import MessageId, RunId, TurnId, mint
from salon.messages.message import Message, StoredMessage
from salon.messages.rules import checked_message
from salon.request import Request
from salon.runs.index import RunIndex
from salon.runs.log import RunLog, RunNotFound
from salon.runs.run import Run

_log = logging.getLogger("salon")

_END_WITHIN_S = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineLimits:
    """How much runs may take.

    Attributes:
        message_length: how many characters one message may have.
        output_length: how many characters one reply may have.
        max_threads: how many blocking calls go on at a time, where the endpoint sets no limit.
        quotas: how many runs callers may have.
        run_s: seconds that one run may take, from when it is let in.
        disconnect_policy: what happens to a reply whose readers have all gone; by default, replies in conversations
            that are kept go on, and the others are given a grace.
        disconnect_grace_s: the grace, in seconds.
        stuck_functions: how many blocking functions may go on after their runs were stopped; from then on, no
            further ones are called, as each holds a thread that cannot be had back.
    """

    message_length: int = 100_000
    output_length: int = 10 * 2**20
    max_threads: int = 200
    quotas: RunQuotas = field(default_factory=RunQuotas)
    run_s: float | None = 1_800.0
    disconnect_policy: DisconnectPolicy | None = None
    disconnect_grace_s: float = 60.0
    stuck_functions: int = 8


class Engine:
    """Runs the chats and the event functions of one application. Belongs to the event loop on which it is first used.

    Args:
        chats: the chats by name.
        endpoints: functions that are bound to events of the page, by id.
        examples: the examples of each chat, by its name.
        log: where runs are written.
        index: which runs there are.
        transcripts: reads and writes conversations.
        environment: calls functions.
        limits: how much runs may take.
        show_error: whether clients get the text of exceptions.

    Attributes:
        stopping: set once nothing more is accepted.
        stuck_functions: how many functions go on although their runs were stopped.
    """

    def __init__(
        self,
        chats: Mapping[str, ChatEndpoint],
        *,
        endpoints: Mapping[str, Endpoint],
        examples: Mapping[str, Examples],
        log: RunLog,
        index: RunIndex,
        transcripts: Transcripts,
        environment: Environment,
        limits: EngineLimits,
        show_error: bool = False,
    ) -> None:
        self._chats = chats
        self._endpoints = endpoints
        self._examples = examples
        self._log = log
        self._index = index
        self._transcripts = transcripts
        self._environment = environment
        self._limits = limits
        self._settings = RunnerSettings(
            loop_lag=LoopLag(),
            output_length=limits.output_length,
            show_error=show_error,
            run_s=limits.run_s,
            on_stuck=self._count_stuck,
            on_unstuck=self._uncount_stuck,
        )
        self._readers = Readers(self._stop_unread)
        self._gates = Gates(max_threads=limits.max_threads, quotas=limits.quotas)
        self._sessions = Sessions()
        self._runners: dict[Runner, asyncio.Task[Any] | None] = {}
        self.stopping = asyncio.Event()
        self.stuck_functions = 0
        self._stops: set[asyncio.Task[None]] = set()

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more is accepted."""
        return self.stopping.is_set()

    @property
    def needs_restart(self) -> bool:
        """Whether so many functions will not end that only a new process can call blocking ones again."""
        return self.stuck_functions >= self._limits.stuck_functions

    @property
    def is_idle(self) -> bool:
        """Whether no run goes on."""
        return not self._runners

    def start(self) -> None:
        """Accept turns, also after a `stop`, and then perhaps on another event loop."""
        if self.is_stopping:
            self.stopping = asyncio.Event()
            self._gates.clear()
            self._environment.restart()

    async def submit(self, turn: Turn) -> Run:
        """Accept a turn and start its run, unless the same turn was accepted before: then return that run.

        Raises:
            UnavailableError: the server is stopping, or the store does not answer.
            RateError: too many wait already.
            ConflictError: the conversation is not known any more (send the turn again with
                a `copy`), or its id is somebody else's.
            NotFoundError: there is no such chat, or the parent is not part of the conversation.
            ClientError: a retry of something that is not a user's message, an empty message, or a value that an
                additional input does not take.
            TooLargeError: the message is too long.
            FileTooLarge, StorageFull: there is no room for the files of an example.
        """
        owner = turn.identity.owner
        known = await self._known(turn.id, owner)
        if known is not None:
            return known
        chat = self._chat(turn.chat)
        examples = self._examples[turn.chat]
        inputs = accept_inputs(chat.inputs, turn.inputs)
        opened = await self._open(turn, chat)
        question = await self._question(turn, opened, examples)
        answers = question.id if question is not None else opened.question_to_repeat(turn.parent)
        self._require_threads(chat)
        ticket = self._gates.enter(turn.chat, chat, turn.identity)
        run = Run(
            id=RunId(mint()),
            owner=owner,
            turn=turn.id,
            conversation=turn.conversation,
            answers=answers,
            waits=not ticket.is_admitted,
        )

        async def job() -> ReplyJob:
            path = await self._transcripts.ask(opened, question, answers=answers)
            asked = examples.asked(turn.example, path, inputs)
            return ReplyJob(
                environment=self._environment,
                transcripts=self._transcripts,
                run=run,
                chat=chat,
                path=path,
                inputs=inputs,
                session=self._sessions.get(owner, turn.session or opened.tree.id),
                request=partial(_request, turn, history_verified=opened.tree.verified),
                passing_files=turn.passing_files,
                is_kept=opened.tree.is_kept,
                examples=examples,
                asked=asked,
                answer=None if asked is None else await examples.find(asked),
            )

        begun = await self._begin(run, ticket, self._run_start(run, turn, chat, question), job)
        if begun is run:
            self._watch_readers(run, keeps=turn.is_background or opened.tree.is_kept)
        return begun

    async def call(self, call: Call) -> Run:
        """Accept a call of a function that is bound to an event, and start its run, unless it was accepted before.

        Raises:
            UnavailableError: the server is stopping.
            RateError: too many wait already.
            NotFoundError: there is no such endpoint.
            ClientError: a value is not what its component takes.
        """
        owner = call.identity.owner
        known = await self._known(call.id, owner)
        if known is not None:
            return known
        endpoint = self._endpoints.get(call.endpoint)
        if endpoint is None:
            raise NotFoundError("endpoint.unknown", f"There is no endpoint `{call.endpoint[:40]}` here.")
        inputs = accept_inputs(endpoint.inputs, call.inputs)
        self._require_threads(endpoint)
        ticket = self._gates.enter(endpoint.id, endpoint, call.identity)
        run = Run(id=RunId(mint()), owner=owner, turn=call.id, waits=not ticket.is_admitted)

        async def job() -> EventJob:
            session = self._sessions.get(owner, call.session)
            return EventJob(environment=self._environment, endpoint=endpoint, call=call, inputs=inputs, session=session)

        begun = await self._begin(run, ticket, RunStart(run=run.id), job)
        if begun is run:
            self._watch_readers(run, keeps=False)
        return begun

    async def answer_example(self, name: str, message: Message, inputs: Mapping[str, Any]) -> Reply:
        """Run a chat's function on an example, as a run that nobody follows, and return the reply."""
        chat, id_ = self._chat(name), RunId(mint())
        question = self._transcripts.question(MessageId(mint()), None, message)
        job = ExampleJob(self._environment, chat, question, inputs)
        ticket = self._gates.enter(name, chat, Identity(owner=f"example:{id_}"))
        runner = Runner(id_, record=UnloggedRun(), ticket=ticket, settings=self._settings)
        self._runners[runner] = asyncio.current_task()
        try:
            await runner.start(RunStart(run=id_))
            await runner.run(job)
        finally:
            del self._runners[runner]
        assert job.reply is not None
        return job.reply

    async def follow(self, run: RunId, *, identity: Identity, after: int = 0) -> AsyncGenerator[Sequence[Entry], None]:
        """Return the run's entries above `after`, now and to come; see `RunLog.read`.

        Raises:
            RunNotFound: unknown run, or somebody else's.
        """
        await self._index.get(run, owner=identity.owner)
        return self._readers.read(run, self._log.read(run, after=after))

    async def cancel(self, run: RunId, *, identity: Identity, seen: int | None = None) -> None:
        """Stop a run; its reply keeps what came up to entry `seen`. Nothing happens when it has ended.

        Raises:
            RunNotFound: unknown run, or somebody else's.
        """
        found = await self._index.get(run, owner=identity.owner)
        if found.status is None:
            await self._log.cancel(run, seen=seen)

    async def stop(self, *, grace_s: float) -> None:
        """Accept nothing more, let runs go on for `grace_s` seconds at most, then interrupt the rest.

        Only the first call does anything.
        """
        if self.is_stopping:
            return
        self.stopping.set()
        await self._wait_for_runs(grace_s)
        for runner in self._runners:
            runner.interrupt(STOPPING)
        await self._wait_for_runs(_END_WITHIN_S)

    async def _known(self, turn: TurnId, owner: str) -> Run | None:
        """Return the run that a turn or a call has got already; refuse a new one while the server stops."""
        known = await self._index.find(turn, owner=owner)
        if known is None and self.is_stopping:
            raise StoppingError
        return known

    async def _begin(self, run: Run, ticket: Ticket, start: RunStart, prepare: Callable[[], Awaitable[Job]]) -> Run:
        """Claim a run, open its log and start it; return the run of another request that was quicker.

        Args:
            run: the run to claim.
            ticket: the run's place in the queue.
            start: the first event.
            prepare: gives the job, once the run is claimed; if that fails, the run ends with an error.
        """
        runner = Runner(
            run.id, record=LoggedRun(run.id, log=self._log, index=self._index), ticket=ticket, settings=self._settings
        )
        try:
            claimed = await self._index.create(run)
        except BaseException:
            ticket.release()
            raise
        if claimed is not run:
            ticket.release()
            return claimed
        try:
            await runner.start(start)
            job = await prepare()
        except BaseException:
            await runner.abandon()
            raise
        task = self._runners[runner] = asyncio.create_task(runner.run(job))

        def ended(_: object) -> None:
            self._runners.pop(runner)
            self._readers.forget(run.id)

        task.add_done_callback(ended)
        return run

    def _watch_readers(self, run: Run, *, keeps: bool) -> None:
        """Have a run stopped when nobody reads it, where that is the policy.

        Args:
            run: the run.
            keeps: whether the reply has a place where its reader finds it later.
        """
        policy = self._limits.disconnect_policy or ("keep" if keeps else "grace")
        if policy != "keep":
            # The task of the run has not had the loop yet, so the run cannot have ended before it is watched.
            self._readers.watch(run.id, self._limits.disconnect_grace_s if policy == "grace" else 0.0)

    async def _open(self, turn: Turn, chat: ChatEndpoint) -> OpenConversation:
        if turn.conversation is None:
            return self._transcripts.passing(turn.history, owner=turn.identity.owner)
        return await self._transcripts.open(
            turn.conversation,
            owner=turn.identity.owner,
            chat=turn.chat,
            parent=turn.parent,
            copy=turn.copy,
            is_kept=turn.is_kept and chat.history_place == "server",
        )

    async def _question(self, turn: Turn, opened: OpenConversation, examples: Examples) -> StoredMessage | None:
        """Return the new message of a turn, checked and in its place; `None` for a turn that repeats a question."""
        if turn.message is None:
            return None
        id_ = turn.message.id
        # A conversation that its caller brings along stands where the caller says: at its end.
        wanted = opened.tree.head if opened.is_passing else turn.parent
        message = await examples.completed(turn, opened.tree)
        message = checked_message(message, max_length=self._limits.message_length)
        parent = opened.parent_of_new(wanted)
        opened.require_place(id_, parent, message)
        return self._transcripts.question(id_, parent, message)

    def _run_start(self, run: Run, turn: Turn, chat: ChatEndpoint, question: StoredMessage | None) -> RunStart:
        """Return the first event; it has the message where that is not as its sender sent it."""
        start = RunStart(run=run.id, conversation=run.conversation, answers=run.answers)
        if turn.message is None or question is None:
            return start
        signature = None
        if chat.history_place == "browser" and run.conversation is not None:
            signature = self._transcripts.sign(run.conversation, question.id, turn.parent, question.message)
        changed = question.message if question.message != turn.message.message else None
        return msgspec.structs.replace(start, message=changed, signature=signature)

    def _chat(self, name: str) -> ChatEndpoint:
        if name not in self._chats:
            raise NotFoundError("chat.unknown", f"There is no chat `{name[:40]}` here.")
        return self._chats[name]

    async def _wait_for_runs(self, timeout_s: float) -> None:
        running = [runner.ended for runner in self._runners if not runner.ended.done()]
        if running:
            await asyncio.wait(running, timeout=timeout_s)

    def _require_threads(self, endpoint: ChatEndpoint | Endpoint) -> None:
        if self.needs_restart and not endpoint.runs_on_loop:
            raise UnavailableError(
                "server.stuck",
                f"{self.stuck_functions} functions go on although they were stopped, and hold a thread each. "
                "The server has to be restarted before it calls further ones.",
            )

    def _stop_unread(self, run: RunId) -> None:
        async def stop() -> None:
            with suppress(RunNotFound):
                await self._log.cancel(run)

        task = asyncio.get_running_loop().create_task(stop())
        self._stops.add(task)
        task.add_done_callback(self._stops.discard)

    def _uncount_stuck(self) -> None:
        self.stuck_functions -= 1

    def _count_stuck(self, run: RunId) -> None:
        self.stuck_functions += 1
        _log.error(
            "The function of run %s goes on although the run was stopped; its place is free again. "
            "%d such calls go on in this process.",
            run,
            self.stuck_functions,
        )


def _request(turn: Turn, *, history_verified: bool) -> Request:
    return replace(turn.request(), session_hash=turn.conversation, history_verified=history_verified)
