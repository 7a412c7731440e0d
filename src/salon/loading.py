"""Loads the page that a Python file defines, without serving it."""

import runpy
import sys
from pathlib import Path

from salon.errors import AuthorError
from salon.launching import Launch, Launchable, recorded_launches


def find_page(file: Path) -> Launchable:
    """Return the page that a Python file launches, or else its variable `demo`, or else its only page.

    Raises:
        AuthorError: the file does not exist, or does not define exactly one page.
    """
    return find_launch(file).page


def find_launch(file: Path) -> Launch:
    """Return the `launch` call of a Python file's page; see `find_page`.

    Raises:
        AuthorError: the file does not exist, or does not define exactly one page.
    """
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
    pages = {name: value for name, value in values.items() if isinstance(value, Launchable) and not value.is_placed}
    if "demo" in pages:
        return Launch(pages["demo"], {})
    if len(set(map(id, pages.values()))) == 1:
        return Launch(next(iter(pages.values())), {})
    names = ", ".join(f"`{name}`" for name in pages) or "none"
    raise AuthorError(
        "run.page", f"`{file}` has to define one `ChatInterface` or `Blocks`, preferably as `demo`; found {names}."
    )
