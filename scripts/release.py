"""Make a release: `make release VERSION=1.2.0`, with `TAG=1` to commit and tag it, too. Nothing is published.

It sets the version, gives the changelog's unreleased lines a section, makes the present protocol the released one, runs
the checks, and builds the wheel, the source distribution and the npm package into `dist/`.
"""

import argparse
import datetime as dt
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from check_protocol import renew

VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?")
ASSIGNED = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
UNRELEASED = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class ReleaseError(Exception):
    """The release cannot be made; the message says why, and what to do."""


def order(version: str) -> tuple[int, int, int, str, int]:
    """Return what versions are ordered by.

    Raises:
        ReleaseError: it is none.
    """
    match = VERSION.fullmatch(version)
    if match is None:
        raise ReleaseError(f"`{version}` is no version. Give one such as 1.2.0, or 1.2.0rc1.")
    return int(match[1]), int(match[2]), int(match[3]), match[4] or "release", int(match[5] or 0)


def prepare(root: Path, version: str, date: dt.date) -> None:
    """Write the version, the changelog's section and the released protocol.

    Raises:
        ReleaseError: the version is not newer, or the changelog has no line for it; nothing was written.
    """
    module, changelog = root / "src" / "salon" / "__init__.py", root / "CHANGELOG.md"
    source, text = module.read_text("utf-8"), changelog.read_text("utf-8")
    present = ASSIGNED.search(source)
    section = UNRELEASED.search(text)
    is_released = re.search(rf"^## {re.escape(version)} ", text, re.MULTILINE) is not None
    if present is None or section is None:
        raise ReleaseError(
            "There is no `__version__` in `src/salon/__init__.py`, or no `## Unreleased` in CHANGELOG.md."
        )
    if is_released or order(version) < order(present[1]):
        raise ReleaseError(f"`{version}` is not newer than `{present[1]}`.")
    if not section[1].strip():
        raise ReleaseError("CHANGELOG.md has nothing below `## Unreleased`.")
    module.write_text(ASSIGNED.sub(f'__version__ = "{version}"', source), "utf-8")
    lines = f"## Unreleased\n\n## {version} ({date.isoformat()})\n\n{section[1].strip()}\n\n"
    changelog.write_text((text[: section.start()] + lines + text[section.end() :]).rstrip() + "\n", "utf-8")
    renew(root / "protocol" / "schema", root / "protocol" / "released")


def built(dist: Path, version: str) -> list[Path]:
    """Return the three packages of a version.

    Raises:
        ReleaseError: one is missing.
    """
    npm = re.sub(r"(\d+\.\d+\.\d+)([a-z]+)(\d+)", r"\1-\2.\3", version)
    names = f"salon-{version}-py3-none-any.whl", f"salon-{version}.tar.gz", f"salon-client-{npm}.tgz"
    if missing := [name for name in names if not (dist / name).exists()]:
        raise ReleaseError(f"These were not built: {', '.join(missing)}.")
    return [dist / name for name in names]


def run(root: Path, command: Sequence[str]) -> str:
    """Run a command of the release in the repository, and return what it prints.

    Raises:
        ReleaseError: it has failed.
    """
    is_quiet = command[0] == "git"
    done = subprocess.run(command, cwd=root, text=True, stdout=subprocess.PIPE if is_quiet else None, check=False)
    if done.returncode:
        raise ReleaseError(f"`{' '.join(command)}` has failed. `git restore .` takes the new version back.")
    return done.stdout or ""


def release(root: Path, version: str, *, date: dt.date, is_tagged: bool) -> None:
    """Carry all steps out, up to the first one that fails.

    Raises:
        ReleaseError: a step has failed, or there are changes that are not committed.
    """
    order(version)
    if run(root, ["git", "status", "--porcelain"]).strip():
        raise ReleaseError("There are changes that are not committed. Commit them, or put them aside.")
    prepare(root, version, date)
    run(root, ["make", "check"])
    run(root, ["make", "wheel", "sdist", "client"])
    packages = built(root / "dist", version)
    if is_tagged:
        run(root, ["git", "commit", "--all", "--message", f"Release {version}"])
        run(root, ["git", "tag", "--annotate", f"v{version}", "--message", f"Salon {version}"])
    print(f"\nSalon {version} is built:")
    print("\n".join(f"  {path.relative_to(root)}" for path in packages))
    if not is_tagged:
        print(f'Next: `make test`, then `git commit -am "Release {version}"` and `git tag -a v{version}`.')
    print(f"Nothing is published: `twine upload dist/salon-{version}*` and `npm publish dist/{packages[2].name}` do.")


def main() -> int:
    """Make the release, or say why it cannot be made; return the process's exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("version")
    parser.add_argument("--tag", action="store_true", help="commit and tag the release")
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent, help="folder of the repository")
    options = parser.parse_args()
    today = dt.datetime.now(dt.UTC).date()
    try:
        release(options.root.resolve(), options.version, date=today, is_tagged=options.tag)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
