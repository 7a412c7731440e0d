"""The conversion of an author's or a function's value into the parts of one message."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from salon.components.base import ComponentError, Files
from salon.components.catalog import component_for, component_for_file, is_path
from salon.media_types import guess_type
from salon.messages.chat_message import ChatMessage
from salon.messages.parts import Option, OptionsPart, Part, TextPart, ThoughtPart
from salon.text import clean, unindented_reply

Draft: TypeAlias = tuple[Part, ...]
"""The parts of a message that is not in a conversation yet."""

_OPTIONS_AT_MOST = 100
_TITLE_LENGTH = 1_000


class NothingToShowError(ComponentError):
    """A value that no part of a message can represent; `value` is the value."""

    def __init__(self, value: Any) -> None:
        super().__init__(
            f"a value of type `{type(value).__name__}` cannot be shown in a message. Return a string, a component "
            "such as "
            "`Image`, a `ChatMessage`, or a dictionary with `content`."
        )
        self.value = value


def is_message(item: Any) -> bool:
    """Tell whether a value is a whole message: a `ChatMessage`, or a dictionary with `content`."""
    return isinstance(item, ChatMessage) or (isinstance(item, Mapping) and "content" in item)


def _as_it_is(text: str) -> Draft:
    return (TextPart(text=text),)


@dataclass(frozen=True, slots=True)
class DraftReader:
    """The conversion of values into drafts.

    Attributes:
        files: store for the files that values contain.
        texts: function that returns the parts of a text.
    """

    files: Files
    texts: Callable[[str], Draft] = _as_it_is

    def parts(self, item: Any) -> Draft:
        """Return the parts of the one message that `item` represents. It may block, to write files.

        Raises:
            NothingToShowError: no part of a message can represent the value.
            ComponentError: a component or file in it cannot be shown.
        """
        match item:
            case str():
                return self.texts(unindented_reply(item))
            case ChatMessage():
                return self._message(item.content, item.metadata, item.options)
            case Mapping() if is_message(item):
                return self._message(item["content"], item.get("metadata"), item.get("options"))
            case Mapping() if "files" in item or "text" in item:
                text = item.get("text")
                files = [part for file in item.get("files") or () for part in self._file(file)]
                return (*(self.parts(text) if text else ()), *files)
            case Mapping() if "path" in item:
                return self._file(item["path"], item.get("alt_text"))
            case bool() | None:
                pass
            case int() | float():
                return (TextPart(text=str(item)),)
        if is_path(item):
            return self._file(item)
        component = component_for(item)
        if component is not None:
            return (component.part(self.files),)
        raise NothingToShowError(item)

    def _file(self, value: Any, alt_text: str | None = None) -> Draft:
        if isinstance(value, Mapping):
            alt_text = value.get("alt_text", alt_text)
            value = value.get("path") or value.get("url")
        component = component_for(value)
        if component is None:
            component = component_for_file(value, guess_type(str(value).partition("?")[0]), alt_text)
        return (component.part(self.files),)

    def _message(self, content: Any, metadata: Any, options: Any) -> Draft:
        contents = content if isinstance(content, list) else [content]
        parts = [part for item in contents for part in self._content(item)]
        if metadata and metadata.get("title"):
            text = "\n\n".join(part.text for part in parts if isinstance(part, TextPart))
            parts = [_thought(text, metadata), *(part for part in parts if not isinstance(part, TextPart))]
        return (*parts, *_options(options))

    def _content(self, item: Any) -> Draft:
        match item:
            case None:
                raise ComponentError(
                    "A message's `content` is text, a component or a file, got `None`. Return an empty string for an "
                    "empty message."
                )
            case Mapping() if item.get("type") == "text":
                return self.parts(str(item.get("text", "")))
            case Mapping() if item.get("type") == "file":
                return self._file(item.get("file"), item.get("alt_text"))
            case tuple() if item and isinstance(item[0], str) and len(item) <= 2:
                return self._file(item[0], item[1] if len(item) == 2 else None)
            case _:
                return self.parts(item)


def _thought(text: str, metadata: Mapping[str, Any]) -> ThoughtPart:
    status = metadata.get("status")
    if status not in ("pending", "done", None):
        raise ComponentError(f"A thought's `status` is `pending` or `done`, got `{status!r}`.")
    duration = metadata.get("duration")
    if duration is not None and not isinstance(duration, int | float):
        raise ComponentError(f"A thought's `duration` is a number of seconds, got `{duration!r}`.")
    return ThoughtPart(
        title=clean(str(metadata["title"]))[:_TITLE_LENGTH],
        text=text,
        status=status,
        log=_short(metadata.get("log")),
        duration_s=None if duration is None else float(duration),
        id=_short(metadata.get("id")),
        parent=_short(metadata.get("parent_id")),
    )


def _short(value: Any) -> str | None:
    return None if value is None else clean(str(value))[:_TITLE_LENGTH]


def _options(options: Iterable[Any] | None) -> tuple[OptionsPart, ...]:
    if not options:
        return ()
    read = []
    for option in list(options)[:_OPTIONS_AT_MOST]:
        value = option.get("value") if isinstance(option, Mapping) else option
        label = option.get("label") if isinstance(option, Mapping) else None
        if not isinstance(value, str) or not value.strip():
            raise ComponentError(
                f'An option is a text that is not empty, or a dictionary such as {{"value": "yes"}}; got `{option!r}`.'
            )
        read.append(Option(value=clean(value), label=clean(str(label or value))))
    return (OptionsPart(options=tuple(read)),)
