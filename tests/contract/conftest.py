"""Stores of every kind, all with the same clock that the tests turn."""

import pytest

from salon.stores.memory import MemoryConversations
from salon.stores.sql.conversations import SqlStore
from salon.stores.sql.postgres import Postgres
from salon.stores.sql.sqlite import Sqlite
from tests.postgres import new_database


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "sqlite without an index", "postgres"])
def open_store(request, tmp_path, clock):
    """Return what opens the same store again and again."""
    match request.param:
        case "memory":
            memory = MemoryConversations(clock=clock)
            return lambda: memory
        case "postgres":
            url = new_database(request.getfixturevalue("postgres"))
            return lambda: SqlStore(Postgres(url), clock=clock)
        case _:
            has_index = request.param == "sqlite"
            return lambda: SqlStore(Sqlite(tmp_path / "kept" / "store.db", has_index=has_index), clock=clock)


@pytest.fixture
async def store(open_store):
    store = open_store()
    yield store
    await store.close()
