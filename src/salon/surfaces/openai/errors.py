"""Errors in the form of OpenAI's protocols."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from salon.errors import AuthenticationError, Failure, SalonError
from salon.http.responses import json_response
from salon.surfaces.openai.decode import ParameterError

_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def error_body(failure: Failure | None) -> dict[str, Any]:
    """Return the body of the error for a failed run."""
    if failure is None:
        failure = Failure(
            code="server.lost",
            message="The log of the run is lost, so the reply is incomplete. Send the request again.",
        )
    incident = f" (incident {failure.incident})" if failure.incident is not None else ""
    message = failure.details or f"{failure.message}{incident}"
    return {"error": {"message": message, "type": "server_error", "param": None, "code": failure.code}}


def failed(failure: Failure | None) -> Response:
    """Return the response for a failed run, with a status that clients do not retry: a retry would run it again."""
    response = json_response(error_body(failure), status=500)
    response.headers["x-should-retry"] = "false"
    return response


def refusal(request: Request, error: SalonError) -> Response:
    """Return the response for a refused request, in the form that clients of these protocols expect."""
    del request
    kind = _TYPES.get(error.status, "invalid_request_error" if error.status < 500 else "server_error")
    param = error.param if isinstance(error, ParameterError) else None
    code = "invalid_api_key" if isinstance(error, AuthenticationError) else error.code
    body = {"error": {"message": error.message, "type": kind, "param": param, "code": code}}
    response = json_response(body, status=error.status)
    if error.status in (429, 503):
        response.headers["Retry-After"] = "2"
    return response
