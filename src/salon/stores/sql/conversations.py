"""Conversations in the tables of a database."""

import secrets
import time
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from salon.errors import AuthorError, ConflictError, NotFoundError
from salon.ids import ConversationId, FileId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import Message, StoredMessage
from salon.messages.parts import files_of
from salon.messages.titles import automatic_title
from salon.stores.base import ConversationNotFound
from salon.stores.kept import ConversationEntry, ListPlace, SearchHit, cut_title, first_entry
from salon.stores.shares import Share, ShareNotFound
from salon.stores.sql.conversation_cache import CachedConversation, ConversationCache
from salon.stores.sql.database import Connection, Database
from salon.stores.sql.feedback import SqlFeedback
from salon.stores.sql.processes import is_dead, this_process
from salon.stores.sql.tables import Tables
from salon.stores.text_search import excerpt, fold, words_of

_ENTRY = "c.id, c.owner, c.title, c.chat, c.is_named, c.is_pinned, c.verified, c.created_at, c.updated_at"
_ORDER = "c.is_pinned DESC, c.updated_at DESC, c.id DESC"
_SHARE = "id, owner, conversation, title, created_at"
_VALUES_AT_MOST = 500

_decode_message = msgspec.json.Decoder(Message).decode
_decode_messages = msgspec.json.Decoder(tuple[StoredMessage, ...]).decode


class SqlStore:
    """A `KeptConversations` and a `ShareStore` in the tables of `database`.

    Args:
        database: where the tables are, or will be made.
        clock: seconds since 1970.
        conversations_at_most: how many one owner may have; by default any number.
        loaded_messages: how many messages of conversations that were loaded stay in memory, so that loading them again
            reads only what is new; 0 for none, and values of one's own.

    Attributes:
        feedback: what readers think of messages, in the same database.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], float] = time.time,
        conversations_at_most: int | None = None,
        loaded_messages: int = 50_000,
    ) -> None:
        self._at_most = conversations_at_most
        self._database = database
        self._loaded = ConversationCache(loaded_messages)
        self._tables = Tables(database)
        self.feedback: SqlFeedback = SqlFeedback(self._tables)
        self._clock = clock

    @property
    def database_files(self) -> tuple[Path, ...]:
        """The files in which the database lies, where these are this machine's."""
        return self._database.files

    def prepare(self) -> None:
        """Make the tables, or bring them up to date, and leave nothing open; it blocks.

        Raises:
            AuthorError: the database cannot be opened, or is of a later version.
        """
        try:
            self._tables.prepare()
        except Exception as error:
            if not self._database.is_failure(error):
                raise
            raise AuthorError(
                "store.broken",
                f"Conversations cannot be kept in {self._database.name}: {error}. Is it locked, read-only, full or "
                "damaged? A backup is brought back by `salon restore`; `SALON_STORE` names another place.",
            ) from error
        self._database.close()

    async def checkpoint(
        self, conversation: ConversationId, messages: Sequence[StoredMessage], *, owner: str, only_at: MessageId
    ) -> None:
        """See `KeptConversations.checkpoint`."""
        body, now = msgspec.json.encode(tuple(messages)).decode(), self._clock()

        def work(connection: Connection) -> None:
            if _rows(connection, conversation, owner, "id", ""):
                connection.execute(
                    "INSERT INTO salon_checkpoints (conversation, question, messages, process, updated_at) "
                    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (conversation, question) DO UPDATE SET "
                    "messages = excluded.messages, process = excluded.process, updated_at = excluded.updated_at",
                    (conversation, only_at, body, this_process(), now),
                )

        await self._tables.write(work)

    async def recover(self, *, lease_s: float) -> Sequence[ConversationId]:
        """See `KeptConversations.recover`."""
        horizon = self._clock() - lease_s

        def work(connection: Connection) -> list[tuple[Any, ...]]:
            rows = connection.execute("SELECT conversation, question, process, updated_at FROM salon_checkpoints")
            query = (
                "SELECT p.conversation, p.question, c.owner, p.messages FROM salon_checkpoints p "
                "JOIN salon_conversations c ON c.id = p.conversation WHERE p.conversation = ? AND p.question = ?"
            )
            lost = [
                (conversation, question)
                for conversation, question, process, updated_at in rows
                if process != this_process() and (updated_at < horizon or is_dead(process))
            ]
            return [row for place in lost for row in connection.execute(query, place)]

        recovered = []
        for conversation, question, owner, body in await self._tables.read(work):
            messages = _decode_messages(body)
            await self.append(ConversationId(conversation), messages, owner=owner, only_at=MessageId(question))
            recovered.append(ConversationId(conversation))
        return recovered

    @property
    def is_working(self) -> bool:
        """Whether the database did its work when it was asked last."""
        return self._tables.is_working

    async def close(self) -> None:
        """See `KeptConversations.close`."""
        await self._tables.close()

    async def create(self, conversation: Conversation) -> bool:
        """See `ConversationStore.create`."""
        now = self._clock()
        entry = first_entry(conversation, now)
        head, messages = conversation.head, tuple(conversation.messages.values())
        mark = secrets.token_hex(8)

        def work(connection: Connection) -> bool:
            self._require_room(connection, entry.owner)
            made = connection.execute(
                "INSERT INTO salon_conversations (id, mark, owner, chat, title, searched_title, is_named, is_pinned, "
                "verified, head, created_at, updated_at, kept_at) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO NOTHING RETURNING id",
                (
                    entry.id,
                    mark,
                    entry.owner,
                    entry.chat,
                    entry.title,
                    fold(entry.title),
                    int(entry.verified),
                    head,
                    entry.created_at,
                    entry.updated_at,
                    now,
                ),
            )
            if made:
                for stored in messages:
                    _insert(connection, entry.id, stored)
            return bool(made)

        return await self._tables.write(work)

    async def load(self, conversation: ConversationId, *, owner: str) -> Conversation:
        """See `ConversationStore.load`."""
        known = self._loaded.get(conversation, owner)
        mark, last = (known.mark, known.last) if known is not None else ("", 0)
        read = await self._tables.read(lambda connection: _read(connection, conversation, owner, mark, last))
        # Nothing is awaited from here on, so whoever asked gets what was read, whoever asks at the same time.
        loaded = known if known is not None and read.goes_on else CachedConversation(read.mark, read.empty)
        loaded.add(read.messages)
        loaded.conversation.head = read.head
        self._loaded.put(loaded)
        return loaded.conversation

    async def append(
        self,
        conversation: ConversationId,
        messages: Sequence[StoredMessage],
        *,
        owner: str,
        only_at: MessageId | None = None,
    ) -> None:
        """See `ConversationStore.append`."""
        now = self._clock()

        def work(connection: Connection) -> None:
            head, title, is_named = self._row(connection, conversation, owner, "head, title, is_named")
            named = {stored.id for stored in messages}
            named |= {stored.parent for stored in messages if stored.parent is not None}
            known = _known(connection, conversation, named)
            moves_head = only_at is None or head == only_at
            for stored in messages:
                if stored.id in known:
                    continue
                if stored.parent is not None and stored.parent not in known:
                    raise _unknown_message(stored.parent)
                _insert(connection, conversation, stored)
                known.add(stored.id)
                head = stored.id if moves_head else head
            if not title and not is_named:
                title = automatic_title(stored.message for stored in messages)
            connection.execute(
                "UPDATE salon_conversations SET head = ?, title = ?, searched_title = ?, updated_at = ?, kept_at = ? "
                "WHERE id = ?",
                (head, title, fold(title), now, now, conversation),
            )
            if only_at is not None:
                ended = "DELETE FROM salon_checkpoints WHERE conversation = ? AND question = ?"
                connection.execute(ended, (conversation, only_at))

        await self._tables.write(work)

    async def move_head(self, conversation: ConversationId, head: MessageId | None, *, owner: str) -> None:
        """See `ConversationStore.move_head`."""

        def work(connection: Connection) -> None:
            (current,) = self._row(connection, conversation, owner, "head")
            if head == current:
                return
            if head is not None and not _known(connection, conversation, {head}):
                raise _unknown_message(head)
            connection.execute("UPDATE salon_conversations SET head = ? WHERE id = ?", (head, conversation))

        await self._tables.write(work)

    async def delete(self, conversation: ConversationId, *, owner: str) -> None:
        """See `ConversationStore.delete`."""

        def work(connection: Connection) -> bool:
            if not _rows(connection, conversation, owner, "id", self._database.locks_row):
                return False
            _delete(connection, conversation)
            return True

        self._loaded.forget(conversation)
        if await self._tables.write(work):
            await self._tables.wipe()

    async def entries(
        self, owner: str, *, chat: str | None = None, before: ListPlace | None = None, limit: int = 50
    ) -> Sequence[ConversationEntry]:
        """See `KeptConversations.entries`."""
        conditions = ["c.owner = ?"] + ["c.chat = ?"] * (chat is not None)
        values = (owner,) if chat is None else (owner, chat)
        return await self._tables.read(lambda connection: _listed(connection, conditions, values, before, limit))

    async def all_entries(self, *, before: ListPlace | None = None, limit: int = 50) -> Sequence[ConversationEntry]:
        """See `KeptConversations.all_entries`."""
        return await self._tables.read(lambda connection: _listed(connection, [], (), before, limit))

    async def entry(self, conversation: ConversationId, *, owner: str) -> ConversationEntry:
        """See `KeptConversations.entry`."""

        def work(connection: Connection) -> ConversationEntry:
            found = _listed(connection, ["c.id = ?", "c.owner = ?"], (conversation, owner), None, 1)
            if not found:
                raise ConversationNotFound(conversation)
            return found[0]

        return await self._tables.read(work)

    async def owner_of(self, conversation: ConversationId) -> str:
        """See `ConversationStore.owner_of`."""

        def work(connection: Connection) -> str:
            found = connection.execute("SELECT owner FROM salon_conversations WHERE id = ?", (conversation,))
            if not found:
                raise ConversationNotFound(conversation)
            return str(found[0][0])

        return await self._tables.read(work)

    async def search(self, owner: str, words: str, *, chat: str | None = None, limit: int = 50) -> Sequence[SearchHit]:
        """See `KeptConversations.search`."""
        wanted = words_of(words)
        if not wanted:
            return ()

        def work(connection: Connection) -> list[SearchHit]:
            conditions, values = ["c.owner = ?"], [owner]
            if chat is not None:
                conditions.append("c.chat = ?")
                values.append(chat)
            given: list[object] = list(values)
            for word in wanted:
                in_message, more = self._database.has_word(word)
                conditions.append(f"({self._database.has_text('c.searched_title')} OR {in_message})")
                given += [word, *more]
            statement = f"SELECT {_ENTRY} FROM salon_conversations c WHERE {' AND '.join(conditions)} "
            found = connection.execute(f"{statement} ORDER BY c.updated_at DESC, c.id DESC LIMIT ?", [*given, limit])
            return [self._hit(connection, _entry(row), wanted) for row in found]

        return await self._tables.read(work)

    async def rename(self, conversation: ConversationId, title: str, *, owner: str) -> None:
        """See `KeptConversations.rename`."""
        name = cut_title(title)

        def work(connection: Connection) -> None:
            self._row(connection, conversation, owner, "id")
            shown = name
            if not name:
                query = "SELECT message FROM salon_messages WHERE conversation = ? ORDER BY number"
                rows = connection.execute(query, (conversation,))
                shown = automatic_title(_decode_message(text) for (text,) in rows)
            connection.execute(
                "UPDATE salon_conversations SET title = ?, searched_title = ?, is_named = ? WHERE id = ?",
                (shown, fold(shown), int(bool(name)), conversation),
            )

        await self._tables.write(work)

    async def pin(self, conversation: ConversationId, is_pinned: bool, *, owner: str) -> None:
        """See `KeptConversations.pin`."""

        def work(connection: Connection) -> None:
            self._row(connection, conversation, owner, "id")
            connection.execute(
                "UPDATE salon_conversations SET is_pinned = ? WHERE id = ?", (int(is_pinned), conversation)
            )

        await self._tables.write(work)

    async def move_owner(self, from_owner: str, to_owner: str) -> int:
        """See `KeptConversations.move_owner`; what is shared stays shared."""

        def work(connection: Connection) -> int:
            connection.execute("UPDATE salon_shares SET owner = ? WHERE owner = ?", (to_owner, from_owner))
            statement = "UPDATE salon_conversations SET owner = ? WHERE owner = ? RETURNING id"
            return len(connection.execute(statement, (to_owner, from_owner)))

        return await self._tables.write(work)

    async def sweep(self, older_than: float, *, limit: int = 100) -> Sequence[Conversation]:
        """See `KeptConversations.sweep`."""

        def work(connection: Connection) -> list[Conversation]:
            query = f"SELECT id, owner FROM salon_conversations WHERE kept_at < ? LIMIT ?{self._database.locks_row}"
            found = [_load(connection, id_, owner) for id_, owner in connection.execute(query, (older_than, limit))]
            for conversation in found:
                _delete(connection, conversation.id)
            return found

        swept = await self._tables.write(work)
        if swept:
            await self._tables.wipe()
        return swept

    async def files(self) -> AbstractSet[FileId]:
        """See `ConversationStore.files`."""
        query = "SELECT files FROM salon_messages WHERE files IS NOT NULL"
        rows = await self._tables.read(lambda connection: connection.execute(query))
        return {FileId(id_) for (ids,) in rows for id_ in ids.split()}

    async def add_share(self, share: Share) -> None:
        """See `ShareStore.add_share`."""
        messages = msgspec.json.encode(share.messages).decode()
        values = (share.id, share.owner, share.conversation, share.title, share.created_at, messages)
        statement = f"INSERT INTO salon_shares ({_SHARE}, messages) VALUES (?, ?, ?, ?, ?, ?)"
        await self._tables.write(lambda connection: connection.execute(statement, values))

    async def share(self, id_: str) -> Share:
        """See `ShareStore.share`."""
        query = f"SELECT {_SHARE}, messages FROM salon_shares WHERE id = ?"
        rows = await self._tables.read(lambda connection: connection.execute(query, (id_,)))
        if not rows:
            raise ShareNotFound
        return _share(rows[0], _decode_messages(rows[0][5]))

    async def shares(self, owner: str, *, limit: int = 200) -> Sequence[Share]:
        """See `ShareStore.shares`."""
        query = f"SELECT {_SHARE} FROM salon_shares WHERE owner = ? ORDER BY created_at DESC, id DESC LIMIT ?"
        rows = await self._tables.read(lambda connection: connection.execute(query, (owner, limit)))
        return [_share(row) for row in rows]

    async def revoke(self, id_: str, *, owner: str) -> None:
        """See `ShareStore.revoke`."""
        await self._delete_shares("id = ? AND owner = ?", (id_, owner))

    async def forget_shares(self, conversation: ConversationId, *, owner: str) -> None:
        """See `ShareStore.forget_shares`; a conversation that is deleted takes its own with it anyway."""
        await self._delete_shares("conversation = ? AND owner = ?", (conversation, owner))

    async def move_shares(self, from_owner: str, to_owner: str) -> None:
        """See `ShareStore.move_shares`; `move_owner` does it."""

    async def sweep_shares(self, older_than: float) -> None:
        """See `ShareStore.sweep_shares`."""
        is_alone = "NOT EXISTS (SELECT 1 FROM salon_conversations kept WHERE kept.id = salon_shares.conversation)"
        await self._delete_shares(f"created_at < ? AND {is_alone}", (older_than,))

    async def _delete_shares(self, condition: str, values: tuple[Any, ...]) -> None:
        statement = f"DELETE FROM salon_shares WHERE {condition} RETURNING id"
        if await self._tables.write(lambda connection: connection.execute(statement, values)):
            await self._tables.wipe()

    def _require_room(self, connection: Connection, owner: str) -> None:
        if self._at_most is None:
            return
        query = "SELECT COUNT(*) FROM salon_conversations WHERE owner = ?"
        if connection.execute(query, (owner,))[0][0] >= self._at_most:
            raise ConflictError(
                "conversations.too-many",
                f"At most {self._at_most} conversations are kept for one user. Delete some of them first.",
            )

    def _row(self, connection: Connection, conversation: ConversationId, owner: str, columns: str) -> tuple[Any, ...]:
        """Return a conversation's row, which nobody else changes before the transaction ends."""
        rows = _rows(connection, conversation, owner, columns, self._database.locks_row)
        if not rows:
            raise ConversationNotFound(conversation)
        return rows[0]

    def _hit(self, connection: Connection, entry: ConversationEntry, words: Collection[str]) -> SearchHit:
        found = self._database.has_text("searched_text")
        query = (
            f"SELECT id, message FROM salon_messages WHERE conversation = ? AND {found} ORDER BY number DESC LIMIT 1"
        )
        for word in words:
            for id_, message in connection.execute(query, (entry.id, word)):
                return SearchHit(entry=entry, excerpt=excerpt(_decode_message(message).text, word), message=id_)
        return SearchHit(entry=entry, excerpt=entry.title, message=None)


def _rows(
    connection: Connection, conversation: ConversationId, owner: str, columns: str, lock: str = ""
) -> list[tuple[Any, ...]]:
    query = f"SELECT {columns} FROM salon_conversations WHERE id = ? AND owner = ?{lock}"
    return connection.execute(query, (conversation, owner))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """What was read of a conversation: all, or, when it `goes_on`, what is new."""

    mark: str
    empty: Conversation
    head: MessageId | None
    messages: list[tuple[int, StoredMessage]]
    goes_on: bool


def _read(connection: Connection, id_: ConversationId, owner: str, known_mark: str, known_last: int) -> _Read:
    rows = _rows(connection, id_, owner, "mark, verified, head, chat")
    if not rows:
        raise ConversationNotFound(id_)
    mark, verified, head, chat = rows[0]
    goes_on = mark == known_mark
    query = (
        "SELECT number, id, parent, created_at, message FROM salon_messages "
        "WHERE conversation = ? AND number > ? ORDER BY number"
    )
    messages = [
        (
            number,
            StoredMessage(id=message, parent=parent, created_at=created_at, message=_decode_message(text)),
        )
        for number, message, parent, created_at, text in connection.execute(query, (id_, known_last if goes_on else 0))
    ]
    empty = Conversation(id_, owner, verified=bool(verified), chat=chat, is_kept=True)
    return _Read(mark=mark, empty=empty, head=head, messages=messages, goes_on=goes_on)


def _load(connection: Connection, id_: ConversationId, owner: str) -> Conversation:
    read = _read(connection, id_, owner, "", 0)
    loaded = CachedConversation(read.mark, read.empty)
    loaded.add(read.messages)
    loaded.conversation.head = read.head
    return loaded.conversation


def _insert(connection: Connection, conversation: ConversationId, stored: StoredMessage) -> None:
    files = " ".join(file.id for file in files_of(stored.message.parts)) or None
    text = msgspec.json.encode(stored.message).decode()
    connection.execute(
        "INSERT INTO salon_messages (conversation, id, parent, created_at, message, searched_text, files) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (conversation, stored.id, stored.parent, stored.created_at, text, fold(stored.message.text), files),
    )


def _delete(connection: Connection, conversation: ConversationId) -> None:
    connection.execute("DELETE FROM salon_shares WHERE conversation = ?", (conversation,))
    connection.execute("DELETE FROM salon_messages WHERE conversation = ?", (conversation,))
    connection.execute("DELETE FROM salon_conversations WHERE id = ?", (conversation,))


def _known(connection: Connection, conversation: ConversationId, ids: Collection[MessageId]) -> set[MessageId]:
    """Return which of some ids are messages of a conversation."""
    wanted, known = list(ids), set[MessageId]()
    for start in range(0, len(wanted), _VALUES_AT_MOST):
        part = wanted[start : start + _VALUES_AT_MOST]
        marks = ", ".join("?" * len(part))
        query = f"SELECT id FROM salon_messages WHERE conversation = ? AND id IN ({marks})"
        known.update(id_ for (id_,) in connection.execute(query, (conversation, *part)))
    return known


def _listed(
    connection: Connection,
    conditions: Sequence[str],
    values: Sequence[object],
    before: ListPlace | None,
    limit: int,
) -> list[ConversationEntry]:
    if before is not None:
        conditions = [*conditions, "(c.is_pinned, c.updated_at, c.id) < (?, ?, ?)"]
        values = [*values, int(before.is_pinned), before.updated_at, before.id]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    query = f"SELECT {_ENTRY} FROM salon_conversations c {where} ORDER BY {_ORDER} LIMIT ?"
    return [_entry(row) for row in connection.execute(query, (*values, limit))]


def _entry(row: tuple[Any, ...]) -> ConversationEntry:
    id_, owner, title, chat, is_named, is_pinned, verified, created_at, updated_at = row
    return ConversationEntry(
        id=id_,
        owner=owner,
        title=title,
        chat=chat,
        is_named=bool(is_named),
        is_pinned=bool(is_pinned),
        verified=bool(verified),
        created_at=created_at,
        updated_at=updated_at,
    )


def _share(row: tuple[Any, ...], messages: tuple[StoredMessage, ...] = ()) -> Share:
    id_, owner, conversation, title, created_at = row[:5]
    return Share(id=id_, owner=owner, conversation=conversation, title=title, created_at=created_at, messages=messages)


def _unknown_message(message: MessageId) -> NotFoundError:
    return NotFoundError("message.unknown", f"There is no message `{message}` in this conversation.")
