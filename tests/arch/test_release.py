"""A release sets what has to be set, stops at the first step that fails, and publishes nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE = """#!/bin/sh
echo "make $*" >> "$STEPS"
test "$1" = "$FAILING" && exit 2
version=$(sed -n 's/^__version__ = "\\(.*\\)"$/\\1/p' src/salon/__init__.py)
case "$1" in wheel) mkdir -p dist && touch "dist/salon-$version-py3-none-any.whl" "dist/salon-$version.tar.gz" \\
  "dist/salon-client-$(echo "$version" | sed 's/rc/-rc./').tgz";; esac
"""


class Copy:
    """A copy of what a release changes, with a `make` that only notes what it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "salon"
        for name in ("src/salon/__init__.py", "CHANGELOG.md", "scripts", "protocol"):
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
        (self.root / ".gitignore").write_text("dist/\n__pycache__/\n")
        (self.root / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n### Added\n\n- Something.\n")
        self._steps = folder / "steps"
        tools = folder / "bin"
        tools.mkdir()
        (tools / "make").write_text(MAKE)
        (tools / "make").chmod(0o755)
        self._environment = os.environ | {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "STEPS": str(self._steps),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.git("init", "--quiet")
        self.commit()

    def git(self, *arguments: str) -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.root, env=self._environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change something")

    def release(self, *arguments: str, failing: str = "") -> tuple[int, str]:
        script = self.root / "scripts" / "release.py"
        command = [sys.executable, "-B", script, *arguments]
        environment = self._environment | {"FAILING": failing}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def text(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")

    @property
    def steps(self) -> list[str]:
        return self._steps.read_text().splitlines() if self._steps.exists() else []


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path)


def test_a_release_sets_the_version_and_the_changelog_checks_and_builds(copy):
    code, output = copy.release("7.1.0")

    assert code == 0, output
    assert '__version__ = "7.1.0"\n' in copy.text("src/salon/__init__.py")
    head, _, rest = copy.text("CHANGELOG.md").partition("## Unreleased\n\n## 7.1.0 (20")
    assert (head, rest.partition("\n")[2]) == ("# Changelog\n\n", "\n### Added\n\n- Something.\n")
    assert copy.steps == ["make check", "make wheel sdist client"]
    assert "dist/salon-client-7.1.0.tgz" in output


def test_a_release_is_neither_committed_nor_tagged_unless_that_is_wanted(copy):
    before = copy.git("rev-parse", "HEAD")
    copy.release("7.1.0")
    assert (copy.git("rev-parse", "HEAD"), copy.git("tag")) == (before, "")

    copy.git("restore", ".")
    code, output = copy.release("7.1.0rc1", "--tag")
    assert code == 0, output
    assert (copy.git("tag"), copy.git("log", "-1", "--format=%s")) == ("v7.1.0rc1", "Release 7.1.0rc1")
    assert copy.git("status", "--porcelain") == ""


def test_the_present_protocol_becomes_the_released_one(copy):
    schema = copy.root / "protocol" / "schema" / "api.json"
    schema.write_text(json.dumps({"$defs": {"NewView": {"type": "object"}}}))
    copy.commit()
    copy.release("7.1.0")

    assert copy.text("protocol/released/api.json") == schema.read_text()


def test_a_check_that_fails_ends_it_before_anything_is_built(copy):
    code, output = copy.release("7.1.0", "--tag", failing="check")

    assert (code, copy.steps, copy.git("tag")) == (1, ["make check"], "")
    assert "`make check` has failed" in output


@pytest.mark.parametrize("version", ["7.1", "v7.1.0", "7.1.0-rc.1", "latest", "0.0.1"])
def test_only_a_newer_version_is_released(copy, version):
    code, output = copy.release(version)

    assert (code, copy.steps, copy.git("status", "--porcelain")) == (1, [], "")
    assert version in output


def test_a_version_is_released_once(copy):
    assert copy.release("7.1.0", "--tag")[0] == 0
    (copy.root / "CHANGELOG.md").write_text(
        copy.text("CHANGELOG.md").replace("Unreleased\n", "Unreleased\n\n- More.\n")
    )
    copy.commit()

    assert copy.release("7.1.0")[0] == 1
    assert copy.release("7.1.1")[0] == 0


def test_nothing_is_released_without_a_line_in_the_changelog_or_beside_other_changes(copy):
    (copy.root / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n")
    assert copy.release("7.1.0") == (
        1,
        "There are changes that are not committed. Commit them, or put them aside.\n",
    )
    copy.commit()
    assert "nothing below `## Unreleased`" in copy.release("7.1.0")[1]
