"""Puts together all that runs functions and keeps conversations, apart from how it is served."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from salon.conversations.commands import Commands
from salon.conversations.feedback import FeedbackService
from salon.conversations.library import Library
from salon.conversations.pushing import Pushing
from salon.conversations.sharing import Sharing
from salon.conversations.signing import MessageSigner
from salon.conversations.transcripts import Transcripts
from salon.conversations.value_files import AllowedPaths, AuthorFiles
from salon.conversations.watchers import Watchers
from salon.definition.app import AppSpec
from salon.engine.engine import Engine, EngineLimits
from salon.engine.environment import Environment
from salon.engine.examples import CachingReport, Examples
from salon.engine.housekeeping import Housekeeping
from salon.runs.index import RunIndex
from salon.runs.log import RunLog
from salon.stores.answers import AnswerStore
from salon.stores.base import ConversationStore
from salon.stores.feedback import FeedbackStore, FeedbackTable
from salon.stores.files import FileStore
from salon.stores.kept import KeptConversations
from salon.stores.shares import ShareStore


@dataclass(frozen=True, kw_only=True, slots=True)
class Backends:
    """The places where an application keeps things.

    Attributes:
        log: the events of runs.
        index: the runs.
        conversations: messages.
        kept: the conversations that owners come back to; `conversations` sends them there.
        shares: snapshots of conversations that were shared.
        files: files.
        answers: answers to examples.
        feedback: readers' opinions.
        open_feedback_table: gives the table of opinions in a folder; the second argument tells whether it has comments.
    """

    log: RunLog
    index: RunIndex
    conversations: ConversationStore
    kept: KeptConversations | None
    shares: ShareStore | None
    files: FileStore
    answers: AnswerStore
    feedback: FeedbackStore
    open_feedback_table: Callable[[Path, bool], FeedbackTable]


@dataclass(frozen=True, kw_only=True, slots=True)
class Core:
    """An application without a server. Its parts belong to the event loop on which it is started.

    Attributes:
        engine: runs functions.
        commands: undo, switch and delete.
        library: the conversations that owners come back to, where any are kept on this server.
        sharing: what is shared by link, where conversations are kept.
        feedback: takes opinions.
        pushing: adds messages of the application's.
        watchers: tell pages of what was added.
        transcripts: reads and writes conversations.
        housekeeping: answers examples, and forgets what is out of date.
        kept: see `Backends`.
    """

    engine: Engine
    commands: Commands
    library: Library | None
    sharing: Sharing | None
    feedback: FeedbackService
    pushing: Pushing
    watchers: Watchers
    transcripts: Transcripts
    housekeeping: Housekeeping
    kept: KeptConversations | None

    def start(self) -> None:
        """Be in operation, after a stop anew."""
        self.engine.start()
        self.watchers.start()
        self.housekeeping.start()

    async def stop(self, *, grace_s: float) -> None:
        """Accept nothing more, and end what runs; see `Engine.stop`. Only the first call does anything."""
        if self.engine.is_stopping:
            return
        self.watchers.end()
        self.housekeeping.stop()
        await self.engine.stop(grace_s=grace_s)
        await self.transcripts.close()
        if self.kept is not None:
            await self.kept.close()


def build_core(
    app: AppSpec,
    backends: Backends,
    *,
    allowed: AllowedPaths,
    limits: EngineLimits,
    signer: MessageSigner | None = None,
    retention_s: float | None = None,
    show_error: bool = False,
    caching: CachingReport | None = None,
    clock: Callable[[], float] = time.time,
) -> Core:
    """Return the parts of an application.

    Args:
        app: the application.
        backends: the places where it keeps things.
        allowed: the folders of which functions may return files.
        limits: how much runs may take.
        signer: signs messages of conversations that browsers keep.
        retention_s: how long a kept conversation stays after its last message, in seconds; `None` for ever.
        show_error: whether clients get the text of exceptions.
        caching: hears how far the answering of examples at the start is.
        clock: seconds since 1970, for the times of messages.
    """
    conversations, files, shares = backends.conversations, backends.files, backends.shares
    watchers = Watchers(conversations)
    transcripts = Transcripts(conversations, signer=signer, kept=backends.kept, watchers=watchers, clock=clock)
    environment = Environment(files, author_files=AuthorFiles(app.files, files), allowed=allowed)
    examples = {name: Examples(chat, answers=backends.answers, files=files) for name, chat in app.chats.items()}
    engine = Engine(
        app.chats,
        endpoints=app.endpoints,
        examples=examples,
        log=backends.log,
        index=backends.index,
        transcripts=transcripts,
        environment=environment,
        limits=limits,
        show_error=show_error,
    )
    commands = Commands(log=backends.log, index=backends.index, conversations=conversations, files=files, shares=shares)
    library, sharing = None, None
    if shares is not None:
        sharing = Sharing(shares=shares, conversations=conversations, files=files, signer=signer, clock=clock)
        if backends.kept is not None:
            library = Library(commands=commands, kept=backends.kept, shares=shares, files=files)
    return Core(
        engine=engine,
        commands=commands,
        library=library,
        sharing=sharing,
        feedback=FeedbackService(
            app.chats,
            conversations=conversations,
            store=backends.feedback,
            transcripts=transcripts,
            open_table=backends.open_feedback_table,
            clock=clock,
        ),
        pushing=Pushing(
            log=backends.log,
            index=backends.index,
            conversations=conversations,
            files_of=environment.files_of,
            watchers=watchers,
            clock=clock,
        ),
        watchers=watchers,
        transcripts=transcripts,
        housekeeping=Housekeeping(
            engine,
            examples={name: examples[name] for name, chat in app.chats.items() if chat.example_cache is not None},
            answers=backends.answers,
            conversations=conversations,
            files=files,
            kept=backends.kept,
            watchers=watchers,
            library=library,
            sharing=sharing,
            retention_s=retention_s,
            report=caching,
            clock=clock,
        ),
        kept=backends.kept,
    )
