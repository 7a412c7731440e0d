"""Sessions of clients, the jobs in them, and the one stream in which a session's jobs are read."""

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
# Clients end their own side of a cancelled job first; a final frame that comes before they have looks like an answer.
_AFTER_CANCEL_S = 2.0
_AFTER_RESET_S = 1.0
_HASH = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}\Z")


class Job:
    """One call. `event_id` is hard to guess, and who knows it may cancel the job.

    Args:
        run: what the call does.
        identity: whose call it is.
        called: what is called.
        refusal: why the call does nothing, if it does nothing; no log has such a run.
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
        """Put the final frame off, as clients expect of a cancelled job."""
        self._end_after(_AFTER_CANCEL_S)

    def is_reset(self) -> None:
        """Bring the final frame of a cancelled job nearer, now that its client is done with it."""
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
        """What the engine calls the session."""
        return self._derived("")

    def conversation(self, chat: str) -> ConversationId:
        """Return what the session's conversation in one of the application's chats is called."""
        return ConversationId(self._derived(chat))

    def _derived(self, of: str) -> str:
        digest = hashlib.sha256(f"{self._key}\0{of}".encode("utf-8", "surrogatepass")).hexdigest()
        return f"gradio-{digest[:32]}"

    def add(self, job: Job) -> None:
        """Add a job; who is reading the session reads it, too."""
        self.jobs[job.event_id] = job
        if self.reader is not None:
            self.reader.start(job)


class Sessions:
    """All sessions, and all jobs by their ids; those not used for longest are forgotten."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def open(self, identity: Identity, session_hash: str) -> Session:
        """Return a session, new where there is none.

        Raises:
            ClientError: it is called what no session can be.
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
            NotFoundError: unknown, or somebody else's.
        """
        session = self._sessions.get((identity.owner, session_hash))
        if session is None:
            raise NotFoundError("session.unknown", "There is no such session. Make a call in it first.")
        return session

    def keep(self, job: Job) -> None:
        """Remember a job by its id."""
        self._jobs[job.event_id] = job
        if len(self._jobs) > _AT_MOST:
            self._jobs.popitem(last=False)

    def job(self, event_id: str) -> Job | None:
        """Return a job."""
        return self._jobs.get(event_id)

    def _forget(self) -> None:
        oldest = next((key for key, session in self._sessions.items() if session.reader is None), None)
        if oldest is not None:
            del self._sessions[oldest]


def require_hash(session_hash: str) -> None:
    """Refuse what no session can be called.

    Raises:
        ClientError: it is no such name.
    """
    if not _HASH.match(session_hash):
        raise ClientError(
            "session.name", "A `session_hash` has 1 to 64 letters, digits, `-` or `_`, and begins with none of the two."
        )


class Reader:
    """Reads the pending jobs of one session into one stream, which ends with the last of them.

    Args:
        session: whose jobs; a reader that was there before is sent away.
        engine: has the runs.
        encoder: makes what encodes a job.
    """

    def __init__(self, session: Session, engine: Engine, encoder: Callable[[Job], JobEncoder]) -> None:
        self._session = session
        self._engine = engine
        self._encoder = encoder
        self._ready: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._has_room = asyncio.Event()
        self._pumps: set[asyncio.Task[None]] = set()
        self._has_room.set()
        if session.reader is not None:
            session.reader.send_away()
        session.reader = self
        for job in list(session.jobs.values()):
            self.start(job)
        if not session.jobs:
            self.send_away()

    def start(self, job: Job) -> None:
        """Read one more job."""
        pump = asyncio.create_task(self._pump(job))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)

    def send_away(self) -> None:
        """End the stream as one that is over; jobs that have not ended stay pending."""
        self._end()
        while not self._ready.empty():
            self._ready.get_nowait()
        self._ready.put_nowait(CLOSE)
        self._ready.put_nowait(None)

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """Yield frames until no job is pending."""
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
        # From here on nothing waits: that this was the last job, and that the stream ends, is one step.
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
    """Yield the events of a call that was refused, as those of one that has failed."""
    yield [
        (1, RunStart(run=run.id)),
        (2, RunEnd(status="error", failure=Failure(code="function.error", message=message))),
    ]
