"""The identity of a request's sender."""

from typing import Any

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The authenticated or anonymous sender of a request.

    `owner` is the key under which the sender's resources are stored; senders with different owners cannot access each
    other's resources. `user` is the name of a signed-in user, or `None` for a visitor, `claims` the
    further claims of an OpenID Connect provider. `address` is the network whose requests are counted for rate limits.
    """

    owner: str
    user: str | None = None
    address: str = ""
    claims: dict[str, Any] = {}


ANONYMOUS = Identity(owner="anonymous")
