"""Shares: snapshots of conversations that can be opened by link, wherever the conversations are stored."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence

import msgspec

from salon.conversations.copying import make_conversation
from salon.conversations.signing import MessageSigner
from salon.errors import ClientError, ConflictError, NotFoundError
from salon.identity import ANONYMOUS, Identity
from salon.ids import ConversationId, FileId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.messages.parts import files_of
from salon.stores.base import ConversationNotFound, ConversationStore
from salon.stores.files import FileNotFound, FileStore, StoredFile
from salon.stores.kept import ConversationEntry, first_entry
from salon.stores.shares import Share, ShareStore

_SHARE_BYTES = 18
_SHARES_AT_MOST = 200


class Sharing:
    """Creates, lists, serves and revokes shares.

    Args:
        shares: the store of shares.
        conversations: the store of conversations.
        files: the store of files.
        signer: verifies the signatures of messages that a browser stored.
        clock: function that returns seconds since 1970.
    """

    def __init__(
        self,
        *,
        shares: ShareStore,
        conversations: ConversationStore,
        files: FileStore,
        signer: MessageSigner | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._shares = shares
        self._conversations = conversations
        self._files = files
        self._signer = signer
        self._clock = clock

    async def share(
        self, messages: Sequence[StoredMessage], *, of: ConversationId, title: str, identity: Identity
    ) -> Share:
        """Create a share of messages.

        Args:
            messages: the messages from the first to the last; signed if a browser stores the conversation.
            of: id of their conversation; the share is deleted with it.
            title: title of the conversation.
            identity: owner of the share.

        Raises:
            NotFoundError: the conversation is empty.
            ClientError: the client has neither a cookie nor a name, so it could not revoke the share.
            ConflictError: the owner has the largest number of shares already.
        """
        owner = identity.owner
        if not messages:
            raise NotFoundError("conversation.empty", "The conversation is empty, so there is nothing to share.")
        if owner == ANONYMOUS.owner:
            raise ClientError(
                "shares.visitor",
                "Sharing needs a cookie or a signed-in user: without them, the link could not be revoked. Allow "
                "cookies or sign in.",
            )
        if len(await self._shares.shares(owner, limit=_SHARES_AT_MOST)) >= _SHARES_AT_MOST:
            raise ConflictError(
                "shares.too-many",
                f"At most {_SHARES_AT_MOST} conversations can be shared at a time. Revoke a link first.",
            )
        share = Share(
            id=secrets.token_urlsafe(_SHARE_BYTES),
            owner=owner,
            conversation=of,
            title=title,
            created_at=self._clock(),
            messages=tuple(messages),
        )
        await self._shares.add_share(share)
        return share

    async def shares(self, *, identity: Identity) -> Sequence[Share]:
        """Return the owner's shares, newest first, without messages."""
        if identity.owner == ANONYMOUS.owner:
            return ()
        return await self._shares.shares(identity.owner, limit=_SHARES_AT_MOST)

    async def revoke(self, id_: str, *, identity: Identity) -> None:
        """Delete a share of the owner. An unknown id has no effect (idempotent)."""
        await self._shares.revoke(id_, owner=identity.owner)

    async def shared(self, id_: str) -> Share:
        """Return the share with an id, for any user.

        Raises:
            ShareNotFound: there is no such share, or it was revoked.
        """
        return await self._shares.share(id_)

    async def shared_file(self, id_: str, file: FileId) -> StoredFile:
        """Return a file of a shared message, for any user.

        Raises:
            ShareNotFound: there is no such share, or it was revoked.
            FileNotFound: the share does not contain the file, or the file was deleted.
        """
        share = await self._shares.share(id_)
        if all(file != ref.id for stored in share.messages for ref in files_of(stored.message.parts)):
            raise FileNotFound
        return await asyncio.to_thread(self._files.get, file, owner=share.owner)

    async def sweep(self, older_than: float) -> None:
        """Delete the shares made before `older_than` of conversations that this server does not store."""
        await self._shares.sweep_shares(older_than)

    async def original(self, share: Share) -> Conversation | None:
        """Return the conversation of a share, if this server stores it."""
        try:
            return await self._conversations.load(share.conversation, owner=share.owner)
        except ConversationNotFound:
            return None

    async def continue_as(
        self, share: Share, *, original: Conversation | None, identity: Identity, chat: str, is_kept: bool
    ) -> ConversationEntry:
        """Copy a share, with its files, into a new conversation of the user, and return the conversation.

        Args:
            share: the share.
            original: the share's conversation, from `original`.
            identity: the new conversation's owner.
            chat: name of the chat on the page.
            is_kept: whether the new conversation is listed for its owner.

        Raises:
            ConflictError: the owner has the largest number of conversations already.
            FileTooLarge, StorageFull: there is no space for its files.
        """
        copy = await make_conversation(
            share.messages,
            conversations=self._conversations,
            files=self._files,
            identity=identity,
            chat=chat,
            is_kept=is_kept and identity.owner != ANONYMOUS.owner,
            head=share.messages[-1].id,
            files_of_owner=share.owner,
            verified=self._is_own(share, original),
        )
        return first_entry(copy, self._clock())

    def _is_own(self, share: Share, original: Conversation | None) -> bool:
        """Tell whether this server signed or stored all shared messages: a browser may have sent forged ones."""
        if self._signer is not None and self._signer.are_signed(share.conversation, share.messages):
            return True
        return (
            original is not None
            and original.verified
            and all(
                original.messages.get(stored.id) == msgspec.structs.replace(stored, signature=None)
                for stored in share.messages
            )
        )
