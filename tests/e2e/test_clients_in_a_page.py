"""`@gradio/client`, as published, and `salon-client`, as packed, in pages: of the same origin, and of one that is allowed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

import salon
from tests.clients.conftest import serving
from tests.clients.node import PACKAGES, needs_node

pytestmark = needs_node
EXAMPLE = Path(__file__).parents[2] / "web/packages/salon-client/examples/page.html"
ASK = """async (url) => {
    const { connect } = await import("/client.js");
    const client = await connect(url, { visitor: true });
    const conversation = client.conversation();
    let text = "";
    for await (const piece of conversation.ask("abc")) text += piece;
    const [file] = (await conversation.ask("x", { files: [new File(["content"], "a.txt")] })).files;
    return [text, await (await client.download(file)).text(), conversation.messages.length];
}"""
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


def spell_with_files(message, history):
    yield from spell(message["text"], history)
    yield [message["text"], *map(salon.File, message["files"])]


def at(browser: Browser, origin: str, client: Path = PACKAGES / "node_modules/@gradio/client/dist/browser.js") -> Page:
    """Return a page of an origin that serves a client's bundle."""
    page = browser.new_page()
    bundle = client.read_text("utf-8")
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


@pytest.fixture
def our_bundle(salon_client):
    return salon_client / "node_modules/salon-client/dist/index.js"


def test_our_client_in_a_page_of_the_application_itself(browser, our_bundle):
    app = Starlette(routes=[Route("/blank", lambda request: HTMLResponse("<!doctype html>"))])
    with serving(salon.mount(app, salon.ChatInterface(spell_with_files, multimodal=True), path="/chat")) as url:
        assert at(browser, url, our_bundle).evaluate(ASK, "/chat") == ["abc", "content", 5]


def test_our_client_in_a_page_of_an_allowed_origin(browser, serve, elsewhere, our_bundle):
    demo = salon.ChatInterface(spell_with_files, multimodal=True)
    url = str(serve(demo, embed_origins=[elsewhere]).base_url)

    assert at(browser, elsewhere, our_bundle).evaluate(ASK, url) == ["abc", "content", 5]


def test_our_client_in_a_page_of_another_origin_gets_nothing(browser, serve, elsewhere, our_bundle):
    url = str(serve(salon.ChatInterface(spell)).base_url)

    with pytest.raises(Exception, match="ConnectionLost"):
        at(browser, elsewhere, our_bundle).evaluate(ASK, url)


def test_the_example_of_a_page_works(browser, our_bundle):
    def page(request: Request) -> HTMLResponse:
        return HTMLResponse(EXAMPLE.read_text("utf-8"))

    app = Starlette(routes=[Route("/page.html", page)])
    with serving(salon.mount(app, salon.ChatInterface(spell), path="/chat")) as url:
        shown = browser.new_page()
        module = our_bundle.read_text("utf-8")
        shown.route("**/dist/index.js", lambda route: route.fulfill(body=module, content_type="text/javascript"))
        shown.goto(f"{url}/page.html")
        shown.get_by_label("Question").fill("What is new?")
        shown.get_by_role("button", name="Ask").click()

        expect(shown.locator("pre")).to_have_text("What is new?")
