"""A database in one file of this machine, which several processes may use at once."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from salon.private_folders import make_private_folder
from salon.stores.sql.database import Connection

_TRIGRAM = 3
_SECURE_INDEX = (3, 42, 0)
# The index has no text of its own. It is kept by triggers, so that whoever changes messages changes it.
_INDEX = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS salon_words USING fts5 (
        searched_text, content='salon_messages', content_rowid='number', tokenize='trigram', detail='full')""",
    """CREATE TRIGGER salon_words_added AFTER INSERT ON salon_messages BEGIN
        INSERT INTO salon_words (rowid, searched_text) VALUES (new.number, new.searched_text);
    END""",
    """CREATE TRIGGER salon_words_removed AFTER DELETE ON salon_messages BEGIN
        INSERT INTO salon_words (salon_words, rowid, searched_text)
        VALUES ('delete', old.number, old.searched_text);
    END""",
    "INSERT INTO salon_words (salon_words) VALUES ('rebuild')",
)


class Sqlite:
    """A `Database` in the file `path`, made when it is first used.

    Readers see the last complete state while somebody writes. Words of three letters and more are found by an index,
    shorter ones, and all where SQLite has no such index, by reading the owner's messages.

    Args:
        path: of the file; what SQLite needs besides lies beside it.
        has_index: `False` does without the index.
        wait_s: seconds for which a write waits for others.
    """

    words: dict[str, str] = {"id": "TEXT", "counter": "INTEGER PRIMARY KEY AUTOINCREMENT"}  # noqa: RUF012 - read only
    locks_row = ""

    def __init__(self, path: Path, *, has_index: bool = True, wait_s: float = 4.0) -> None:
        self._path = path
        self.name = f"`{path}`"
        self._wait_s = wait_s
        self._has_index = has_index and _knows_trigrams()
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        # SQLite lets one write at a time, and lets others ask again and again; here they wait in a line.
        self._writes = threading.Lock()

    def is_failure(self, error: Exception) -> bool:
        """See `Database.is_failure`: locked, full, read-only, damaged, or gone."""
        wrong_work = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.NotSupportedError)
        return isinstance(error, sqlite3.DatabaseError | OSError) and not isinstance(error, wrong_work)

    @property
    def files(self) -> tuple[Path, ...]:
        """See `Database.files`."""
        return tuple(self._path.with_name(self._path.name + end) for end in ("", "-wal", "-shm", "-journal"))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `Database.reading`."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See `Database.writing`."""
        if not self._writes.acquire(timeout=self._wait_s):
            raise sqlite3.OperationalError("another write takes too long")
        try:
            with self._transaction("BEGIN IMMEDIATE") as connection:
                yield connection
        finally:
            self._writes.release()

    def lock_schema(self, connection: Connection) -> None:
        """See `Database.lock_schema`; whoever writes is alone anyway."""

    def prepare(self, connection: Connection) -> None:
        """See `Database.prepare`."""
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        is_kept = {"salon_words", "salon_words_added", "salon_words_removed"} <= names
        if self._has_index and not is_kept and "salon_messages" in names:
            for statement in _INDEX:
                connection.execute(statement)
            if sqlite3.sqlite_version_info >= _SECURE_INDEX:
                connection.execute("INSERT INTO salon_words (salon_words, rank) VALUES ('secure-delete', 1)")
        if not self._has_index:  # it would keep this process from writing
            for trigger in ("salon_words_added", "salon_words_removed"):
                connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")

    def has_word(self, word: str) -> tuple[str, tuple[object, ...]]:
        """See `Database.has_word`."""
        if self._has_index and len(word) >= _TRIGRAM:
            quoted = '"' + word.replace('"', '""') + '"'
            numbers = "SELECT rowid FROM salon_words WHERE salon_words MATCH ?"
            return f"c.id IN (SELECT m.conversation FROM salon_messages m WHERE m.number IN ({numbers}))", (quoted,)
        found = self.has_text("m.searched_text")
        return f"EXISTS (SELECT 1 FROM salon_messages m WHERE m.conversation = c.id AND {found})", (word,)

    def has_text(self, column: str) -> str:
        """See `Database.has_text`."""
        return f"instr({column}, ?) > 0"

    def wipe(self) -> None:
        """See `Database.wipe`: the log of changes still has what was there before."""
        with self._writes, self._connection() as connection, suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """See `Database.close`."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self._connection() as connection:
            connection.execute(begin)
            try:
                yield _Rows(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._open()
        try:
            yield connection
        except sqlite3.DatabaseError:
            connection.close()
            raise
        except BaseException:
            self._give_back(connection)
            raise
        self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._idle.append(connection)

    def _open(self) -> sqlite3.Connection:
        make_private_folder(self._path.parent)
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(self._path, timeout=self._wait_s, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


class _Rows:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See `Connection.execute`."""
        return self._connection.execute(statement, values).fetchall()


def _knows_trigrams() -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5 (word, tokenize='trigram')")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True
