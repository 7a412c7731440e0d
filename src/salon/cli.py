"""The `salon` command."""

import argparse
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import salon
from salon.errors import AuthorError, NotFoundError, SalonError
from salon.loading import find_launch, find_page
from salon.messages.documents import document_of, to_html, to_json, to_markdown
from salon.stores.base import ConversationNotFound

if TYPE_CHECKING:
    from salon.stored_conversations import KeptConversation, Store

__all__ = ["find_page", "main"]

_PROGRAM = '''"""{title}: a chat application. Run it with `salon run app.py --reload`."""

import salon as gr


def reply(message, history):
    """Answer a message; `history` contains the messages before it, as role and content."""
    answer = f"You said: {{message}}"
    for end in range(1, len(answer) + 1):
        yield answer[:end]


demo = gr.ChatInterface(
    reply,
    type="messages",
    title="{title}",
    description="Change `reply` in `app.py`, and this page reloads.",
    examples=["Hello", "你好"],
)

if __name__ == "__main__":
    demo.launch()
'''

_TEST = '''"""Run with `pytest`."""

from app import demo
from salon.testing import ChatClient


def test_it_echoes_the_message():
    ChatClient(demo).send("hello").expect(text="You said: hello")
'''

_README = """# {title}

    pip install -r requirements.txt
    salon run app.py --reload

`app.py` is the application, `test_app.py` its test.
"""


_IGNORED = """# What the application keeps, and secrets
.salon/
.gradio/
.env
*.db
*.db-*
*.log

__pycache__/
.venv/
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="salon", description="One Python function in, a chat application out.")
    parser.add_argument("--version", action="version", version=f"salon {salon.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="serve the page that a file defines")
    run.add_argument("file", type=Path, help="Python file that defines a `ChatInterface` or `Blocks`")
    run.add_argument("--reload", action="store_true", help="restart when a Python file beside it changes")
    _add_address(run)

    demo = commands.add_parser("demo", help="serve the tour: a built-in bot that shows the features of a chat")
    _add_address(demo)

    _add_conversations(
        commands.add_parser("conversations", help="list, show, export and delete persisted conversations")
    )

    _add_backups(commands)

    new = commands.add_parser("new", help="create a folder with a minimal chat application")
    new.add_argument("name", type=Path, help="the folder")

    _add_feedback(commands)

    options = parser.parse_args(arguments)
    try:
        match options.command:
            case "run":
                return _run(options.file, host=options.host, port=options.port, reload=options.reload)
            case "feedback" | "record":
                from salon.evaluation.command import carry_out  # noqa: PLC0415 - only needed here

                return carry_out(options)
            case "demo":
                return _demo(host=options.host, port=options.port)
            case "backup" | "restore":
                return _backup(options)
            case "conversations":
                return _conversations(options)
            case _:
                return _new(options.name)
    except (AuthorError, NotFoundError) as error:
        print(f"salon: {error}", file=sys.stderr)
        return 2


def _add_feedback(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    record = commands.add_parser("record", help="create tests for pytest from exported conversations")
    record.add_argument("files", type=Path, nargs="+", help="file with conversations, exported as JSON")
    _add_suite(record)

    feedback = commands.add_parser("feedback", help="export and summarise the feedback of users")
    actions = feedback.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export", help="write feedback as a table, as training sets, or as tests")
    export.add_argument(
        "--format",
        choices=("csv", "jsonl", "dpo", "sft", "tests"),
        required=True,
        help="csv and jsonl: all ratings; dpo: pairs of a liked and a disliked answer; sft: liked answers with the "
        "conversation before them; tests: for pytest, from disliked answers",
    )
    _add_suite(export)
    report = actions.add_parser("report", help="write an HTML page with counts, the worst conversations and comments")
    report.add_argument("--lang", choices=("en", "zh-CN"), default="en", help="language of the page")
    report.add_argument("--title", help="heading of the page")
    report.add_argument(
        "--output", type=Path, default=Path("feedback.html"), help="file to write (default: feedback.html)"
    )
    for action in (export, report):
        action.add_argument("--data-dir", type=Path, help="data folder of the application (default: .salon)")
        action.add_argument("--store", help="database (default: SALON_STORE, or the file in the data folder)")
        action.add_argument("--flagging-dir", type=Path, help="folder with tables to read instead, including Gradio's")


def _add_suite(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", type=Path, help="file to write (default: print it)")
    parser.add_argument(
        "--app", type=Path, default=Path("app.py"), help="file of the tested application (default: app.py)"
    )


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen at (default: the first free one from 7860 on)")


def _add_conversations(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, text in (
        ("list", "list conversations: id, last change, owner, title"),
        ("show", "print the messages of a conversation"),
        ("export", "export conversations as JSON, Markdown or HTML"),
        ("delete", "delete conversations, with their files and shares"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("--store", help="database (default: SALON_STORE, or the file in the data folder)")
        one.add_argument("--data-dir", help="data folder of the application (default: SALON_DATA_DIR, or .salon)")
        if verb == "show":
            one.add_argument("id", nargs=1, help="id of the conversation")
            continue
        one.add_argument("--owner", help="owner of the conversations, such as `user:ann`")
        if verb == "list":
            one.add_argument("--search", help="words that the conversations contain, all of them")
            continue
        one.add_argument("id", nargs="*", help="ids of conversations; all of the owner's by default")
        if verb == "export":
            one.add_argument("--format", choices=("json", "markdown", "html"), default="json")
            one.add_argument("--output", type=Path, help="file to write (default: standard output)")


def _add_backups(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="copy conversations, files, feedback and the secret into an archive")
    backup.add_argument("archive", type=Path, help="the archive to write, such as backup.tar.gz")
    restore = commands.add_parser("restore", help="restore a backup, while the application is stopped")
    restore.add_argument("archive", type=Path, help="the archive")
    restore.add_argument("--replace", action="store_true", help="move existing data aside")
    for parser in (backup, restore):
        parser.add_argument("--store", help="database (default: SALON_STORE, or the file in the data folder)")
        parser.add_argument("--data-dir", type=Path, help="data folder (default: SALON_DATA_DIR, or .salon)")


def _backup(options: argparse.Namespace) -> int:
    from salon.backup import back_up, restore  # noqa: PLC0415 - only needed here
    from salon.serve.settings import read_settings  # noqa: PLC0415

    settings = read_settings({"data_dir": options.data_dir, "store": options.store})
    data_dir, store = Path(settings.data_dir), settings.store
    if options.command == "backup":
        count = back_up(options.archive, data_dir=data_dir, store=store)
        print(f"Wrote {count} files to {options.archive}. It contains the secret key: keep it private.")
    else:
        count = restore(options.archive, data_dir=data_dir, store=store, replaces=options.replace)
        print(f"Restored {count} files.")
    return 0


def _conversations(options: argparse.Namespace) -> int:
    from salon.serve.storage import file_of  # noqa: PLC0415 - only needed here
    from salon.stored_conversations import open_store  # noqa: PLC0415

    file = file_of(options.store) if options.store else None
    if file is not None and not file.exists():
        raise AuthorError("store.file", f"There is no database `{file}`.")
    with open_store(options.store, data_dir=options.data_dir) as store:
        match options.verb:
            case "list":
                for entry in store.entries(owner=options.owner, search=options.search):
                    changed = time.strftime("%Y-%m-%d %H:%M", time.gmtime(entry.updated_at))
                    print(f"{entry.id}  {changed}  {_printable(entry.owner)}  {_printable(entry.title)}")
            case "show":
                conversation = store.get(options.id[0])
                sys.stdout.write(_printable(to_markdown(conversation.path, title=conversation.title), keeps="\n\t"))
            case "export":
                chosen = _chosen(store, options)
                text = _document(chosen, options.format)
                if options.output is None:
                    sys.stdout.write(text)
                else:
                    options.output.write_text(text, encoding="utf-8")
                    print(f"Wrote {len(chosen)} conversations to {options.output}.")
            case _:
                if not options.id and options.owner is None:
                    raise AuthorError(
                        "conversations.which", "Pass the ids of the conversations to delete, or an `--owner`."
                    )
                ids = [conversation.id for conversation in _chosen(store, options)]
                for id_ in ids:
                    store.delete(id_)
                print(f"Deleted {len(ids)} conversations.")
    return 0


def _chosen(store: "Store", options: argparse.Namespace) -> "list[KeptConversation]":
    if not options.id:
        return list(store.find(owner=options.owner))
    chosen = [store.get(id_) for id_ in options.id]
    for conversation in chosen:
        if options.owner is not None and conversation.owner != options.owner:
            raise ConversationNotFound(conversation.id)
    return chosen


def _document(conversations: "list[KeptConversation]", form: str) -> str:
    if form == "json":
        documents = [
            document_of(
                one.tree,
                title=one.title if one.is_named else "",
                created_at=one.created_at,
                updated_at=one.updated_at,
            )
            for one in conversations
        ]
        return to_json(documents[0] if len(documents) == 1 else documents)
    if form == "html" and len(conversations) != 1:
        raise AuthorError("conversations.html", "An HTML page contains one conversation: pass its id.")
    write = to_html if form == "html" else to_markdown
    return "\n".join(write(one.path, title=one.title) for one in conversations)


def _printable(text: str, *, keeps: str = "") -> str:
    """Return text without control characters, which a terminal would interpret."""
    return "".join(character if character.isprintable() or character in keeps else "\ufffd" for character in text)


def _run(file: Path, *, host: str | None, port: int | None, reload: bool) -> int:
    if not reload:
        try:
            launch = find_launch(file)
        except SalonError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the author's code raises
            traceback.print_exception(error.with_traceback(_from_file(error.__traceback__, file)))
            return 1
        address = {"server_name": host, "server_port": port}
        overrides = {name: value for name, value in address.items() if value is not None}
        launch.page.launch(**launch.arguments | overrides | {"prevent_thread_lock": False})
        return 0
    if not file.is_file():
        raise AuthorError("run.file", f"There is no file `{file}`.")
    from salon.serve.reload import run_reloading  # noqa: PLC0415 - only needed here

    return run_reloading(file, host=host, port=port)


def _from_file(trace: TracebackType | None, file: Path) -> TracebackType | None:
    """Return a traceback without the frames before the author's file, which are Salon's own."""
    while trace is not None and trace.tb_frame.f_code.co_filename != str(file):
        trace = trace.tb_next
    return trace


def _demo(*, host: str | None, port: int | None) -> int:
    from salon.tour import demo  # noqa: PLC0415 - only needed here

    demo.launch(server_name=host, server_port=port)
    return 0


def _new(folder: Path) -> int:
    if folder.exists():
        raise AuthorError("new.exists", f"`{folder}` already exists. Choose another name.")
    folder.mkdir(parents=True)
    title = folder.name.replace("-", " ").replace("_", " ").strip().capitalize() or "Chat"
    files = {"app.py": _PROGRAM, "test_app.py": _TEST, "README.md": _README, "requirements.txt": "salon\n"}
    files[".gitignore"] = _IGNORED
    for name, text in files.items():
        body = text.format(title=title) if name in ("app.py", "README.md") else text
        (folder / name).write_text(body, encoding="utf-8")
    print(f"Created {folder}. Next:\n  cd {folder}\n  salon run app.py --reload")
    return 0
