"""Who is asking."""

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One asker, as authentication found it.

    `owner` is the key under which everything that belongs to this asker is kept; two askers
    with different owners never see each other's things. `user` is the name they signed in
    with, or `None` for a visitor.
    """

    owner: str
    user: str | None = None


ANONYMOUS = Identity(owner="anonymous")
