"""Who is let in, from where, and what a browser is told on the way."""

import functools
import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import salon
from tests.surfaces.streams import refused, reply_to, turn


def echo(message, history):
    return f"{message}!"


def greet(message, history, request: salon.Request):
    return f"{request.username} from {request.client.host} {request.headers['X-Word']}"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::2]", "", "[", "[evil"]
)
def test_at_a_loopback_address_only_loopback_names_are_answered(serve, host):
    client = serve(salon.ChatInterface(echo))

    refused(client.get("/healthz", headers={"Host": host}), 421, "request.host")


@pytest.mark.parametrize(
    "host", ["localhost:1", "127.0.0.2", "[::1]:8", "[fd00::1]:9", "chat.example", "CHAT.example:9", "other.example"]
)
def test_loopback_names_and_allowed_hosts_are_answered(serve, host):
    client = serve(salon.ChatInterface(echo), allowed_hosts=["chat.example", "Other.Example:8443", "fd00::1"])

    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[evil"},
    ],
)
def test_other_sites_cannot_send_anything(serve, headers):
    client = serve(salon.ChatInterface(echo))

    refused(client.post("/api/turns", json=turn(), headers=headers), 403, "request.origin")


def test_the_page_itself_and_programs_can(serve):
    client = serve(salon.ChatInterface(echo), embed_origins=["https://shop.example"])
    own = f"http://{client.base_url.host}:{client.base_url.port}"

    for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": own}, {"Origin": "https://shop.example"}):
        assert client.post("/api/turns", json=turn(), headers=headers).status_code == 200


def test_the_page_allows_nothing_but_its_own_scripts(serve):
    client = serve(salon.ChatInterface(echo, css="b{}</style>", js="() => 1", head='<script>1</script><meta name="x">'))
    first, second = client.get("/"), client.get("/")
    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)[1]

    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert nonce not in second.headers["content-security-policy"]
    assert set(re.findall(r"<(?:script|style)\b[^>]*", first.text)) == {
        tag
        for tag in re.findall(r"<(?:script|style)\b[^>]*", first.text)
        if nonce in tag or 'type="application/json"' in tag
    }
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["cache-control"] == "no-store"


def test_only_the_elements_of_the_authors_head_are_allowed_not_what_is_written_in_css_and_js(serve):
    head = (
        '<link rel="stylesheet" href="a.css"><link rel="icon" href="b"><STYLE>b{}</STYLE><script nonce="x">1</script>'
    )
    js = "() => { document.title = '<script>'; };\n"
    page = serve(salon.ChatInterface(echo, css="b::after{content:'<style>'}", js=js, head=head)).get("/")
    nonce = re.search(r"'nonce-([\w-]+)'", page.headers["content-security-policy"])[1]

    assert f'<link nonce="{nonce}" rel="stylesheet" href="a.css"><link rel="icon" href="b">' in page.text
    assert f'<STYLE nonce="{nonce}">b{{}}</STYLE><script nonce="x">1</script>' in page.text
    assert f"<style nonce=\"{nonce}\">b::after{{content:'<style>'}}</style>" in page.text
    assert f'<script type="module" nonce="{nonce}">(() => {{ document.title = \'<script>\'; }}\n)()<' in page.text


def test_every_answer_is_secured_also_a_refusal(serve):
    client = serve(salon.ChatInterface(echo))
    script = re.search(r'href="(assets/[^"]+\.js)"', client.get("/").text)[1]
    answers = [client.get(path) for path in ("/api/config", "/healthz", "/nowhere", f"/{script}", "/favicon.ico")]
    answers += [client.get("/healthz", headers={"Host": "evil.example"})]
    answers += [client.post("/api/turns", json=turn(), headers={"Origin": "https://evil.example"})]

    for answer in answers:
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/").headers["referrer-policy"] == "same-origin"
    stream = client.post("/api/turns", json=turn())
    assert stream.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in stream.headers


def test_a_title_cannot_become_markup_nor_a_configuration_a_script(serve):
    client = serve(salon.ChatInterface(echo, title="</title><script>1</script>", description="</script><b>"))
    page = client.get("/").text

    assert "<script>1" not in page
    assert "</script><b>" not in page


def test_assets_are_kept_for_ever_and_come_compressed(serve):
    client = serve(salon.ChatInterface(echo))
    script = re.search(r'href="(assets/[^"]+\.js)"', client.get("/").text)[1]
    packed = client.get(f"/{script}", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"/{script}", headers={"Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert packed.headers["access-control-allow-origin"] == "*"
    assert packed.text == plain.text
    assert "content-encoding" not in plain.headers


def test_the_frame_that_draws_diagrams_has_no_origin_and_may_load_scripts_only(serve):
    frame = serve(salon.ChatInterface(echo)).get("/frames/diagram")
    policy = dict(rule.strip().partition(" ")[::2] for rule in frame.headers["content-security-policy"].split(";"))

    assert frame.status_code == 200
    assert policy["sandbox"] == "allow-scripts"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert "connect-src" not in policy
    assert policy["frame-ancestors"] == "'self'"


def test_who_may_frame_the_page_may_frame_its_frame(serve):
    frame = serve(salon.ChatInterface(echo), embed_origins=["https://example.com"]).get("/frames/diagram")

    assert frame.headers["content-security-policy"].endswith("; frame-ancestors 'self' https://example.com")


def test_pictures_that_the_author_names_are_let_in_whatever_texts_may_load(serve):
    chatbot = salon.Chatbot(remote_images="block", avatar_images=("https://example.com:8443/me.png", None))
    policy = serve(salon.ChatInterface(echo, chatbot=chatbot)).get("/").headers["content-security-policy"]

    assert "; img-src 'self' data: blob: https://example.com:8443;" in policy


@pytest.mark.parametrize(
    ("setting", "images"),
    [
        ("ask", "'self' data: blob: https: http:"),
        ("allow", "'self' data: blob: https: http:"),
        ("block", "'self' data: blob:"),
    ],
)
def test_images_of_other_hosts_are_let_in_as_the_author_says(serve, setting, images):
    client = serve(salon.ChatInterface(echo, chatbot=salon.Chatbot(remote_images=setting)))

    assert f"; img-src {images};" in client.get("/").headers["content-security-policy"]


def test_a_theme_is_on_the_page_and_on_the_way_in(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(
        salon.ChatInterface(echo), theme=salon.Theme(tokens={"accent": "#123456"}), auth=("ann", "pass word")
    )
    login = client.get("/login")
    client.post("/login", data={"username": "ann", "password": "pass word"})

    for page in (login, client.get("/")):
        nonce = re.search(r"'nonce-([\w-]+)'", page.headers["content-security-policy"])[1]
        assert f'<style nonce="{nonce}">@layer tokens{{:root{{--salon-accent:#123456;}}}}</style>' in page.text


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("zh-TW,en;q=0.5", "zh-CN"), ("de,zh;q=0.8", "zh-CN"), ("fr", "en"), ("en-GB,zh", "en"), ("", "en")],
)
def test_the_page_speaks_the_browsers_language(serve, wanted, language):
    client = serve(salon.ChatInterface(echo))

    assert f'lang="{language}"' in client.get("/", headers={"Accept-Language": wanted}).text
    assert 'lang="zh-CN"' in client.get("/?lang=zh", headers={"Accept-Language": wanted}).text


def test_the_author_s_own_words_stand_above_the_names_and_passwords(serve):
    client = serve(salon.ChatInterface(greet), auth=("ann", "pass word"), auth_message="Members <only>")

    assert "Members &lt;only&gt;" in client.get("/login").text
    assert "Please log in" not in client.get("/login").text


def test_html_in_the_author_s_words_is_shown_as_far_as_it_does_no_harm(serve):
    chat = salon.ChatInterface(greet, title="<center>My <b>Bot</b></center>")
    client = serve(chat, auth=("ann", "pass word"), auth_message="Ask <b>Bob</b><script>x()</script>")
    page = client.get("/login").text

    assert "Ask <b>Bob</b></div>" in page
    assert "<title>My Bot</title>" in page


def test_what_is_blocked_is_not_served_from_what_is_allowed(serve, tmp_path):
    (tmp_path / "private").mkdir()
    for path in (tmp_path / "a.txt", tmp_path / "private" / "b.txt"):
        path.write_text("text", "utf-8")
    blocked = [str(tmp_path / "private")]
    client = serve(salon.ChatInterface(greet), allowed_paths=[str(tmp_path)], blocked_paths=blocked)

    assert client.get(f"/file={tmp_path}/a.txt").status_code == 200
    assert client.get(f"/file={tmp_path}/private/b.txt").status_code == 404


def test_with_auth_nothing_is_served_before_signing_in(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=("ann", "pass word"))

    assert client.get("/").headers["location"] == "login"
    for method, path in [
        ("GET", "/api/config"),
        ("GET", "/api/conversations/conversation-1"),
        ("GET", "/api/runs/run-000001/events"),
    ]:
        refused(client.request(method, path), 401, "login.required")
    refused(client.post("/api/turns", json=turn()), 401, "login.required")
    assert client.get("/login").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_whoever_signs_in_is_known_to_the_function_until_they_sign_out(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=[("ann", "pass word"), ("bob", "x")])
    wrong = client.post("/login", data={"username": "ann", "password": "x"})
    assert wrong.status_code == 401
    assert "The name or the password is wrong." in wrong.text
    assert "set-cookie" not in wrong.headers
    chinese = client.post("/login", data={"username": "ann"}, headers={"Accept-Language": "zh-CN"})
    assert "请输入用户名和密码。" in chinese.text

    client.post("/login", data={"username": "ann", "password": "pass word"})
    client.headers["X-Word"] = "hi"
    assert reply_to(client, turn()).messages[0].text == "ann from 127.0.0.1 hi"
    assert client.get("/api/config").json()["user"] == "ann"

    kept = dict(client.cookies)
    client.post("/logout")
    client.cookies.update(kept)
    refused(client.get("/api/config"), 401, "login.required")


def test_signing_in_survives_a_restart_but_not_a_new_password(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    first = serve(salon.ChatInterface(greet), auth=("ann", "old"))
    first.post("/login", data={"username": "ann", "password": "old"})
    again = serve(salon.ChatInterface(greet), auth=("ann", "old"))
    changed = serve(salon.ChatInterface(greet), auth=("ann", "new"))
    again.cookies.update(first.cookies)
    changed.cookies.update(first.cookies)

    assert again.get("/api/config").json()["user"] == "ann"
    refused(changed.get("/api/config"), 401, "login.required")


def test_signing_out_survives_a_restart(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    first = serve(salon.ChatInterface(greet), auth=("ann", "x"))
    first.post("/login", data={"username": "ann", "password": "x"})
    kept = dict(first.cookies)
    first.post("/logout")
    again = serve(salon.ChatInterface(greet), auth=("ann", "x"))
    again.cookies.update(kept)

    refused(again.get("/api/config"), 401, "login.required")
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "signed_out.json"}


@pytest.mark.parametrize("content", ["", "[]", '{"a": "b"}'])
def test_a_broken_file_of_sign_outs_stops_nobody(serve, content, tmp_path, monkeypatch, caplog):
    (tmp_path / "signed_out.json").write_text(content)
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=("ann", "x"))
    client.post("/login", data={"username": "ann", "password": "x"})
    client.post("/logout")

    assert "signed_out.json" in caplog.text
    client.post("/login", data={"username": "ann", "password": "x"})
    assert client.get("/api/config").json()["user"] == "ann"


def test_passwords_cannot_be_guessed_in_bulk(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=("ann", "right"))
    answers = [client.post("/login", data={"username": "ann", "password": "wrong"}).status_code for _ in range(6)]

    assert answers == [401] * 5 + [429]
    assert client.post("/login", data={"username": "ann", "password": "right"}).status_code == 429


def test_guessing_in_parallel_gives_no_more_tries(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=("ann", "right"))

    def guess(number: int) -> int:
        return client.post("/login", data={"username": "ann", "password": f"wrong {number}"}).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(guess, range(20)))

    assert answers == [401] * 5 + [429] * 15


def test_the_page_to_sign_in_on_says_when_to_try_again(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=("ann", "right"))
    for _ in range(6):
        answer = client.post("/login", data={"username": "ann", "password": "wrong"})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


@pytest.mark.parametrize("form", [{}, {"username": "ann"}, {"password": "right"}, {"username": "", "password": "x"}])
def test_signing_in_without_a_name_or_password_is_no_try(serve, form, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=("ann", "right"))
    for _ in range(6):
        answer = client.post("/login", data=form)
        assert (answer.status_code, "<form" in answer.text) == (400, True)

    assert client.post("/login", data={"username": "ann", "password": "right"}).status_code == 303


def test_restarts_can_be_watched_only_where_pages_do_and_by_whoever_is_let_in(serve, tmp_path, monkeypatch):
    refused(serve(salon.ChatInterface(echo)).get("/api/reload"), 404, "address.unknown")
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SALON_RELOAD", "1")

    refused(serve(salon.ChatInterface(echo), auth=("ann", "x")).get("/api/reload"), 401, "login.required")


def test_signing_in_often_is_no_guessing(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(greet), auth=("ann", "right"))
    for _ in range(8):
        assert client.post("/login", data={"username": "ann", "password": "right"}).status_code == 303


def test_a_function_may_decide_who_comes_in(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(echo), auth=lambda user, password: user == password)
    client.post("/login", data={"username": "ann", "password": "ann"})

    assert client.get("/api/config").json()["user"] == "ann"


class Directory:
    """An object that is asked who may come in."""

    async def __call__(self, user, password):
        return user == password


async def same(user, password):
    return user == password


def later(user, password):
    return same(user, password)


def one_by_one(user, password):
    yield False


@pytest.mark.parametrize("auth", [same, later, Directory(), functools.partial(same)])
def test_an_async_function_is_awaited_before_anybody_comes_in(serve, auth, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(echo), auth=auth)

    assert client.post("/login", data={"username": "ann", "password": "wrong"}).status_code == 401
    refused(client.get("/api/config"), 401, "login.required")
    client.post("/login", data={"username": "ann", "password": "ann"})
    assert client.get("/api/config").json()["user"] == "ann"


def test_a_function_that_answers_with_a_generator_lets_nobody_in(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    client = serve(salon.ChatInterface(echo), auth=one_by_one)

    assert client.post("/login", data={"username": "ann", "password": "ann"}).status_code == 401


def test_whoever_is_signed_in_to_one_chat_is_not_signed_in_to_another_with_the_same_secret(serve, monkeypatch):
    monkeypatch.setenv("SALON_SECRET_KEY", "the same for both of them and long enough")
    ways = [same, later, [("bob", "bob")]]
    clients = [serve(salon.ChatInterface(echo), auth=auth) for auth in ways]
    for client in clients[:2]:
        assert client.post("/login", data={"username": "ann", "password": "ann"}).status_code == 303
        for other in clients:
            answer = httpx.get(other.base_url.join("/api/config"), cookies=dict(client.cookies), timeout=60)
            assert answer.status_code == (200 if other is client else 401)


def test_a_user_who_was_taken_off_the_list_is_out(serve, monkeypatch):
    monkeypatch.setenv("SALON_SECRET_KEY", "the same for both of them and long enough")
    before = serve(salon.ChatInterface(echo), auth=[("ann", "x"), ("bob", "x")])
    before.post("/login", data={"username": "ann", "password": "x"})
    after = serve(salon.ChatInterface(echo), auth=[("bob", "x")])
    after.cookies.update(before.cookies)

    refused(after.get("/api/config"), 401, "login.required")


@pytest.mark.parametrize("auth", ["ann", [("ann",)], [], ("ann", ""), {"ann": "x"}])
def test_auth_of_a_wrong_form_is_refused_at_the_start(auth, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path))
    with pytest.raises(salon.AuthorError, match="`auth`"):
        salon.ChatInterface(echo).launch(auth=auth, prevent_thread_lock=True)


def test_files_that_the_author_opened_are_shown_or_downloaded_and_no_others(serve, tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "page.html").write_text("<script>1</script>")
    client = serve(salon.ChatInterface(echo), allowed_paths=[str(tmp_path)])
    picture = client.get(f"/file={tmp_path}/logo.png")
    page = client.get(f"/file={tmp_path}/page.html")

    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-disposition"].startswith("inline")
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert client.get(f"/file={tmp_path}/logo.png", headers={"Range": "bytes=1-3"}).content == b"PNG"
    for path in ("/etc/passwd", f"{tmp_path}/../x", f"{tmp_path}/%2e%2e/%2e%2e/etc/passwd", f"{tmp_path}/a%00b"):
        refused(client.get(f"/file={path}"), 404, "file.unknown")
    refused(serve(salon.ChatInterface(echo)).get(f"/file={tmp_path}/logo.png"), 404, "file.unknown")


def test_the_data_folder_is_never_shown(serve, tmp_path, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "data"))
    client = serve(salon.ChatInterface(echo), auth=("ann", "x"), allowed_paths=[str(tmp_path), str(tmp_path / "data")])
    client.post("/login", data={"username": "ann", "password": "x"})

    assert (tmp_path / "data" / "secret_key").is_file()
    refused(client.get(f"/file={tmp_path}/data/secret_key"), 404, "file.unknown")


@pytest.mark.parametrize(("word", "is_remote"), [("ask", False), ("allow", True), ("block", False)])
def test_html_in_a_replys_text_loads_nothing_from_elsewhere_unless_the_author_says_so(serve, word, is_remote):
    client = serve(salon.ChatInterface(echo, chatbot=salon.Chatbot(remote_images=word, sanitize_html=False)))
    policy = client.get("/frames/reply").headers["content-security-policy"]

    assert policy.startswith("sandbox allow-scripts")
    assert ("https:" in policy) is is_remote


@pytest.mark.parametrize(("languages", "title"), [("zh-TW,en", "好好先生"), ("fr", "Yes man"), ("en-GB", "Yes man")])
def test_the_title_is_in_the_browsers_language_before_the_page_has_begun(serve, languages, title):
    i18n = salon.I18n(en={"title": "Yes man"}, zh={"title": "好好先生"})
    client = serve(salon.ChatInterface(echo, title=i18n("title")), i18n=i18n)

    assert f"<title>{title}</title>" in client.get("/", headers={"Accept-Language": languages}).text


def test_signing_in_to_one_application_of_a_host_signs_nobody_out_of_another(serve, tmp_path, monkeypatch):
    browser = serve(salon.ChatInterface(echo), auth=("ann", "x"))
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "elsewhere"))
    second = serve(salon.ChatInterface(echo), auth=("bob", "y")).base_url
    browser.post("/login", data={"username": "ann", "password": "x"})
    browser.post(second.join("/login"), data={"username": "bob", "password": "y"})

    assert browser.get(second.join("/api/config")).json()["user"] == "bob"
    assert browser.get("/api/config").json()["user"] == "ann"
