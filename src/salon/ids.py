"""Identifiers: their types, how they are minted, and what a client's own must look like."""

import re
import secrets
import time
from typing import NewType

RunId = NewType("RunId", str)
MessageId = NewType("MessageId", str)
ConversationId = NewType("ConversationId", str)
TurnId = NewType("TurnId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_FORM = re.compile(r"[0-9A-Za-z_-]{8,64}\Z")


def mint() -> str:
    """Return a new identifier: 26 characters, sortable by time of minting to the millisecond, 80 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def is_wellformed(text: str) -> bool:
    """Tell whether `text` may serve as an identifier: 8 to 64 letters, digits, `_` or `-`."""
    return _FORM.match(text) is not None
