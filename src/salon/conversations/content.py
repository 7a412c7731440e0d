"""The content of messages in the form that chat functions and models get."""

import json
from collections.abc import Sequence
from typing import Any

from salon.components.base import FindPath
from salon.components.props import Source, name_in
from salon.media_types import guess_type
from salon.messages.parts import ComponentPart, FilePart, FileRef, Part, TextPart

_ROWS = 100


def content_of(parts: Sequence[Part], find: FindPath) -> str | list[dict[str, Any]]:
    """Return a text, or a list of texts and files if there are files; thoughts and options are left out."""
    contents: list[dict[str, Any]] = []
    for part in parts:
        match part:
            case TextPart(text=text) if text:
                contents.append({"type": "text", "text": text})
            case FilePart(file=file, alt_text=alt_text):
                contents += _file(file, alt_text, find)
            case ComponentPart(props=props, files=files):
                alt_text = props.get("alt_text") or props.get("label") or ""
                contents += [content for file in files for content in _file(file, alt_text, find)]
                contents += [_at_address(source, alt_text, find) for source in _addresses(props)]
                text = _description(part)
                contents += [{"type": "text", "text": text}] if text else []
            case _:
                pass
    if any(content["type"] == "file" for content in contents):
        return contents
    return "\n\n".join(content["text"] for content in contents)


def _file(file: FileRef, alt_text: str, find: FindPath) -> list[dict[str, Any]]:
    path = find(file)
    if path is None:
        return []
    described = {"path": str(path), "orig_name": file.name, "mime_type": file.media_type, "size": file.size_bytes}
    return [{"type": "file", "file": described} | ({"alt_text": alt_text} if alt_text else {})]


def _at_address(source: Source, alt_text: str, find: FindPath) -> dict[str, Any]:
    path = find(source)
    if path is None:
        return {"type": "file", "file": {"url": source.url}}
    name = name_in(source)
    described = {"path": str(path), "orig_name": name, "mime_type": guess_type(name), "size": path.stat().st_size}
    return {"type": "file", "file": described} | ({"alt_text": alt_text} if alt_text else {})


def _addresses(props: dict[str, Any]) -> list[Source]:
    sources = [props.get("source"), *props.get("sources", ()), *(item["source"] for item in props.get("items", ()))]
    return [Source(url=source["url"]) for source in sources if source and source.get("url")]


def _description(part: ComponentPart) -> str:
    """Return a text that represents a component where only text is possible."""
    props = part.props
    match part.kind:
        case "code":
            return f"```{props.get('language') or ''}\n{part.text}\n```"
        case "json":
            return json.dumps(props.get("value"), ensure_ascii=False)
        case "label":
            sure = (f"{item['label']}: {item['confidence']:.0%}" for item in props.get("confidences", ()))
            return ", ".join(sure) or props.get("value") or ""
        case "dataframe":
            rows = [props.get("headers", ()), *props.get("rows", ())[:_ROWS]]
            return "\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)
        case "plot" if props.get("figure") is not None:
            return json.dumps(props["figure"].get("data"), ensure_ascii=False)
        case _:
            return part.text
