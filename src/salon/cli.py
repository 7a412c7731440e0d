"""The `salon` command."""

import argparse
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

import salon
from salon.errors import AuthorError
from salon.served import Launch, Served, recorded_launches

_PROGRAM = '''"""{title}: a chat application. Run it with `salon run app.py --reload`."""

import salon as gr


def reply(message, history):
    """Answer a message; `history` holds what was said before it, as role and content."""
    answer = f"You said: {{message}}"
    for end in range(1, len(answer) + 1):
        yield answer[:end]


demo = gr.ChatInterface(
    reply,
    type="messages",
    title="{title}",
    description="Change `reply` in `app.py`, and this page follows.",
    examples=["Hello", "你好"],
)

if __name__ == "__main__":
    demo.launch()
'''

_TEST = '''"""Run with `pytest`."""

from app import reply


def test_the_last_value_is_the_whole_answer():
    assert list(reply("hello", []))[-1] == "You said: hello"
'''

_README = """# {title}

    pip install -r requirements.txt
    salon run app.py --reload

`app.py` is the application, `test_app.py` its test.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="salon", description="One Python function in, a chat application out.")
    parser.add_argument("--version", action="version", version=f"salon {salon.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="serve the page that a file describes")
    run.add_argument("file", type=Path, help="Python file in which a `ChatInterface` or `Blocks` is made")
    run.add_argument("--reload", action="store_true", help="start again when a Python file beside it changes")
    _add_address(run)

    demo = commands.add_parser("demo", help="serve the tour: a built-in bot that shows what a chat can do")
    _add_address(demo)

    new = commands.add_parser("new", help="make a folder with a chat to start from")
    new.add_argument("name", type=Path, help="the folder")

    options = parser.parse_args(arguments)
    try:
        match options.command:
            case "run":
                return _run(options.file, host=options.host, port=options.port, reload=options.reload)
            case "demo":
                return _demo(host=options.host, port=options.port)
            case _:
                return _new(options.name)
    except AuthorError as error:
        print(f"salon: {error}", file=sys.stderr)
        return 2


def find_page(file: Path) -> Served:
    """Return the page that a Python file launches, or else calls `demo`, or else the only one there; serve nothing.

    Raises:
        AuthorError: there is no such file, or not exactly one page in it.
    """
    return _find_launch(file).page


def _find_launch(file: Path) -> Launch:
    if not file.is_file():
        raise AuthorError("run.file", f"There is no file `{file}`.")
    sys.path.insert(0, str(file.resolve().parent))
    arguments, sys.argv = sys.argv, [str(file)]
    try:
        with recorded_launches() as launches:
            values = runpy.run_path(str(file), run_name="__main__")
    finally:
        sys.argv = arguments
    if launches:
        return launches[0]
    pages = {name: value for name, value in values.items() if isinstance(value, Served) and not value.is_placed}
    if "demo" in pages:
        return Launch(pages["demo"], {})
    if len(set(map(id, pages.values()))) == 1:
        return Launch(next(iter(pages.values())), {})
    found = ", ".join(f"`{name}`" for name in pages) or "none"
    raise AuthorError(
        "run.page", f"`{file}` has to make one `ChatInterface` or `Blocks`, best called `demo`; found {found}."
    )


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen at (default: the first free one from 7860 on)")


def _run(file: Path, *, host: str | None, port: int | None, reload: bool) -> int:
    if not reload:
        launch = _find_launch(file)
        address = {"server_name": host, "server_port": port}
        given = {name: value for name, value in address.items() if value is not None}
        launch.page.launch(**launch.arguments | given | {"prevent_thread_lock": False})
        return 0
    if not file.is_file():
        raise AuthorError("run.file", f"There is no file `{file}`.")
    from salon.serve.reload import run_reloading  # noqa: PLC0415 - only needed here

    return run_reloading(file, host=host, port=port)


def _demo(*, host: str | None, port: int | None) -> int:
    from salon.tour import demo  # noqa: PLC0415 - only needed here

    demo.launch(server_name=host, server_port=port)
    return 0


def _new(folder: Path) -> int:
    if folder.exists():
        raise AuthorError("new.exists", f"`{folder}` is there already. Choose another name.")
    folder.mkdir(parents=True)
    title = folder.name.replace("-", " ").replace("_", " ").strip().capitalize() or "Chat"
    files = {"app.py": _PROGRAM, "test_app.py": _TEST, "README.md": _README, "requirements.txt": "salon\n"}
    for name, text in files.items():
        body = text.format(title=title) if name in ("app.py", "README.md") else text
        (folder / name).write_text(body, encoding="utf-8")
    print(f"Made {folder}. Next:\n  cd {folder}\n  salon run app.py --reload")
    return 0
