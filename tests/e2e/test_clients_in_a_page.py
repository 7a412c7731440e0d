"""`@gradio/client`, as published, in pages: of the same origin, and of one that is allowed."""

import pytest
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

import salon
from tests.clients.conftest import serving
from tests.clients.node import PACKAGES, needs_node

pytestmark = needs_node
CALL = """async (url) => {
    const { Client } = await import("/client.js");
    const client = await Client.connect(url);
    const seen = [];
    for await (const event of client.submit("/chat", ["abc"])) if (event.type === "data") seen.push(event.data[0]);
    return [...seen, (await client.predict("/chat", { message: "x" })).data[0]];
}"""


def spell(message, history):
    for index in range(len(message)):
        yield message[: index + 1]


def at(browser: Browser, origin: str) -> Page:
    """Return a page of an origin that serves the client's published bundle."""
    page = browser.new_page()
    bundle = (PACKAGES / "node_modules/@gradio/client/dist/browser.js").read_text("utf-8")
    page.route(f"{origin}/client.js", lambda route: route.fulfill(body=bundle, content_type="text/javascript"))
    page.goto(f"{origin}/blank")
    return page


@pytest.fixture
def elsewhere():
    """Another site, on a server of its own: browsers do not let made-up ones ask this machine."""

    async def blank(request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html>")

    with serving(Starlette(routes=[Route("/blank", blank)])) as url:
        yield url


def test_a_page_of_the_application_itself(browser):
    app = Starlette(routes=[Route("/blank", lambda request: HTMLResponse("<!doctype html>"))])
    with serving(salon.mount(app, salon.ChatInterface(spell), path="/chat")) as url:
        assert at(browser, url).evaluate(CALL, f"{url}/chat") == ["a", "ab", "abc", "abc", "x"]


def test_a_page_of_an_allowed_origin(browser, serve, elsewhere):
    url = str(serve(salon.ChatInterface(spell), embed_origins=[elsewhere]).base_url).rstrip("/")

    assert at(browser, elsewhere).evaluate(CALL, url) == ["a", "ab", "abc", "abc", "x"]


def test_a_page_of_another_origin_gets_nothing(browser, serve, elsewhere):
    url = str(serve(salon.ChatInterface(spell)).base_url).rstrip("/")

    with pytest.raises(Exception, match="Failed to fetch"):
        at(browser, elsewhere).evaluate(CALL, url)
