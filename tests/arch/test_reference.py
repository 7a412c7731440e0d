"""The reference says everything of every public name, and is as new as the docstrings."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import salon

ROOT = Path(__file__).parents[2]
NAMES = [name for name in salon.__all__ if not name.startswith("__")]


def entry(name: str) -> str:
    """Return what the reference says of a name."""
    for page in sorted((ROOT / "docs" / "reference").glob("*.md")):
        found = re.search(rf"^## `{name}`$(.*?)(?=^## |\Z)", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if found is not None:
            return found[1]
    pytest.fail(f"the reference does not know `{name}`")


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_has_an_entry_with_every_argument_its_type_and_its_meaning(name):
    said = entry(name)
    try:
        parameters = inspect.signature(getattr(salon, name)).parameters
    except ValueError:
        parameters = {}
    rows = {row[1]: row for row in re.finditer(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*) \|$", said, re.MULTILINE)}

    assert [parameter for parameter in parameters if not rows[parameter][2] or not rows[parameter][4]] == []


def test_what_is_raised_is_said():
    for name in ("ChatInterface", "Append", "Theme"):
        assert "Raises:" in entry(name)
    assert "`ChatInterface.launch`" in entry("ChatInterface")


def test_every_link_of_the_index_leads_to_an_entry():
    folder = ROOT / "docs" / "reference"
    links = re.findall(r"\[`(\w+)`\]\((\w+\.md)#", (folder / "README.md").read_text("utf-8"))

    assert sorted(name for name, _ in links) == sorted(NAMES)
    for name, page in links:
        assert f"## `{name}`\n" in (folder / page).read_text("utf-8")


def test_it_is_as_new_as_the_docstrings():
    script = ROOT / "scripts" / "generate_reference.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
