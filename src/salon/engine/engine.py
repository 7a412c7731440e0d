"""The engine: accepts turns, lets readers follow, stops runs, and ends everything in order."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from salon.components.base import ComponentError
from salon.components.props import Source
from salon.conversations.commands import Commands
from salon.conversations.content import FindPath
from salon.conversations.library import Library
from salon.conversations.pending_replies import PendingReplies
from salon.conversations.sharing import Sharing
from salon.conversations.signing import MessageSigner
from salon.conversations.watchers import Watchers
from salon.definition.endpoint import ChatEndpoint, Endpoint
from salon.engine.calls import accept_inputs, bind, bind_event
from salon.engine.context import Request
from salon.engine.examples import EXAMPLES, CachingReport, Examples
from salon.engine.filing import AuthorFiles, Places, RunFiles
from salon.engine.functions import Invocation
from salon.engine.limits import Gate, Ticket, named_gate
from salon.engine.opening import after_pushed, answered, open_conversation
from salon.engine.pulse import Pulse
from salon.engine.reasoning import Tags
from salon.engine.replies import EventReading, Reading, ReplyError, drafts_of
from salon.engine.runner import STOPPING, Runner
from salon.engine.sessions import Session, Sessions
from salon.engine.threads import Handover, Threads
from salon.engine.turn import Call, NewMessage, Turn
from salon.engine.writer import Writer
from salon.errors import AuthorError, Failure, NotFoundError, UnavailableError
from salon.events.fold import Reply
from salon.events.types import Entry, RunEvent, RunStart
from salon.identity import ANONYMOUS, Identity
from salon.ids import ConversationId, MessageId, RunId, mint
from salon.messages.conversation import Conversation
from salon.messages.message import Message, Status, StoredMessage
from salon.messages.parts import FileRef, TextPart
from salon.runs.index import RunIndex
from salon.runs.log import RunLog
from salon.runs.replay import reply_at
from salon.runs.run import Run
from salon.stores.answers import AnswerStore
from salon.stores.base import ConversationNotFound, ConversationStore
from salon.stores.files import FileNotFound, FileStore
from salon.stores.kept import KeptConversations
from salon.stores.shares import ShareStore

_log = logging.getLogger("salon")

_END_WITHIN_S = 1.0
_SWEEP_EVERY_S = 3_600.0


class Engine:
    """Runs the chats and the event functions of one application. Belongs to the event loop on which it is first used.

    Args:
        chats: the chats by name.
        endpoints: functions that are bound to events of the page, by id.
        author_files: files of the author's that the page shows, or their content, by the keys in their addresses.
        log: where runs are written.
        index: which runs there are.
        conversations: where messages are kept.
        files: where files are kept.
        answers: where answers to examples are kept.
        places: where files may lie that the function returns.
        signer: signs messages of chats that browsers keep.
        kept: where conversations are kept that their owners come back to; `conversations` sends them there.
        shares: where snapshots are kept that were shared.
        retention_s: how long a kept conversation stays after its last message, in seconds; `None` for ever.
        output_length: how many characters one reply may have.
        max_threads: how many blocking calls go on at a time, where the endpoint sets no limit.
        show_error: whether clients get the text of exceptions.
        clock: seconds since 1970, for the times of messages.
        caching: hears how far the answering of examples at the start is.
    """

    def __init__(
        self,
        chats: Mapping[str, ChatEndpoint],
        *,
        log: RunLog,
        index: RunIndex,
        conversations: ConversationStore,
        files: FileStore,
        answers: AnswerStore,
        places: Places,
        endpoints: Mapping[str, Endpoint] | None = None,
        author_files: Mapping[str, Path | bytes] | None = None,
        signer: MessageSigner | None = None,
        kept: KeptConversations | None = None,
        shares: ShareStore | None = None,
        retention_s: float | None = None,
        output_length: int = 10 * 2**20,
        max_threads: int = 200,
        show_error: bool = False,
        clock: Callable[[], float] = time.time,
        caching: CachingReport | None = None,
    ) -> None:
        self._chats = chats
        self._endpoints = endpoints or {}
        self._sessions = Sessions()
        self._signer = signer
        self._log = log
        self._index = index
        self._conversations = conversations
        self._files = files
        self._author_files = AuthorFiles(author_files or {}, files)
        self._answers = answers
        self._places = places
        self._kept = kept
        self._retention_s = retention_s
        self.commands = Commands(
            log=log, index=index, conversations=conversations, files=files, shares=shares, clock=clock
        )
        self.library: Library | None = None
        self.sharing: Sharing | None = None
        if shares is not None:
            self.sharing = Sharing(shares=shares, conversations=conversations, files=files, signer=signer, clock=clock)
            if kept is not None:
                self.library = Library(commands=self.commands, kept=kept, shares=shares, files=files)
        self._output_length = output_length
        self._max_threads = max_threads
        self._show_error = show_error
        self._clock = clock
        self._pulse = Pulse()
        self._watchers = Watchers()
        self._late = PendingReplies()
        self._gates: dict[str, Gate] = {}
        self._handover: Handover | None = None
        self._threads = Threads()
        self._runners: dict[Runner, asyncio.Task[Any] | None] = {}
        self._examples = {
            name: Examples(
                chat,
                ask=partial(self._answer_example, name),
                answers=answers,
                files=files,
                report=caching or _unheard,
            )
            for name, chat in chats.items()
        }
        self._warming: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self.stopping = asyncio.Event()
        self.stuck_functions = 0

    @property
    def is_stopping(self) -> bool:
        """Whether nothing more is accepted."""
        return self.stopping.is_set()

    def start(self) -> None:
        """Begin what goes on beside the turns, after a stop anew; called when the server starts."""
        if self.is_stopping:
            self.stopping, self._gates, self._handover = asyncio.Event(), {}, None
            self._warming = self._sweeping = None
        if self._sweeping is None:
            self._sweeping = asyncio.create_task(self._sweep())
        if self._warming is None:
            self._warming = asyncio.create_task(self._warm())

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
            FileTooLarge, StorageFull: there is no room for the files of an example.
        """
        owner = turn.identity.owner
        known = await self._index.find(turn.id, owner=owner)
        if known is not None:
            return known
        if self.is_stopping:
            raise UnavailableError(STOPPING.code, STOPPING.message)
        chat = self._chat(turn.chat)
        inputs = accept_inputs(chat.inputs, turn.inputs)
        await self._late.settle(turn.conversation)
        # What clients say that nobody can tell apart is in nobody's list.
        is_kept = turn.is_kept and chat.history_place == "server" and owner != ANONYMOUS.owner
        conversation = await open_conversation(self._conversations, turn, self._signer, is_kept=is_kept)
        wanted_parent = turn.parent
        if turn.message is not None:
            turn = replace(turn, parent=after_pushed(conversation, turn.parent))
        sent, turn = turn.message, await self._examples[turn.chat].completed(turn, conversation)
        answers = answered(conversation, turn)
        ticket = self._enter(turn.chat, chat, owner)
        run = Run(
            id=RunId(mint()),
            owner=owner,
            turn=turn.id,
            conversation=turn.conversation,
            answers=answers,
            waits=not ticket.is_admitted,
        )
        writer = Writer(self._log, run.id, output_length=self._output_length)
        async with self._claiming(run, writer, ticket) as claimed:
            if claimed is not run:
                return claimed
            added = turn.message.message if turn.message is not None and turn.message != sent else None
            signature = self._signed(chat, conversation.id, wanted_parent, turn.message)
            start = RunStart(
                run=run.id, conversation=turn.conversation, answers=answers, message=added, signature=signature
            )
            await writer.write([start])
            if turn.conversation is None:
                path = self._passing_path(conversation, turn)
            else:
                if turn.message is not None:
                    await self._add(run, turn.parent, (turn.message.id,), (turn.message.message,))
                await self._conversations.move_head(conversation.id, answers, owner=owner)
                self._watchers.tell(conversation.id, answers)
                path = (await self._conversations.load(conversation.id, owner=owner)).path(answers)

        def request() -> Request:
            return replace(turn.request(), session_hash=turn.conversation, history_verified=conversation.verified)

        session = self._sessions.get(owner, turn.session or conversation.id)
        invoke, keep = await self._answering(turn, path, request, inputs, session, run)
        sign = partial(self._sign_reply, run) if chat.history_place == "browser" else None
        self._start(self._runner(run, writer, ticket, invoke, keep, tags=chat.reasoning_tags, sign=sign))
        return run

    @asynccontextmanager
    async def _claiming(self, run: Run, writer: Writer, ticket: Ticket) -> AsyncIterator[Run]:
        """Claim what a run is to do, and give the run that has it; what fails inside ends the run."""
        try:
            claimed = await self._index.create(run)
            if claimed is not run:
                ticket.release()
            yield claimed
        except BaseException:
            ticket.release()
            await self._abandon(run, writer)
            raise

    async def call(self, call: Call) -> Run:
        """Accept a call of a function that is bound to an event, and start its run, unless it was accepted before.

        Raises:
            UnavailableError: the server is stopping.
            RateError: too many wait already.
            NotFoundError: there is no such endpoint.
            ClientError: a value is not what its component takes.
        """
        owner = call.identity.owner
        known = await self._index.find(call.id, owner=owner)
        if known is not None:
            return known
        if self.is_stopping:
            raise UnavailableError(STOPPING.code, STOPPING.message)
        endpoint = self._endpoints.get(call.endpoint)
        if endpoint is None:
            raise NotFoundError("endpoint.unknown", f"There is no endpoint `{call.endpoint[:40]}` here.")
        inputs = accept_inputs(endpoint.inputs, call.inputs)
        session = self._sessions.get(owner, call.session)
        ticket = self._enter(endpoint.id, endpoint, owner)
        run = Run(id=RunId(mint()), owner=owner, turn=call.id, waits=not ticket.is_admitted)
        writer = Writer(self._log, run.id, output_length=self._output_length)
        async with self._claiming(run, writer, ticket) as claimed:
            if claimed is not run:
                return claimed
            await writer.write([RunStart(run=run.id)])
        function = bind_event(endpoint, call, inputs, self._finder(owner), session)

        def invoke() -> Invocation:
            read = EventReading(files=self._run_files(owner), outputs=endpoint.outputs, session=session)
            return self._invoke(function, read, on_loop=endpoint.runs_on_loop)

        self._start(self._runner(run, writer, ticket, invoke, None))
        return run

    async def push(self, conversation: ConversationId, value: Any) -> MessageId:
        """Add what a chat function could return to a conversation, as an assistant's message; return the last's id.

        It waits for a reply that is being written there.

        Raises:
            ConversationNotFound: unknown.
            AuthorError: `value` is nothing that a chat can show, is empty, or is said to be somebody else's.
        """
        role = next(
            (role for role in map(_role_of, value if isinstance(value, list | tuple) else [value]) if role), None
        )
        if role is not None:
            raise AuthorError(
                "push.role", f"Only messages of the assistant are pushed; this one has the role {role!r}."
            )
        reading = Reading(files=self._run_files(await self._conversations.owner_of(conversation)))
        try:
            messages = await asyncio.to_thread(drafts_of, reading, value)
        except (ReplyError, ComponentError) as error:
            raise AuthorError("push.message", f"{error}") from error
        if any(all(isinstance(part, TextPart) and not part.text.strip() for part in parts) for parts in messages):
            raise AuthorError("push.message", f"There is nothing to show in a message that is pushed: {value!r}.")
        pushed = await self.commands.push(conversation, messages)
        self._watchers.tell(conversation, pushed)
        return pushed

    async def watch(self, conversation: ConversationId, *, identity: Identity) -> AsyncGenerator[MessageId, None]:
        """Return where a conversation ends, and then again whenever a message was added to it in this process.

        That is told when a reply begins, which can be followed, and when something was pushed.

        Raises:
            UnavailableError: the server is stopping.
            ConversationNotFound: unknown, or somebody else's.
        """
        if self.is_stopping:
            raise UnavailableError(STOPPING.code, STOPPING.message)
        await self._conversations.load(conversation, owner=identity.owner)

        async def head() -> MessageId | None:
            with suppress(ConversationNotFound):  # deleted meanwhile
                return (await self._conversations.load(conversation, owner=identity.owner)).head
            return None

        return self._watchers.watch(conversation, head)

    def signature_of(self, conversation: ConversationId, stored: StoredMessage) -> str | None:
        """Return the signature of a message that a client keeps; `None` where none does."""
        if self._signer is None or all(chat.history_place != "browser" for chat in self._chats.values()):
            return None
        return self._signer.sign(conversation, stored.id, stored.parent, stored.message)

    def _signed(
        self, chat: ChatEndpoint, conversation: ConversationId, parent: MessageId | None, message: NewMessage | None
    ) -> str | None:
        if self._signer is None or chat.history_place != "browser" or message is None:
            return None
        return self._signer.sign(conversation, message.id, parent, message.message)

    def _sign_reply(self, run: Run, reply: Reply) -> tuple[str, ...]:
        if self._signer is None or run.conversation is None:
            return ()
        parents = (run.answers, *reply.ids)
        return tuple(
            self._signer.sign(run.conversation, id_, parent, message)
            for id_, parent, message in zip(reply.ids, parents, reply.messages, strict=False)
        )

    async def follow(self, run: RunId, *, identity: Identity, after: int = 0) -> AsyncGenerator[Sequence[Entry], None]:
        """Return the run's entries above `after`, now and to come; see `RunLog.read`.

        Raises:
            RunNotFound: unknown run, or somebody else's.
        """
        await self._index.get(run, owner=identity.owner)
        return self._log.read(run, after=after)

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
        self._watchers.end()
        for task in (self._warming, self._sweeping):
            if task is not None:
                task.cancel()
        await self._wait_for_runs(grace_s)
        for runner in self._runners:
            runner.interrupt(STOPPING)
        await self._wait_for_runs(_END_WITHIN_S)
        await self._late.close()
        if self._kept is not None:
            await self._kept.close()

    async def _wait_for_runs(self, timeout_s: float) -> None:
        running = [runner.ended for runner in self._runners if not runner.ended.done()]
        if running:
            await asyncio.wait(running, timeout=timeout_s)

    def _chat(self, name: str) -> ChatEndpoint:
        if name not in self._chats:
            raise NotFoundError("chat.unknown", f"There is no chat `{name[:40]}` here.")
        return self._chats[name]

    def _enter(self, name: str, endpoint: ChatEndpoint | Endpoint, owner: str) -> Ticket:
        if name not in self._gates:
            limit = endpoint.concurrency_limit
            if limit == "default":
                limit = None if endpoint.runs_on_loop else self._max_threads
            if endpoint.concurrency_id is None:
                self._gates[name] = Gate(limit, queue_size=endpoint.queue_size)
            else:
                self._gates[name] = named_gate(endpoint.concurrency_id, limit, queue_size=endpoint.queue_size)
        return self._gates[name].enter(owner)

    def _start(self, runner: Runner) -> None:
        task = self._runners[runner] = asyncio.create_task(runner.run())
        task.add_done_callback(lambda _: self._runners.pop(runner))

    async def _warm(self) -> None:
        """Forget answers to examples that are out of date, then make those that are missing."""
        caching = [self._examples[name] for name, chat in self._chats.items() if chat.example_cache is not None]
        current: dict[str, set[str]] = {}
        for examples in caching:  # chats that have one function share a scope
            current.setdefault(examples.scope, set()).update(await asyncio.to_thread(examples.keys))
        for scope, keys in current.items():
            await asyncio.to_thread(self._answers.keep_only, scope, keys)
        for examples in caching:
            await examples.warm()

    async def _sweep(self) -> None:
        """Now and every hour, forget conversations and files whose time is over."""
        while True:
            try:
                if self._retention_s is not None:
                    await self._forget_before(self._clock() - self._retention_s)
                await asyncio.to_thread(self._files.sweep, await self._conversations.files())
            except Exception:  # noqa: BLE001 - a database that is away comes back
                _log.exception("What is out of date could not be forgotten; it is tried again in an hour")
            await asyncio.sleep(_SWEEP_EVERY_S)

    async def _forget_before(self, time_s: float) -> None:
        if self.library is not None:
            await self.library.sweep(time_s)
        if self.sharing is not None:
            await self.sharing.sweep(time_s)

    async def _abandon(self, run: Run, writer: Writer) -> None:
        """End a run whose turn could not be accepted after all."""
        try:
            writer.seal(empty_id=MessageId(mint()))
            await writer.close("error", Failure(code="server.lost", message="The server could not begin the reply."))
        except Exception:  # noqa: BLE001 - the reason why the turn failed is what its sender gets
            _log.exception("Run %s could not be ended", run.id)
        await self._index.finish(run.id, "error")

    async def _answer_example(self, name: str, message: Message, inputs: Mapping[str, Any]) -> Reply:
        """Run a chat's function on an example, as a run that nobody follows."""
        chat = self._chats[name]
        id_ = RunId(mint())
        owner = EXAMPLES.owner
        asked = StoredMessage(id=MessageId(mint()), message=message, created_at=self._clock())
        session = Session()
        function = bind(chat, [asked], Request, self._finder(owner), inputs, session)
        writer = Writer(_Nowhere(), id_, output_length=self._output_length)
        await writer.write([RunStart(run=id_)])
        kept: list[Reply] = []

        async def keep(reply: Reply) -> None:
            kept.append(reply)

        runner = Runner(
            id_,
            writer=writer,
            invoke=lambda: self._invoke(function, self._reading(chat, owner, session), on_loop=chat.runs_on_loop),
            ticket=self._enter(name, chat, f"example:{id_}"),
            pulse=self._pulse,
            keep=keep,
            finish=_nothing,
            cancelled=asyncio.Event().wait,
            seen=_nothing,
            on_stuck=lambda: self._count_stuck(id_),
            show_error=True,
            tags=chat.reasoning_tags,
        )
        self._runners[runner] = asyncio.current_task()
        try:
            await runner.run()
        finally:
            del self._runners[runner]
        return kept[0]

    async def _answering(  # noqa: PLR0917 - all that a reply may come from
        self,
        turn: Turn,
        path: list[StoredMessage],
        request: Callable[[], Request],
        inputs: Mapping[str, Any],
        session: Session,
        run: Run,
    ) -> tuple[Callable[[], Invocation], Callable[[Reply], Awaitable[None]]]:
        """Return what gives a turn's reply, and what is to be done with that."""
        chat, examples, owner = self._chats[turn.chat], self._examples[turn.chat], turn.identity.owner

        async def store(reply: Reply) -> None:
            for file in turn.passing_files:
                await asyncio.to_thread(self._files.delete, file, owner=owner)
            if run.conversation is None:
                return
            try:
                await add(reply)
            except UnavailableError:
                self._late.add(run.conversation, lambda: add(reply))
                raise

        async def add(reply: Reply) -> None:
            with suppress(ConversationNotFound):  # deleted meanwhile
                await self._add(run, run.answers, reply.ids, reply.messages, only_at=run.answers)

        async def store_and_keep(reply: Reply) -> None:
            await store(reply)
            assert asked is not None
            await examples.keep(asked, reply, owner)

        def call(request: Callable[[], Request]) -> Invocation:
            function = bind(chat, path, request, self._finder(owner), inputs, session)
            return self._invoke(function, self._reading(chat, owner, session), on_loop=chat.runs_on_loop)

        asked = examples.asked(turn.example, path, inputs)
        if asked is None:
            return lambda: call(request), store
        answer = await examples.find(asked)
        if answer is not None:
            kept = Reading(files=self._run_files(owner))
            return lambda: self._invoke(lambda: examples.shown(answer, owner), kept, on_loop=False), store
        # Everybody will see this answer, so it knows nothing of the one who asks.
        return lambda: call(Request), store_and_keep

    def _reading(self, chat: ChatEndpoint, owner: str, session: Session) -> Reading:
        files = self._run_files(owner)
        return Reading(files=files, tags=chat.reasoning_tags, outputs=chat.outputs, session=session)

    def _run_files(self, owner: str) -> RunFiles:
        return RunFiles(self._files, owner=owner, places=self._places)

    def _finder(self, owner: str) -> FindPath:
        def find(file: FileRef | Source) -> Path | None:
            if isinstance(file, Source):
                return self._author_files.find(file)
            try:
                return self._files.get(file.id, owner=owner).path
            except FileNotFound:
                return None

        return find

    def _invoke(self, function: Callable[[], Any], read: Callable[[Any], Any], *, on_loop: bool) -> Invocation:
        if self._handover is None:
            self._handover = Handover(asyncio.get_running_loop())
        return Invocation(function, on_loop=on_loop, handover=self._handover, threads=self._threads, read=read)

    def _passing_path(self, conversation: Conversation, turn: Turn) -> list[StoredMessage]:
        """Return the messages of a turn in a conversation that is not kept."""
        assert turn.message is not None
        asked = StoredMessage(id=turn.message.id, message=turn.message.message, created_at=self._clock())
        return [*conversation.path(conversation.head), asked]

    def _runner(
        self,
        run: Run,
        writer: Writer,
        ticket: Ticket,
        invoke: Callable[[], Invocation],
        keep: Callable[[Reply], Awaitable[None]] | None,
        *,
        tags: Tags = (),
        sign: Callable[[Reply], tuple[str, ...]] | None = None,
    ) -> Runner:
        """Return what drives a run; without `keep` it is a call, which says nothing."""

        async def finish(status: Status) -> None:
            await self._index.finish(run.id, status)

        return Runner(
            run.id,
            writer=writer,
            invoke=invoke,
            ticket=ticket,
            pulse=self._pulse,
            keep=keep or _nothing,
            finish=finish,
            cancelled=lambda: self._log.cancelled(run.id),
            seen=lambda number: reply_at(self._log, run.id, number),
            on_stuck=lambda: self._count_stuck(run.id),
            show_error=self._show_error,
            tags=tags,
            says=keep is not None,
            sign=sign,
        )

    def _count_stuck(self, run: RunId) -> None:
        self.stuck_functions += 1
        _log.error(
            "The function of run %s goes on although the run was stopped; its place is free again. "
            "%d such calls in this process so far.",
            run,
            self.stuck_functions,
        )

    async def _add(
        self,
        run: Run,
        parent: MessageId | None,
        ids: Sequence[MessageId],
        messages: Sequence[Message],
        *,
        only_at: MessageId | None = None,
    ) -> None:
        """Add messages to the run's conversation, each below the one before; see `ConversationStore.append`."""
        assert run.conversation is not None
        stored = []
        for id_, message in zip(ids, messages, strict=True):
            stored.append(StoredMessage(id=id_, parent=parent, message=message, created_at=self._clock()))
            parent = id_
        await self._conversations.append(run.conversation, stored, owner=run.owner, only_at=only_at)


class _Nowhere:
    """A log for runs that nobody follows."""

    async def append(self, run: RunId, events: Sequence[RunEvent], *, first: int) -> None:
        """Forget the entries."""


def _role_of(value: Any) -> Any:
    """Return the role that a message is given, if that is another one than the assistant's."""
    role = value.get("role") if isinstance(value, Mapping) else getattr(value, "role", None)
    return None if role == "assistant" else role


def _unheard(done: int, count: int) -> None:
    del done, count


async def _nothing(_: object) -> None:
    pass
