"""Rated replies, read from the data folder or from tables, including Gradio's."""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from salon.conversations.feedback import row_of
from salon.errors import AuthorError
from salon.stores.feedback import DISLIKE, LIKE, FeedbackRecord, FeedbackRow, Opinion

_CELL_BYTES = 2**31 - 1
_BETWEEN = "; "
_ESCAPED = "'"


@dataclass(frozen=True, kw_only=True)
class RatedReply:
    """A reply with its rating.

    `conversation` is a name of the conversation for people. `messages` is the whole conversation as `{"role",
    "content"}` with texts, `index` the position of the reply in it. `prompt` is the list of messages before it;
    `answer` is its whole text. `is_sound` is false for replies that no model should be trained on: incomplete ones, and
    conversations that their reader may have forged. `given_at` is in seconds since 1970, UTC.
    """

    conversation: str
    messages: Sequence[Mapping[str, str]]
    index: int
    answer: str
    opinion: Opinion
    given_at: float
    user: str | None = None
    is_sound: bool = True

    @property
    def prompt(self) -> list[Mapping[str, str]]:
        """The messages before the reply."""
        return list(self.messages[: self.index])

    def row(self) -> FeedbackRow:
        """Return the rated reply as a row of the table."""
        return FeedbackRow(
            conversation=[dict(message) for message in self.messages],
            index=self.index,
            value=self.answer,
            opinion=self.opinion,
            given_at=self.given_at,
        )


def from_records(records: Iterable[FeedbackRecord]) -> Iterator[RatedReply]:
    """Yield the records of a store as rated replies, in the same order."""
    for record in records:
        index, row = row_of(record)
        yield RatedReply(
            conversation=record.conversation,
            messages=[_plain(message) for message in row.conversation],
            index=index,
            answer=row.value,
            opinion=record.opinion,
            given_at=record.given_at,
            user=record.user,
            is_sound=record.verified and _is_complete(record),
        )


def _is_complete(record: FeedbackRecord) -> bool:
    ids = [stored.id for stored in record.messages]
    if (
        record.message not in ids or record.messages[0].parent is not None
    ):  # the record's first messages were dropped, as it was too long
        return False
    first, *rest = (stored.message for stored in record.messages[ids.index(record.message) :])
    turn = [first, *takewhile(lambda message: message.continues(first), rest)]
    return first.role == "assistant" and all(message.status == "complete" for message in turn)


def from_tables(folder: Path) -> list[RatedReply]:
    """Return the rated replies in the tables of a folder, oldest first; the last rating of a reply counts.

    Raises:
        AuthorError: there is no table, or one cannot be read.
    """
    paths = sorted(folder.glob("log*.csv"), key=lambda path: (len(path.name), path.name))
    if not paths:
        raise AuthorError("feedback.none", f"There is no `log.csv` in `{folder}`.")
    last: dict[str, RatedReply] = {}
    for path in paths:
        for judged in _rows(path):
            key = json.dumps([*judged.prompt, judged.answer], ensure_ascii=False)
            last.pop(key, None)
            if not judged.opinion.is_empty:
                last[key] = judged
    return list(last.values())


def _rows(path: Path) -> Iterator[RatedReply]:
    limit = csv.field_size_limit(_CELL_BYTES)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            for cells in reader:
                if judged := _row(header, cells, f"{path.name}, line {reader.line_num}"):
                    yield judged
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise AuthorError("feedback.unreadable", f"`{path}` cannot be read: {error}.") from error
    finally:
        csv.field_size_limit(limit)


def _row(header: Sequence[str], cells: list[str], name: str) -> RatedReply | None:
    """Return the rated reply of a row; `None` if the row has no known form.

    Gradio's rows lack a value for one of the columns in their header.
    """
    if len(header) >= len(cells) + 1 and len(cells) == 4:
        cells = [*cells[:2], "", *cells[2:]]
    if len(cells) < 5:
        return None
    try:
        messages = [_plain(message) for message in json.loads(cells[0])]
        index = int(cells[1])
        given_at = datetime.fromisoformat(cells[4]).timestamp()
    except (ValueError, TypeError, AttributeError, OSError):
        return None
    if not 0 <= index < len(messages):
        return None
    turn = []
    for message in messages[index:]:
        if message["role"] != messages[index]["role"]:
            break
        turn.append(message["content"])
    options = tuple(filter(None, _unescaped(cells[3]).split(_BETWEEN)))
    comment = _unescaped(cells[5]) if len(cells) > 5 else ""
    return RatedReply(
        conversation=name,
        messages=messages,
        index=index,
        answer="\n\n".join(filter(None, turn)),
        opinion=Opinion(options=options, comment=comment),
        given_at=given_at,
    )


def _unescaped(cell: str) -> str:
    return cell.removeprefix(_ESCAPED)


def _plain(message: Mapping[str, Any]) -> dict[str, str]:
    """Return a message whose content is a text; files are represented by their names."""
    return {"role": str(message["role"]), "content": _text(message.get("content"))}


def _text(content: Any) -> str:
    match content:
        case str():
            return content
        case {"text": str(text)}:
            return text
        case {"file": {**file}} | {"path": _, **file}:
            name = file.get("orig_name") or os.path.basename(str(file.get("path", content.get("path", ""))))  # noqa: PTH119 - paths of any system
            return f"[{name}]"
        case list():
            return "\n\n".join(filter(None, map(_text, content)))
        case _:
            return ""


def liked(judged: Iterable[RatedReply]) -> list[RatedReply]:
    """Return the liked replies."""
    return [each for each in judged if LIKE in each.opinion.options]


def disliked(judged: Iterable[RatedReply]) -> list[RatedReply]:
    """Return the replies that were disliked, or flagged with another option and not liked."""
    return [
        each
        for each in judged
        if DISLIKE in each.opinion.options or (each.opinion.options and LIKE not in each.opinion.options)
    ]
