"""Exports of conversations: JSON, which can be imported again, Markdown and HTML."""

import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Literal

import msgspec

from salon.ids import MessageId
from salon.messages.conversation import Conversation
from salon.messages.message import StoredMessage
from salon.messages.parts import ComponentPart, FilePart, FileRef, OptionsPart, Part, TextPart, ThoughtPart

_ROLES = {"user": "User", "assistant": "Assistant", "system": "System"}
_AS_CODE = ("code", "html", "json")


class ConversationDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation as a JSON document, with all branches; files are listed without their content.

    `title` is empty if the conversation has no title yet. Times are in seconds since 1970, UTC.
    """

    format: Literal["salon-conversation"]
    version: Literal[1]
    messages: tuple[StoredMessage, ...]
    title: str = ""
    head: MessageId | None = None
    created_at: float = 0
    updated_at: float = 0


def document_of(
    conversation: Conversation, *, title: str = "", created_at: float = 0, updated_at: float = 0
) -> ConversationDocument:
    """Return the document of a conversation."""
    return ConversationDocument(
        format="salon-conversation",
        version=1,
        title=title,
        head=conversation.head,
        created_at=created_at,
        updated_at=updated_at,
        messages=tuple(conversation.messages.values()),
    )


def to_json(documents: ConversationDocument | Sequence[ConversationDocument]) -> str:
    """Return one document, or several below `conversations`, as indented JSON."""
    content = documents if isinstance(documents, ConversationDocument) else {"conversations": documents}
    return msgspec.json.format(msgspec.json.encode(content), indent=1).decode() + "\n"


def to_markdown(messages: Sequence[StoredMessage], *, title: str) -> str:
    """Return a path of messages as Markdown; users' text is in block quotes, escaped so that it is shown as written."""
    blocks = [f"# {_one_line(title)}"] if title else []
    for stored in messages:
        blocks.append(f"## {_ROLES[stored.message.role]} · {_date(stored.created_at)}")
        blocks += filter(None, (_markdown(part) for part in stored.message.parts))
        if stored.message.failure is not None:
            blocks.append(f"> ⚠ {_one_line(stored.message.failure.message)}")
    return "\n\n".join(blocks) + "\n"


def to_html(
    messages: Sequence[StoredMessage], *, title: str, picture: Callable[[FileRef], str | None] | None = None
) -> str:
    """Return a path of messages as one HTML page, which loads no other files and runs no scripts.

    Args:
        messages: the messages from the first to the last.
        title: title of the conversation.
        picture: function that returns a file as a `data:` URL if it is an image to embed, else `None`.
    """
    body = "\n".join(_html_message(stored, picture or _no_picture) for stored in messages)
    return _PAGE.format(title=escape(title or "Conversation"), body=body)


def _markdown(part: Part) -> str:
    match part:
        case TextPart(text=text):
            return text
        case ThoughtPart():
            return "\n".join(f"> {line}".rstrip() for line in (f"**{_one_line(part.title)}**", *part.text.splitlines()))
        case FilePart(file=file):
            return f"📎 `{_one_line(file.name)}`"
        case ComponentPart(kind=kind, text=text, files=files):
            names = [f"📎 `{_one_line(file.name)}`" for file in files]
            fence = "`" * max(3, 1 + _longest_run(text))
            content = f"{fence}\n{text}\n{fence}" if kind in _AS_CODE and text else text
            return "\n\n".join(filter(None, (content, *names)))
        case OptionsPart():
            return ""


def _html_message(stored: StoredMessage, picture: Callable[[FileRef], str | None]) -> str:
    role = stored.message.role
    parts = "".join(_html(part, picture) for part in stored.message.parts)
    failure = stored.message.failure
    if failure is not None:
        parts += f'<p class="failure">{escape(failure.message)}</p>'
    heading = f"<h2>{_ROLES[role]} <time>{_date(stored.created_at)}</time></h2>"
    return f'<article class="{role}">{heading}{parts}</article>'


def _html(part: Part, picture: Callable[[FileRef], str | None]) -> str:
    match part:
        case TextPart(text=text):
            return f'<div class="text" dir="auto">{escape(text)}</div>'
        case ThoughtPart(title=title, text=text):
            summary = f"<summary>{escape(title)}</summary>"
            return f'<details>{summary}<div class="text" dir="auto">{escape(text)}</div></details>'
        case FilePart(file=file):
            return _html_file(file, picture)
        case ComponentPart(text=text, files=files):
            content = f'<div class="text" dir="auto">{escape(text)}</div>' if text else ""
            return content + "".join(_html_file(file, picture) for file in files)
        case OptionsPart():
            return ""


def _html_file(file: FileRef, picture: Callable[[FileRef], str | None]) -> str:
    address = picture(file)
    name = escape(file.name)
    return f'<p><img src="{escape(address)}" alt="{name}"></p>' if address else f'<p class="file">📎 {name}</p>'


def _no_picture(file: FileRef) -> None:
    del file


def _one_line(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def _longest_run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    longest = length = 0
    for character in text:
        length = length + 1 if character == "`" else 0
        longest = max(longest, length)
    return longest


def _date(seconds: float) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):
        return ""


_PAGE = """<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 46rem; margin: 0 auto; padding: 1rem; }}
article {{ margin: 1rem 0; }}
article.user {{ background: color-mix(in srgb, currentColor 8%, transparent); border-radius: 1rem; }}
article.user {{ padding: .5rem 1rem; }}
h2 {{ font-size: .9rem; margin: 0 0 .25rem; }}
time {{ font-weight: normal; opacity: .7; }}
.text {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
.failure {{ border-inline-start: 3px solid #b00; padding-inline-start: .75rem; }}
img {{ max-width: 100%; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
