"""Replies as plain text or Markdown, for protocols without other content."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from salon.conversations.content import content_of
from salon.events.fold import Folding, Reply
from salon.events.types import PartDelta, PartReplace, PartStart, PartTruncate, Reset, RunEvent
from salon.messages.parts import ComponentPart, FilePart, FileRef, Part, TextPart, ThoughtPart

Address: TypeAlias = Callable[[FileRef], str]
"""A function that returns the address of a file for clients."""

_CONTENT = (PartStart, PartDelta, PartReplace, PartTruncate, Reset)


def text_of(reply: Reply, address: Address) -> str:
    """Return a reply as Markdown: its texts, and links to its files; without thoughts and preset replies."""
    parts = (part for message in reply.messages for part in message.parts)
    return "\n\n".join(text for text in (_text(part, address) for part in parts) if text)


def thoughts_of(reply: Reply) -> str:
    """Return the thoughts of a reply, as Markdown."""
    parts = (part for message in reply.messages for part in message.parts)
    return "\n\n".join(f"{part.title}\n\n{part.text}" for part in parts if isinstance(part, ThoughtPart))


def files_in(reply: Reply) -> Iterable[FileRef]:
    """Return the files of a reply."""
    for message in reply.messages:
        for part in message.parts:
            if isinstance(part, ComponentPart):
                yield from part.files


def _text(part: Part, address: Address) -> str:
    match part:
        case TextPart(text=text):
            return text
        case FilePart(file=file):
            return _link(file, "", address)
        case ComponentPart(props=props, files=files):
            links = [_link(file, props.get("label") or "", address) for file in files]
            links += [f"[{url}]({url})" for url in _addresses(props)]
            return "\n".join(links) or described(part)
    return ""


def described(part: ComponentPart) -> str:
    """Return a text for a component; empty for a component that consists of files."""
    if part.files or _addresses(part.props):
        return "\n".join(_addresses(part.props))
    content = content_of([part], lambda _: None)
    return content if isinstance(content, str) else ""


def _link(file: FileRef, label: str, address: Address) -> str:
    mark = "!" if file.media_type.startswith("image/") else ""
    name = (label or file.name).replace("[", "(").replace("]", ")")
    return f"{mark}[{name}]({address(file)})"


def _addresses(props: dict[str, Any]) -> list[str]:
    sources: Sequence[Any] = [
        props.get("source"),
        *props.get("sources", ()),
        *(item["source"] for item in props.get("items", ())),
    ]
    return [source["url"] for source in sources if source and source.get("url")]


class GrowingText:
    """Folds the events of a run, and returns the additions to the text of its reply and of its thoughts.

    Clients append each addition and cannot delete text. While the reply does not begin with the text that was sent (the
    function replaced it), nothing is returned; `rest` returns the whole reply at the end.

    Args:
        address: function that returns the address of a file for clients.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._folding = Folding()
        self._sent = ""
        self._grown: list[str] = []
        self._thoughts = ""
        self._is_plain = False

    @property
    def reply(self) -> Reply:
        """The reply so far."""
        return self._folding.reply()

    @property
    def text(self) -> str:
        """The whole reply so far as text."""
        return text_of(self.reply, self._address)

    def add(self, event: RunEvent) -> tuple[str, str]:
        """Add the next event; return the additions to the thoughts' text and to the reply's text."""
        self._folding.add(event)
        if not isinstance(event, _CONTENT) or event.more:
            self._is_plain = self._is_plain and not isinstance(event, _CONTENT)
            return "", ""
        if self._is_plain and isinstance(event, PartDelta) and event.message == event.part == 0:
            self._grown.append(event.text)
            return "", event.text
        self._sent += "".join(self._grown)
        self._grown.clear()
        reply = self.reply
        thoughts, text = thoughts_of(reply), text_of(reply, self._address)
        self._is_plain = [type(part) for message in reply.messages for part in message.parts] == [TextPart]
        more_thoughts = thoughts[len(self._thoughts) :] if thoughts.startswith(self._thoughts) else ""
        more = text[len(self._sent) :] if text.startswith(self._sent) else ""
        self._is_plain = self._is_plain and text == self._sent + more
        self._thoughts += more_thoughts
        self._sent += more
        return more_thoughts, more

    def rest(self) -> str:
        """Return the text to send at the end: the whole reply, if it does not begin with the text that was sent."""
        sent, text = self._sent + "".join(self._grown), self.text
        return "" if text == sent else text[len(sent) :] if text.startswith(sent) else f"\n\n{text}"
