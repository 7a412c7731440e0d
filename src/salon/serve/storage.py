"""Opens the store of kept conversations that settings and authors name."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from salon.definition.app import AppSpec
from salon.errors import AuthorError
from salon.stores.feedback import FeedbackRecord, FeedbackStore
from salon.stores.kept import KeptConversations
from salon.stores.local_feedback import LocalFeedback
from salon.stores.memory import MemoryShares
from salon.stores.shares import ShareStore

if TYPE_CHECKING:
    from salon.stores.sql.conversations import SqlStore

CONVERSATIONS_FILE = "conversations.db"
_FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Storage:
    """Where what owners come back to is kept: what they share, at least.

    `conversations` is there where the server keeps them, `feedback` where their store takes that, too.
    """

    conversations: KeptConversations | None
    shares: ShareStore
    feedback: FeedbackStore | None = None

    @property
    def database_files(self) -> tuple[Path, ...]:
        """The files of its databases, where they lie in files of this machine."""
        stores = (self.conversations, self.shares)
        return tuple(file for store in stores for file in getattr(store, "database_files", ()))


def storage_of(app: AppSpec, url: str | None, data_folder: Path, *, conversations_at_most: int) -> Storage | None:
    """Return where an application's conversations are kept, and what is shared; `None` where nobody keeps any.

    Args:
        app: the application.
        url: of the database; `None` for a file in the data folder.
        data_folder: of the application.
        conversations_at_most: how many one owner may have in the database.

    Raises:
        AuthorError: chats of one page want several stores, or the database cannot be opened.
    """
    places = {chat.history_place for chat in app.chats.values()}
    if "server" not in places:
        # What browsers keep is shared from a database that is made when it is first needed.
        return Storage(None, open_database(url, data_folder)) if "browser" in places else None
    own = [chat.history_store for chat in app.chats.values() if chat.history_store is not None]
    if any(store is not own[0] for store in own):
        raise AuthorError("store.several", "The chats of one page share one store; give all of them the same.")
    if own:
        shares = cast("ShareStore", own[0]) if hasattr(own[0], "add_share") else MemoryShares()
        return Storage(own[0], shares, getattr(own[0], "feedback", None))
    store = open_database(url, data_folder, conversations_at_most=conversations_at_most)
    store.prepare()
    return Storage(store, store, store.feedback)


def feedback_store(storage: Storage | None, data_folder: Path) -> FeedbackStore:
    """Return where an application's feedback is kept: with its conversations, or else in its data folder."""
    own = storage.feedback if storage is not None else None
    return LocalFeedback(data_folder / _FEEDBACK) if own is None else own


def feedback_of(url: str | None, data_folder: Path) -> list[FeedbackRecord]:
    """Return all feedback that an application has got, oldest first: from its data folder, and from its database.

    Args:
        url: of the database; `None` for the file in the data folder, if there is one.
        data_folder: of the application.

    Raises:
        AuthorError: the database cannot be opened.
    """
    records = list(LocalFeedback(data_folder / _FEEDBACK).records())
    if url or (data_folder / CONVERSATIONS_FILE).exists():
        store = open_database(url, data_folder)
        records += store.feedback.records()
        store.prepare()
    return sorted(records, key=lambda record: record.given_at)


def file_of(url: str) -> Path | None:
    """Return the file that an address of a database names; `None` where it is of another kind than a file."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Path(url)
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        # Three slashes begin a path from the working directory, four one from the root, as everywhere.
        return Path(unquote(urlsplit(f"//host{rest}").path[1:]))
    return None


def open_database(url: str | None, data_folder: Path, **options: Any) -> "SqlStore":
    """Return the store in a database. Nothing is opened before it is used.

    Args:
        url: `postgresql://…`, `sqlite:///` and a path, or a path; `None` for a file in the data folder.
        data_folder: of the application.
        options: further arguments of `SqlStore`.

    Raises:
        AuthorError: the address is of another kind, or what it needs is not installed.
    """
    # Most applications keep no conversations, and start sooner without.
    from salon.stores.sql.conversations import SqlStore  # noqa: PLC0415
    from salon.stores.sql.postgres import Postgres  # noqa: PLC0415
    from salon.stores.sql.sqlite import Sqlite  # noqa: PLC0415

    file = file_of(url) if url else data_folder / CONVERSATIONS_FILE
    if file is not None:
        return SqlStore(Sqlite(file), **options)
    assert url
    scheme = url.partition("://")[0]
    if scheme in ("postgresql", "postgres"):
        return SqlStore(Postgres(url), **options)
    raise AuthorError(
        "store.url", f"A store is `sqlite:///PATH` or `postgresql://…`; one of the kind `{scheme}://` is not known."
    )
