"""Access to an application's persisted conversations from Python."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from salon.conversations.commands import Commands
from salon.identity import Identity
from salon.ids import ConversationId, MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.runs.memory import MemoryRuns
from salon.serve.settings import read_settings, secrets_of
from salon.serve.storage import open_database
from salon.stores.base import ConversationNotFound
from salon.stores.kept import ConversationEntry, KeptConversations, ListPlace
from salon.stores.local_files import LocalFiles

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

_PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptConversation:
    """A persisted conversation of an `open_store`.

    Attributes:
        id: the conversation's id, the same as `Request.session_hash`.
        owner: key of the owner: `user:` and a name, or `visitor:` and a key for a visitor who has not signed in.
        title: title of the conversation.
        chat: name of the chat on the page.
        is_named: whether the title was set by its owner, not automatically.
        is_pinned: whether the conversation is pinned at the top of the list.
        verified: whether this server stored or signed all of its messages.
        created_at: seconds since 1970, UTC.
        updated_at: time of the last change, in seconds since 1970, UTC.
        path: the messages on the path to the head, oldest first.
        messages: all messages of all branches.
        tree: the conversation with its branches.
    """

    id: ConversationId
    owner: str
    title: str
    chat: str
    is_named: bool
    is_pinned: bool
    verified: bool
    created_at: float
    updated_at: float
    path: tuple[StoredMessage, ...]
    messages: tuple[StoredMessage, ...]
    tree: Conversation

    @property
    def head(self) -> MessageId | None:
        """The id of the last message of the path."""
        return self.tree.head


class Store:
    """The persisted conversations, as an iterable and as a context manager. See `open_store`.

    Attributes:
        conversations: the store in the form that applications use; `ChatInterface(save_history=…)` accepts this object,
            too.
    """

    def __init__(self, conversations: KeptConversations, *, commands: Commands) -> None:
        self.conversations = conversations
        self._commands = commands
        self._portal: BlockingPortal | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[KeptConversation]:
        """Iterate over the conversations of all owners, pinned ones first, then the newest; each is loaded lazily."""
        return self.find()

    def find(self, *, owner: str | None = None, search: str | None = None) -> Iterator[KeptConversation]:
        """Iterate over the conversations that match.

        Args:
            owner: owner of the conversations.
            search: words that the conversations contain, all of them.
        """
        for entry in self.entries(owner=owner, search=search):
            conversation = self._load(entry)
            if conversation is not None:
                yield conversation

    def entries(self, *, owner: str | None = None, search: str | None = None) -> Iterator[ConversationEntry]:
        """Iterate over the list entries of conversations that match, without loading messages.

        Args:
            owner: owner of the conversations.
            search: words that the conversations contain, all of them.
        """
        if search is not None:
            for one in [owner] if owner is not None else self._owners():
                hits = self._call(partial(self.conversations.search, one, search, limit=10_000))
                yield from (hit.entry for hit in hits)
            return
        before: ListPlace | None = None
        while page := self._page(owner, before):
            yield from page
            before = page[-1].place

    def get(self, conversation: str) -> KeptConversation:
        """Return a conversation of any owner.

        Args:
            conversation: id of the conversation.

        Raises:
            NotFoundError: the conversation does not exist.
        """
        id_ = ConversationId(conversation)
        owner = self._call(partial(self.conversations.owner_of, id_))
        loaded = self._load(self._call(partial(self.conversations.entry, id_, owner=owner)))
        if loaded is None:
            raise ConversationNotFound(id_)
        return loaded

    def delete(self, conversation: str) -> None:
        """Delete a conversation, its files and its shares. An unknown id has no effect (idempotent).

        Args:
            conversation: id of the conversation.
        """
        id_ = ConversationId(conversation)
        try:
            owner = self._call(partial(self.conversations.owner_of, id_))
        except ConversationNotFound:
            return
        self._call(partial(self._commands.delete, id_, identity=Identity(owner=owner)))

    def close(self) -> None:
        """Close connections; a further use of the store opens them again."""
        if self._portal is not None:
            self._portal.call(self.conversations.close)
            self._portal = None
            self._stack.close()

    def _owners(self) -> list[str]:
        return list(dict.fromkeys(entry.owner for entry in self.entries()))

    def _page(self, owner: str | None, before: ListPlace | None) -> list[ConversationEntry]:
        if owner is None:
            return list(self._call(partial(self.conversations.all_entries, before=before, limit=_PAGE)))
        return list(self._call(partial(self.conversations.entries, owner, before=before, limit=_PAGE)))

    def _load(self, entry: ConversationEntry) -> KeptConversation | None:
        try:
            tree = self._call(partial(self.conversations.load, entry.id, owner=entry.owner))
        except ConversationNotFound:  # the conversation was deleted meanwhile
            return None
        return KeptConversation(
            id=entry.id,
            owner=entry.owner,
            title=entry.title,
            chat=entry.chat,
            is_named=entry.is_named,
            is_pinned=entry.is_pinned,
            verified=entry.verified,
            created_at=entry.created_at,
            updated_at=entry.updated_at,
            path=tuple(tree.path(tree.head)),
            messages=tuple(tree.messages.values()),
            tree=tree,
        )

    def _call(self, function: Callable[[], Any]) -> Any:
        """Return the result of a coroutine function, even if an event loop is running, as in notebooks."""
        if self._portal is None:
            from anyio.from_thread import start_blocking_portal  # noqa: PLC0415 - only where it is used

            opened: AbstractContextManager[BlockingPortal] = start_blocking_portal()
            self._portal = self._stack.enter_context(opened)
        return self._portal.call(function)


def open_store(url: str | None = None, *, data_dir: str | Path | None = None) -> Store:
    """Open an application's persisted conversations (`save_history="server"`), also while the application runs.

    ```python
    with salon.open_store() as store:
        for conversation in store:
            print(conversation.title, conversation.path[-1].message.text)
    ```

    Args:
        url: `postgresql://…`, `sqlite:///` and a path, or a path; by default `SALON_STORE`, or else the file in the
            data folder.
        data_dir: the application's data folder; by default `SALON_DATA_DIR`, or else `.salon`.

    Raises:
        AuthorError: the URL has another scheme, or a library that it needs is not installed.
    """
    settings = read_settings({"store": url, "data_dir": None if data_dir is None else str(data_dir)})
    folder = Path(settings.data_dir)
    # Without the cache of loaded conversations, as callers may change the objects that they get.
    store = open_database(settings.store, folder, loaded_messages=0)
    files = LocalFiles(folder / "files", secrets=lambda: secrets_of(settings))
    runs = MemoryRuns()
    return Store(store, commands=Commands(log=runs, index=runs, conversations=store, files=files, shares=store))
