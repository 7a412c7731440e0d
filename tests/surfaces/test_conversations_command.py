"""`salon conversations`, beside an application that runs."""

import json

import pytest

import salon
from salon.cli import main
from tests.surfaces.streams import refused, reply_to, turn


def reply(message):
    return salon.File(b"content") if message == "file" else f"{message}\x1b[31m!"


@pytest.fixture
def client(serve):
    client = serve(salon.ChatInterface(reply, save_history="server"))
    client.get("/")
    reply_to(client, turn("First", conversation="conversation-a"))
    reply_to(client, turn("Second \x1b[31m", conversation="conversation-b"))
    return client


def test_it_lists_them_without_steering_the_terminal(client, capsys):
    assert main(["conversations", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert [line.split()[0] for line in lines] == ["conversation-b", "conversation-a"]
    assert lines[1].endswith("First")
    assert "\x1b" not in "".join(lines)


def test_it_finds_words_and_owners(client, capsys):
    main(["conversations", "list", "--search", "first"])
    (line,) = capsys.readouterr().out.splitlines()
    owner = line.split()[3]
    main(["conversations", "list", "--owner", owner])
    assert len(capsys.readouterr().out.splitlines()) == 2

    main(["conversations", "list", "--owner", "user:nobody"])
    assert capsys.readouterr().out == ""


def test_it_shows_one(client, capsys):
    assert main(["conversations", "show", "conversation-a"]) == 0
    shown = capsys.readouterr().out

    assert "# First" in shown
    assert "\x1b" not in shown
    assert main(["conversations", "show", "conversation-z"]) == 2
    assert "There is no conversation `conversation-z`." in capsys.readouterr().err


def test_what_it_exports_comes_in_again(client, tmp_path, capsys):
    file = tmp_path / "all.json"
    assert main(["conversations", "export", "--output", str(file)]) == 0
    answer = client.post("/api/conversations/import", json=json.loads(file.read_text("utf-8"))).json()
    assert len(answer["conversations"]) == 2

    capsys.readouterr()
    main(["conversations", "export", "conversation-a", "--format", "html"])
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert main(["conversations", "export", "--format", "html"]) == 2


def test_it_deletes_them_with_their_files(client, capsys):
    part = reply_to(client, turn("file", conversation="conversation-c")).messages[0].parts[0]
    assert main(["conversations", "delete"]) == 2
    assert main(["conversations", "delete", "conversation-c", "conversation-a"]) == 0

    main(["conversations", "list"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["conversation-b"]
    refused(client.get(f"/files/{part.files[0].id}/x"), 404, "file.unknown")


@pytest.mark.parametrize("scheme", ["", "sqlite:///"])
def test_it_makes_no_database_where_none_is(tmp_path, capsys, scheme):
    assert main(["conversations", "list", "--store", f"{scheme}{tmp_path}/none/typo.db"]) == 2

    assert "typo.db" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_it_finds_a_database_whose_address_is_quoted(client, tmp_path, capsys):
    (tmp_path / "data").rename(tmp_path / "my data")
    assert main(["conversations", "list", "--store", f"sqlite:///{tmp_path}/my%20data/conversations.db"]) == 0

    assert "conversation-a" in capsys.readouterr().out
