"""All that an author's function needs around it to be called: threads, and the files that it reads and writes."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from salon.components.base import FindPath
from salon.components.props import Source
from salon.conversations.value_files import AllowedPaths, AuthorFiles, ValueFiles
from salon.engine.functions import Invocation
from salon.engine.threads import Handover, Threads
from salon.ids import FileId
from salon.messages.parts import FileRef
from salon.stores.files import FileNotFound, FileStore


class Environment:
    """Calls functions. Belongs to the event loop on which it is first used, until `restart`.

    Args:
        files: the store of all files.
        author_files: files of the author's that the page shows.
        allowed: the folders of which functions may return files.
    """

    def __init__(self, files: FileStore, *, author_files: AuthorFiles, allowed: AllowedPaths) -> None:
        self._files = files
        self._author_files = author_files
        self._allowed = allowed
        self._threads = Threads()
        self._handover: Handover | None = None

    def restart(self) -> None:
        """Belong to the event loop on which it is used next."""
        self._handover = None

    def invoke(self, function: Callable[[], Any], read: Callable[[Any], Any], *, on_loop: bool) -> Invocation:
        """Return a call of a function, which begins when it is iterated; see `Invocation`."""
        if self._handover is None:
            self._handover = Handover(asyncio.get_running_loop())
        return Invocation(function, on_loop=on_loop, handover=self._handover, threads=self._threads, read=read)

    def files_of(self, owner: str) -> ValueFiles:
        """Return the place where the files go that a function returns to an owner."""
        return ValueFiles(self._files, owner=owner, allowed=self._allowed)

    def finder(self, owner: str) -> FindPath:
        """Return the function that finds an owner's files, and the author's."""

        def find(file: FileRef | Source) -> Path | None:
            if isinstance(file, Source):
                return self._author_files.find(file)
            try:
                return self._files.get(file.id, owner=owner).path
            except FileNotFound:
                return None

        return find

    async def forget(self, *files: FileId, owner: str) -> None:
        """Delete files of an owner's."""
        for file in files:
            await asyncio.to_thread(self._files.delete, file, owner=owner)
