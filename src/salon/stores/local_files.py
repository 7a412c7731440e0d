"""Files in a folder of this machine."""

import errno
import hashlib
import hmac
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_urlsafe

import msgspec
from itsdangerous import BadSignature, Signer

from salon.ids import FileId, UploadId, is_wellformed
from salon.media_types import HEAD_BYTES, sniff
from salon.messages.parts import FileRef
from salon.secrets import Secrets
from salon.stores.file_names import clean_name
from salon.stores.file_usage import FileLimits, FileUsage, Usage
from salon.stores.files import FileNotFound, FileTooLarge, StorageFull, StoredFile, UploadElsewhere

_RANDOM_BYTES = 16
_BEGUN_S = 3_600.0
_BEGUN_AT_MOST = 50
_ENDED = ".ended"
_FORMER = "former_owners.json"
_CHUNK_BYTES = 2**20


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    source: str = ""


class LocalFiles:
    """A `FileStore` in `folder`: one folder an owner, in it one a file, which keeps the file's name.

    Ids are 128 random bits, signed for their owner; the signature is checked before anything is looked up.

    Args:
        folder: made when the first file comes.
        secrets: gives the secrets that sign the ids; called when they are first needed.
        limits: how much room files may take.
        retention_s: how long a file is kept after its last use, in seconds.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        *,
        secrets: Callable[[], Secrets],
        limits: FileLimits | None = None,
        retention_s: float = 30 * 24 * 3_600,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder.absolute()
        self._secrets = secrets
        self._retention_s = retention_s
        self._clock = clock
        self._usage = FileUsage(self._folder, limits or FileLimits(), self._scan)
        self._writing: dict[tuple[str, UploadId], _Draft] = {}
        self._keys: list[bytes] | None = None

    @contextmanager
    def create(
        self,
        name: str,
        *,
        owner: str,
        media_type: str | None = None,
        limit_bytes: int | None = None,
        upload: UploadId | None = None,
        source: str = "",
    ) -> Iterator["_Draft"]:
        """See `FileStore.create`."""
        begun = None if upload is None else self._begin(upload, owner)
        draft = _Draft(
            self,
            clean_name(name),
            owner=owner,
            source=self._hashed_source(source),
            claimed=media_type,
            limit_bytes=limit_bytes,
            begun=begun,
        )
        if upload is not None:
            self._writing[owner, upload] = draft
        try:
            yield draft
        finally:
            if upload is not None and self._writing.get((owner, upload)) is draft:
                del self._writing[owner, upload]
            draft.close()

    def get(self, id_: FileId, *, owner: str) -> StoredFile:
        """See `FileStore.get`."""
        place = self._place(id_, owner)
        record = _read(place)
        if record is None:
            raise FileNotFound
        now = self._clock()
        with suppress(OSError):
            os.utime(_record_path(place), (now, now))
        return StoredFile(ref=_ref(id_, record), path=place / record.name, sha256=record.sha256)

    def at(self, path: Path, *, owner: str) -> FileRef | None:
        """See `FileStore.at`."""
        place = path.absolute().parent
        if place.parent != self._owner_folder(owner):
            return None
        record = _read(place)
        if record is None or record.name != path.name:
            return None
        return _ref(self._sign(place.name, owner), record)

    def uploaded(self, upload: UploadId, *, owner: str) -> FileRef | int:
        """See `FileStore.uploaded`."""
        self._cut_off(upload, owner)
        begun = self._begun_path(upload, owner)
        with suppress(OSError, FileNotFound):
            return self.get(FileId(begun.with_suffix(_ENDED).read_text("utf-8")), owner=owner).ref
        return _size(begun)

    def forget_upload(self, upload: UploadId, *, owner: str) -> None:
        """See `FileStore.forget_upload`."""
        self._cut_off(upload, owner)
        begun = self._begun_path(upload, owner)
        size_bytes = _size(begun)
        begun.unlink(missing_ok=True)
        begun.with_suffix(_ENDED).unlink(missing_ok=True)
        self.release(size_bytes, owner)

    def rename(self, id_: FileId, name: str, *, owner: str) -> FileRef:
        """See `FileStore.rename`."""
        stored = self.get(id_, owner=owner)
        path = stored.path.with_name(clean_name(name))
        with stored.path.open("rb") as file:
            media_type = sniff(file.read(HEAD_BYTES), name=path.name, claimed=None)
        known = _read(path.parent)
        record = _Record(
            name=path.name,
            media_type=media_type,
            size_bytes=stored.ref.size_bytes,
            sha256=stored.sha256,
            source="" if known is None else known.source,
        )
        try:
            stored.path.rename(path)
        except FileNotFoundError:  # somebody else was quicker
            raise FileNotFound from None
        self._write_record(path.parent, record)
        return _ref(id_, record)

    def delete(self, id_: FileId, *, owner: str) -> None:
        """See `FileStore.delete`."""
        with suppress(FileNotFound):
            self._remove(self._place(id_, owner), owner)

    def move_owner(self, from_owner: str, to_owner: str) -> None:
        """See `FileStore.move_owner`: the new owner's folder remembers for whom the ids were signed."""
        if from_owner == to_owner:
            return
        source, target = self._owner_folder(from_owner), self._owner_folder(to_owner)
        places = [path for path in _below(source) if path.is_dir()]
        former = [*self._former_owners(source), from_owner]
        if not places:
            return
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        owners = [*self._former_owners(target), *former]
        # Before the files come: an id that leads nowhere yet is harmless.
        self._write_json(target / _FORMER, list(dict.fromkeys(owners)))
        for place in places:
            with suppress(FileNotFoundError):  # deleted meanwhile
                place.rename(target / place.name)
                _record_path(place).rename(_record_path(target / place.name))
        self._usage.forget()

    def sweep(self, in_use: Collection[FileId] = ()) -> None:
        """See `FileStore.sweep`."""
        now = self._clock()
        names = {id_.partition(".")[0] for id_ in in_use}
        for temporary in _below(self._folder / "tmp"):
            if _modified(temporary) < now - _BEGUN_S:
                temporary.unlink(missing_ok=True)
        for owner_folder in _below(self._folder / "kept"):
            for place in [path for path in _below(owner_folder) if path.is_dir() and path.name not in names]:
                record = _record_path(place)
                kept_s = self._retention_s if record.exists() else _BEGUN_S
                if _modified(record if record.exists() else place) < now - kept_s:
                    record.unlink(missing_ok=True)
                    shutil.rmtree(place, ignore_errors=True)
            with suppress(OSError):
                owner_folder.rmdir()
        for owner_folder in _below(self._folder / "begun"):
            for begun in _below(owner_folder):
                if _modified(begun) < now - _BEGUN_S:
                    begun.unlink(missing_ok=True)
            with suppress(OSError):
                owner_folder.rmdir()
        self._usage.forget()

    def reserve(self, size_bytes: int, owner: str, source: str) -> None:
        """Count bytes of a file that is being written as its owner's. Raises like `FileUsage.reserve`."""
        self._usage.reserve(size_bytes, owner=self._owner_folder(owner).name, source=source)

    def release(self, size_bytes: int, owner: str, source: str = "") -> None:
        """Take `reserve` back."""
        self._usage.release(size_bytes, owner=self._owner_folder(owner).name, source=source)

    def _scan(self) -> Iterator[Usage]:
        """Yield what is there: files that are kept, and uploads that were begun."""
        for folder in _below(self._folder / "kept"):
            for place in [path for path in _below(folder) if path.is_dir()]:
                record = _read(place)
                if record is not None:
                    yield Usage(folder.name, record.source, record.size_bytes)
        for folder in _below(self._folder / "begun"):
            for begun in _below(folder):
                if begun.suffix != _ENDED:
                    yield Usage(folder.name, "", _size(begun))

    def _hashed_source(self, source: str) -> str:
        """Return an address so that it can be compared, but not read."""
        if not source:
            return ""
        key = self._secrets().keys("addresses")[-1]
        return hmac.digest(key, source.encode("utf-8", "replace"), "sha256").hex()[:16]

    def open_temporary(self) -> tuple[int, Path]:
        """Return a new file that only this user of the machine can read."""
        folder = self._folder / "tmp"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=folder)
        return descriptor, Path(name)

    def take(self, temporary: Path, record: _Record, owner: str) -> FileRef:
        """Make a finished temporary file one of an owner's; the record comes last, so there is all or nothing."""
        place = self._owner_folder(owner) / token_urlsafe(_RANDOM_BYTES)
        place.mkdir(parents=True, mode=0o700)
        try:
            temporary.replace(place / record.name)
            self._write_record(place, record)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        self._usage.count_file(self._owner_folder(owner).name, 1)
        return _ref(self._sign(place.name, owner), record)

    def _begin(self, upload: UploadId, owner: str) -> Path:
        """Return where an upload is, or will be, while nobody writes it, and make room among its owner's others."""
        self._cut_off(upload, owner)
        path = self._begun_path(upload, owner)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        others = sorted(_below(path.parent), key=_modified)
        for oldest in others[: max(0, len(others) - _BEGUN_AT_MOST)]:
            if oldest.stem != upload:
                self.release(_size(oldest) if oldest.suffix != _ENDED else 0, owner)
                oldest.unlink(missing_ok=True)
        return path

    def _cut_off(self, upload: UploadId, owner: str) -> None:
        draft = self._writing.pop((owner, upload), None)
        if draft is not None:
            draft.set_aside()

    def _begun_folder(self, owner: str) -> Path:
        return self._folder / "begun" / self._owner_folder(owner).name

    def _begun_path(self, upload: UploadId, owner: str) -> Path:
        if not is_wellformed(upload):
            raise FileNotFound
        return self._begun_folder(owner) / upload

    def _write_record(self, place: Path, record: _Record) -> None:
        self._write_json(_record_path(place), record)

    def _write_json(self, path: Path, value: object) -> None:
        """Put a value at `path` in one step, as of now."""
        descriptor, temporary = self.open_temporary()
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(value))
        now = self._clock()
        os.utime(temporary, (now, now))
        temporary.replace(path)

    def _former_owners(self, folder: Path) -> list[str]:
        """Return whose files have come to be those of the owner of `folder`."""
        try:
            return msgspec.json.decode((folder / _FORMER).read_bytes(), type=list[str])
        except (OSError, msgspec.MsgspecError):
            return []

    def _remove(self, place: Path, owner: str) -> None:
        record = _read(place)
        if record is None:
            return
        try:
            _record_path(place).unlink()
        except FileNotFoundError:  # somebody else was quicker
            return
        shutil.rmtree(place, ignore_errors=True)
        self.release(record.size_bytes, owner, record.source)
        self._usage.count_file(self._owner_folder(owner).name, -1)

    def _signer(self, owner: str) -> Signer:
        if self._keys is None:
            # Its signer takes the newest key last.
            self._keys = [*reversed(self._secrets().keys("files"))]
        return Signer(self._keys, salt=f"salon-file {owner}", sep=".", digest_method=hashlib.sha256)

    def _sign(self, random: str, owner: str) -> FileId:
        return FileId(self._signer(owner).sign(random).decode())

    def _place(self, id_: FileId, owner: str) -> Path:
        folder, text = self._owner_folder(owner), id_.encode("utf-8", "replace")
        with suppress(BadSignature):
            return folder / self._signer(owner).unsign(text).decode()
        for former in self._former_owners(folder):
            with suppress(BadSignature):
                return folder / self._signer(former).unsign(text).decode()
        raise FileNotFound

    def _owner_folder(self, owner: str) -> Path:
        name = hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._folder / "kept" / name


class _Draft:
    """See `FileDraft`."""

    def __init__(
        self,
        store: LocalFiles,
        name: str,
        *,
        owner: str,
        source: str,
        claimed: str | None,
        limit_bytes: int | None,
        begun: Path | None = None,
    ) -> None:
        self._store = store
        self._name = name
        self._owner = owner
        self._source = source
        self._claimed = claimed
        self._limit_bytes = limit_bytes
        self._size_bytes = 0
        self._head = b""
        self._hash = hashlib.sha256()
        self._begun = begun
        self._has_ended = False
        self._lock = threading.Lock()
        with _room():
            descriptor, self._path = store.open_temporary()
        self._file = os.fdopen(descriptor, "wb")
        if begun is not None:
            # A copy: another process may still be writing to what is there.
            with suppress(FileNotFoundError), begun.open("rb") as earlier:
                while chunk := earlier.read(_CHUNK_BYTES):
                    self._add(chunk)

    @property
    def size_bytes(self) -> int:
        """See `FileDraft.size_bytes`."""
        return self._size_bytes

    def write(self, chunk: bytes) -> None:
        """See `FileDraft.write`."""
        with self._lock:
            self._require_own()
            if self._limit_bytes is not None and self._size_bytes + len(chunk) > self._limit_bytes:
                raise FileTooLarge("file.too-large", f"The file has more than {self._limit_bytes} bytes.")
            self._store.reserve(len(chunk), self._owner, self._source)
            self._add(chunk)

    def _add(self, chunk: bytes) -> None:
        self._size_bytes += len(chunk)
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        self._hash.update(chunk)
        with _room():
            self._file.write(chunk)

    def keep(self) -> FileRef:
        """See `FileDraft.keep`."""
        with self._lock, _room():
            self._require_own()
            self._store.reserve(0, self._owner, self._source)  # empty files count, too
            self._file.close()
            media_type = sniff(self._head, name=self._name, claimed=self._claimed)
            record = _Record(
                name=self._name,
                media_type=media_type,
                size_bytes=self._size_bytes,
                sha256=self._hash.hexdigest(),
                source=self._source,
            )
            ref = self._store.take(self._path, record, self._owner)
            self._has_ended = True
            if self._begun is not None:
                self._begun.unlink(missing_ok=True)
                self._begun.with_suffix(_ENDED).write_text(ref.id, "utf-8")
        return ref

    def discard(self) -> None:
        """See `FileDraft.discard`."""
        with self._lock:
            if self._begun is not None:
                self._begun.unlink(missing_ok=True)
                self._begun = None

    def set_aside(self) -> None:
        """End, and leave what is written for the next draft of the upload."""
        with self._lock:
            if self._has_ended:
                return
            self._has_ended = True
            try:
                self._file.close()
                if self._begun is not None:
                    self._path.replace(self._begun)
                    return
            except OSError:
                pass  # no room for the rest of it: what was there before stays
            self._path.unlink(missing_ok=True)
            self._store.release(self._size_bytes, self._owner, self._source)

    def close(self) -> None:
        """Leave nothing behind but what was kept, or waits for the rest of its upload."""
        self.set_aside()

    def _require_own(self) -> None:
        if self._has_ended:
            raise UploadElsewhere


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("files.no-room", "The server has no room left for files. Try again later.") from None
        raise


def _ref(id_: FileId, record: _Record) -> FileRef:
    return FileRef(id=id_, name=record.name, media_type=record.media_type, size_bytes=record.size_bytes)


def _record_path(place: Path) -> Path:
    return place.with_name(f"{place.name}.json")


def _read(place: Path) -> _Record | None:
    try:
        return msgspec.json.decode(_record_path(place).read_bytes(), type=_Record)
    except (OSError, ValueError):
        return None


def _below(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")
