"""Conversations that are kept on the server, over real sockets."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import httpx
import pytest

import salon
from salon.errors import AuthorError, NotFoundError
from salon.messages.parts import ComponentPart
from salon.stores.memory import MemoryConversations
from tests.postgres import new_database
from tests.surfaces.streams import refused, reply_to, turn
from tests.surfaces.visitors import PNG, echo, kept, talk


def titles(client: httpx.Client, **query) -> list[str]:
    return [entry["title"] for entry in client.get("/api/conversations", params=query).json()["conversations"]]


def path_of(client: httpx.Client, id_: str) -> list[str]:
    """Return the texts that a conversation shows."""
    messages = client.get(f"/api/conversations/{id_}").json()["messages"]
    return [part.get("text", part["type"]) for one in messages for part in one["message"]["parts"]]


def test_what_was_said_is_in_the_list_and_survives_a_restart(serve):
    first, second = kept(), kept()
    client = serve(first)
    client.get("/")
    talk(client, "Where is the station?", "conversation-a")
    first.close()
    again = serve(second)
    again.cookies = client.cookies

    assert titles(again) == ["Where is the station?"]
    assert path_of(again, "conversation-a") == ["Where is the station?", "Where is the station?!"]
    parent = again.get("/api/conversations/conversation-a").json()["messages"][-1]["id"]
    talk(again, "Thanks", "conversation-a", parent=parent)
    assert len(path_of(again, "conversation-a")) == 4


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_servers_share_a_database(serve, request, monkeypatch, tmp_path, kind):
    url = f"sqlite:///{tmp_path}/shared.db"
    if kind == "postgres":
        url = new_database(request.getfixturevalue("postgres"))
    monkeypatch.setenv("SALON_STORE", url)
    one, other = serve(kept()), serve(kept())
    one.get("/")
    other.cookies = one.cookies
    reply = talk(one, "你好，世界", "conversation-a")
    talk(other, "Go on", "conversation-a", parent=reply)

    assert path_of(one, "conversation-a") == ["你好，世界", "你好，世界!", "Go on", "Go on!"]
    assert titles(other, search="世界") == ["你好，世界"]
    other.delete("/api/conversations/conversation-a")
    assert titles(one) == []
    refused(one.get("/api/conversations/conversation-a"), 404, "conversation.unknown")


def test_another_browser_sees_nothing_of_it(visitor):
    ann, bob = visitor(), visitor()
    talk(ann, "Secret", "conversation-a")

    assert titles(bob) == titles(bob, search="secret") == []
    refused(bob.get("/api/conversations/conversation-a"), 404, "conversation.unknown")
    refused(bob.patch("/api/conversations/conversation-a", json={"title": "Mine"}), 404, "conversation.unknown")
    refused(bob.post("/api/conversations/conversation-a/share"), 404, "conversation.unknown")
    refused(bob.get("/api/conversations/conversation-a/export"), 404, "conversation.unknown")
    assert bob.delete("/api/conversations/conversation-a").status_code == 204
    assert titles(ann) == ["Secret"]


def test_clients_that_nobody_can_tell_apart_get_no_list(visitor):
    one = visitor()
    one.cookies.clear()
    talk(one, "Anything", "conversation-a")

    assert titles(one) == titles(one, search="anything") == []
    assert path_of(one, "conversation-a") == ["Anything", "Anything!"]


def test_a_conversation_is_named_pinned_found_and_deleted(visitor):
    client = visitor()
    talk(client, "你好，世界", "conversation-a")
    talk(client, "Hello", "conversation-b")
    answer = client.patch("/api/conversations/conversation-a", json={"title": "问候", "is_pinned": True})

    assert answer.json() | {"created_at": 0, "updated_at": 0} == {
        "id": "conversation-a",
        "title": "问候",
        "chat": "chat",
        "is_named": True,
        "is_pinned": True,
        "created_at": 0,
        "updated_at": 0,
    }
    assert titles(client) == ["问候", "Hello"]
    (hit,) = client.get("/api/conversations", params={"search": "世界"}).json()["conversations"]
    assert (hit["id"], hit["excerpt"]) == ("conversation-a", "你好，世界!")

    assert client.delete("/api/conversations/conversation-a").status_code == 204
    assert titles(client) == ["Hello"]
    assert client.patch("/api/conversations/conversation-b", json={"title": ""}).json()["title"] == "Hello"


def test_the_list_comes_in_pages(visitor):
    client = visitor()
    for number in range(5):
        talk(client, f"Number {number}", f"conversation-{number}")
    first = client.get("/api/conversations", params={"limit": 2}).json()
    second = client.get("/api/conversations", params={"limit": 2, "before": first["next"]}).json()
    third = client.get("/api/conversations", params={"limit": 2, "before": second["next"]}).json()

    shown = [entry["title"] for page in (first, second, third) for entry in page["conversations"]]
    assert shown == [f"Number {number}" for number in (4, 3, 2, 1, 0)]
    assert "next" not in third


@pytest.mark.parametrize("before", ["x", "0~nan~conversation-1", "0~1~..", "2~1~conversation-1", "0~1"])
def test_a_place_in_the_list_that_cannot_be_is_refused(visitor, before):
    refused(visitor().get("/api/conversations", params={"before": before}), 400, "request.invalid")


def test_without_kept_conversations_there_is_no_list(visitor):
    client = visitor(salon.ChatInterface(echo))

    refused(client.get("/api/conversations"), 404, "history.off")
    refused(client.post("/api/conversations/import", json={}), 404, "history.off")


def test_a_temporary_chat_is_not_kept(visitor):
    client = visitor()
    talk(client, "Between us", "conversation-a", temporary=True)

    assert titles(client) == []
    assert path_of(client, "conversation-a") == ["Between us", "Between us!"]


def test_branches_are_kept(visitor):
    client = visitor()
    talk(client, "First", "conversation-a")
    talk(client, "Edited", "conversation-a")
    (question, _) = client.get("/api/conversations/conversation-a").json()["messages"]

    assert path_of(client, "conversation-a") == ["Edited", "Edited!"]
    assert len(question["versions"]) == 2


def test_files_go_with_their_conversation(visitor, tmp_path):
    client = visitor()
    part = reply_to(client, turn("picture", conversation="conversation-a")).messages[0].parts[0]
    assert isinstance(part, ComponentPart)
    address = f"/files/{part.files[0].id}/{part.files[0].name}"
    assert client.get(address).content == PNG

    client.delete("/api/conversations/conversation-a")
    refused(client.get(address), 404, "file.unknown")


def signed_in(client: httpx.Client, name: str = "ann") -> None:
    assert client.post("/login", data={"username": name, "password": "x"}).status_code == 303


def test_what_a_browser_has_becomes_its_users_when_they_agree(serve):
    first = kept()
    client = serve(first)
    client.get("/")
    part = reply_to(client, turn("picture", conversation="conversation-a")).messages[0].parts[0]
    talk(client, "Before signing in", "conversation-b")
    shared = client.post("/api/conversations/conversation-b/share").json()["id"]
    first.close()
    again = serve(kept(), auth=[("ann", "x"), ("bob", "x")])
    again.cookies = client.cookies
    signed_in(again)

    answer = again.get("/api/conversations").json()
    assert (answer["conversations"], answer["adoptable"]) == ([], True)
    assert again.post("/api/conversations/adopt").json() == {"count": 2}
    assert titles(again) == ["Before signing in", "picture"]
    assert again.get(f"/files/{part.files[0].id}/x").content == PNG
    assert [share["id"] for share in again.get("/api/shares").json()["shares"]] == [shared]
    assert "adoptable" not in again.get("/api/conversations").json()

    again.post("/logout")
    signed_in(again, "bob")
    assert titles(again) == []
    assert again.post("/api/conversations/adopt").json() == {"count": 0}
    refused(again.get(f"/files/{part.files[0].id}/x"), 404, "file.unknown")


def test_a_visitor_takes_nothing_over(visitor):
    refused(visitor().post("/api/conversations/adopt"), 400, "adopt.visitor")


def test_a_share_shows_what_was_there_to_everybody_until_it_is_revoked(visitor):
    ann, bob = visitor(), visitor()
    reply = talk(ann, "Look", "conversation-a")
    reply = talk(ann, "picture", "conversation-a", parent=reply)
    share = ann.post("/api/conversations/conversation-a/share").json()
    talk(ann, "Not for others", "conversation-a", parent=reply)

    shared = bob.get(f"/api/shared/{share['id']}").json()
    assert shared["title"] == "Look"
    assert [one["message"]["role"] for one in shared["messages"]] == ["user", "assistant"] * 2
    assert "Not for others" not in json.dumps(shared)
    file = shared["messages"][-1]["message"]["parts"][0]["files"][0]
    assert bob.get(f"/shared/{share['id']}/{file['id']}/{file['name']}").content == PNG
    refused(bob.get(f"/files/{file['id']}/{file['name']}"), 404, "file.unknown")
    assert ann.get("/api/shares").json()["shares"] == [share]
    assert bob.get("/api/shares").json()["shares"] == []

    bob.delete(f"/api/shares/{share['id']}")
    assert bob.get(f"/api/shared/{share['id']}").status_code == 200
    ann.delete(f"/api/shares/{share['id']}")
    refused(bob.get(f"/api/shared/{share['id']}"), 404, "share.unknown")
    refused(bob.get(f"/shared/{share['id']}/{file['id']}/{file['name']}"), 404, "share.unknown")


def test_a_share_gives_no_other_files_of_its_owner(visitor):
    client = visitor()
    talk(client, "Look", "conversation-a")
    part = reply_to(client, turn("picture", conversation="conversation-b")).messages[0].parts[0]
    share = client.post("/api/conversations/conversation-a/share").json()["id"]

    refused(client.get(f"/shared/{share}/{part.files[0].id}/x.png"), 404, "file.unknown")


def test_shares_end_with_their_conversation(visitor):
    client = visitor()
    talk(client, "Look", "conversation-a")
    share = client.post("/api/conversations/conversation-a/share").json()["id"]
    client.delete("/api/conversations/conversation-a")

    refused(client.get(f"/api/shared/{share}"), 404, "share.unknown")


def test_whoever_sees_a_share_goes_on_in_a_copy_of_their_own(visitor):
    ann, bob = visitor(), visitor()
    talk(ann, "picture", "conversation-a")
    share = ann.post("/api/conversations/conversation-a/share").json()["id"]
    copy = bob.post(f"/api/shared/{share}/copy", json={}).json()
    (_, reply) = bob.get(f"/api/conversations/{copy['id']}").json()["messages"]
    talk(bob, "More", copy["id"], parent=reply["id"])
    ann.delete("/api/conversations/conversation-a")

    assert titles(bob) == ["picture"]
    assert path_of(bob, copy["id"])[-1] == "More!"
    file = reply["message"]["parts"][0]["files"][0]
    assert bob.get(f"/files/{file['id']}/{file['name']}").content == PNG


HOSTILE = '</title></div><script>alert("1")</script><img src=x onerror=alert(2)> `code` {body}'


def test_exports_are_documents_that_run_nothing(visitor):
    client = visitor()
    reply = talk(client, HOSTILE, "conversation-a")
    talk(client, "picture", "conversation-a", parent=reply)
    client.patch("/api/conversations/conversation-a", json={"title": f'"; x=1 {HOSTILE}'})
    response = client.get("/api/conversations/conversation-a/export", params={"format": "html"})

    page = response.text
    assert re.findall(r"<(script|img)\b", page) == ["img"]
    assert 'src="data:image/png;base64,' in page
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", page)
    assert response.headers["content-disposition"].startswith("attachment; filename*=utf-8''")
    assert "sandbox" in response.headers["content-security-policy"]
    markdown = client.get("/api/conversations/conversation-a/export", params={"format": "markdown"}).text
    assert HOSTILE in markdown
    refused(client.get("/api/conversations/conversation-a/export?format=exe"), 400, "request.invalid")


def test_what_was_exported_comes_back_with_its_branches_and_files(visitor):
    client = visitor()
    talk(client, "First", "conversation-a")
    talk(client, "picture", "conversation-a")
    client.patch("/api/conversations/conversation-a", json={"title": "Mine"})
    document = client.get("/api/conversations/conversation-a/export").json()
    answer = client.post("/api/conversations/import", json=document)
    (entry,) = answer.json()["conversations"]
    client.delete("/api/conversations/conversation-a")

    assert (answer.status_code, entry["title"]) == (201, "Mine")
    messages = client.get(f"/api/conversations/{entry['id']}").json()["messages"]
    assert [part.get("text", part["type"]) for part in messages[0]["message"]["parts"]] == ["picture"]
    assert len(messages[0]["versions"]) == 2
    file = messages[1]["message"]["parts"][0]["files"][0]
    assert client.get(f"/files/{file['id']}/{file['name']}").content == PNG


def test_a_document_gives_nobody_the_files_of_others(visitor):
    ann, bob = visitor(), visitor()
    talk(ann, "picture", "conversation-a")
    document = ann.get("/api/conversations/conversation-a/export").json()
    (entry,) = bob.post("/api/conversations/import", json=document).json()["conversations"]
    file = document["messages"][1]["message"]["parts"][0]["files"][0]

    refused(bob.get(f"/files/{file['id']}/{file['name']}"), 404, "file.unknown")
    bob.delete(f"/api/conversations/{entry['id']}")
    assert ann.get(f"/files/{file['id']}/{file['name']}").content == PNG


def node(key: str, parent: str | None, role: str | None, *parts: object, **fields) -> dict:
    message = {"author": {"role": role}, "content": {"content_type": "text", "parts": list(parts)}, **fields}
    return {key: {"id": key, "parent": parent, "children": [], "message": message if role else None}}


def test_conversations_come_from_chatgpt(visitor):
    client = visitor()
    mapping = {
        **node("root", None, None),
        **node("system", "root", "system", ""),
        **node("question", "system", "user", "What is 2 + 2?", create_time=1_700_000_000.5),
        **node("thinking", "question", "tool", "calculating"),
        **node("answer", "thinking", "assistant", {"content_type": "image"}, "4", create_time=None),
        **node("other", "question", "assistant", "Four"),
    }
    mapping["question"]["children"] = ["thinking", "other"]
    export = [
        {"title": "Sums", "create_time": 1_700_000_000, "mapping": mapping, "current_node": "answer"},
        {"title": "Empty", "mapping": node("root", None, None), "current_node": "root"},
    ]
    answer = client.post("/api/conversations/import", json=export).json()

    assert answer["skipped"] == 1
    (entry,) = answer["conversations"]
    assert entry["title"] == "Sums"
    assert path_of(client, entry["id"]) == ["What is 2 + 2?", "4"]
    (question, reply) = client.get(f"/api/conversations/{entry['id']}").json()["messages"]
    assert question["created_at"] == 1_700_000_000.5
    assert len(reply["versions"]) == 2


def test_marks_in_chatgpts_texts_become_what_people_read(visitor):
    client = visitor()
    said = 'By \ue200entity\ue202["people","Ada",0]\ue201, as known \ue200cite\ue202turn0\ue201 and \ue200cite\ue202turn1\ue201.'
    reference = {"matched_text": "\ue200cite\ue202turn0\ue201", "alt": "([A page](https://example.org))"}
    tree = node("q", None, "user", "Who?") | node("a", "q", "assistant", said) | node("t", "a", "assistant", "search()")
    tree |= node("h", "t", "user", "profile")
    tree["a"]["message"]["metadata"] = {"content_references": [reference, {"matched_text": "known", "alt": "x"}, 5]}
    tree["t"]["message"]["recipient"] = "web"
    tree["h"]["message"]["metadata"] = {"is_visually_hidden_from_conversation": True}
    answer = client.post("/api/conversations/import", json=[{"title": "Ada", "mapping": tree}]).json()

    assert path_of(client, answer["conversations"][0]["id"]) == [
        "Who?",
        "By Ada, as known ([A page](https://example.org)) and.",
    ]


LOOP = {**node("a", "b", "user", "x"), **node("b", "a", "user", "y")}
DEEP = "[" * 100_000
OWN = {"format": "salon-conversation", "version": 1}
SAID = {"id": "message-1", "created_at": 0, "message": {"role": "user", "parts": [{"type": "text", "text": "x"}]}}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        "[null, 3, {}]",
        DEEP,
        '"\\ud800"',
        json.dumps({"mapping": LOOP}),
        json.dumps({"mapping": {"a": 5}}),
        json.dumps({"mapping": {"a": {"message": {"author": 4}}}}),
        json.dumps(OWN | {"messages": []}),
        json.dumps(OWN | {"version": 2, "messages": [SAID]}),
        json.dumps(OWN | {"messages": [SAID, SAID]}),
        json.dumps(OWN | {"messages": [SAID | {"parent": "nowhere-1"}]}),
        json.dumps(OWN | {"messages": [SAID | {"id": "../x"}]}),
        json.dumps(OWN | {"messages": [SAID], "head": "nowhere-1"}),
        json.dumps(OWN | {"messages": [SAID | {"message": {"role": "system"}}]}),
        json.dumps(
            OWN | {"messages": [SAID | {"message": {"role": "user", "parts": [{"type": "component", "kind": "x"}]}}]}
        ),
        json.dumps([{}] * 1_001),
    ],
)
def test_what_is_no_conversation_does_not_come_in(visitor, body):
    client = visitor()
    response = client.post(
        "/api/conversations/import", content=body.encode(), headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 400, response.text
    assert response.json()["code"] in ("import.invalid", "import.too-many")
    assert titles(client) == []


def test_a_very_deep_tree_comes_in(visitor):
    client = visitor()
    mapping = {}
    for number in range(5_000):
        mapping |= node(f"n{number}", f"n{number - 1}" if number else None, ("user", "assistant")[number % 2], "x")
    answer = client.post("/api/conversations/import", json=[{"title": "Deep", "mapping": mapping}]).json()

    assert len(answer["conversations"]) == 1


def test_a_store_of_the_authors_own_is_used(visitor):
    store = MemoryConversations()
    client = visitor(salon.ChatInterface(echo, save_history=store))
    talk(client, "Hello", "conversation-a")
    share = client.post("/api/conversations/conversation-a/share").json()["id"]

    assert titles(client) == ["Hello"]
    assert client.get(f"/api/shared/{share}").status_code == 200


class Half:
    async def entries(self): ...


def test_what_is_no_store_is_named():
    with pytest.raises(AuthorError, match='"browser", "server" or a store'):
        salon.ChatInterface(echo, save_history="cloud")
    with pytest.raises(AuthorError, match=r"lacks .*`sweep`"):
        salon.ChatInterface(echo, save_history=Half())


def test_a_store_that_cannot_be_opened_is_told_at_the_start(serve, monkeypatch, tmp_path):
    monkeypatch.setenv("SALON_STORE", "redis://localhost")
    with pytest.raises(AuthorError, match="redis"):
        serve(kept())
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SALON_STORE", f"sqlite:///{tmp_path}/file/store.db")
    with pytest.raises(AuthorError, match="SALON_STORE"):
        serve(kept())


def test_the_database_is_where_it_is_wanted(serve, monkeypatch, tmp_path):
    monkeypatch.setenv("SALON_STORE", f"sqlite:///{tmp_path}/else where/store.db")
    client = serve(kept())
    client.get("/")
    talk(client, "Hello", "conversation-a")

    assert (tmp_path / "else where" / "store.db").exists()
    assert not (tmp_path / "data" / "conversations.db").exists()


def test_what_nobody_used_for_longer_than_wanted_is_gone_after_a_start(serve, monkeypatch):
    first = kept()
    client = serve(first)
    client.get("/")
    part = reply_to(client, turn("picture", conversation="conversation-a")).messages[0].parts[0]
    first.close()
    monkeypatch.setenv("SALON_CONVERSATION_RETENTION_DAYS", "0")
    again = serve(kept())
    again.cookies = client.cookies
    address = f"/files/{part.files[0].id}/x"
    wait_until(lambda: titles(again) == [] and again.get(address).status_code == 404)

    refused(again.get(address), 404, "file.unknown")


def wait_until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < ends
        threading.Event().wait(0.01)


def test_an_application_pushes_a_message_from_any_thread(visitor):
    demo = kept()
    client = visitor(demo)
    talk(client, "Begin", "conversation-a")
    pushed: list[Future] = []
    job = threading.Thread(target=lambda: pushed.append(demo.push("conversation-a", "The **job** is done")))
    job.start()
    job.join()
    id_ = pushed[0].result(timeout=10)

    messages = client.get("/api/conversations/conversation-a").json()["messages"]
    assert (messages[-1]["id"], messages[-1]["message"]["role"]) == (id_, "assistant")
    assert path_of(client, "conversation-a") == ["Begin", "Begin!", "The **job** is done"]


def test_what_is_said_by_a_page_that_has_not_seen_a_pushed_message_follows_it(visitor):
    demo = kept()
    client = visitor(demo)
    reply = talk(client, "Begin", "conversation-a")
    demo.push("conversation-a", "News").result(timeout=10)
    talk(client, "Go on", "conversation-a", parent=reply)

    assert path_of(client, "conversation-a") == ["Begin", "Begin!", "News", "Go on", "Go on!"]


def test_pushing_waits_for_the_reply_that_is_being_written(visitor):
    may_end = threading.Event()

    def slow(message, history):
        yield "Working"
        may_end.wait(30)
        yield "Worked"

    demo = salon.ChatInterface(slow)
    client = visitor(demo)
    with client.stream("POST", "/api/turns", json=turn(conversation="conversation-a")) as response:
        stream = response.iter_lines()
        next(stream)
        pushed = demo.push("conversation-a", salon.Image(PNG))
        assert not pushed.done()
        may_end.set()
        assert list(stream)
    pushed.result(timeout=10)

    assert path_of(client, "conversation-a") == ["hello", "Worked", "component"]


def heads_of(client: httpx.Client, id_: str) -> Iterator[str]:
    """Watch a conversation: yield where it ends, now and whenever that changes."""
    with client.stream("GET", f"/api/conversations/{id_}/changes") as response:
        assert response.status_code == 200
        for line in response.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))["head"]


def test_who_watches_a_conversation_hears_of_what_is_pushed_and_of_replies_that_begin(visitor):
    demo = kept()
    client = visitor(demo)
    reply = talk(client, "Begin", "conversation-a")
    heads = heads_of(client, "conversation-a")
    assert next(heads) == reply

    pushed = demo.push("conversation-a", "News").result(timeout=10)
    assert next(heads) == pushed

    asked = turn("Go on", conversation="conversation-a", parent=pushed)
    reply_to(client, asked)
    assert next(heads) == asked["message"]["id"]


def test_watching_ends_with_the_server(visitor):
    demo = kept()
    client = visitor(demo)
    reply = talk(client, "Begin", "conversation-a")
    heads = heads_of(client, "conversation-a")
    assert next(heads) == reply
    demo.close()

    assert list(heads) == []


def test_nobody_watches_what_is_somebody_elses_or_not_there(visitor):
    client = visitor()
    talk(client, "Begin", "conversation-a")

    refused(visitor().get("/api/conversations/conversation-a/changes"), 404, "conversation.unknown")
    refused(client.get("/api/conversations/conversation-z/changes"), 404, "conversation.unknown")


def test_pushing_where_nothing_is_or_what_cannot_be_shown_fails(visitor):
    demo = kept()
    with pytest.raises(AuthorError, match="launch"):
        demo.push("conversation-a", "Too early")
    client = visitor(demo)
    talk(client, "Begin", "conversation-a")

    with pytest.raises(NotFoundError):
        demo.push("conversation-z", "Nobody").result(timeout=10)
    with pytest.raises(AuthorError, match="cannot show"):
        demo.push("conversation-a", object()).result(timeout=10)
    for empty in ("", " \n", [], ["Text", ""]):
        with pytest.raises(AuthorError, match="needs content"):
            demo.push("conversation-a", empty).result(timeout=10)
    said = {"role": "user", "content": "I"}
    for theirs in (said, ["Text", said], ("Text", said), [salon.ChatMessage("We", role="system")]):
        with pytest.raises(AuthorError, match="role"):
            demo.push("conversation-a", theirs).result(timeout=10)
    assert path_of(client, "conversation-a") == ["Begin", "Begin!"]


def test_who_keeps_as_much_as_may_be_has_to_delete_something_first(visitor, monkeypatch):
    monkeypatch.setenv("SALON_MAX_CONVERSATIONS", "2")
    client = visitor()
    reply = talk(client, "One", "conversation-a")
    talk(client, "Two", "conversation-b")

    refused(client.post("/api/turns", json=turn(conversation="conversation-c")), 409, "conversations.too-many")
    talk(client, "On", "conversation-a", parent=reply)
    talk(visitor(), "Somebody else", "conversation-d")
    client.delete("/api/conversations/conversation-b")
    talk(client, "Three", "conversation-c")
    assert titles(client) == ["Three", "One"]


def test_what_clients_say_that_nobody_can_tell_apart_is_not_kept(visitor, tmp_path):
    client = visitor()
    client.cookies.clear()
    talk(client, "Nobody's", "conversation-a")

    assert path_of(client, "conversation-a") == ["Nobody's", "Nobody's!"]
    with salon.open_store(data_dir=tmp_path / "data") as store:
        assert list(store.entries()) == []


def test_python_reads_what_is_kept(visitor, tmp_path):
    client = visitor()
    talk(client, "First", "conversation-a")
    talk(client, "Edited", "conversation-a")
    talk(client, "Other", "conversation-b")
    with salon.open_store(data_dir=tmp_path / "data") as store:
        found = list(store)
        one = store.get("conversation-a")

        assert [conversation.title for conversation in found] == ["Other", "First"]
        assert [stored.message.text for stored in one.path] == ["Edited", "Edited!"]
        assert len(one.messages) == 4
        assert one.owner.startswith("visitor:")
        assert [entry.id for entry in store.entries(search="edited")] == ["conversation-a"]
        assert [entry.id for entry in store.entries(owner=one.owner)] == ["conversation-b", "conversation-a"]
        store.delete("conversation-a")
        with pytest.raises(NotFoundError):
            store.get("conversation-a")
    assert titles(client) == ["Other"]


def test_the_protocol_describes_these_addresses(visitor):
    paths = visitor().get("/api/openapi.json").json()["paths"]

    assert {"get", "patch", "delete"} <= paths["/api/conversations/{conversation}"].keys()
    for path in (
        "/api/conversations",
        "/api/conversations/adopt",
        "/api/conversations/import",
        "/api/conversations/{conversation}/export",
        "/api/conversations/{conversation}/share",
        "/api/shares",
        "/api/shares/{share}",
        "/api/shared/{share}",
        "/api/shared/{share}/copy",
        "/shared/{share}/{id}/{name}",
    ):
        assert path in paths
