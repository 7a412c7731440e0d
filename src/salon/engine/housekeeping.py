"""The work beside the turns: examples, replies that a dead process has left, and forgetting what is out of date."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from functools import partial

from salon.conversations.library import Library
from salon.conversations.sharing import Sharing
from salon.conversations.watchers import Watchers
from salon.engine.engine import Engine
from salon.engine.examples import CachingReport, Examples
from salon.errors import NotFoundError, UnavailableError
from salon.stores.answers import AnswerStore
from salon.stores.base import ConversationStore
from salon.stores.files import FileStore
from salon.stores.kept import KeptConversations

_log = logging.getLogger("salon")

_SWEEP_EVERY_S = 3_600.0
_RECOVER_EVERY_S = 3.0
_LEASE_S = 10.0


class Housekeeping:
    """Keeps an application's stores in order while it serves. Belongs to the event loop on which it is started.

    Args:
        engine: answers examples.
        examples: the examples of the chats whose answers are kept, by the chats' names.
        answers: where answers to examples are kept.
        conversations: where messages are kept; files that they name stay.
        files: where files are kept.
        kept: the store in which replies are kept while they are written.
        watchers: hear of replies that were brought back.
        library: the conversations that owners come back to.
        sharing: what is shared by link.
        retention_s: how long a conversation stays after its last message, in seconds; `None` for ever.
        report: hears how far the answering of examples is.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        examples: Mapping[str, Examples],
        answers: AnswerStore,
        conversations: ConversationStore,
        files: FileStore,
        kept: KeptConversations | None = None,
        watchers: Watchers,
        library: Library | None = None,
        sharing: Sharing | None = None,
        retention_s: float | None = None,
        report: CachingReport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._examples = examples
        self._answers = answers
        self._conversations = conversations
        self._files = files
        self._kept = kept
        self._watchers = watchers
        self._library = library
        self._sharing = sharing
        self._retention_s = retention_s
        self._report = report or _unheard
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self._warming: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, unless it goes on already."""
        if not self._tasks:
            self._warming = asyncio.create_task(self._warm())
            self._tasks = [self._warming, asyncio.create_task(self._sweep())]
            if self._kept is not None:
                self._tasks.append(asyncio.create_task(self._recover(self._kept)))

    def stop(self) -> None:
        """End what goes on; `start` begins anew."""
        for task in self._tasks:
            task.cancel()
        self._tasks, self._warming = [], None

    async def warmed(self) -> None:
        """Wait until all examples are answered that are to be answered at the start."""
        if self._warming is not None:
            await asyncio.shield(self._warming)

    async def _warm(self) -> None:
        """Forget answers to examples that are out of date, then make those that are missing."""
        current: dict[str, set[str]] = {}
        for examples in self._examples.values():  # chats that have one function share a scope
            current.setdefault(examples.scope, set()).update(await asyncio.to_thread(examples.keys))
        for scope, keys in current.items():
            await asyncio.to_thread(self._answers.keep_only, scope, keys)
        for name, examples in self._examples.items():
            await examples.warm(partial(self._engine.answer_example, name), self._report)

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

    async def _recover(self, kept: KeptConversations) -> None:
        """Now and every few seconds, keep replies that a process has left half-written when it died."""
        while True:
            try:
                for conversation in await kept.recover(lease_s=_LEASE_S):
                    _log.warning("A reply in the conversation %s ended with its process", conversation)
                    owner = await kept.owner_of(conversation)
                    head = (await kept.load(conversation, owner=owner)).head
                    if head is not None:
                        self._watchers.tell(conversation, head)
            except (UnavailableError, NotFoundError):
                pass  # it is tried again in a moment
            except Exception:  # noqa: BLE001 - one that cannot be read keeps nothing else from its work
                _log.exception("Replies that were half-written could not be kept")
            await asyncio.sleep(_RECOVER_EVERY_S)

    async def _forget_before(self, time_s: float) -> None:
        if self._library is not None:
            await self._library.sweep(time_s)
        if self._sharing is not None:
            await self._sharing.sweep(time_s)


def _unheard(done: int, count: int) -> None:
    del done, count
