"""Conversations as tests: files for `pytest` that replay them against the current function."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from salon.errors import AuthorError
from salon.evaluation.rated_replies import RatedReply, disliked

_SLUG_LENGTH = 40
_INDENT = "    "


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One turn of a test: the user's message, and the expected answer; without a `text`, any answer passes.

    With `is_bad`, `text` is an answer that must not occur again; `remark` is the user's comment on it.
    """

    message: str
    files: tuple[str, ...] = ()
    text: str | None = None
    options: tuple[str, ...] = ()
    is_bad: bool = False
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """A message that the application pushes between two turns of a test."""

    text: str


Step: TypeAlias = Exchange | Pushed
_Message: TypeAlias = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def recorded(export: Any) -> list[list[Step]]:
    """Return the conversations of an export as turns.

    Args:
        export: decoded JSON: a conversation as exported by Salon or returned by its protocol, a list of messages with
            `role` and `content`, or several of these below `conversations`.

    Raises:
        AuthorError: the value has another form.
    """
    if isinstance(export, Mapping) and isinstance(export.get("conversations"), list):
        return [talk for each in export["conversations"] for talk in recorded(each)]
    messages = export.get("messages", export.get("history")) if isinstance(export, Mapping) else export
    if not isinstance(messages, list):
        raise AuthorError("record.form", "The file is not an export of a conversation: it has no list of `messages`.")
    try:
        if isinstance(export, Mapping) and export.get("head") is not None:
            messages = _path(messages, export["head"])
        turns = _turns([_message(message) for message in messages])
    except (KeyError, TypeError, AttributeError) as error:
        raise AuthorError(
            "record.form", f"The file is not an export of a conversation: {error!r} in a message."
        ) from None
    return [turns] if turns else []


def read_export(path: Path) -> list[list[Step]]:
    """Return the conversations of an exported file; see `recorded`.

    Raises:
        AuthorError: the file cannot be read, or is no export.
    """
    try:
        return recorded(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise AuthorError("record.file", f"`{path}` cannot be read: {error}.") from error


def of_disliked(judged: Iterable[RatedReply]) -> list[list[Step]]:
    """Return the conversations up to each disliked reply, which must not occur again."""
    talks: list[list[Step]] = []
    for each in disliked(judged):
        steps = _turns([(message["role"], message["content"], (), ()) for message in each.prompt])
        turns = [turn for turn in steps if isinstance(turn, Exchange)]
        if not turns:
            continue
        remark = ", ".join(filter(None, (*each.opinion.options, each.opinion.comment)))
        *before, last = [replace(turn, text=None) for turn in turns]
        talks.append([*before, replace(last, text=each.answer, is_bad=True, remark=remark)])
    return talks


def as_suite(talks: Sequence[Sequence[Step]], app: str) -> str:
    """Return a file for `pytest` with a test for each conversation.

    Args:
        talks: the conversations.
        app: path of the application's file, relative to the tests' folder.
    """
    tests = [_test(number, turns) for number, turns in enumerate(talks, 1)]
    return (
        '"""Recorded conversations, replayed against the function of today.\n\n'
        "Run with `pytest`. Change what is too strict: `pattern=` takes a regular expression, `contains=` some words,\n"
        "`check=` a function of the answer, `first_token_s=` seconds.\n"
        '"""\n\n'
        "from pathlib import Path\n\n"
        "import pytest\n\n"
        "from salon.testing import ChatClient, load\n\n"
        "HERE = Path(__file__).parent\n\n\n"
        "@pytest.fixture\n"
        "def chat():\n"
        f"    with ChatClient(load(HERE / {app!r})) as client:\n"
        "        yield client\n" + "".join(tests)
    )


def _test(number: int, turns: Sequence[Step]) -> str:
    name = next((_slug(turn.message) for turn in turns if isinstance(turn, Exchange)), "")
    lines = ["", "", f"def test_{number}{name}(chat):"]
    for turn in turns:
        if isinstance(turn, Pushed):
            lines.append(f"{_INDENT}chat.push({_literal(turn.text, 1)})")
            continue
        if turn.remark:
            lines.append(f"{_INDENT}# The user's comment: {_one_line(turn.remark)}")
        files = f", files=[{', '.join(f'HERE / {name!r}' for name in turn.files)}]" if turn.files else ""
        lines.append(f"{_INDENT}answer = chat.send({_literal(turn.message, 1)}{files})")
        if turn.text is not None:
            options = f", options={list(turn.options)!r}" if turn.options else ""
            expected = "differs_from" if turn.is_bad else "text"
            lines.append(f"{_INDENT}answer.expect({expected}={_literal(turn.text, 1)}{options})")
    return "\n".join(lines) + "\n"


def _literal(text: str, depth: int) -> str:
    """Return a text as Python literals, one for each line; the text cannot become code."""
    parts = text.splitlines(keepends=True)
    if len(parts) < 2:
        return repr(text)
    inner = _INDENT * (depth + 1)
    return "(\n" + "".join(f"{inner}{part!r}\n" for part in parts) + _INDENT * depth + ")"


def _one_line(text: str) -> str:
    return repr(text)[1:-1]


def _slug(text: str) -> str:
    slug = re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_")[:_SLUG_LENGTH].strip("_")
    return f"_{slug}" if slug else ""


def _path(messages: Sequence[Any], head: str) -> list[Any]:
    """Return the messages on the path to the head of a tree."""
    by_id = {message["id"]: message for message in messages}
    path: list[Any] = []
    while head in by_id and len(path) <= len(messages):
        path.append(by_id[head])
        head = by_id[head].get("parent")
    return path[::-1]


def _message(stored: Mapping[str, Any]) -> _Message:
    """Return a message's role (`pushed` for a pushed message), text, names of files, and options."""
    message = stored.get("message", stored)
    parts = message.get("parts")
    if parts is None:
        content = message["content"]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    texts, files, options = [], [], []
    for part in parts:
        match part:
            case {"type": "text"}:
                texts.append(part.get("text", ""))
            case {"type": "file", "file": {**file}}:
                files.append(str(file.get("name") or file.get("orig_name") or "file"))
            case {"type": "options", "options": [*offered]}:
                options += [str(option["value"]) for option in offered]
    role = "pushed" if message.get("is_pushed") else message["role"]
    return role, "\n\n".join(filter(None, texts)), tuple(files), tuple(options)


def _turns(messages: Iterable[_Message]) -> list[Step]:
    turns: list[Step] = []
    for role, text, files, options in messages:
        if role == "user":
            names = tuple(Path(name.replace("\\", "/")).name or "file" for name in files)
            turns.append(Exchange(message=text, files=names))
        elif role == "pushed" and turns and text:
            turns.append(Pushed(text=text))
        elif role == "assistant" and turns and isinstance(before := turns[-1], Exchange):
            text_so_far = "\n\n".join(filter(None, (before.text, text)))
            turns[-1] = replace(before, text=text_so_far, options=(*before.options, *options))
    return turns
