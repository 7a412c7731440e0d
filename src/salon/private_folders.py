"""Folders for what belongs to nobody but the application: databases, logs and keys."""

from contextlib import suppress
from pathlib import Path

_IGNORE = ".gitignore"


def nearest_existing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def make_private_folder(folder: Path, *, narrows: bool = False) -> None:
    """Make a folder that only the user of this process may open, and that Git leaves out.

    Args:
        folder: that is wanted.
        narrows: whether one that is there already becomes private, too, if its name begins with a dot, as that of
            `.salon` does. Others may serve further purposes, and are left as they are.

    Raises:
        OSError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        is_around = Path.cwd().is_relative_to(folder.absolute())
        if not narrows or not folder.name.startswith(".") or is_around:
            return
        with suppress(OSError):  # it is another user's, who has to know
            folder.chmod(0o700)
    with suppress(OSError), (folder / _IGNORE).open("x", encoding="utf-8") as file:
        file.write("*\n")
