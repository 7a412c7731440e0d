"""Backups: made while the application goes on, and brought back on another machine."""

import pytest

import salon
from salon.cli import main
from tests.surfaces.streams import reply_to, turn


def remembering() -> salon.ChatInterface:
    def reply(message, history):
        return f"{len(history)} messages before, {len(message['files'])} files"

    return salon.ChatInterface(reply, multimodal=True, save_history="server")


@pytest.fixture
def talk(serve, tmp_path):
    """A conversation with a file, in a running application, and the browser that has it."""
    client = serve(remembering())
    client.get("/")
    file = client.post("/api/files?name=a.txt", content=b"content", headers={"Content-Type": "text/plain"}).json()
    first = turn("one", message={"id": "question-1", "text": "one", "files": [file["id"]]})
    reply_to(client, first)
    return client, file


def test_a_backup_of_a_running_application_brings_all_back_elsewhere(serve, talk, tmp_path, monkeypatch, capsys):
    client, file = talk
    assert main(["backup", str(tmp_path / "backup.tar.gz")]) == 0
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o777 == 0o600
    elsewhere = tmp_path / "elsewhere"
    assert main(["restore", str(tmp_path / "backup.tar.gz"), "--data-dir", str(elsewhere)]) == 0
    monkeypatch.setenv("SALON_DATA_DIR", str(elsewhere))
    other = serve(remembering())
    cookies = {"salon-visitor": client.cookies["salon-visitor"]}
    other.cookies.update(cookies)

    assert [one["title"] for one in other.get("/api/conversations").json()["conversations"]] == ["📎 one"]
    assert other.get(f"/files/{file['id']}/a.txt").content == b"content"


def test_a_backup_replaces_nothing_that_it_is_not_told_to(talk, tmp_path, capsys):
    archive = tmp_path / "backup.tar.gz"
    assert main(["backup", str(archive)]) == 0
    assert main(["backup", str(archive)]) == 2
    assert main(["restore", str(archive)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", str(archive), "--replace"]) == 0

    assert [path.name.partition(".")[0] for path in tmp_path.glob("data.*")] == ["data"]


@pytest.mark.parametrize("content", [b"nonsense", b""])
def test_what_is_no_backup_is_refused(tmp_path, monkeypatch, capsys, content):
    monkeypatch.setenv("SALON_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "backup.tar.gz").write_bytes(content)

    assert main(["restore", str(tmp_path / "backup.tar.gz")]) == 2
    assert "backup" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
