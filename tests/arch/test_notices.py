"""The page comes with the licences of all packages that it contains."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
NOTICES = files("salon") / "_static" / "THIRD-PARTY-NOTICES"

pytestmark = pytest.mark.skipif(not NOTICES.is_file(), reason="needs the page, built by `make web`")


def noticed() -> dict[tuple[str, str], str]:
    """Return the text about each package, by its name and version."""
    _, *entries = re.split(r"^-{80}\n\n", NOTICES.read_text("utf-8"), flags=re.MULTILINE)
    found = {}
    for entry in entries:
        head, _, text = entry.partition("\n\n")
        name, version = re.fullmatch(r"(\S+) (\S+) \(.+\)", head).groups()
        found[name, version] = text
    return found


def locked() -> dict[str, dict]:
    """Return the packages of the lock file by where they are installed; ours are links, and left out."""
    packages = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    return {place: each for place, each in packages.items() if "node_modules/" in place and not each.get("link")}


def bundled() -> set[str]:
    """Return the packages that the page's sources import, without what is only needed to build it."""
    names = set()
    for path in (WEB / "packages").glob("*/package.json"):
        names |= json.loads(path.read_text("utf-8")).get("dependencies", {}).keys()
    return {name for name in names if not name.startswith("@salon/")}


def test_every_package_that_the_page_depends_on_is_there():
    names = {name for name, _ in noticed()}

    assert bundled() >= {"svelte", "marked", "mermaid", "katex", "dompurify"}
    assert bundled() <= names
    assert {"d3", "dagre-d3-es"} & names  # what they depend on in turn


def test_each_is_there_in_the_version_that_is_installed_and_with_a_text():
    versions = {(place.rpartition("node_modules/")[2], each["version"]) for place, each in locked().items()}
    for package, text in noticed().items():
        assert package in versions
        assert re.search(r"licen[cs]e|copyright|permission", text, re.IGNORECASE), package


def test_what_only_builds_the_page_is_not_there():
    assert not {"vite", "typescript", "vitest", "prettier", "eslint"} & {name for name, _ in noticed()}
