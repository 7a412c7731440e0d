"""Signatures of messages that clients store, so that the server can verify its own messages after a restart."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from salon.ids import ConversationId
from salon.messages.message import Message, StoredMessage
from salon.secrets import Secrets

_SIGNATURE_LENGTH = 22


class MessageSigner:
    """Signs messages together with their position in the conversation.

    Args:
        secrets: function that returns the secrets; called at the first use.
    """

    def __init__(self, secrets: Callable[[], Secrets]) -> None:
        self._secrets = secrets
        self._loaded_keys: Sequence[bytes] | None = None

    @property
    def _keys(self) -> Sequence[bytes]:
        if self._loaded_keys is None:
            self._loaded_keys = self._secrets().keys("messages")
        return self._loaded_keys

    def sign(self, conversation: ConversationId, id_: str, parent: str | None, message: Message) -> str:
        """Return the signature of a message below `parent` in a conversation."""
        return _signature(self._keys[0], _content(conversation, id_, parent, message))

    def signature_of(self, conversation: ConversationId, stored: StoredMessage) -> str:
        """Return the signature of a stored message of a conversation."""
        return self.sign(conversation, stored.id, stored.parent, stored.message)

    def are_signed(self, conversation: ConversationId, messages: Iterable[StoredMessage]) -> bool:
        """Tell whether all signatures are valid: made with one of the secrets, for these messages in this order."""
        return all(self._is_signed(conversation, stored) for stored in messages)

    def _is_signed(self, conversation: ConversationId, stored: StoredMessage) -> bool:
        if stored.signature is None:
            return False
        content = _content(conversation, stored.id, stored.parent, stored.message)
        signature = stored.signature.encode("utf-8", "replace")
        return any(hmac.compare_digest(signature, _signature(key, content).encode()) for key in self._keys)


def _content(conversation: ConversationId, id_: str, parent: str | None, message: Message) -> bytes:
    return msgspec.json.encode([conversation, id_, parent, _plain(msgspec.to_builtins(message))], order="sorted")


def _signature(key: bytes, content: bytes) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()[:_SIGNATURE_LENGTH]


def _plain(value: Any) -> Any:
    """Return a value in the form in which a browser returns it: there, 1.0 and 1 are the same number."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
