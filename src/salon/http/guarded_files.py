"""Recognises files that nobody should see unless the author has named them: code, secrets, databases and logs."""

import logging
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_CODE = re.compile(r"\.(py|pyw|pyc|pyi|pyd|so|ipynb)$", re.IGNORECASE)
_SECRET = re.compile(
    r"(^|\.)env$|^\.env\.|^id_(rsa|dsa|ecdsa|ed25519)|^secret_key$|\.(p12|pfx|jks|keystore|kdbx|ppk)$", re.IGNORECASE
)
_DATABASE = re.compile(r"\.(db3?|sqlite3?|s3db|duckdb|mdb)(-wal|-shm|-journal)?$", re.IGNORECASE)
_LOG = re.compile(r"\.log(\.[\w-]+)*$", re.IGNORECASE)
_BEGINNING_BYTES = 8 * 2**10
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY")
_SQLITE = b"SQLite format 3\0"


def may_be_shown(path: Path, *, named: Sequence[Path]) -> bool:
    """Return whether a file is none of those that are guarded, or its author has named it.

    A file is named by itself, or by a folder in which it lies, unless that folder is the working directory or one
    around it: it would name everything.

    Args:
        path: of a file that is there, without links.
        named: the author's `allowed_paths`.
    """
    return not _is_guarded(path) or any(_names(place.resolve(), path) for place in named)


def log_files() -> Iterator[Path]:
    """Yield the files that the process writes its log to."""
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    for logger in loggers:
        for handler in getattr(logger, "handlers", ()):
            if isinstance(handler, logging.FileHandler):
                yield Path(handler.baseFilename)


def _names(place: Path, path: Path) -> bool:
    return path.is_relative_to(place) and not Path.cwd().is_relative_to(place)


def _is_guarded(path: Path) -> bool:
    name = path.name
    if _SECRET.search(name) or _DATABASE.search(name) or _LOG.search(name):
        return True
    if "__pycache__" in path.parts or (_CODE.search(name) and _is_loaded(path)):
        return True
    if any(path == log.resolve() for log in log_files()):
        return True
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING_BYTES)
    except OSError:
        return True
    return beginning.startswith(_SQLITE) or _PRIVATE_KEY.search(beginning) is not None


def _is_loaded(path: Path) -> bool:
    """Return whether a file is the source of a module that runs here, or of what was started."""
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    found = (file for file in (*files, *sys.argv[:1]) if isinstance(file, str) and Path(file).name == path.name)
    return any(Path(file).resolve() == path for file in found)
