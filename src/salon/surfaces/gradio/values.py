"""The conversion of replies into the values that Gradio's clients get."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from salon.events.fold import Reply
from salon.messages.parts import ComponentPart, FilePart, FileRef, OptionsPart, Part, TextPart, ThoughtPart

_META = {"_type": "gradio.FileData"}


class Values:
    """Converts replies and components into JSON values.

    A reply that is one text becomes this text. Other replies keep the form that the function returned: a component, a
    message as a dictionary, or a list of these.

    Args:
        root: address of the application, without a slash at the end.
    """

    def __init__(self, root: str) -> None:
        self._root = root

    def of(self, reply: Reply) -> Any:
        """Return the value of a reply; `None` if it is empty."""
        parts = [part for message in reply.messages for part in message.parts]
        is_rich = reply.form in ("message", "messages") or any(
            isinstance(part, ThoughtPart | OptionsPart) for part in parts
        )
        values: list[Any] = []
        for message in reply.messages:
            thoughts = [part for part in message.parts if isinstance(part, ThoughtPart)]
            rest = [part for part in message.parts if not isinstance(part, ThoughtPart)]
            values += map(_thought, thoughts)
            if rest:
                values.append(self._message(rest, is_rich=is_rich))
        if len(values) == 1 and reply.form in ("value", "message"):
            return values[0]
        return values or None

    def file(self, file: FileRef) -> dict[str, Any]:
        """Return a file in Gradio's form."""
        path = f"{file.id}/{file.name}"
        return {
            "path": path,
            "url": f"{self._root}/gradio_api/file={quote(path)}",
            "size": file.size_bytes,
            "orig_name": file.name,
            "mime_type": file.media_type,
            "is_stream": False,
            "meta": _META,
        }

    def _message(self, parts: Sequence[Part], *, is_rich: bool) -> Any:
        match parts:
            case [TextPart(text=text)] if not is_rich:
                return text
            case [ComponentPart() as part] if not is_rich:
                return {"value": self.component(part), "__type__": "update"}
        contents = [self._content(part) for part in parts if not isinstance(part, OptionsPart)]
        options = [
            {"value": option.value, "label": option.label}
            for part in parts
            if isinstance(part, OptionsPart)
            for option in part.options
        ]
        is_text = len(contents) == 1 and contents[0]["type"] == "text"
        content = contents[0]["text"] if is_text else contents
        return {"role": "assistant", "content": content, "metadata": {}, "options": options}

    def _content(self, part: Part) -> dict[str, Any]:
        match part:
            case TextPart(text=text):
                return {"type": "text", "text": text}
            case FilePart(file=file):
                return {"type": "file", "file": self.file(file)}
            case ComponentPart(kind=kind):
                return {"type": "component", "component": kind, "value": self.component(part)}
        return {"type": "text", "text": part.text}

    def component(self, part: ComponentPart) -> Any:
        """Return the value of a component."""
        props = part.props
        match part.kind:
            case "image" | "audio" | "video":
                return self._source(part, props.get("source"))
            case "file":
                sources = [self._source(part, source) for source in props.get("sources", ())]
                return sources[0] if len(sources) == 1 else sources
            case "gallery":
                return [
                    {
                        "video" if item.get("is_video") else "image": self._source(part, item["source"]),
                        "caption": item.get("caption"),
                    }
                    for item in props.get("items", ())
                ]
            case "json":
                value = props.get("value")
                return msgspec.json.encode(value).decode() if _names_a_path(value) else value
            case "label":
                return {"label": props.get("value"), "confidences": list(props.get("confidences", ()))}
            case "dataframe":
                return {"headers": list(props.get("headers", ())), "data": list(props.get("rows", ()))}
            case "plot":
                return self._source(part, props.get("source") or props.get("document")) or props.get("figure")
        return props.get("value", part.text)

    def _source(self, part: ComponentPart, source: dict[str, Any] | None) -> Any:
        """Return a file, or the address of content on another host; clients download every `path` from this server."""
        if source is None:
            return None
        number = source.get("file")
        return source.get("url") if number is None else self.file(part.files[number])


def _thought(part: ThoughtPart) -> dict[str, Any]:
    metadata = {
        "title": part.title,
        "status": part.status,
        "log": part.log,
        "duration": part.duration_s,
        "id": part.id,
        "parent_id": part.parent,
    }
    fields = {name: value for name, value in metadata.items() if value is not None}
    return {"role": "assistant", "content": part.text, "metadata": fields, "options": []}


def _names_a_path(value: Any) -> bool:
    """Tell whether a client would take a value in `value` for a file, and fail to download it."""
    if isinstance(value, dict):
        return isinstance(value.get("path"), str) or any(map(_names_a_path, value.values()))
    return isinstance(value, list | tuple) and any(map(_names_a_path, value))
