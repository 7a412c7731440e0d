"""Opinions as rows of a CSV file, which several processes write, and people open in spreadsheets."""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from salon.private_folders import make_private_folder
from salon.stores.feedback import FeedbackRow
from salon.stores.files import StorageFull
from salon.text import clean

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

COLUMNS = ("conversation", "index", "value", "flag", "timestamp")
COMMENT = "comment"
CELL_LENGTH = 131_000
"""Characters of a cell: readers such as Python's take no more than 131,072."""

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_FORMULA_BELOW = re.compile(r"[\r\n]\s*[=@＝＠]")
_NOTE = re.compile(rb"(log(?:_\d+)?\.csv) (\d+) (\d+)\n")
_BETWEEN = "; "
_TEXT_AT_LEAST = 200
_BINARY: int = getattr(os, "O_BINARY", 0)


class FeedbackLog:
    """A `FeedbackTable` that is `log.csv` in a folder, with the columns that users of Gradio know.

    A row is appended by one writer at a time. Before, its writer notes beside the file from where to where the row
    will reach, and takes the note away when it is there for good. So whoever comes after one that was killed, or for
    whom the disk was full, cuts off what is not whole.

    Args:
        folder: made when the first row comes.
        has_comments: there is a sixth column, for comments. A file with other columns is left alone, and one with a
            number begun beside it.
    """

    def __init__(self, folder: Path, *, has_comments: bool = False) -> None:
        self._folder = folder
        self._columns = (*COLUMNS, COMMENT) if has_comments else COLUMNS

    def append(self, row: FeedbackRow) -> None:
        """See `FeedbackTable.append`."""
        cells = dict(zip((*COLUMNS, COMMENT), cells_of(row), strict=True))
        content = encoded_row([cells[name] for name in self._columns])
        try:
            make_private_folder(self._folder)
            with _locked(self._folder / ".log.csv.lock") as note:
                self._cut_off(note)
                self._write(note, content)
        except OSError as error:
            raise StorageFull("feedback.no-room", f"The feedback cannot be written: {error.strerror}.") from error

    def _write(self, note: int, content: bytes) -> None:
        header = ",".join(self._columns).encode() + b"\r\n"
        path = self._file(header)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _BINARY, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            content = _beginning(descriptor, size, header) + content
            _replace(note, f"{path.name} {size} {size + len(content)}\n".encode())
            try:
                _write_all(descriptor, content)
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, size)
                _replace(note, b"")
                raise
            _replace(note, b"")
        finally:
            os.close(descriptor)

    def _file(self, header: bytes) -> Path:
        """Return the file with these columns, which need not be there yet."""
        number = 1
        while True:
            path = self._folder / ("log.csv" if number == 1 else f"log_{number}.csv")
            if not path.exists():
                return path
            with path.open("rb") as file:
                if file.readline(1_000).removeprefix(b"\xef\xbb\xbf").rstrip() in (b"", header.rstrip()):
                    return path
            number += 1

    def _cut_off(self, note: int) -> None:
        """Remove what a writer left that did not come to its end."""
        found = _NOTE.fullmatch(_read_at(note, 0, 200))
        if found is None:
            return
        path, start, end = self._folder / found[1].decode(), int(found[2]), int(found[3])
        if path.exists() and start < path.stat().st_size < end:
            os.truncate(path, start)
        _replace(note, b"")


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that could be has a `'` before it."""
    text = clean(text)
    if len(text) > CELL_LENGTH:
        text = f"{text[:CELL_LENGTH]}… [{len(text) - CELL_LENGTH} characters left out]"[: CELL_LENGTH + 60]
    return f"'{text}" if _FORMULA.match(text) or _FORMULA_BELOW.search(text) else text


def cells_of(row: FeedbackRow) -> list[str]:
    """Return the cells of a row, the comment last; none is a formula, or too long for readers."""
    opinion = row.opinion
    at = datetime.fromtimestamp(row.given_at).astimezone()
    return [
        _conversation(row.conversation),
        str(row.index),
        safe_cell(row.value),
        safe_cell(_BETWEEN.join(opinion.options)),
        at.strftime("%Y-%m-%d %H:%M:%S.%f"),
        safe_cell(opinion.comment),
    ]


def _conversation(messages: Sequence[dict[str, Any]]) -> str:
    """Return messages as JSON that fits into a cell.

    Of a conversation that is too long, the texts are cut short; when that is not enough, its beginning is left out.
    """
    length = CELL_LENGTH
    text = _json(messages, length)
    while len(text) > CELL_LENGTH and length > _TEXT_AT_LEAST:
        length //= 2
        text = _json(messages, length)
    kept = messages
    while len(text) > CELL_LENGTH and kept:
        kept = kept[len(kept) // 2 + 1 :]
        left_out = {"role": "system", "content": f"[{len(messages) - len(kept)} messages left out]"}
        text = _json([left_out, *kept], length)
    return clean(text)


def _json(messages: Sequence[dict[str, Any]], length: int) -> str:
    return json.dumps([_shortened(message, length) for message in messages], ensure_ascii=False)


def _shortened(value: Any, length: int) -> Any:
    match value:
        case str():
            text = clean(value)
            return text if len(text) <= length else f"{text[:length]}… [{len(text) - length} characters left out]"
        case dict():
            return {key: _shortened(item, length) for key, item in value.items()}
        case list():
            return [_shortened(item, length) for item in value]
        case _:
            return value


def encoded_row(cells: Sequence[str]) -> bytes:
    """Return a line of a table, each cell in quotes."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow(cells)
    return buffer.getvalue().encode()


def _beginning(descriptor: int, size: int, header: bytes) -> bytes:
    """Return what comes before a row: the header in a new file, an end of line where somebody's editor left none."""
    if size == 0:
        return header
    return b"" if _read_at(descriptor, size - 1, 1) == b"\n" else b"\r\n"


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _replace(descriptor: int, content: bytes) -> None:
    os.ftruncate(descriptor, 0)
    if content:
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, content)


def _read_at(descriptor: int, offset: int, length: int) -> bytes:
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, length)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Hold a file for this writer alone, among all threads and processes; the system lets go of a dead one's."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
