"""What only the application itself, and its operator, should see."""

import logging
import sqlite3
import stat
import subprocess
import sys

import pytest

import salon
from salon.cli import main
from tests.surfaces.streams import refused, reply_to, turn
from tests.surfaces.visitors import kept


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Work in a folder of one's own."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def shown(message, history):
    return salon.File(message)


ALLOWED = [["."], [], ["..", "."]]


@pytest.mark.parametrize("allowed", ALLOWED)
def test_a_database_is_never_served_wherever_it_lies(serve, project, allowed, monkeypatch):
    monkeypatch.setenv("SALON_STORE", "sqlite:///chats.kept")
    client = serve(kept(), allowed_paths=allowed)
    client.get("/")
    reply_to(client, turn())
    (project / "readme.txt").write_text("text")

    names = {path.name for path in project.iterdir()}
    assert {"chats.kept", "chats.kept-wal", "chats.kept-shm"} <= names
    for name in names - {"readme.txt"}:
        refused(client.get(f"/file={project}/{name}"), 404, "file.unknown")
        refused(client.get(f"/file={name}"), 404, "file.unknown")
    assert client.get(f"/file={project}/readme.txt").status_code == (200 if allowed else 404)
    assert mode(project / "chats.kept") == 0o600
    assert not (project / ".gitignore").exists()  # the folder is the author's


def test_a_store_of_the_authors_own_is_never_served_either(serve, project):
    from salon.serve.storage import open_database

    store = open_database("own.kept", project / ".salon")
    store.prepare()
    client = serve(salon.ChatInterface(shown, save_history=store), allowed_paths=["."])

    refused(client.get("/file=own.kept"), 404, "file.unknown")


def test_tables_of_feedback_and_keys_are_never_served(serve, project, tmp_path):
    for name in ("flagged/log.csv", "tls/server.pem", "tls/server.key"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("text")
    import trustme

    certificate = trustme.CA().issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path("tls/server.key")
    certificate.cert_chain_pems[0].write_to_path("tls/server.pem")
    demo = salon.ChatInterface(shown, flagging_mode="manual", flagging_dir="flagged")
    client = serve(demo, allowed_paths=["."])

    for name in ("flagged/log.csv", "tls/server.key"):
        refused(client.get(f"/file={name}"), 404, "file.unknown")


def test_the_data_folder_is_private_and_left_out_by_git(serve, project, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", ".salon")
    (project / ".salon").mkdir(mode=0o755)
    client = serve(kept())
    client.get("/")
    reply_to(client, turn())

    assert mode(project / ".salon") == 0o700
    assert (project / ".salon" / ".gitignore").read_text() == "*\n"
    subprocess.run(["git", "init", "-q"], check=True)
    assert subprocess.run(["git", "status", "--porcelain"], check=True, capture_output=True).stdout == b""


def test_a_folder_that_was_there_for_something_else_is_left_as_it_is(serve, project, monkeypatch):
    monkeypatch.setenv("SALON_DATA_DIR", ".")
    project.chmod(0o755)
    serve(kept()).get("/")

    assert mode(project) == 0o755
    assert not (project / ".gitignore").exists()


def test_a_new_application_leaves_its_data_out_of_git(project):
    assert main(["new", "chat"]) == 0

    lines = (project / "chat" / ".gitignore").read_text().splitlines()
    assert {".salon/", ".env"} <= set(lines)


class TestFilesThatAFunctionReturns:
    """A function that shows what a user names."""

    @pytest.fixture
    def files(self, project, tmp_path):
        """Make files of every kind, and load one of them as code."""
        (project / "picture.txt").write_text("text")
        (project / "table.csv").write_text("a,b\n")
        (project / "page_code.py").write_text("SECRET = 1\n")
        (project / "prod.env").write_text("KEY=1\n")
        (project / "notes.txt.log").write_text("log\n")
        (project / "id_ed25519").write_text("key\n")
        (project / "anything").write_text("x\n-----BEGIN OPENSSH PRIVATE KEY-----\n")
        (project / "store.p12").write_bytes(b"key")
        connection = sqlite3.connect(project / "data.bin")
        connection.execute("CREATE TABLE t (x)")
        connection.close()
        (project / "cache.sqlite3").write_bytes(b"")
        sys.path.insert(0, str(project))
        try:
            import page_code  # noqa: F401
        finally:
            sys.path.pop(0)
        handler = logging.FileHandler(project / "audit.txt")
        logging.getLogger("tests.audit").addHandler(handler)
        handler.emit(logging.LogRecord("x", 20, "x", 1, "entry", (), None))
        yield project
        logging.getLogger("tests.audit").removeHandler(handler)
        handler.close()
        del sys.modules["page_code"]

    GUARDED = [
        "page_code.py",
        "prod.env",
        "notes.txt.log",
        "id_ed25519",
        "anything",
        "store.p12",
        "data.bin",
        "cache.sqlite3",
        "audit.txt",
    ]

    def is_shown(self, client, name):
        reply = reply_to(client, turn(name))
        return bool(reply.messages) and reply.status == "complete"

    def test_code_secrets_databases_and_logs_are_not_shown(self, serve, files, caplog):
        client = serve(salon.ChatInterface(shown), allowed_paths=["."])
        for name in self.GUARDED:
            assert not self.is_shown(client, name), name
            refused(client.get(f"/file={name}"), 404, "file.unknown")
        for name in ("picture.txt", "table.csv"):
            assert self.is_shown(client, name), name
        assert "shown only if `allowed_paths` names them" in caplog.text

    def test_what_allowed_paths_name_is_shown(self, serve, files):
        client = serve(salon.ChatInterface(shown), allowed_paths=["page_code.py", "data.bin", "prod.env"])

        assert [name for name in self.GUARDED if self.is_shown(client, name)] == [
            "page_code.py",
            "prod.env",
            "data.bin",
        ]
        assert client.get("/file=page_code.py").status_code == 200

    def test_a_user_gets_an_upload_back_whatever_it_is(self, serve, files):
        def back(message, history):
            return salon.File(message["files"][0])

        client = serve(salon.ChatInterface(back, multimodal=True))
        upload = client.post("/api/files", params={"name": "mine.db"}, content=b"SQLite format 3\0").json()
        body = turn("")
        body["message"]["files"] = [upload["id"]]
        reply = reply_to(client, body)

        assert reply.status == "complete"
