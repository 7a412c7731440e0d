"""What is shared by link: snapshots of conversations, wherever these are kept."""

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
    """Shares what conversations show, for whoever has the link.

    Args:
        shares: where the snapshots are kept.
        conversations: where conversations are kept.
        files: where files are kept.
        signer: tells whether messages that a browser kept are this server's own.
        clock: seconds since 1970.
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
        """Share messages, and return the share.

        Args:
            messages: from the first to the last; signed where a browser keeps the conversation.
            of: the conversation in which they are, with which the share goes.
            title: of the conversation.
            identity: who shares it.

        Raises:
            NotFoundError: nothing was said yet.
            ClientError: nobody could tell the asker from others, so nobody could take it back.
            ConflictError: the asker has shared too much already.
        """
        owner = identity.owner
        if not messages:
            raise NotFoundError("conversation.empty", "Nothing was said in this conversation yet.")
        if owner == ANONYMOUS.owner:
            raise ClientError("shares.visitor", "Sharing needs a cookie or a sign-in: without, nobody could revoke it.")
        if len(await self._shares.shares(owner, limit=_SHARES_AT_MOST)) >= _SHARES_AT_MOST:
            raise ConflictError(
                "shares.too-many", f"At most {_SHARES_AT_MOST} conversations are shared at a time. Revoke one first."
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
        """Return what the asker has shared, newest first, without messages."""
        if identity.owner == ANONYMOUS.owner:
            return ()
        return await self._shares.shares(identity.owner, limit=_SHARES_AT_MOST)

    async def revoke(self, id_: str, *, identity: Identity) -> None:
        """Take a share of the asker's back; an unknown one is taken back already."""
        await self._shares.revoke(id_, owner=identity.owner)

    async def shared(self, id_: str) -> Share:
        """Return what is shared under an id, whoever asks.

        Raises:
            ShareNotFound: nothing is, or not any more.
        """
        return await self._shares.share(id_)

    async def shared_file(self, id_: str, file: FileId) -> StoredFile:
        """Return a file that a shared message shows, whoever asks.

        Raises:
            ShareNotFound: nothing is shared under the id, or not any more.
            FileNotFound: it is none of these, or is not kept any more.
        """
        share = await self._shares.share(id_)
        if all(file != ref.id for stored in share.messages for ref in files_of(stored.message.parts)):
            raise FileNotFound
        return await asyncio.to_thread(self._files.get, file, owner=share.owner)

    async def sweep(self, older_than: float) -> None:
        """Forget what was shared before `older_than` of conversations that are not kept here."""
        await self._shares.sweep_shares(older_than)

    async def original(self, share: Share) -> Conversation | None:
        """Return the conversation of a share, where this server has it."""
        try:
            return await self._conversations.load(share.conversation, owner=share.owner)
        except ConversationNotFound:
            return None

    async def continue_as(
        self, share: Share, *, original: Conversation | None, identity: Identity, chat: str, is_kept: bool
    ) -> ConversationEntry:
        """Copy what is shared, files included, into a new conversation of the asker's, and return how it stands.

        Args:
            share: what is copied.
            original: see there.
            identity: who asks.
            chat: the chat of the page in which the copy will be.
            is_kept: whether the asker shall find it in a list.

        Raises:
            ConflictError: the asker has as many conversations as the store takes.
            FileTooLarge, StorageFull: there is no room for its files.
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
        """Tell whether all that is shared was said here: the browser that shared it may have made it up."""
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
