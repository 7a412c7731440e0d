"""What the statements of this package need of a database."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol


class Connection(Protocol):
    """Carries statements out, inside of one transaction."""

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Carry a statement out, `values` standing for its question marks, and return its rows, if it has any."""


class Database(Protocol):
    """Opens transactions. Calls block, and may come from several threads at once.

    Attributes:
        name: the name of the database for people, without a password.
        words: what the dialect calls things, for `str.format` in statements of the schema.
        locks_row: what ends a query whose rows the transaction is going to change.
    """

    name: str
    words: dict[str, str]
    locks_row: str

    def is_failure(self, error: Exception) -> bool:
        """Tell whether an error says that the database cannot do its work, and not that the work is wrong."""

    @property
    def files(self) -> tuple[Path, ...]:
        """In which it lies, where these are this machine's."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that only reads, and sees one state of the database."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that is carried out whole or not at all, and waits for others where they meet."""

    def lock_schema(self, connection: Connection) -> None:
        """Wait until nobody else changes the schema, and let nobody else do so before the transaction ends."""

    def prepare(self, connection: Connection) -> None:
        """Bring what helps searching up to date; called when the schema is."""

    def has_word(self, word: str) -> tuple[str, tuple[object, ...]]:
        """Return a condition with its values: a message of the conversation `c` has a word."""

    def has_text(self, column: str) -> str:
        """Return a condition with one value: it is part of a column."""

    def wipe(self) -> None:
        """See to it that what was deleted is not left in files of the database."""

    def close(self) -> None:
        """Close what is open."""
