"""Conversations that an application keeps, read from Python beside it."""

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
    """A conversation of an `open_store`.

    Attributes:
        id: its id, as `Request.session_hash` has it.
        owner: whose it is: `user:` and a name, or `visitor:` and a key for somebody who has not signed in.
        title: what it is called.
        chat: the chat of the page in which it is.
        is_named: whether somebody gave it its title.
        is_pinned: whether it stands above the others.
        verified: whether all of it was said on this server.
        created_at: seconds since 1970, UTC.
        updated_at: when something was said last.
        path: the messages that are shown, oldest first.
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
        """The end of what is shown."""
        return self.tree.head


class Store:
    """Kept conversations, for iteration and as a context manager. See `open_store`.

    Attributes:
        conversations: the store as applications use it; `ChatInterface(save_history=…)` takes this object, too.
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
        """Go through all conversations of all owners, pinned ones first, then the newest, each read when it comes."""
        return self.find()

    def find(self, *, owner: str | None = None, search: str | None = None) -> Iterator[KeptConversation]:
        """Go through some of the conversations.

        Args:
            owner: only this one's.
            search: only those in which each of these words stands.
        """
        for entry in self.entries(owner=owner, search=search):
            found = self._load(entry)
            if found is not None:
                yield found

    def entries(self, *, owner: str | None = None, search: str | None = None) -> Iterator[ConversationEntry]:
        """Go through how conversations stand in the list, without reading their messages.

        Args:
            owner: only this one's.
            search: only those in which each of these words stands.
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
        """Return one conversation, whosever it is.

        Args:
            conversation: its id.

        Raises:
            NotFoundError: there is none.
        """
        id_ = ConversationId(conversation)
        owner = self._call(partial(self.conversations.owner_of, id_))
        found = self._load(self._call(partial(self.conversations.entry, id_, owner=owner)))
        if found is None:
            raise ConversationNotFound(id_)
        return found

    def delete(self, conversation: str) -> None:
        """Delete a conversation, its files and what was shared of it; an unknown one is deleted already.

        Args:
            conversation: its id.
        """
        id_ = ConversationId(conversation)
        try:
            owner = self._call(partial(self.conversations.owner_of, id_))
        except ConversationNotFound:
            return
        self._call(partial(self._commands.delete, id_, identity=Identity(owner=owner)))

    def close(self) -> None:
        """Close what is open; using the store again opens it again."""
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
        except ConversationNotFound:  # deleted meanwhile
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
        """Return what a coroutine function returns, also where an event loop is running, as in notebooks."""
        if self._portal is None:
            from anyio.from_thread import start_blocking_portal  # noqa: PLC0415 - only where it is used

            opened: AbstractContextManager[BlockingPortal] = start_blocking_portal()
            self._portal = self._stack.enter_context(opened)
        return self._portal.call(function)


def open_store(url: str | None = None, *, data_dir: str | Path | None = None) -> Store:
    """Open the conversations that an application keeps with `save_history="server"`, also while it runs.

    ```python
    with salon.open_store() as store:
        for conversation in store:
            print(conversation.title, conversation.path[-1].message.text)
    ```

    Args:
        url: `postgresql://…`, `sqlite:///` and a path, or a path; by default what `SALON_STORE` says, or else the
            file in the data folder.
        data_dir: the application's data folder; by default what `SALON_DATA_DIR` says, or else `.salon`.

    Raises:
        AuthorError: the address is of another kind, or what it needs is not installed.
    """
    settings = read_settings({"store": url, "data_dir": None if data_dir is None else str(data_dir)})
    folder = Path(settings.data_dir)
    store = open_database(settings.store, folder, loaded_messages=0)  # what it gives away belongs to who asked
    files = LocalFiles(folder / "files", secrets=lambda: secrets_of(settings))
    runs = MemoryRuns()
    return Store(store, commands=Commands(log=runs, index=runs, conversations=store, files=files, shares=store))
