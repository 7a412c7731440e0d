"""A small client of the native protocol for tests, over real sockets."""

import itertools
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec

from salon.events.fold import Reply, fold
from salon.events.types import Entry, RunEvent

_numbers = itertools.count()


def turn(text: str = "hello", **fields: Any) -> dict[str, Any]:
    """Return the body of a turn."""
    number = next(_numbers)
    message = {"id": f"question-{number}", "text": text}
    return {"id": f"turn-{number:06}", "conversation": "conversation-1", "message": message} | fields


def entries(response: httpx.Response) -> Iterator[Entry]:
    """Yield the numbered events of a stream as they come."""
    assert response.status_code == 200, response.read()
    assert response.headers["content-type"] == "text/event-stream"
    number = 0
    for line in response.iter_lines():
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("data: "):
            yield number, msgspec.json.decode(line[6:], type=RunEvent)


def send(client: httpx.Client, body: dict[str, Any], *, after: int = 0) -> list[Entry]:
    """Send a turn and return its whole stream."""
    with client.stream("POST", f"/api/turns?after={after}", json=body) as response:
        return list(entries(response))


def reply_to(client: httpx.Client, body: dict[str, Any]) -> Reply:
    """Send a turn and return its reply."""
    return fold(event for _, event in send(client, body))


def refused(response: httpx.Response, status: int, code: str) -> None:
    """Assert that a request was refused in the one form that there is."""
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert set(response.json()) == {"status", "code", "title", "detail"}
