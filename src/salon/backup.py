"""Backups of what an application keeps on this machine: conversations, files, feedback, and the secret."""

import io
import shutil
import sqlite3
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path

from salon.errors import AuthorError
from salon.private_folders import nearest_existing
from salon.serve.storage import CONVERSATIONS_FILE, file_of

_MARK = "salon-backup"
_VERSION = b"1\n"
_DATABASE = "conversations.db"
_DATA = "data"
# Uploads that are still coming, and what the database needs beside it while it is open.
_LEFT_OUT = ("files/tmp", "files/begun", "conversations.db-wal", "conversations.db-shm")


def back_up(target: Path, *, data_dir: Path, store: str | None) -> int:
    """Write a backup, also while the application goes on, and return how many files are in it.

    The database is copied in one state, and before the files, so each file that it names is in the backup.

    Args:
        target: the archive to write, such as `backup.tar.gz`.
        data_dir: the application's data folder.
        store: the database, as `SALON_STORE` names it; `None` for the file in the data folder.

    Raises:
        AuthorError: there is nothing to back up, the database is none of this machine, or the archive exists already.
    """
    database = _database(data_dir, store)
    if target.exists():
        raise AuthorError("backup.exists", f"`{target}` exists already. Choose another name.")
    if not data_dir.is_dir() and not database.exists():
        raise AuthorError("backup.empty", f"There is no data folder `{data_dir}`. Name it by `--data-dir`.")
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        unfinished = Path(folder) / target.name
        with tarfile.open(unfinished, "w:gz") as archive:
            _add_bytes(archive, _MARK, _VERSION)
            if database.exists():
                archive.add(_copy_of(database, Path(folder)), _DATABASE)
                count += 1
            for path in sorted(data_dir.rglob("*")):
                name = path.relative_to(data_dir).as_posix()
                if path.is_file() and path != database and not name.startswith(_LEFT_OUT):
                    count += _add_file(archive, path, f"{_DATA}/{name}")
        unfinished.chmod(0o600)
        unfinished.replace(target)
    return count


def restore(source: Path, *, data_dir: Path, store: str | None, replaces: bool = False) -> int:
    """Bring a backup back, and return how many files were in it. The application must not run meanwhile.

    Args:
        source: the archive.
        data_dir: the application's data folder.
        store: the database, as `SALON_STORE` names it; `None` for the file in the data folder.
        replaces: whether what is there is set aside, in a folder whose name ends with the time.

    Raises:
        AuthorError: the archive is not a backup of Salon's, or there is something already.
    """
    database = _database(data_dir, store)
    there = [path for path in (data_dir, database) if path.exists() and (path.is_file() or any(path.iterdir()))]
    if there and not replaces:
        raise AuthorError("backup.there", f"`{there[0]}` is not empty. Move it away, or add `--replace`.")
    with tempfile.TemporaryDirectory(dir=nearest_existing(data_dir.absolute().parent)) as folder:
        try:
            with tarfile.open(source) as archive:
                _extract(archive, Path(folder))
        except (OSError, tarfile.TarError) as error:
            raise AuthorError("backup.invalid", f"`{source}` cannot be read as a backup: {error}.") from error
        content = Path(folder)
        if not (content / _MARK).is_file():
            raise AuthorError("backup.invalid", f"`{source}` is not a backup that `salon backup` has written.")
        for path in there:
            if path.exists():
                path.rename(path.with_name(f"{path.name}.{time.strftime('%Y%m%d-%H%M%S')}"))
        count = sum(path.is_file() for path in content.rglob("*")) - 1
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if (content / _DATA).is_dir():
            shutil.copytree(content / _DATA, data_dir, dirs_exist_ok=True)
        if (content / _DATABASE).exists():
            database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            for suffix in ("-wal", "-shm"):  # of a database that was damaged: they are not of this one
                database.with_name(database.name + suffix).unlink(missing_ok=True)
            shutil.copy(content / _DATABASE, database)
            database.chmod(0o600)
    return count


def _database(data_dir: Path, store: str | None) -> Path:
    if not store:
        return data_dir / CONVERSATIONS_FILE
    file = file_of(store)
    if file is None:
        raise AuthorError(
            "backup.store",
            "`salon backup` copies databases in files. Back up a PostgreSQL database by `pg_dump`, and the data folder "
            "by `salon backup` without `SALON_STORE`.",
        )
    return file


def _copy_of(database: Path, folder: Path) -> Path:
    copy = folder / _DATABASE
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise AuthorError("backup.database", f"The database `{database}` cannot be copied: {error}.") from error
    return copy


def _add_file(archive: tarfile.TarFile, path: Path, name: str) -> int:
    try:
        archive.add(path, name)
    except FileNotFoundError:  # deleted meanwhile
        return 0
    return 1


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mtime = int(time.time())
    info.mode = 0o600
    archive.addfile(info, io.BytesIO(content))


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the files of an archive below a folder; what is not a file, or leads out, is not one of ours."""
    for member in archive:
        parts = Path(member.name).parts
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or member.name.startswith("/") or ".." in parts:
            raise tarfile.ReadError(f"it holds `{member.name}`")
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as file:
            shutil.copyfileobj(content, file)
        path.chmod(0o600)
