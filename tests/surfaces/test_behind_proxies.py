"""Behind a proxy: who asks, for which address, and below which path, under every server."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import salon
from salon.http.forwarded import Forwarded
from tests.surfaces.streams import reply_to, turn
from tests.surfaces.test_server import Uvicorn

FORWARDED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "chat.example",
}


def where(message, history, request: salon.Request):
    return f"{request.client.host} {request.url}"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SALON_ALLOWED_HOSTS", "chat.example")


@pytest.fixture(params=["launch", "uvicorn", "mount"])
def served(request, serve, monkeypatch):
    """Serve a page in each of the ways there are; the path below which it is mounted is part of the client's address."""
    servers = []

    def start(**settings):
        if request.param == "launch":
            for name, value in settings.items():
                monkeypatch.setenv(f"SALON_{name.upper()}", value)
            return serve(salon.ChatInterface(where))
        for name, value in settings.items():
            monkeypatch.setenv(f"SALON_{name.upper()}", value)
        demo = salon.ChatInterface(where)
        server = Uvicorn(demo.app if request.param == "uvicorn" else salon.mount(Starlette(), demo, path="/inner"))
        servers.append(server)
        client = server.__enter__()
        if request.param == "mount":
            client.base_url = client.base_url.join("/inner")
        return client

    yield start
    for server in servers:
        server.__exit__()


def root_of(client, path="", **headers):
    return client.get(f"{path}/config", headers=headers).json()["root"]


@pytest.mark.parametrize("passes_on", ["", "/below/chat"], ids=["stripped", "passed on"])
def test_the_path_of_a_proxy_is_known_whether_it_is_stripped_or_not(served, passes_on):
    client = served(root_path="/below/chat")

    assert root_of(client, passes_on).endswith("/below/chat")
    assert client.get(f"{passes_on}/").status_code == 200
    assert client.get(f"{passes_on}/healthz").status_code == 200
    client.base_url = client.base_url.join(str(client.base_url.path).rstrip("/") + passes_on)
    address = reply_to(client, turn()).messages[0].text.split()[1]
    assert address.endswith("/below/chat/api/turns?after=0")


def test_a_path_that_is_passed_on_without_its_slash_gets_it(served):
    client = served(root_path="/below")

    assert client.get("/below").headers["location"].endswith("/below/")


@pytest.mark.parametrize("root", ["/api", "/gradio_api", "/login"])
def test_a_path_like_one_of_our_own_is_no_trap(served, root):
    client = served(root_path=root)

    for passes_on in ("", root):
        assert client.get(f"{passes_on}/api/config").status_code == 200
        assert client.get(f"{passes_on}/healthz").status_code == 200


def test_a_trusted_proxy_says_who_asks_and_for_which_address(served):
    client = served(trusted_proxies="127.0.0.0/8")
    client.headers.update(FORWARDED)

    host, address = reply_to(client, turn()).messages[0].text.split()
    assert host == "203.0.113.7"
    assert address.startswith("https://chat.example/")
    assert root_of(client).startswith("https://chat.example")


def test_cookies_are_secure_behind_https(served):
    client = served(trusted_proxies="127.0.0.1")

    assert "Secure" in client.get("/", headers=FORWARDED).headers["set-cookie"]


class Told:
    """Collects what an application behind `Forwarded` gets to know."""

    def __init__(self, **settings):
        self.scopes = []
        self._asgi = Forwarded(self._app, **settings)

    async def _app(self, scope, receive, send):
        self.scopes.append(scope)

    async def ask(self, peer="10.0.0.1", port=5000, **headers):
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "scheme": "http", "path": "/", "client": (peer, port), "headers": raw}
        await self._asgi(scope, None, None)
        return self.scopes[-1]


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("made-up, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:1234", "203.0.113.7"),
        ("[2001:db8::1]:1234", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        (" , ", "10.0.0.1"),
    ],
)
async def test_the_last_address_that_no_proxy_of_ours_has_is_the_clients(chain, client):
    scope = await Told(proxies=["10.0.0.0/8"]).ask(x_forwarded_for=chain)

    assert scope["client"][0] == client


async def test_all_lines_of_a_header_are_one_chain():
    told = Told(proxies=["10.0.0.1"])
    raw = [(b"x-forwarded-for", b"192.0.2.66"), (b"x-forwarded-for", b"203.0.113.7")]
    scope = {"type": "http", "scheme": "http", "path": "/", "client": ("10.0.0.1", 1), "headers": raw}
    await told._asgi(scope, None, None)

    assert told.scopes[0]["client"][0] == "203.0.113.7"


@pytest.mark.parametrize("peer", ["::ffff:10.0.0.1", "10.0.0.1"])
async def test_a_proxy_is_known_by_its_address_in_either_form(peer):
    scope = await Told(proxies=["10.0.0.1"]).ask(peer, x_forwarded_for="203.0.113.7")

    assert scope["client"][0] == "203.0.113.7"


@pytest.mark.parametrize("proxies", [["nginx"], ["10.0.0.1", "10.0.0.0/99"], [""]])
def test_what_is_no_address_is_refused_at_the_start(proxies):
    with pytest.raises(salon.AuthorError, match="trusted_proxies"):
        Forwarded(None, proxies=proxies)


async def test_a_proxy_that_takes_https_off_and_is_not_trusted_is_named_once(caplog):
    told = Told(proxies=["192.0.2.1"])
    for _ in range(3):
        assert (await told.ask(x_forwarded_proto="https"))["scheme"] == "http"

    (record,) = caplog.records
    assert "SALON_TRUSTED_PROXIES=10.0.0.1" in record.getMessage()


@pytest.mark.parametrize(
    ("peer", "headers"),
    [("8.8.8.8", {"x_forwarded_proto": "https"}), ("10.0.0.1", {"x_forwarded_proto": "http"}), ("10.0.0.1", {})],
    ids=["a stranger who would like to be trusted", "no HTTPS", "no proxy"],
)
async def test_nothing_else_is_said_to_be_a_proxy(caplog, peer, headers):
    await Told(proxies=[]).ask(peer, **headers)

    assert not caplog.records


def test_under_uvicorn_the_proxy_is_named_too(caplog):
    with TestClient(salon.ChatInterface(where).app, client=("10.0.0.9", 50_000)) as client:
        client.get("/", headers={"X-Forwarded-Proto": "https"})

    assert "SALON_TRUSTED_PROXIES=10.0.0.9" in caplog.text


def test_a_launched_page_is_served_below_a_path_and_without_it(serve):
    client = serve(salon.ChatInterface(where), root_path="https://example.com/chat/")

    assert root_of(client) == root_of(client, "/chat") == "https://example.com/chat"
    assert httpx.get(client.base_url.join("/chat/healthz"), timeout=60).status_code == 200
