"""The sessions of Gradio's clients, their jobs, and the one event stream of each session."""

import asyncio
import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress

from salon.engine.engine import Engine
from salon.errors import ClientError, Failure, NotFoundError
from salon.events.types import Entry, RunEnd, RunStart
from salon.identity import Identity
from salon.ids import ConversationId
from salon.runs.log import RunNotFound
from salon.runs.run import Run
from salon.surfaces.callable_endpoints import CallableEndpoint
from salon.surfaces.gradio.encode import CLOSE, JobEncoder

_AT_MOST = 10_000
_AHEAD_AT_MOST = 16
# Gradio's clients close their own side of a cancelled job first. A final frame that arrives before that looks to them
# like an answer, so the final frame is delayed.
_AFTER_CANCEL_S = 2.0
_AFTER_RESET_S = 1.0
_HASH = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}\Z")


class Job:
    """One call. `event_id` is hard to guess; it authorises its bearer to cancel the job.

    Args:
        run: run of the call.
        identity: caller.
        called: endpoint that is called.
        refusal: message of the error, if the call was refused before it ran; then the log has no such run.
    """

    def __init__(self, run: Run, identity: Identity, called: CallableEndpoint, *, refusal: str | None = None) -> None:
        self.event_id = secrets.token_hex(16)
        self.called = called
        self.run = run
        self.identity = identity
        self.refusal = refusal
        self._timer: asyncio.TimerHandle | None = None
        self.may_end = asyncio.Event()
        self.may_end.set()

    def is_cancelled(self) -> None:
        """Delay the final frame, as clients expect it of a cancelled job."""
        self._end_after(_AFTER_CANCEL_S)

    def is_reset(self) -> None:
        """Shorten the delay of a cancelled job's final frame: its client has closed its side."""
        if self._timer is not None:
            self._end_after(_AFTER_RESET_S)

    def _end_after(self, delay_s: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.may_end.clear()
        self._timer = asyncio.get_running_loop().call_later(delay_s, self.may_end.set)


class Session:
    """One client's session: its conversations, and the jobs whose final frame was not sent yet."""

    def __init__(self, identity: Identity, session_hash: str) -> None:
        self._key = f"{identity.owner}\0{session_hash}"
        self.jobs: dict[str, Job] = {}
        self.reader: Reader | None = None

    @property
    def name(self) -> str:
        """The session's key in the engine."""
        return self._derived("")

    def conversation(self, chat: str) -> ConversationId:
        """Return the id of the session's conversation with one of the application's chats."""
        return ConversationId(self._derived(chat))

    def _derived(self, of: str) -> str:
        # The hash covers the owner: two owners that choose the same `session_hash` get different conversations.
        # Clients' texts never become keys of other stores as they are, whatever characters they contain.
        digest = hashlib.sha256(f"{self._key}\0{of}".encode("utf-8", "surrogatepass")).hexdigest()
        return f"gradio-{digest[:32]}"

    def add(self, job: Job) -> None:
        """Add a job; an active reader reads it, too."""
        self.jobs[job.event_id] = job
        if self.reader is not None:
            self.reader.start(job)


class Sessions:
    """All sessions and jobs, by their ids. The number of both is bounded: the least recently used are dropped."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def open(self, identity: Identity, session_hash: str) -> Session:
        """Return a session; create it if it does not exist.

        Raises:
            ClientError: the session hash is invalid.
        """
        require_hash(session_hash)
        key = (identity.owner, session_hash)
        if key not in self._sessions:
            self._sessions[key] = Session(identity, session_hash)
            if len(self._sessions) > _AT_MOST:
                self._forget()
        self._sessions.move_to_end(key)
        return self._sessions[key]

    def find(self, identity: Identity, session_hash: str) -> Session:
        """Return a session.

        Raises:
            NotFoundError: the session does not exist or belongs to another owner.
        """
        session = self._sessions.get((identity.owner, session_hash))
        if session is None:
            raise NotFoundError(
                "session.unknown", "There is no such session. Call an endpoint with this `session_hash` first."
            )
        return session

    def keep(self, job: Job) -> None:
        """Store a job by its id."""
        self._jobs[job.event_id] = job
        if len(self._jobs) > _AT_MOST:
            self._jobs.popitem(last=False)

    def job(self, event_id: str) -> Job | None:
        """Return a job; `None` if it does not exist."""
        return self._jobs.get(event_id)

    def _forget(self) -> None:
        # A session with a reader is in use: dropping it would end the stream of a client that waits for its jobs.
        oldest = next((key for key, session in self._sessions.items() if session.reader is None), None)
        if oldest is not None:
            del self._sessions[oldest]


def require_hash(session_hash: str) -> None:
    """Validate a session hash.

    Raises:
        ClientError: the session hash is invalid.
    """
    if not _HASH.match(session_hash):
        raise ClientError(
            "session.name",
            "A `session_hash` has 1 to 64 letters, digits, `-` or `_`, and begins with a letter or a digit.",
        )


class Reader:
    """Merges the events of a session's jobs into one stream, which ends with the last job.

    Args:
        session: session of the jobs; its previous reader is ended.
        engine: engine of the runs.
        encoder: function that returns the encoder of a job.
    """

    def __init__(self, session: Session, engine: Engine, encoder: Callable[[Job], JobEncoder]) -> None:
        self._session = session
        self._engine = engine
        self._encoder = encoder
        # The queue has no `maxsize`, because the last frames have to be put without waiting (see `_pump`); `_put`
        # bounds it for all others (back-pressure), so that a slow client does not fill the memory.
        self._ready: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._has_room = asyncio.Event()
        self._pumps: set[asyncio.Task[None]] = set()
        self._has_room.set()
        # A session has one stream: a client that lost its connection opens a new one, and the old one has no reader any
        # more.
        if session.reader is not None:
            session.reader.send_away()
        session.reader = self
        for job in list(session.jobs.values()):
            self.start(job)
        if not session.jobs:
            self.send_away()

    def start(self, job: Job) -> None:
        """Start to read a job."""
        pump = asyncio.create_task(self._pump(job))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)

    def send_away(self) -> None:
        """End the stream; jobs without a final frame stay in the session, for the next reader."""
        self._end()
        while not self._ready.empty():
            self._ready.get_nowait()
        self._ready.put_nowait(CLOSE)
        self._ready.put_nowait(None)

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """Yield frames until the session has no more jobs."""
        try:
            while (frames := await self._ready.get()) is not None:
                if self._ready.qsize() < _AHEAD_AT_MOST:
                    self._has_room.set()
                yield frames
        finally:
            self._end()

    def _end(self) -> None:
        if self._session.reader is self:
            self._session.reader = None
        for pump in self._pumps:
            pump.cancel()

    async def _pump(self, job: Job) -> None:
        encoder = self._encoder(job)
        # The frames of the last batch are held back, and sent together with the final frame.
        frames = b""
        with suppress(RunNotFound):
            entries = await self._follow(job)
            async with aclosing(entries):
                async for batch in entries:
                    frames = encoder.frames(batch)
                    if encoder.has_ended:
                        break
                    await self._put(frames)
                    frames = b""
        await job.may_end.wait()
        # There is no `await` from here on, so that the check for the last job and the end of the stream are one step. A
        # job that is added in between would otherwise be in a session whose stream has ended, and never be read.
        frames += encoder.final()
        self._session.jobs.pop(job.event_id, None)
        if self._session.jobs:
            self._ready.put_nowait(frames)
            return
        if self._session.reader is self:
            self._session.reader = None
        self._ready.put_nowait(frames + CLOSE)
        self._ready.put_nowait(None)

    async def _follow(self, job: Job) -> AsyncGenerator[Sequence[Entry], None]:
        if job.refusal is None:
            return await self._engine.follow(job.run.id, identity=job.identity)
        return _refused(job.run, job.refusal)

    async def _put(self, frames: bytes) -> None:
        if not frames:
            return
        while self._ready.qsize() >= _AHEAD_AT_MOST:
            self._has_room.clear()
            await self._has_room.wait()
        self._ready.put_nowait(frames)


async def _refused(run: Run, message: str) -> AsyncGenerator[Sequence[Entry], None]:
    """Yield the events of a refused call, as a run that failed."""
    yield [
        (1, RunStart(run=run.id)),
        (2, RunEnd(status="error", failure=Failure(code="function.error", message=message))),
    ]
