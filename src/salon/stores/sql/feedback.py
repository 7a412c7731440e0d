"""Opinions in a table of the database that has the conversations."""

from collections.abc import Iterator
from typing import Any

import msgspec

from salon.ids import ConversationId, MessageId
from salon.messages.message import StoredMessage
from salon.stores.feedback import FeedbackRecord, Opinion
from salon.stores.sql.database import Connection
from salon.stores.sql.tables import Tables

_KEY = "owner, conversation, message"
_FIELDS = f"{_KEY}, chat, reader, options, comment, given_at, verified, messages"
_PUT = (
    f"INSERT INTO salon_feedback ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    f"ON CONFLICT ({_KEY}) DO UPDATE SET chat = excluded.chat, reader = excluded.reader, "
    "options = excluded.options, comment = excluded.comment, given_at = excluded.given_at, "
    "verified = excluded.verified, messages = excluded.messages"
)
_PAGE = 100

_decode_messages = msgspec.json.Decoder(tuple[StoredMessage, ...]).decode
_decode_options = msgspec.json.Decoder(tuple[str, ...]).decode


class SqlFeedback:
    """A `FeedbackStore` in `tables`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def put(self, record: FeedbackRecord) -> None:
        """See `FeedbackStore.put`."""
        key = (record.owner, record.conversation, record.message)
        if record.opinion.is_empty:
            statement = "DELETE FROM salon_feedback WHERE owner = ? AND conversation = ? AND message = ?"
            self._tables.write_now(lambda connection: connection.execute(statement, key))
            return
        values = (
            *key,
            record.chat,
            record.user,
            msgspec.json.encode(record.opinion.options).decode(),
            record.opinion.comment,
            record.given_at,
            int(record.verified),
            msgspec.json.encode(record.messages).decode(),
        )
        self._tables.write_now(lambda connection: connection.execute(_PUT, values))

    def get(self, conversation: ConversationId, message: MessageId, *, owner: str) -> FeedbackRecord | None:
        """See `FeedbackStore.get`."""
        query = f"SELECT {_FIELDS} FROM salon_feedback WHERE owner = ? AND conversation = ? AND message = ?"
        rows = self._read(query, (owner, conversation, message))
        return _record(rows[0]) if rows else None

    def opinions(self, conversation: ConversationId, *, owner: str) -> dict[MessageId, Opinion]:
        """See `FeedbackStore.opinions`."""
        query = "SELECT message, options, comment FROM salon_feedback WHERE owner = ? AND conversation = ?"
        rows = self._read(query, (owner, conversation))
        return {
            message: Opinion(options=_decode_options(options), comment=comment) for message, options, comment in rows
        }

    def move_owner(self, from_owner: str, to_owner: str) -> None:
        """See `FeedbackStore.move_owner`."""
        if from_owner == to_owner:
            return

        def work(connection: Connection) -> None:
            connection.execute(
                "DELETE FROM salon_feedback WHERE owner = ? AND EXISTS (SELECT 1 FROM salon_feedback moved WHERE "
                "moved.owner = ? AND moved.conversation = salon_feedback.conversation "
                "AND moved.message = salon_feedback.message)",
                (to_owner, from_owner),
            )
            connection.execute("UPDATE salon_feedback SET owner = ? WHERE owner = ?", (to_owner, from_owner))

        self._tables.write_now(work)

    def records(self) -> Iterator[FeedbackRecord]:
        """See `FeedbackStore.records`; they are read page by page."""
        order = f"given_at, {_KEY}"
        last: tuple[Any, ...] | None = None
        while True:
            condition = "" if last is None else f"WHERE ({order}) > (?, ?, ?, ?) "
            query = f"SELECT {_FIELDS} FROM salon_feedback {condition}ORDER BY {order} LIMIT {_PAGE}"
            rows = self._read(query, last or ())
            records = [_record(row) for row in rows]
            yield from records
            if len(records) < _PAGE:
                return
            end = records[-1]
            last = (end.given_at, end.owner, end.conversation, end.message)

    def _read(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return self._tables.read_now(lambda connection: connection.execute(query, values))


def _record(row: tuple[Any, ...]) -> FeedbackRecord:
    owner, conversation, message, chat, reader, options, comment, given_at, verified, messages = row
    return FeedbackRecord(
        owner=owner,
        conversation=conversation,
        message=message,
        opinion=Opinion(options=_decode_options(options), comment=comment),
        given_at=given_at,
        chat=chat,
        user=reader,
        verified=bool(verified),
        messages=_decode_messages(messages),
    )
