"""Files in the values of functions: copied to the file store for an owner, each content once."""

import hashlib
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from salon.components.base import ComponentError
from salon.components.props import AUTHOR, Source
from salon.errors import NotFoundError
from salon.http.files import resolve_under
from salon.http.guarded_files import may_be_shown
from salon.messages.parts import FileRef
from salon.stores.files import FileNotFound, FileStore, add_copy


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowedPaths:
    """The paths that functions may return: inside of one of `roots`, and not inside of one of `hidden`.

    Code, secrets, databases and logs have to be in `named`, too, as a path to them may come from a user.
    """

    roots: Sequence[Path] = ()
    hidden: Sequence[Path] = ()
    named: Sequence[Path] = ()


class AuthorFiles:
    """The author's files that the page shows; content without a path is written to `store`.

    Args:
        files: the files, or their content, by the keys of their addresses.
        store: the store of files.
    """

    _OWNER = "author"

    def __init__(self, files: Mapping[str, Path | bytes], store: FileStore) -> None:
        self._files = files
        self._store = store
        self._lock = threading.Lock()
        self._written: dict[str, FileRef] = {}

    def find(self, source: Source) -> Path | None:
        """Return the path of an author's file by its address; `None` for other addresses. It may block."""
        key = (source.url or "").removeprefix(AUTHOR).partition("/")[0]
        file = self._files.get(key)
        if file is None or isinstance(file, Path):
            return file if file is not None and file.is_file() else None
        with self._lock:
            with suppress(KeyError, FileNotFound):
                return self._store.get(self._written[key].id, owner=self._OWNER).path
            with self._store.create(key, owner=self._OWNER) as draft:
                draft.write(file)
                written = self._written[key] = draft.keep()
            return self._store.get(written.id, owner=self._OWNER).path


class ValueFiles:
    """The `Files` of one run, or of one push.

    The same content gets the same reference, so that yielding it again writes no file.

    Args:
        store: the store of files.
        owner: owner of the files.
        allowed: the paths that may be returned, besides the owner's own files.
    """

    def __init__(self, store: FileStore, *, owner: str, allowed: AllowedPaths) -> None:
        self._store = store
        self._owner = owner
        self._allowed = allowed
        self._lock = threading.Lock()
        self._known: dict[object, FileRef] = {}

    def from_path(self, path: str | os.PathLike[str]) -> FileRef:
        """See `Files.from_path`."""
        own = self._store.at(Path(path), owner=self._owner)
        if own is not None:
            return own
        try:
            file = resolve_under(self._allowed.roots, os.fspath(path), hidden=self._allowed.hidden)
        except NotFoundError:
            raise ComponentError(
                f"has the path `{path}`, but there is no such file, or it is outside of the working directory, the "
                "folder for temporary files and `allowed_paths`."
            ) from None
        if not may_be_shown(file, named=self._allowed.named):
            raise ComponentError(
                f"has the path `{path}`, but code, secrets, databases and logs are shown only if `allowed_paths` names "
                "them."
            )
        state = file.stat()
        key = (file, state.st_mtime_ns, state.st_size)
        with self._lock:
            if key not in self._known:
                self._known[key] = add_copy(self._store, file, name=Path(path).name, owner=self._owner)
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
