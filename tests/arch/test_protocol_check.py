"""A change of the protocol that clients of the last release do not survive is found, unless the changelog names it."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "check_protocol.py"


def thing(required=(), **properties) -> dict:
    return {"type": "object", "properties": properties, "required": list(required)}


TEXT, NUMBER, WHOLE, NULL = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "null"}
SMALL = {"enum": ["small", "large"]}
MANY = {"type": "array", "items": TEXT}


def any_of(*shapes, **more) -> dict:
    return {"anyOf": list(shapes), **more}


def kinds(*tags) -> dict:
    shapes = [thing(["type"], type={"enum": [tag]}, text=TEXT) for tag in tags]
    return any_of(*shapes, discriminator={"propertyName": "type"})


SURVIVED = {
    "a request's new optional field": ("AskRequest", thing(["a"], a=TEXT), thing(["a"], a=TEXT, b=TEXT)),
    "a request's field that is optional now": ("AskRequest", thing(["a"], a=TEXT), thing(a=TEXT)),
    "a request's field of more types": ("AskRequest", thing(a=WHOLE), thing(a=NUMBER)),
    "a request's field of more values": ("AskRequest", thing(a={"enum": ["small"]}), thing(a=SMALL)),
    "a request's field that may be null now": ("AskRequest", thing(a=TEXT), thing(a=any_of(TEXT, NULL))),
    "a response's new field": ("AskView", thing(a=TEXT), thing(["b"], a=TEXT, b=TEXT)),
    "a response's field that is always there now": ("AskView", thing(a=TEXT), thing(["a"], a=TEXT)),
    "a response's field of fewer values": ("AskView", thing(a=SMALL), thing(a={"enum": ["small"]})),
    "a response's new kind of a tagged value": ("AskView", thing(a=kinds("x")), thing(a=kinds("x", "y"))),
    "another description": ("AskView", thing(a=TEXT), thing(a=TEXT) | {"description": "new"}),
}
BROKEN = {
    "a request's field that is needed": ("AskRequest", thing(a=TEXT), thing(["a"], a=TEXT), "a"),
    "a request's new field that is needed": ("AskRequest", thing(), thing(["a"], a=TEXT), "a"),
    "a request's field that is ignored": ("AskRequest", thing(a=TEXT), thing(), "a"),
    "a request's field of another type": ("AskRequest", thing(a=TEXT), thing(a=WHOLE), "a"),
    "a request's field of fewer values": ("AskRequest", thing(a=SMALL), thing(a={"enum": ["small"]}), "a"),
    "a request's field that must not be null": ("AskRequest", thing(a=any_of(TEXT, NULL)), thing(a=TEXT), "a"),
    "a request's kind that is gone": ("AskRequest", thing(a=kinds("x", "y")), thing(a=kinds("x")), "a"),
    "a response's field that is gone": ("AskView", thing(a=TEXT), thing(), "a"),
    "a response's field that may be missing": ("AskView", thing(["a"], a=TEXT), thing(a=TEXT), "a"),
    "a response's field of another type": ("AskView", thing(a=WHOLE), thing(a=TEXT), "a"),
    "a response's field that may be null": ("AskView", thing(a=TEXT), thing(a=any_of(TEXT, NULL)), "a"),
    "a response's list of other items": ("AskView", thing(a=MANY), thing(a=MANY | {"items": WHOLE}), "a"),
    "a response's field of more values": ("AskView", thing(a={"enum": ["small"]}), thing(a=SMALL), "a"),
}


@pytest.fixture
def check(tmp_path):
    """Compare two schemas as `make check` does; return the exit code and what is printed."""
    for folder in ("released", "schema"):
        (tmp_path / "protocol" / folder).mkdir(parents=True)

    def run(old: dict, new: dict, changelog: str = "# Changelog\n\n## Unreleased\n") -> tuple[int, str]:
        for folder, definitions in (("released", old), ("schema", new)):
            (tmp_path / "protocol" / folder / "api.json").write_text(json.dumps({"$defs": definitions}))
        (tmp_path / "CHANGELOG.md").write_text(changelog)
        done = subprocess.run([sys.executable, SCRIPT, "--root", tmp_path], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("check_protocol", SCRIPT)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("change", SURVIVED)
def test_clients_survive(script, change):
    name, old, new = SURVIVED[change]

    assert script.breaks({name: old}, {name: new}) == []


@pytest.mark.parametrize("change", BROKEN)
def test_clients_do_not_survive(script, change):
    name, old, new, field = BROKEN[change]

    assert [each.name for each in script.breaks({name: old}, {name: new})] == [f"{name}.{field}"]


def test_a_break_is_found_behind_references_in_both_directions(script):
    inner = {"$ref": "#/$defs/Inner"}
    old = {"AskRequest": thing(a=inner), "AskView": thing(a=inner), "Inner": thing(["x"], x=TEXT, y=TEXT)}
    new = old | {"Inner": thing(x=TEXT, y=any_of(TEXT, NULL))}

    assert {each.name for each in script.breaks(old, new)} == {"Inner.x", "Inner.y"}


def test_a_break_is_found_in_each_kind_of_a_tagged_value(script):
    def event(**fields) -> dict:
        return {"BeginEvent": thing(["type"], type={"enum": ["begin"]}, **fields)}

    union = {"AnyEvent": any_of({"$ref": "#/$defs/BeginEvent"}, discriminator={"propertyName": "type"})}

    assert script.breaks(union | event(a=TEXT), union | event(a=TEXT, b=TEXT)) == []
    assert [each.name for each in script.breaks(union | event(a=TEXT), union | event(a=WHOLE))] == ["BeginEvent.a"]


def test_definitions_that_refer_to_each_other_are_compared_once(script):
    tree = {"TreeView": thing(a=TEXT, children={"type": "array", "items": {"$ref": "#/$defs/TreeView"}})}
    root = {"ForestView": thing(tree={"$ref": "#/$defs/TreeView"})}

    assert script.breaks(root | tree, root | tree) == []


def test_a_break_fails_until_the_changelog_names_it(check):
    old, new = {"AskRequest": thing(a=TEXT)}, {"AskRequest": thing(["a"], a=TEXT)}
    code, output = check(old, new)
    assert (code, "AskRequest.a: it is needed" in output) == (1, True)

    breaking = "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `AskRequest.a` is needed.\n\n## 1.0\n"
    assert check(old, new, breaking) == (0, "")
    assert check(old, new, breaking.replace("## Unreleased\n", "## Unreleased\n\n## 0.9\n"))[0] == 1
    assert check(old, new, breaking.replace("### Breaking", "### Changed"))[0] == 1


def test_a_definition_that_is_gone_is_a_break(check):
    code, output = check({"AskView": thing(a=TEXT)}, {})

    assert (code, "AskView: it is gone" in output) == (1, True)


def test_the_present_schema_is_compared_with_the_last_release(script):
    assert script.definitions(ROOT / "protocol" / "released").keys() >= {"RunEvent", "TurnRequest", "PageConfig"}
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
