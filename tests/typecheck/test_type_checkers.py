"""Type checkers know every public name, accept what runs, and find what does not; editors offer what authors need."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import salon
from tests.typecheck.language_server import language_server

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).parents[2]
SOURCES = Path(salon.__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(
        importlib.util.find_spec("mypy") is None or importlib.util.find_spec("pyright") is None,
        reason="needs mypy and pyright",
    ),
]


def marked(program: Path) -> set[int]:
    lines = program.read_text("utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if "# wrong:" in line}


@pytest.fixture(scope="module")
def mypy_errors(tmp_path_factory) -> dict[str, set[int]]:
    """Give the lines in which mypy finds errors, by the program's name."""
    environment = dict(os.environ)
    if SOURCES.name != "site-packages":
        environment["MYPYPATH"] = str(SOURCES)
    cache = tmp_path_factory.mktemp("mypy")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, "--no-error-summary"]
    done = subprocess.run(
        [*command, *PROGRAMS.glob("*.py")], capture_output=True, text=True, check=False, env=environment, cwd=cache
    )
    assert not done.stderr
    return collected(re.findall(r"(\w+\.py):(\d+): error", done.stdout))


@pytest.fixture(scope="module")
def pyright_errors(tmp_path_factory) -> dict[str, set[int]]:
    """Give the lines in which pyright finds errors, by the program's name."""
    folder = tmp_path_factory.mktemp("pyright")
    for program in PROGRAMS.glob("*.py"):
        shutil.copy(program, folder)
    settings = {"extraPaths": [str(SOURCES)], "typeCheckingMode": "strict"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    found = json.loads(done.stdout)["generalDiagnostics"]
    return collected(
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in found if each["severity"] == "error"
    )


def collected(errors) -> dict[str, set[int]]:
    found = {path.name: set() for path in PROGRAMS.glob("*.py")}
    for name, line in errors:
        found[name].add(int(line))
    return found


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
@pytest.mark.parametrize("program", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.stem)
def test_a_checker_finds_each_mistake_and_nothing_else(checker, program, request):
    assert request.getfixturevalue(f"{checker}_errors")[program.name] == marked(program)


def test_there_are_mistakes_to_find():
    assert len(marked(PROGRAMS / "wrong.py")) >= 10
    assert not marked(PROGRAMS / "right.py")


@pytest.fixture(scope="module")
def editor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("editor")
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(SOURCES)]}))
    with language_server(folder) as server:
        yield server


def test_an_editor_offers_every_public_name_and_submodule(editor):
    offered = editor.completions("import salon as gr\ngr.")

    assert {*salon.__all__, "themes", "testing"} <= offered
    assert not {"importlib", "components", "engine"} & offered


def test_an_editor_offers_a_components_events_and_not_how_it_is_served(editor):
    offered = {name for name in editor.completions("import salon as gr\ngr.Button('Go').") if name[0] != "_"}

    assert {"click", "change", "render", "unrender", "value", "label"} <= offered
    assert not {"accept", "read", "part", "changed_by", "kind", "value_props", "is_shown", "blocks", "own"} & offered


def test_an_editor_offers_the_arguments_of_components_and_of_events(editor):
    assert {"label=", "max_lines=", "placeholder="} <= editor.completions("import salon as gr\ngr.Textbox(")
    bound = editor.completions("import salon as gr\ngr.Button('Go').click(print, ")
    assert {"inputs=", "outputs=", "api_name=", "js=", "show_progress=", "cancels=", "trigger_mode="} <= bound


def test_an_editor_offers_what_follows_an_event(editor):
    assert {"then", "success", "failure"} <= editor.completions("import salon as gr\ngr.Button('Go').click(print).")
