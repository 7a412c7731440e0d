"""What can go wrong between a program and a server, as exceptions."""

import msgspec

from salon.errors import (
    AuthenticationError,
    ClientError,
    ConflictError,
    Failure,
    ForbiddenError,
    NotFoundError,
    RateError,
    SalonError,
    TooLargeError,
    UnavailableError,
)

_BY_STATUS: dict[int, type[SalonError]] = {
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    429: RateError,
}


class ConnectionLost(UnavailableError):
    """The server cannot be reached, or cannot be reached any more; the reply goes on without its reader."""


class ReplyFailed(SalonError):
    """A reply ended before it was complete.

    Attributes:
        failure: why, as the server tells it; `None` when it was cancelled.
        text: what it had said until then.
    """

    def __init__(self, failure: Failure | None, text: str) -> None:
        code, message = (failure.code, failure.message) if failure is not None else ("run.cancelled", "It was stopped.")
        super().__init__(code, message)
        self.failure = failure
        self.text = text


class _Problem(msgspec.Struct, frozen=True):
    code: str = "request.refused"
    detail: str = ""


def refusal(status: int, body: bytes) -> SalonError:
    """Return the exception for a response that refuses a request."""
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem(detail=body[:200].decode("utf-8", "replace"))
    kind = _BY_STATUS.get(status, ClientError if status < 500 else UnavailableError)
    return kind(problem.code, problem.detail or f"The server answered {status}.")
