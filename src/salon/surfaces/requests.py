"""What requests of all protocols have in common."""

from salon.errors import ClientError
from salon.ids import is_wellformed


def require_id(id_: str | None) -> None:
    """Refuse what cannot be an identifier.

    Raises:
        ClientError: it is not of the form.
    """
    if id_ is not None and not is_wellformed(id_):
        raise ClientError("request.invalid", "An id has 8 to 64 letters, digits, `-` or `_`.")
