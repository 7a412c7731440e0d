"""Who is asking."""

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One asker, as authentication found it.

    `owner` is the key under which everything that belongs to this asker is kept; two askers
    with different owners never see each other's things. `user` is the name they signed in
    with, or `None` for a visitor. `address` is the network that limits count the asker's requests by.
    """

    owner: str
    user: str | None = None
    address: str = ""


ANONYMOUS = Identity(owner="anonymous")
