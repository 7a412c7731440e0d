"""The exception tree, split by what the one who gets it can do about it."""

from typing import ClassVar

import msgspec


class SalonError(Exception):
    """Base of all errors that Salon itself raises.

    Attributes:
        code: a stable, dotted identifier such as `conversation.unknown`; safe to show and to test for.
        message: what happened, the offending value and what to do; safe to show to a client.
    """

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class AuthorError(SalonError):
    """The application is described wrongly; its author has to change it."""


class ClientError(SalonError):
    """The request is wrong; the client has to change it."""

    status = 400


class TooLargeError(ClientError):
    """The request is larger than what the server accepts."""

    status = 413


class AuthenticationError(ClientError):
    """Nobody is signed in, and this needs somebody to be."""

    status = 401


class ForbiddenError(ClientError):
    """The request may not be made from there, or by that user."""

    status = 403


class NotFoundError(SalonError):
    """There is no such thing, or it belongs to somebody else; the two look the same on purpose."""

    status = 404


class ConflictError(SalonError):
    """The request does not fit the present state; load it again, then retry."""

    status = 409


class UnavailableError(SalonError):
    """Not now: the same request may work later."""

    status = 503


class StoppingError(UnavailableError):
    """The server is stopping and accepts nothing more."""

    def __init__(self) -> None:
        super().__init__(STOPPING.code, STOPPING.message)


class RateError(UnavailableError):
    """Too many requests at once; the same request works after a while."""

    status = 429


class Error(Exception):
    """Raise it in a chat function to show its message to the user in place of the reply.

    Unlike the text of other exceptions, the message is meant for the user and always shown.

    Args:
        message: text for the user.
        duration: seconds for which pages that show it as a passing notice keep it; `None` keeps it until closed.
        visible: `False` ends the run without showing the message.
        title: heading of the message.
        print_exception: has no effect, as these errors are never logged.
    """

    def __init__(
        self,
        message: str = "Error raised.",
        duration: float | None = 10,
        *,
        visible: bool = True,
        title: str = "Error",
        print_exception: bool = True,
    ) -> None:
        super().__init__(message)
        self.message: str = str(message)
        self.duration = duration
        self.visible = visible
        self.title = title
        self.print_exception = print_exception


class Failure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a reply did not become complete, in the form that clients get.

    `code` is stable and dotted; `message` is safe to show. `incident` names the entry of the
    server's log that has the details, when there is one. `details` holds the exception's own
    text, only when the application is run with `show_error`. `duration_s` is for how many seconds
    a passing notice of it is shown, `None` for until it is closed.
    """

    code: str
    message: str
    title: str | None = None
    duration_s: float | None = 10
    incident: str | None = None
    details: str | None = None


STOPPING = Failure(
    code="server.stopping", message="The server is restarting. The reply ends here; try again in a moment."
)
"""Why a reply ends that the server's stop has interrupted."""

LOST = Failure(code="server.lost", message="The server ended while it wrote this reply. Only a part of it is kept.")
"""Why a reply ends whose process has died."""
