"""Signing in at a provider of OpenID Connect: a real one, which runs here."""

import html
import re
import subprocess
import sys
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest

import salon
from salon.serve.server import listening_socket
from tests.clients.node import PACKAGES, needs_node
from tests.surfaces.streams import refused, reply_to, turn

pytest.importorskip("authlib")

pytestmark = needs_node


def whoami(message, history, request: salon.Request):
    return f"{request.username}|{request.user.get('email')}|{request.user.get('sub')}|{'biography' in request.user}"


@pytest.fixture
def port():
    with listening_socket("127.0.0.1", 0) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def issuer(port):
    command = ["node", "oidc_provider.mjs", f"http://127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=PACKAGES, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    yield process.stdout.readline().strip()
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def oidc(issuer):
    return salon.OIDC(issuer, "chat", "the secret of the chat", label="Example <ID>")


@pytest.fixture
def chat(oidc, port, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "data"))
    demo = salon.ChatInterface(whoami, auth=oidc, multimodal=False)
    _, url, _ = demo.launch(server_port=port, prevent_thread_lock=True, quiet=True)
    yield url
    demo.close()


@pytest.fixture
def browser(chat):
    with httpx.Client(base_url=chat, timeout=60, headers={"Accept": "text/html"}) as client:
        yield client


def forms(page):
    """Return the address and the fields of the form on a page of the provider."""
    action = html.unescape(re.search(r'<form[^>]*action="([^"]+)"', page.text)[1])
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    return urljoin(str(page.url), action), fields


def at_the_provider(browser, name="id-ann"):
    """Go to the provider and through its forms; return the address that it sends the browser back to."""
    answer = browser.get("/login/provider")
    assert answer.status_code in (302, 303)
    while True:
        address = urljoin(str(answer.url), answer.headers["location"])
        if "/login/callback" in address:
            return address
        answer = browser.get(address)
        if answer.status_code == 200:
            action, fields = forms(answer)
            answer = browser.post(action, data=fields | {"login": name, "password": "any"})


def own_cookies(browser):
    return {cookie.name: cookie.value for cookie in browser.cookies.jar if cookie.name.startswith("salon")}


def sign_in(browser, name="id-ann"):
    answer = browser.get(at_the_provider(browser, name))
    assert answer.headers["location"] == "../", answer.headers
    return answer


def test_a_reader_is_sent_to_the_provider_and_comes_back_as_its_user(browser):
    refused(browser.get("/api/config"), 401, "login.required")
    assert browser.get("/").headers["location"] == "login"
    page = browser.get("/login").text
    assert "Example &lt;ID&gt;" in page
    assert 'action="login" hidden' in page
    sign_in(browser)

    assert browser.get("/").status_code == 200
    assert browser.get("/api/config").json()["user"] == "ann"
    assert reply_to(browser, turn()).messages[0].text == "ann|ann@example.com|id-ann|False"


def test_what_is_asked_for_has_state_nonce_pkce_and_the_exact_address(browser, chat, issuer):
    asked = urlsplit(browser.get("/login/provider").headers["location"])
    query = {name: value for name, (value,) in parse_qs(asked.query).items()}

    assert f"{asked.scheme}://{asked.netloc}" == issuer
    assert query["redirect_uri"] == f"{chat}/login/callback"
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert len(query["code_challenge"]) == 43
    assert min(len(query["state"]), len(query["nonce"])) >= 20
    again = parse_qs(urlsplit(browser.get("/login/provider").headers["location"]).query)
    assert not {again[name][0] for name in ("state", "nonce", "code_challenge")} & set(query.values())


def test_an_answer_counts_only_in_the_browser_that_was_sent(browser, chat, caplog):
    answer = at_the_provider(browser)
    with httpx.Client(base_url=chat, timeout=60) as other:
        assert other.get(answer).headers["location"] == "../login?refused=login.refused"
        other.get("/login/provider")  # it has been sent, too, but not for this answer
        assert other.get(answer).headers["location"] == "../login?refused=login.refused"
        refused(other.get("/api/config"), 401, "login.required")
    assert "Sign-in at the provider from 127.0.0.1 failed at" in caplog.text


def test_an_answer_counts_once(browser, chat):
    answer = at_the_provider(browser)
    kept = own_cookies(browser)
    assert browser.get(answer).headers["location"] == "../"
    with httpx.Client(base_url=chat, timeout=60, cookies=kept) as again:
        assert again.get(answer).headers["location"] == "../login?refused=login.refused"


@pytest.mark.parametrize(
    "change",
    [
        ("state=", "state=x"),
        ("code=", "code=x"),
        ("iss=http", "iss=https"),
        ("?", "?error=access_denied&"),
    ],
    ids=["another state", "another code", "another provider", "refused there"],
)
def test_an_answer_that_was_changed_signs_nobody_in(browser, change):
    answer = browser.get(at_the_provider(browser).replace(*change, 1))

    assert answer.headers["location"] == "../login?refused=login.refused"
    page = browser.get("/login?refused=login.refused")
    assert (page.status_code, "did not succeed" in page.text) == (401, True)
    refused(browser.get("/api/config"), 401, "login.required")


def test_users_are_told_apart_by_what_never_changes(browser, chat):
    sign_in(browser)
    assert reply_to(browser, turn()).messages[0].text.startswith("ann|")
    assert browser.get("/api/conversations/conversation-1").status_code == 200
    with httpx.Client(base_url=chat, timeout=60, headers={"Accept": "text/html"}) as other:
        sign_in(other, "ann")  # another user, who is called the same

        assert other.get("/api/config").json()["user"] == "ann"
        assert other.get("/api/conversations/conversation-1").status_code == 404


def test_signing_out_ends_the_session_here_and_goes_on_at_the_provider(browser, chat, issuer):
    sign_in(browser)
    kept = own_cookies(browser)
    page = browser.post("/logout")
    target = html.unescape(re.search(r"url=([^\"]+)", page.text)[1])
    browser.cookies.update(kept)

    refused(browser.get("/api/config"), 401, "login.required")
    assert target.startswith(f"{issuer}/session/end?client_id=chat&post_logout_redirect_uri=")
    question = browser.get(target)
    assert question.status_code == 200
    action, fields = forms(question)
    ended = browser.post(action, data=fields | {"logout": "yes"})
    assert ended.headers["location"].partition("?")[0] == f"{chat}/login"


def test_a_session_lasts_as_long_as_the_author_says(issuer, port, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    oidc = salon.OIDC(issuer, "chat", "the secret of the chat", session_hours=0)
    demo = salon.ChatInterface(whoami, auth=oidc)
    _, url, _ = demo.launch(server_port=port, prevent_thread_lock=True, quiet=True)
    with httpx.Client(base_url=url, timeout=60, headers={"Accept": "text/html"}) as client:
        sign_in(client)
        refused(client.get("/api/config"), 401, "login.required")
    demo.close()


@pytest.mark.parametrize("secret", ["wrong", None])
def test_a_wrong_secret_signs_nobody_in(issuer, port, secret, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    demo = salon.ChatInterface(whoami, auth=salon.OIDC(issuer, "chat", secret))
    _, url, _ = demo.launch(server_port=port, prevent_thread_lock=True, quiet=True)
    with httpx.Client(base_url=url, timeout=60, headers={"Accept": "text/html"}) as client:
        assert client.get(at_the_provider(client)).headers["location"] == "../login?refused=login.refused"
    demo.close()
    assert "the secret" not in caplog.text


def test_a_provider_that_does_not_answer_is_said_to(serve, caplog):
    with listening_socket("127.0.0.1", 0) as probe:
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    client = serve(salon.ChatInterface(whoami), auth=salon.OIDC(nobody, "chat", "x"))

    assert client.get("/login/provider").headers["location"] == "../login?refused=login.provider"
    assert "does not answer" in client.get("/login?refused=login.provider").text
    assert nobody in caplog.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("http://id.example.com", "chat"), "has to be an address with https://"),
        (("id.example.com", "chat"), "has to be an address with https://"),
        (("https://id.example.com", ""), "`client_id` is empty"),
    ],
)
def test_a_wrong_description_is_refused(arguments, said):
    with pytest.raises(salon.AuthorError, match=said):
        salon.OIDC(*arguments)


def test_without_its_library_the_command_that_installs_it_is_named(tmp_path):
    code = (
        "import sys; sys.modules['authlib'] = None\n"
        "import salon\n"
        "salon.ChatInterface(lambda m, h: m, auth=salon.OIDC('https://id.example.com', 'chat')).app"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "pip install 'salon[oidc]'" in ended.stderr


def test_the_secret_is_in_no_description(oidc):
    assert "the secret" not in repr(oidc)
