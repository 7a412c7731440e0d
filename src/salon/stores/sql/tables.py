"""Work on the tables of a database: in threads, and once the tables are what they have to be."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

from salon.errors import UnavailableError
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
        self._lock = Lock()

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """Return what `work` finds in one state of the tables."""
        return await self._in_thread(self.read_now, work)

    async def write(self, work: Callable[[Connection], _T]) -> _T:
        """Return what `work` returns, when what it did is kept."""
        return await self._in_thread(self.write_now, work)

    def read_now(self, work: Callable[[Connection], _T]) -> _T:
        """See `read`; it blocks."""
        with self._working():
            self.prepare()
            with self._database.reading() as connection:
                return work(connection)

    def write_now(self, work: Callable[[Connection], _T]) -> _T:
        """See `write`; it blocks."""
        with self._working():
            self.prepare()
            with self._database.writing() as connection:
                return work(connection)

    async def wipe(self) -> None:
        """See `Database.wipe`."""
        await self._in_thread(self._wipe)

    def _wipe(self) -> None:
        with self._working():
            self._database.wipe()

    def prepare(self) -> None:
        """Make the tables, or bring them up to date; it blocks."""
        with self._lock:
            if not self._is_ready:
                migrate(self._database)
                self._is_ready = True

    async def close(self) -> None:
        """Close what is open."""
        with self._lock:
            threads, self._threads = self._threads, None
        await asyncio.to_thread(self._close, threads)

    def _close(self, threads: ThreadPoolExecutor | None) -> None:
        if threads is not None:
            threads.shutdown()
        self._database.close()

    async def _in_thread(self, function: Callable[..., _T], *arguments: Any) -> _T:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="salon-store")
            threads = self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, function, *arguments)

    @contextmanager
    def _working(self) -> Iterator[None]:
        try:
            yield
        except self._database.failures as error:
            _log.error("The database of conversations does not work: %s", error)
            raise UnavailableError(
                "store.unavailable", "The conversations cannot be reached at the moment. Try again later."
            ) from error
