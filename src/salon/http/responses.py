"""Answers that every protocol gives."""

from typing import Any

import msgspec
from starlette.responses import Response


def json_response(value: Any, *, status: int = 200) -> Response:
    """Return a response with a value as JSON, which nobody keeps."""
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), status, headers=headers, media_type="application/json")
