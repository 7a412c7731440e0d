"""Forms of several parts, however they are cut into pieces, and however slowly they come."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from salon.http.bodies import SlowError
from salon.http.multipart import read_multipart

FORM = (
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="\xc3\xa4.png"\r\nContent-Type: image/png\r\n\r\n'
    b"one\r\n--bee\r\n\r\n--b\r\n"
    b'Content-Disposition: form-data; name="files"; filename="empty"\r\n\r\n\r\n--b\r\n'
    b'Content-Disposition: form-data; name="field"\r\n\r\nvalue\r\n--b--\r\n'
)
PARTS = [
    ("files", "ä.png", "image/png", b"one\r\n--bee\r\n"),
    ("files", "empty", None, b""),
    ("field", None, None, b"value"),
]


def request_with(chunks: Iterable[bytes], *, then: float = 0.0) -> Request:
    """Return a request whose body comes in these pieces, the last after `then` seconds."""
    left = list(chunks)

    async def receive() -> dict:
        if len(left) == 1:
            await asyncio.sleep(then)
        body = left.pop(0) if left else b""
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def parts_of(items: AsyncIterator) -> list[tuple]:
    found: list[tuple] = []
    content = b""
    async for part, chunk in items:
        content += chunk or b""
        if chunk is None:
            found.append((part.name, part.filename, part.media_type, content))
            content = b""
    return found


@settings(max_examples=200)
@given(st.lists(st.integers(0, len(FORM)), max_size=6))
def test_a_form_means_the_same_wherever_it_is_cut(cuts):
    places = [0, *sorted(cuts), len(FORM)]
    chunks = [FORM[start:end] for start, end in itertools.pairwise(places)]

    assert asyncio.run(parts_of(read_multipart(request_with(chunks), parts_at_most=3))) == PARTS


async def test_a_sender_that_hardly_sends_is_given_up():
    request = request_with([FORM[:10], FORM[10:]], then=30)

    with pytest.raises(SlowError):
        await parts_of(read_multipart(request, parts_at_most=3, patience_s=0.05))
