"""The identity of a request's sender."""

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The authenticated or anonymous sender of a request.

    `owner` is the key under which the sender's resources are stored; senders with different owners cannot access each
    other's resources. `user` is the name of a signed-in user, or `None` for a visitor. `address` is the network whose
    requests are counted for rate limits.
    """

    owner: str
    user: str | None = None
    address: str = ""


ANONYMOUS = Identity(owner="anonymous")
