"""The tables, and how databases of earlier versions become what they have to be now.

A migration that was released is never changed: what has to become different is another one at the end.
"""

from salon.errors import AuthorError
from salon.stores.sql.database import Connection, Database

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE salon_conversations (
            id {id} PRIMARY KEY,
            mark TEXT NOT NULL,
            owner {id} NOT NULL,
            chat TEXT NOT NULL,
            title TEXT NOT NULL,
            searched_title TEXT NOT NULL,
            is_named INTEGER NOT NULL,
            is_pinned INTEGER NOT NULL,
            verified INTEGER NOT NULL,
            head TEXT,
            created_at DOUBLE PRECISION NOT NULL,
            updated_at DOUBLE PRECISION NOT NULL,
            kept_at DOUBLE PRECISION NOT NULL
        )""",
        "CREATE INDEX salon_conversations_listed ON salon_conversations (owner, is_pinned, updated_at, id)",
        "CREATE INDEX salon_conversations_kept ON salon_conversations (kept_at)",
        """CREATE TABLE salon_messages (
            number {counter},
            conversation {id} NOT NULL REFERENCES salon_conversations (id),
            id {id} NOT NULL,
            parent TEXT,
            created_at DOUBLE PRECISION NOT NULL,
            message TEXT NOT NULL,
            searched_text TEXT NOT NULL,
            files TEXT,
            UNIQUE (conversation, id)
        )""",
        "CREATE INDEX salon_messages_in_order ON salon_messages (conversation, number)",
        "CREATE INDEX salon_messages_with_files ON salon_messages (files) WHERE files IS NOT NULL",
    ),
    (
        """CREATE TABLE salon_shares (
            id {id} PRIMARY KEY,
            owner {id} NOT NULL,
            conversation {id} NOT NULL,
            title TEXT NOT NULL,
            created_at DOUBLE PRECISION NOT NULL,
            messages TEXT NOT NULL
        )""",
        "CREATE INDEX salon_shares_of_conversation ON salon_shares (conversation)",
        "CREATE INDEX salon_shares_of_owner ON salon_shares (owner, created_at)",
    ),
    (
        """CREATE TABLE salon_feedback (
            owner {id} NOT NULL,
            conversation {id} NOT NULL,
            message {id} NOT NULL,
            chat TEXT NOT NULL,
            reader TEXT,
            options TEXT NOT NULL,
            comment TEXT NOT NULL,
            given_at DOUBLE PRECISION NOT NULL,
            verified INTEGER NOT NULL,
            messages TEXT NOT NULL,
            PRIMARY KEY (owner, conversation, message)
        )""",
        "CREATE INDEX salon_feedback_in_order ON salon_feedback (given_at, owner, conversation, message)",
    ),
    (
        """CREATE TABLE salon_checkpoints (
            conversation {id} NOT NULL REFERENCES salon_conversations (id) ON DELETE CASCADE,
            question {id} NOT NULL,
            messages TEXT NOT NULL,
            process TEXT NOT NULL,
            updated_at DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (conversation, question)
        )""",
    ),
)


def migrate(database: Database, *, to: int = len(MIGRATIONS)) -> None:
    """Bring a database's tables to version `to`, each step whole or not at all.

    Raises:
        AuthorError: the database was made by a later version.
    """
    with database.writing() as connection:
        database.lock_schema(connection)
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise AuthorError(
                "store.newer",
                f"The database of conversations has version {version} of the tables; this version of Salon knows "
                f"{len(MIGRATIONS)}. Install a later version of Salon.",
            )
        for statements in MIGRATIONS[version:to]:
            for statement in statements:
                connection.execute(statement.format(**database.words))
        if version < to:
            connection.execute("UPDATE salon_schema SET version = ?", (to,))
        database.prepare(connection)


def _version(connection: Connection) -> int:
    connection.execute("CREATE TABLE IF NOT EXISTS salon_schema (version INTEGER NOT NULL)")
    rows = connection.execute("SELECT version FROM salon_schema")
    if rows:
        return int(rows[0][0])
    connection.execute("INSERT INTO salon_schema (version) VALUES (0)")
    return 0
