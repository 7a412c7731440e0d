"""The exceptions, divided by who can resolve them."""

from typing import ClassVar

import msgspec


class SalonError(Exception):
    """Base of all errors that Salon itself raises.

    Attributes:
        code: a stable, dotted identifier such as `conversation.unknown`; safe to show and to test for.
        message: the error, the offending value and the way out; safe to show to a client.
    """

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class AuthorError(SalonError):
    """The application is defined wrongly; its author has to change it."""


class ClientError(SalonError):
    """The request is wrong; the client has to change it."""

    status = 400


class TooLargeError(ClientError):
    """The request is larger than what the server accepts."""

    status = 413


class AuthenticationError(ClientError):
    """The request needs a signed-in user or an API key."""

    status = 401


class ForbiddenError(ClientError):
    """The origin or the user of the request is not permitted."""

    status = 403


class NotFoundError(SalonError):
    """The resource does not exist or belongs to another owner. The two cases look the same on purpose."""

    status = 404


class ConflictError(SalonError):
    """The request conflicts with the resource's present state; load the resource again, then retry."""

    status = 409


class UnavailableError(SalonError):
    """The server cannot serve the request now; retry later."""

    status = 503


class StoppingError(UnavailableError):
    """The server is stopping and accepts no more requests."""

    def __init__(self) -> None:
        super().__init__(STOPPING.code, STOPPING.message)


class RateError(UnavailableError):
    """Too many requests (rate limit); retry later."""

    status = 429


class Error(Exception):
    """Raise it in a chat function to show its message to the user in place of the reply.

    Unlike the text of other exceptions, the message is meant for the user and always shown.

    Args:
        message: text for the user; HTML in it is shown, without what could do harm.
        duration: seconds for which the page shows the message, where it is a transient notification; `None` shows it
            until it is closed.
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
    """The reason for which a reply is incomplete, in the form that clients get.

    `code` is stable and dotted; `message` is safe to show. `incident` identifies the entry of the server's log with the
    details. `details` contains the exception's text, only if the application runs with `show_error`. `duration_s` is
    the number of seconds for which a transient notification shows it, `None` until it is closed.
    """

    code: str
    message: str
    title: str | None = None
    duration_s: float | None = 10
    incident: str | None = None
    details: str | None = None


STOPPING = Failure(
    code="server.stopping", message="The server is restarting, so the reply ends here. Try again in a moment."
)
"""The failure of replies that the server's stop interrupted."""

LOST = Failure(code="server.lost", message="The server ended while it wrote this reply. Only a part of it is kept.")
"""The failure of replies whose process died."""
