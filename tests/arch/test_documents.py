"""What the documents show works: their Python runs, their examples serve, their links lead somewhere."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

import salon
from salon.cli import find_page
from tests.surfaces.streams import reply_to, turn

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/decisions/README.md",
    "docs/design.md",
    "docs/feedback.md",
    "docs/programs.md",
    "docs/reference/README.md",
    "docs/testing.md",
    "examples/README.md",
    "protocol/README.md",
]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
NEEDS = {"local_model": "xllamacpp", "mounted": "fastapi", "pictures": "PIL", "plots": "matplotlib"}
MODELS = {"openai_api", "transformers_model"}
SHOWS = {
    "data": ["dataframe", "label", "code", "json", "file"],
    "options": ["text", "options"],
    "pictures": ["text", "gallery"],
    "plots": ["plot"],
    "reasoning_tags": ["thought", "text"],
    "several_messages": ["text", "text", "text"],
    "sound": ["audio"],
    "thoughts": ["thought"] * 4 + ["text"],
}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_every_program_in_the_readme_answers(page, serve):
    programs = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert len(programs) == 2
    for program in programs:
        values = {"__name__": "readme"}
        exec(program, values)
        reply = reply_to(serve(values["demo"]), turn("ok?"))
        assert reply.status == "complete"
        assert reply.messages[0].text


def test_both_readmes_show_the_same_things():
    english, chinese = ((ROOT / page).read_text("utf-8") for page in ("README.md", "README.zh-CN.md"))

    for pattern in (r"^#+ ", r"^- ", r"^\| ", r"^```\w*"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, chinese, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_short_and_answers(path, serve):
    assert len(path.read_text("utf-8").splitlines()) <= 60
    if path.stem in MODELS:
        pytest.skip("is asked where its model is")
    needed = NEEDS.get(path.stem)
    if needed is not None and importlib.util.find_spec(needed) is None:
        pytest.skip(f"needs {needed}")
    demo = find_page(path)
    demo.close()
    client = serve(demo)
    if not client.get("/api/config").json().get("chats", [{}]):
        call = {"id": "call-00001", "endpoint": "e1", "session": "session-1"}
        assert '"run-end"' in client.post("/api/calls", json=call).text
        return
    reply = reply_to(client, turn("Am I cool?"))
    shown = [getattr(part, "kind", part.__struct_config__.tag) for message in reply.messages for part in message.parts]

    assert reply.status == "complete"
    assert SHOWS.get(path.stem, shown) == shown


@pytest.mark.parametrize("name", [path.stem for path in EXAMPLES])
def test_an_example_that_is_run_hides_no_module_of_others(name):
    found = importlib.util.find_spec(name)

    assert name not in sys.stdlib_module_names
    assert found is None or Path(found.origin).parent == ROOT / "examples"  # a test before has run it


def test_the_list_of_examples_is_complete():
    listed = re.findall(r"\]\((\w+)\.py\)", (ROOT / "examples" / "README.md").read_text("utf-8"))

    assert listed == [name for name in listed if (ROOT / "examples" / f"{name}.py").exists()]
    assert set(listed) == {path.stem for path in EXAMPLES}


def test_every_setting_of_the_environment_is_an_argument_of_launch_or_explained():
    from dataclasses import fields

    from salon.serve.settings import Settings

    explained = salon.ChatInterface.launch.__doc__ + (ROOT / "docs" / "settings.md").read_text("utf-8")
    for setting in fields(Settings):
        assert setting.name in explained or f"SALON_{setting.name.upper()}" in explained


@pytest.mark.parametrize(
    "word",
    [
        "help",
        "markdown",
        "code",
        "formulas",
        "several",
        "table",
        "data",
        "picture",
        "sound",
        "page",
        "options",
        "anything else",
        "你好",
    ],
)
def test_the_tour_shows_what_it_names(word, serve):
    from salon.tour import tour

    assert reply_to(serve(salon.ChatInterface(tour)), turn(word)).status == "complete"
