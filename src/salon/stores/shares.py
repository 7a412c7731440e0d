"""The port for what is shared by link: snapshots that stay as they are until they are revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from salon.errors import NotFoundError
from salon.ids import ConversationId
from salon.messages.message import StoredMessage


class ShareNotFound(NotFoundError):
    """Nothing is shared under this id, or not any more."""

    def __init__(self) -> None:
        super().__init__("share.unknown", "Nothing is shared here, or not any more.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A path of messages as it was when its owner shared it.

    Attributes:
        id: hard to guess; whoever has it may read.
        owner: who shared it.
        conversation: of which it was made, and with which it goes.
        title: of the conversation then.
        created_at: seconds since 1970, UTC.
        messages: from the first to the last; left out in lists.
    """

    id: str
    owner: str
    conversation: ConversationId
    title: str
    created_at: float
    messages: tuple[StoredMessage, ...] = ()


class ShareStore(Protocol):
    """Keeps what is shared. Only its owner lists and revokes it."""

    async def add_share(self, share: Share) -> None:
        """Keep a share under its id, which is new."""

    async def share(self, id_: str) -> Share:
        """Return a share, whoever asks.

        Raises:
            ShareNotFound: there is none, or it was revoked.
        """

    async def shares(self, owner: str, *, limit: int = 200) -> Sequence[Share]:
        """Return the newest of an owner's shares, without their messages."""

    async def revoke(self, id_: str, *, owner: str) -> None:
        """Forget a share; an unknown one is forgotten already, another owner's stays."""

    async def forget_shares(self, conversation: ConversationId, *, owner: str) -> None:
        """Forget what was shared of a conversation."""

    async def move_shares(self, from_owner: str, to_owner: str) -> None:
        """Make all that one owner has shared another's."""

    async def sweep_shares(self, older_than: float) -> None:
        """Forget what was shared before `older_than`, in seconds since 1970, of conversations that this store lacks."""
