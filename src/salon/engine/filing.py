"""Where a run's files go: into the file store, as its owner's, each content once."""

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from salon.components.base import ComponentError
from salon.errors import NotFoundError
from salon.http.files import resolve_under
from salon.messages.parts import FileRef
from salon.stores.files import FileStore, add_copy


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where files may lie that a function returns: in one of `roots`, and not in one of `hidden`."""

    roots: Sequence[Path] = ()
    hidden: Sequence[Path] = ()


class RunFiles:
    """The `Files` of one run. The same content gives the same file again, so that showing it anew costs nothing.

    Args:
        store: where files are kept.
        owner: whose they are.
        places: where paths may lead, beside the owner's own files.
    """

    def __init__(self, store: FileStore, *, owner: str, places: Places) -> None:
        self._store = store
        self._owner = owner
        self._places = places
        self._lock = threading.Lock()
        self._known: dict[object, FileRef] = {}

    def from_path(self, path: str | os.PathLike[str]) -> FileRef:
        """See `Files.from_path`."""
        own = self._store.at(Path(path), owner=self._owner)
        if own is not None:
            return own
        try:
            found = resolve_under(self._places.roots, os.fspath(path), hidden=self._places.hidden)
        except NotFoundError:
            raise ComponentError(
                f"was given the path `{path}`: there is no such file, or it lies outside of the working directory, "
                "the folder for temporary files and `allowed_paths`."
            ) from None
        state = found.stat()
        key = (found, state.st_mtime_ns, state.st_size)
        with self._lock:
            if key not in self._known:
                self._known[key] = add_copy(self._store, found, name=Path(path).name, owner=self._owner)
            return self._known[key]

    def from_bytes(self, content: bytes, name: str) -> FileRef:
        """See `Files.from_bytes`."""
        key = (name, hashlib.sha256(content).digest())
        with self._lock:
            if key not in self._known:
                with self._store.create(name, owner=self._owner) as draft:
                    draft.write(content)
                    self._known[key] = draft.keep()
            return self._known[key]
