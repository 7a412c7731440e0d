"""How much room files take: of each owner, of each sender's network address, and in all."""

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from salon.private_folders import nearest_existing
from salon.stores.files import FileTooLarge, StorageFull


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLimits:
    """How much room files may take.

    Attributes:
        owner_bytes: of one owner.
        owner_files: how many one owner may have.
        source_bytes: of all that came from one network address, so that inventing owners gains nothing.
        total_bytes: of all.
        free_bytes: how much of the disk stays free for everything else.
    """

    owner_bytes: int = 500 * 2**20
    owner_files: int = 10_000
    source_bytes: int = 5 * 2**30
    total_bytes: int = 20 * 2**30
    free_bytes: int = 2**30


class Usage(NamedTuple):
    """What one file takes, and of whom; `source` is empty where no address is known."""

    owner: str
    source: str
    size_bytes: int


class FileUsage:
    """Counts files. The first call reads what is there; calls block, and may come from several threads.

    Args:
        folder: a folder on the disk that must not become full.
        limits: how much room files may take.
        scan: gives what is there already.
    """

    def __init__(self, folder: Path, limits: FileLimits, scan: Callable[[], Iterable[Usage]]) -> None:
        self._folder = folder
        self._limits = limits
        self._scan = scan
        self._lock = threading.Lock()
        self._bytes: Counter[str] | None = None
        self._files: Counter[str] = Counter()

    def forget(self) -> None:
        """Read anew what is there, at the next call."""
        with self._lock:
            self._bytes = None

    def reserve(self, size_bytes: int, *, owner: str, source: str) -> None:
        """Count bytes of a file that is being written.

        Raises:
            FileTooLarge: the owner would have too many bytes or files.
            StorageFull: the sender's address, or all together, would take too much, or too little would be free.
        """
        limits = self._limits
        with self._lock:
            used = self._counted()
            if used[f"owner {owner}"] + size_bytes > limits.owner_bytes:
                raise FileTooLarge(
                    "files.too-many",
                    f"All your files together would have more than {limits.owner_bytes} bytes. "
                    "Clear a conversation that has files, then try again.",
                )
            if self._files[owner] >= limits.owner_files:
                raise FileTooLarge(
                    "files.too-many",
                    f"You have {limits.owner_files} files already. "
                    "Clear a conversation that has files, then try again.",
                )
            if source and used[f"source {source}"] + size_bytes > limits.source_bytes:
                raise StorageFull("files.address", "Your network address has sent as many files as it may.")
            if used["total"] + size_bytes > limits.total_bytes or self._free_bytes() - size_bytes < limits.free_bytes:
                raise StorageFull("files.no-room", "The server has no room left for files. Try again later.")
            self._add(used, size_bytes, owner, source)

    def release(self, size_bytes: int, *, owner: str, source: str) -> None:
        """Take `reserve` back."""
        with self._lock:
            if self._bytes is not None:
                self._add(self._bytes, -size_bytes, owner, source)

    def count_file(self, owner: str, number: int) -> None:
        """Count a file that an owner has now, or has no longer."""
        with self._lock:
            if self._bytes is not None:
                self._files[owner] += number

    def _counted(self) -> Counter[str]:
        if self._bytes is None:
            self._bytes, self._files = Counter(), Counter()
            for owner, source, size_bytes in self._scan():
                self._add(self._bytes, size_bytes, owner, source)
                self._files[owner] += 1
        return self._bytes

    def _free_bytes(self) -> int:
        return shutil.disk_usage(nearest_existing(self._folder)).free

    @staticmethod
    def _add(used: Counter[str], size_bytes: int, owner: str, source: str) -> None:
        for key in ("total", f"owner {owner}", *([f"source {source}"] if source else [])):
            used[key] = max(0, used[key] + size_bytes)
