"""Signs messages that clients keep, so that a server can tell its own words after a restart."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from salon.ids import ConversationId
from salon.messages.message import Message, StoredMessage

_SIGNATURE_LENGTH = 22


class MessageSigner:
    """Signs messages in their places.

    Args:
        secret: gives the key; called when it is first needed.
    """

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret
        self._key: bytes | None = None

    def sign(self, conversation: ConversationId, id_: str, parent: str | None, message: Message) -> str:
        """Return the signature of a message below `parent` in a conversation."""
        if self._key is None:
            self._key = hashlib.sha256(b"salon-messages\0" + self._secret()).digest()
        said = msgspec.json.encode([conversation, id_, parent, _plain(msgspec.to_builtins(message))], order="sorted")
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()[:_SIGNATURE_LENGTH]

    def signature_of(self, conversation: ConversationId, stored: StoredMessage) -> str:
        """Return the signature of a message of a conversation."""
        return self.sign(conversation, stored.id, stored.parent, stored.message)

    def are_signed(self, conversation: ConversationId, messages: Iterable[StoredMessage]) -> bool:
        """Tell whether all of `messages` are as this server, or one with the same secret, has signed them."""
        return all(
            stored.signature is not None
            and hmac.compare_digest(
                stored.signature.encode("utf-8", "replace"),
                self.signature_of(conversation, stored).encode(),
            )
            for stored in messages
        )


def _plain(value: Any) -> Any:
    """Return a value as it comes back from a browser, for which 1.0 and 1 are the same."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
