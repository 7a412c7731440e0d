"""Users are asked who they are wherever a page is served: by `launch`, mounted, and by other servers."""

import subprocess
import sys
import textwrap

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import Response
from starlette.testclient import TestClient

import salon
from tests.surfaces.streams import refused, reply_to, turn
from tests.surfaces.test_server import Uvicorn


def whoami(message, history, request: salon.Request):
    return f"{request.username}"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "data"))


def blocks(fn, **settings):
    with salon.Blocks(**settings) as demo:
        salon.ChatInterface(fn)
    return demo


@pytest.mark.parametrize("make", [salon.ChatInterface, blocks])
def test_a_page_that_says_who_may_sign_in_is_closed_under_every_server(serve, make):
    settings = {"auth": ("ann", "x"), "auth_message": "Members only"}

    def check(client, path=""):
        refused(client.get(f"{path}/api/config"), 401, "login.required")
        assert client.get(f"{path}/v1/models").status_code == 401
        assert "Members only" in client.get(f"{path}/login").text
        client.post(f"{path}/login", data={"username": "ann", "password": "x"}, headers={"Accept": "text/html"})
        assert client.get(f"{path}/api/config").json()["user"] == "ann"

    check(serve(make(whoami, **settings)))
    with Uvicorn(make(whoami, **settings).app) as client:
        check(client)
    with Uvicorn(salon.mount(FastAPI(), make(whoami, **settings), path="/chat")) as client:
        check(client, "/chat")
    with Uvicorn(salon.mount(FastAPI(), make(whoami), path="/chat", **settings)) as client:
        check(client, "/chat")


def test_launch_s_own_auth_takes_the_place_of_the_pages(serve):
    client = serve(salon.ChatInterface(whoami, auth_dependency=lambda request: "bob"), auth=("ann", "x"))

    refused(client.get("/api/config"), 401, "login.required")
    client.post("/login", data={"username": "ann", "password": "x"})
    assert client.get("/api/config").json()["user"] == "ann"


def test_a_chat_inside_of_a_page_cannot_say_who_may_open_it():
    with pytest.raises(salon.AuthorError, match="give it to `Blocks`"), salon.Blocks():
        salon.ChatInterface(whoami, auth=("ann", "x"))


@pytest.mark.parametrize(
    "settings",
    [
        {"auth": ("ann", "x"), "auth_dependency": lambda request: "bob"},
        {"auth_dependency": lambda request: "bob", "trusted_header": "X-User"},
    ],
)
def test_two_ways_to_sign_in_are_refused(settings):
    with pytest.raises(salon.AuthorError, match="are two ways to sign in"):
        salon.ChatInterface(whoami, **settings).app  # noqa: B018


def by_header(request):
    return request.headers.get("x-word")


async def by_header_later(request):
    return request.headers.get("x-word")


def by_fastapi(request):
    if "x-word" not in request.headers:
        raise HTTPException(401)
    return request.headers["x-word"]


class TestAuthDependency:
    """A function of the request."""

    @pytest.mark.parametrize("function", [by_header, by_header_later, by_fastapi])
    def test_it_names_the_user_of_each_request_or_refuses_it(self, serve, function):
        client = serve(salon.ChatInterface(whoami), auth_dependency=function, auth_message="Ask Ann")

        refused(client.get("/api/config"), 401, "login.required")
        assert client.post("/v1/chat/completions", json={"messages": []}).status_code == 401
        page = client.get("/", follow_redirects=False)
        assert (page.status_code, "Ask Ann" in page.text) == (401, True)
        client.headers["X-Word"] = "ann"
        assert client.get("/").status_code == 200
        assert reply_to(client, turn()).messages[0].text == "ann"

    def test_it_sees_the_session_of_the_application_around(self):
        app = Starlette(middleware=[Middleware(SessionMiddleware, secret_key="x" * 32)])

        async def let_in(request):
            request.session["user"] = "ann"
            return Response()

        app.add_route("/enter", let_in, methods=["POST"])
        demo = salon.ChatInterface(whoami)
        salon.mount(app, demo, path="/chat", auth_dependency=lambda request: request.session.get("user"))
        with TestClient(app) as client:
            assert client.get("/chat/api/config").status_code == 401
            client.post("/enter")
            assert client.get("/chat/api/config").json()["user"] == "ann"

    @pytest.mark.parametrize("answer", [b"ann", 1, {"name": "ann"}, True])
    def test_what_is_no_name_lets_nobody_in(self, serve, answer, caplog):
        client = serve(salon.ChatInterface(whoami), auth_dependency=lambda request: answer)

        refused(client.get("/api/config"), 500, "auth.failed")
        assert "has to return a name" in caplog.text

    def test_users_own_things_are_their_own(self, serve):
        client = serve(salon.ChatInterface(whoami, multimodal=True), auth_dependency=by_header)
        client.headers["X-Word"] = "ann"
        file = client.post("/api/files", params={"name": "a.txt"}, content=b"text")
        path = f"/files/{file.json()['id']}/a.txt"
        assert client.get(path).status_code == 200
        client.headers["X-Word"] = "bob"
        assert client.get(path).status_code == 404


class TestTrustedHeader:
    """The name that a proxy has put into a header."""

    def test_a_trusted_proxy_says_who_the_user_is(self, serve):
        client = serve(salon.ChatInterface(whoami), trusted_header="X-User", trusted_proxies=["127.0.0.1"])

        refused(client.get("/api/config"), 401, "login.required")
        assert client.get("/").status_code == 401
        client.headers["X-User"] = "ann"
        assert reply_to(client, turn()).messages[0].text == "ann"
        client.headers["X-Forwarded-For"] = "203.0.113.7"  # the proxy is asked, not its client
        assert reply_to(client, turn()).messages[0].text == "ann"

    def test_nobody_else_is_believed(self, serve, caplog):
        client = serve(salon.ChatInterface(whoami), trusted_header="X-User", trusted_proxies=["192.0.2.1"])
        for headers in ({"X-User": "ann"}, {"X-User": "ann", "X-Forwarded-For": "192.0.2.1"}):
            refused(client.get("/api/config", headers=headers), 401, "login.required")

        assert caplog.text.count("not among `trusted_proxies`") == 1

    def test_of_two_names_one_may_be_the_clients_so_neither_counts(self, serve):
        client = serve(salon.ChatInterface(whoami), trusted_header="X-User", trusted_proxies=["127.0.0.1"])
        answer = httpx.get(
            client.base_url.join("/api/config"), headers=[("X-User", "ann"), ("X-User", "bob")], timeout=60
        )

        refused(answer, 401, "login.required")

    def test_names_may_have_letters_of_every_script(self, serve):
        client = serve(salon.ChatInterface(whoami), trusted_header="X-User", trusted_proxies=["127.0.0.1"])
        answer = client.get("/api/config", headers={"X-User": "安妮".encode()})

        assert answer.json()["user"] == "安妮"

    def test_without_trusted_proxies_it_is_refused_at_the_start(self):
        with pytest.raises(salon.AuthorError, match="needs `trusted_proxies`"):
            salon.ChatInterface(whoami, trusted_header="X-User").app  # noqa: B018

    def test_under_uvicorn_it_is_believed_from_trusted_proxies_only(self, monkeypatch):
        monkeypatch.setenv("SALON_TRUSTED_PROXIES", "127.0.0.1")
        with Uvicorn(salon.ChatInterface(whoami, trusted_header="X-User").app) as client:
            assert client.get("/api/config", headers={"X-User": "ann"}).json()["user"] == "ann"
        monkeypatch.setenv("SALON_TRUSTED_PROXIES", "192.0.2.1")
        with Uvicorn(salon.ChatInterface(whoami, trusted_header="X-User").app) as client:
            refused(client.get("/api/config", headers={"X-User": "ann"}), 401, "login.required")


FORMS = {
    "a pair": "demo.launch(auth=('ann', 'x'))",
    "a function": "demo.launch(server_port=0, auth=check)",
    "a dependency": "demo.launch(auth_dependency=check)",
    "a header": "demo.launch(trusted_header='X-User')",
    "after queue": "demo.queue().launch(auth=('ann', 'x'))",
    "a dictionary": "demo.launch(**{'auth': ('ann', 'x')})",
    "a named dictionary": "options = {'auth': ('ann', 'x')}; demo.launch(**options)",
    "a global dictionary": "demo.launch(**OPTIONS)",
    "a dictionary in another module": "demo.launch(**sys.options)",
    "dict": "demo.launch(**dict(auth=('ann', 'x')))",
    "an item": "options = {}; options['auth'] = check; demo.launch(**options)",
    "an update": "options = {}; options.update(auth=check); demo.launch(**options)",
    "a union": "demo.launch(**({'quiet': True} | {'auth': check}))",
    "a condition": "demo.launch(auth=('ann', 'x') if len(sys.argv) > 1 else None)",
    "a function around": "main()",
}
OPEN_FORMS = {
    "no auth": "demo.launch(server_port=0)",
    "none": "demo.launch(auth=None)",
    "a name for none": "demo.launch(auth=NOBODY)",
    "another page": "other.launch(auth=('ann', 'x'))",
    "a new page": "gr.ChatInterface(reply).launch(auth=('ann', 'x'))",
    "another dictionary": "demo.launch(**{'quiet': True})",
    "a comment": "pass  # demo.launch(auth=('ann', 'x'))",
}


def module(tmp_path, name, last, page="gr.ChatInterface(reply)"):
    text = f"""
        import sys
        import salon as gr

        OPTIONS = {{"auth": ("ann", "x")}}
        NOBODY = None
        sys.options = OPTIONS

        def reply(message, history):
            return "secret"

        def check(*_):
            return False

        def main(page=None):
            {"page.launch(auth=check)" if last == "main()" else "pass"}

        demo = {page}
        other = gr.ChatInterface(reply)
        if __name__ == "__main__":
            {last}
        """
    (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
    return tmp_path / f"{name}.py"


@pytest.fixture
def imported(tmp_path, monkeypatch, request):
    """Import a module that ends with a call."""
    monkeypatch.syspath_prepend(tmp_path)
    names = []

    def load(last, **options):
        name = f"page_{abs(hash((request.node.name, last)))}"
        module(tmp_path, name, last, **options)
        names.append(name)
        return __import__(name)

    yield load
    for name in names:
        sys.modules.pop(name, None)
    if hasattr(sys, "options"):
        del sys.options


class TestAuthGivenOnlyToLaunch:
    """A page whose `launch(auth=…)` another server never calls."""

    @pytest.mark.parametrize("last", FORMS.values(), ids=FORMS)
    def test_it_is_not_served_open(self, imported, last, caplog):
        demo = imported(last).demo

        with pytest.raises(salon.AuthorError, match=r"never calls `launch\(\w+=…\)`.*Give `\w+` to `ChatInterface`"):
            TestClient(demo.app).__enter__()
        answer = TestClient(demo.app).get("/api/config")  # where a server runs no lifespan
        assert answer.status_code == 503
        assert "secret" not in answer.text
        assert "never calls" in caplog.text

    @pytest.mark.parametrize("last", OPEN_FORMS.values(), ids=OPEN_FORMS)
    def test_a_page_that_is_open_anyway_is_served(self, imported, last):
        with TestClient(imported(last).demo.app) as client:
            assert client.get("/api/config").status_code == 200

    def test_a_page_that_says_so_itself_is_served(self, imported):
        page = "gr.ChatInterface(reply, auth=('ann', 'x'))"
        with TestClient(imported(FORMS["a pair"], page=page).demo.app) as client:
            assert client.get("/api/config").status_code == 401

    def test_what_cannot_be_told_is_said(self, imported, caplog):
        with TestClient(imported("demo.launch(**check())").demo.app) as client:
            assert client.get("/api/config").status_code == 200
        assert "Everybody may open this page" in caplog.text

    def test_mounting_it_needs_auth_there(self, imported):
        demo = imported(FORMS["a pair"]).demo
        with pytest.raises(salon.AuthorError, match="never calls"):
            TestClient(salon.mount(FastAPI(), demo, path="/chat")).__enter__()
        with TestClient(salon.mount(FastAPI(), demo, path="/chat", auth=("bob", "y"))) as client:
            assert client.get("/chat/api/config").status_code == 401

    def test_uvicorn_ends_with_the_sentence(self, tmp_path):
        module(tmp_path, "page", FORMS["a pair"])
        command = [sys.executable, "-m", "uvicorn", "page:demo.app", "--port", "0"]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

        assert ended.returncode != 0
        assert "never calls `launch(auth=…)`" in ended.stderr
        assert "page.py, line" in ended.stderr


def test_salon_run_asks_for_the_password_that_launch_is_given(tmp_path):
    from salon.loading import find_launch

    launch = find_launch(module(tmp_path, "page", FORMS["a pair"]))
    with TestClient(launch.page.app) as client:
        assert client.get("/api/config").status_code == 401
