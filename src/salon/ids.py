"""Identifiers: their types, generation and validation."""

import base64
import os
import re
import time
from typing import NewType

RunId = NewType("RunId", str)
MessageId = NewType("MessageId", str)
ConversationId = NewType("ConversationId", str)
TurnId = NewType("TurnId", str)
FileId = NewType("FileId", str)
UploadId = NewType("UploadId", str)

_FORM = re.compile(r"[0-9A-Za-z_-]{8,64}\Z")


def mint() -> str:
    """Return a new identifier: 26 characters, sortable by its creation time in milliseconds, with 80 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    return base64.b32hexencode(milliseconds.to_bytes(6, "big") + os.urandom(10))[:26].decode().lower()


def is_wellformed(text: str) -> bool:
    """Tell whether `text` is a valid identifier: 8 to 64 letters, digits, `_` or `-`."""
    return _FORM.match(text) is not None
