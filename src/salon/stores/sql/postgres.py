"""A database of a PostgreSQL server, which several machines may use at once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from salon.errors import AuthorError
from salon.optional import require
from salon.stores.sql.database import Connection

_CONNECTIONS = 8
_SCHEMA_LOCK = 7_236_514_912


class Postgres:
    """A `Database` at `url`.

    Words are found by reading the messages of the one owner who searches, so it needs no extension of the server's.

    Args:
        url: such as `postgresql://user:password@host/database`.
        wait_s: seconds for which a connection is waited for.

    Raises:
        AuthorError: `psycopg` is not installed; the message names the command that installs it.
    """

    # Ids are compared byte by byte, so that lists have one order whatever the language of the database.
    words: dict[str, str] = {"id": 'TEXT COLLATE "C"', "counter": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}  # noqa: RUF012
    locks_row = " FOR UPDATE"
    files: tuple[Path, ...] = ()

    def __init__(self, url: str, *, wait_s: float = 10.0) -> None:
        self._url = url
        self.name = "the PostgreSQL database of `SALON_STORE`"
        self._wait_s = wait_s
        self._psycopg = require("psycopg", extra="postgres")
        self._pools = require("psycopg_pool", extra="postgres")
        self._pool: Any = None
        self._lock = Lock()

    def is_failure(self, error: Exception) -> bool:
        """See `Database.is_failure`."""
        return isinstance(error, self._psycopg.OperationalError | self._pools.PoolTimeout)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `Database.reading`."""
        with self._transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See `Database.writing`."""
        with self._transaction(None) as connection:
            yield connection

    def lock_schema(self, connection: Connection) -> None:
        """See `Database.lock_schema`."""
        connection.execute("SELECT pg_advisory_xact_lock(?)", (_SCHEMA_LOCK,))

    def prepare(self, connection: Connection) -> None:
        """See `Database.prepare`; nothing is needed."""

    def has_word(self, word: str) -> tuple[str, tuple[object, ...]]:
        """See `Database.has_word`."""
        found = self.has_text("m.searched_text")
        return f"EXISTS (SELECT 1 FROM salon_messages m WHERE m.conversation = c.id AND {found})", (word,)

    def has_text(self, column: str) -> str:
        """See `Database.has_text`."""
        return f"strpos({column}, ?) > 0"

    def wipe(self) -> None:
        """See `Database.wipe`; the server does that itself."""

    def close(self) -> None:
        """See `Database.close`."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    @contextmanager
    def _transaction(self, begin: str | None) -> Iterator[Connection]:
        with self._opened().connection() as connection:
            if begin is not None:
                connection.execute(begin)
            yield _Rows(connection)

    def _opened(self) -> Any:
        with self._lock:
            if self._pool is None:
                pool = self._pools.ConnectionPool(
                    self._url,
                    min_size=1,
                    max_size=_CONNECTIONS,
                    open=False,
                    timeout=self._wait_s,
                    check=self._pools.ConnectionPool.check_connection,
                    name="salon",
                )
                try:
                    pool.open(wait=True, timeout=self._wait_s)
                except self._pools.PoolTimeout as error:
                    pool.close()
                    # The address may have a password in it, so it is not shown.
                    raise AuthorError(
                        "store.server",
                        "The database of `SALON_STORE` cannot be reached, or does not let this application in.",
                    ) from error
                self._pool = pool
            return self._pool


class _Rows:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See `Connection.execute`."""
        cursor = self._connection.execute(statement.replace("?", "%s"), values)
        return list(cursor.fetchall()) if cursor.description is not None else []
