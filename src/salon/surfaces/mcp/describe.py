"""Chats and functions as tools: their names, and their descriptions for models."""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salon.surfaces.callable_endpoints import CallableEndpoint, Parameter

_SECTION = re.compile(r"^(Args|Arguments|Parameters):\s*$", re.MULTILINE)
_NEXT_SECTION = re.compile(r"^\S.*:\s*$", re.MULTILINE)
_ARGUMENT = re.compile(r"^\s+\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
_FILE = {
    "type": "string",
    "format": "uri",
    "description": "The content of the file, as a data URL such as `data:image/png;base64,…`",
}
FILES = "files"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """An endpoint as a tool. It accepts all of `names`; the first is listed."""

    names: Sequence[str]
    called: CallableEndpoint
    description: Mapping[str, Any]


def tool_of(called: CallableEndpoint) -> Tool:
    """Return an endpoint as a tool, named after its function unless it has a name of its own."""
    names = [called.name] if called.alias is None else [called.name, called.alias]
    if called.alias is not None and called.alias != "lambda":
        names.reverse()
    about, arguments = _parsed(called.description)
    properties: dict[str, Any] = {}
    required = []
    for each in called.parameters:
        properties[each.name] = _property(each, arguments.get(each.name))
        if not each.has_default or each.input is None:
            required.append(each.name)
    if called.config.files is not None:
        properties[files_name(called)] = {
            "type": "array",
            "items": _FILE,
            "description": "Files attached to the message",
        }
    title = called.config.title
    return Tool(
        names=names,
        called=called,
        description={
            "name": names[0],
            **({"title": title} if title else {}),
            "description": about or ("Answers a message." if called.chat is not None else f"Calls {called.name}."),
            "inputSchema": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            },
        },
    )


def files_name(called: CallableEndpoint) -> str:
    """Return the name of the argument for a message's files."""
    taken = {each.name for each in called.parameters}
    return FILES if FILES not in taken else "message_files"


def _property(parameter: Parameter, about: str | None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"} if parameter.input is None else _with_files(dict(parameter.schema))
    about = about or (parameter.label if parameter.input is not None else "The message to answer")
    if about and "description" not in schema:
        schema["description"] = about
    if parameter.input is not None and parameter.default is not None:
        schema["default"] = parameter.default
    return schema


def _with_files(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("title") == "File":
        return dict(_FILE)
    if isinstance(schema.get("items"), dict):
        return schema | {"items": _with_files(schema["items"])}
    return schema


def _parsed(docstring: str) -> tuple[str, dict[str, str]]:
    """Return a docstring's description of a function, and of each of its parameters."""
    docstring = inspect.cleandoc(docstring)
    section = _SECTION.search(docstring)
    if section is None:
        return docstring, {}
    rest = docstring[section.end() :]
    after = _NEXT_SECTION.search(rest)
    listed = rest if after is None else rest[: after.start()]
    arguments: dict[str, str] = {}
    last = None
    for line in listed.splitlines():
        match = _ARGUMENT.match(line)
        if match is not None:
            last = match[1]
            arguments[last] = match[2].strip()
        elif last is not None and line.strip():
            arguments[last] = f"{arguments[last]} {line.strip()}"
    return docstring[: section.start()].strip(), arguments
