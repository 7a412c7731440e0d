"""Answers to examples in a folder of this machine."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

import msgspec

from salon.ids import FileId
from salon.messages.parts import Part, files_of
from salon.stores.answers import KeptAnswer

_ANSWER = "answer.json"
_BEGUN = "begun-"
_BEGUN_S = 3_600.0


class _File(msgspec.Struct, frozen=True, kw_only=True):
    id: FileId
    size_bytes: int


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    messages: tuple[tuple[Part, ...], ...]
    files: tuple[_File, ...] = ()


class LocalAnswers:
    """An `AnswerStore` in `folder`: one folder a scope, in it one an answer, with its files by their numbers.

    Args:
        folder: made when the first answer comes.
        clock: seconds since 1970.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def get(self, scope: str, key: str) -> KeptAnswer | None:
        """See `AnswerStore.get`."""
        place = self._folder / scope / key
        if not place.exists():
            return None
        try:
            record = msgspec.json.decode((place / _ANSWER).read_bytes(), type=_Record)
            files = {file.id: place / str(number) for number, file in enumerate(record.files)}
            wanted = {file.id for parts in record.messages for file in files_of(parts)}
            is_whole = wanted <= files.keys() and all(
                files[file.id].stat().st_size == file.size_bytes for file in record.files
            )
        except (OSError, ValueError):
            is_whole = False
        if is_whole:
            return KeptAnswer(messages=record.messages, files=files)
        self._forget(place)
        return None

    def put(self, scope: str, key: str, answer: KeptAnswer) -> None:
        """See `AnswerStore.put`."""
        folder = self._folder / scope
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        begun = Path(tempfile.mkdtemp(prefix=_BEGUN, dir=folder))
        try:
            files = []
            for number, (id_, path) in enumerate(answer.files.items()):
                copy = begun / str(number)
                shutil.copyfile(path, copy)
                files.append(_File(id=id_, size_bytes=copy.stat().st_size))
            record = _Record(messages=answer.messages, files=tuple(files))
            (begun / _ANSWER).write_bytes(msgspec.json.encode(record))
            try:
                begun.rename(folder / key)
            except OSError:
                if not (folder / key).exists():  # otherwise somebody else was quicker
                    raise
        finally:
            shutil.rmtree(begun, ignore_errors=True)

    def keep_only(self, scope: str, keys: Collection[str]) -> None:
        """See `AnswerStore.keep_only`."""
        with suppress(OSError):
            for place in list((self._folder / scope).iterdir()):
                if not place.name.startswith(_BEGUN):
                    if place.name not in keys:
                        self._forget(place)
                elif place.stat().st_mtime < self._clock() - _BEGUN_S:
                    shutil.rmtree(place, ignore_errors=True)

    def _forget(self, place: Path) -> None:
        """Remove an answer: out of sight in one step, so that nobody meets half of it."""
        aside = place.with_name(f"{_BEGUN}{os.urandom(8).hex()}")
        with suppress(OSError):
            place.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)
