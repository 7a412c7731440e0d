from collections.abc import Callable, Iterator

import httpx
import pytest

import salon
from tests.surfaces.visitors import kept


@pytest.fixture
def visitor(serve) -> Iterator[Callable[..., httpx.Client]]:
    """Give what serves a chat, the first time, and gives each caller a browser of its own."""
    served: list[httpx.Client] = []
    browsers: list[httpx.Client] = []

    def come(demo: salon.ChatInterface | None = None, **settings) -> httpx.Client:
        if demo is not None or not served:
            client = serve(demo or kept(), **settings)
            served.append(client)
        else:
            client = httpx.Client(base_url=served[0].base_url, timeout=60, headers=served[0].headers)
            browsers.append(client)
        client.get("/")
        return client

    yield come
    for browser in browsers:
        browser.close()
