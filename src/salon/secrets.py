"""The secrets of an application, from which the keys for each purpose are derived."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence


class Secrets:
    """Several secrets, of which the first signs and all are accepted, so that a new one can take over from an old one.

    Args:
        secrets: the newest first.
    """

    def __init__(self, secrets: Iterable[bytes]) -> None:
        self._secrets = tuple(secrets)

    def keys(self, purpose: str) -> Sequence[bytes]:
        """Return a key for a purpose, of each secret, 32 bytes each. What one purpose signs, no other accepts."""
        return [hmac.digest(secret, f"salon {purpose}".encode(), hashlib.sha256) for secret in self._secrets]
