"""Work on the tables of a database: in threads, and once the tables are what they have to be."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

from salon.errors import UnavailableError
from salon.stores.sql.breaker import Breaker
from salon.stores.sql.database import Connection, Database
from salon.stores.sql.schema import migrate

_T = TypeVar("_T")

_log = logging.getLogger("salon")

_THREADS = 4


class Tables:
    """Carries work on the tables out in threads, once they are what they have to be."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads: ThreadPoolExecutor | None = None
        self._is_ready = False
        # Apart: while somebody else holds the lock for writing, what is there can be read all the same.
        self._reads, self._writes = Breaker(), Breaker()
        # Two locks: the event loop takes the first, so nobody may hold that while a database is waited for.
        self._threads_lock = Lock()
        self._prepare_lock = Lock()

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """Return what `work` finds in one state of the tables."""
        return await self._in_thread(self.read_now, work)

    async def write(self, work: Callable[[Connection], _T]) -> _T:
        """Return what `work` returns, when what it did is kept."""
        return await self._in_thread(self.write_now, work)

    def read_now(self, work: Callable[[Connection], _T]) -> _T:
        """See `read`; it blocks."""
        with self._working(self._reads):
            self.prepare()
            with self._database.reading() as connection:
                return work(connection)

    def write_now(self, work: Callable[[Connection], _T]) -> _T:
        """See `write`; it blocks."""
        with self._working(self._writes):
            self.prepare()
            with self._database.writing() as connection:
                return work(connection)

    async def wipe(self) -> None:
        """See `Database.wipe`."""
        await self._in_thread(self._wipe)

    def _wipe(self) -> None:
        with self._working(self._writes):
            self._database.wipe()

    def prepare(self) -> None:
        """Make the tables, or bring them up to date; it blocks."""
        with self._prepare_lock:
            if not self._is_ready:
                migrate(self._database)
                self._is_ready = True

    @property
    def is_working(self) -> bool:
        """Whether the database did its work when it was asked last."""
        return not (self._reads.is_open or self._writes.is_open)

    async def close(self) -> None:
        """Close what is open."""
        with self._threads_lock:
            threads, self._threads = self._threads, None
        await asyncio.to_thread(self._close, threads)

    def _close(self, threads: ThreadPoolExecutor | None) -> None:
        if threads is not None:
            threads.shutdown()
        self._database.close()

    async def _in_thread(self, function: Callable[..., _T], *arguments: Any) -> _T:
        with self._threads_lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="salon-store")
            threads = self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, function, *arguments)

    @contextmanager
    def _working(self, breaker: Breaker) -> Iterator[None]:
        if not breaker.may_ask():
            raise _unavailable()
        try:
            yield
        except Exception as error:
            if not self._database.is_failure(error):
                raise
            if breaker.failed():
                _log.error("The database of conversations does not work: %s", error)
            raise _unavailable() from error
        if breaker.worked():
            _log.warning("The database of conversations works again")


def _unavailable() -> UnavailableError:
    return UnavailableError(
        "store.unavailable", "The conversations cannot be reached at the moment. Try again in a few seconds."
    )
