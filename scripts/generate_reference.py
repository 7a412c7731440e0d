"""Write `docs/reference/*.md` from the docstrings. `--check` compares instead and fails on a difference."""

import dataclasses
import inspect
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import salon
from salon.components.base import Component
from salon.components.events import Event, EventData
from salon.components.layout import Layout

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
PAGES = {
    "chat": ("The chat", "The application, its parts, and how it is served."),
    "replies": ("Replies", "What chat functions return and yield besides plain text."),
    "components": ("Components", "Pictures, sound, data and more, in replies and on pages."),
    "inputs": ("Inputs", "What users enter besides messages."),
    "pages": ("Pages", "Chats and components beside each other, and functions bound to their events."),
    "running": ("While a function runs", "Who asks, progress, notices, and being stopped."),
    "look": ("Appearance", "Themes and what they are made of."),
    "errors": ("Errors", "What Salon raises, and what chat functions raise for their users."),
}
# The page of a module's names; a module that is not named here is about the chat.
HOMES = {
    "components.chat": "chat",
    "components": "components",
    "components.text": "inputs",
    "components.choice": "inputs",
    "components.number": "inputs",
    "components.picking": "inputs",
    "components.button": "inputs",
    "components.state": "inputs",
    "components.layout": "pages",
    "components.events": "pages",
    "components.updates": "pages",
    "blocks": "pages",
    "messages": "replies",
    "engine": "running",
    "themes": "look",
    "errors": "errors",
}
INHERITED = re.compile(r"; the arguments are those of `(\w+)`| ?Its (?:other )?arguments are those of `(\w+)`\.")
SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises):$", re.MULTILINE)
WIDTH = 100


class Entry(NamedTuple):
    """One line of a section: a name and what is said of it."""

    name: str
    text: str


class Documentation(NamedTuple):
    """A docstring, divided."""

    text: str
    sections: dict[str, list[Entry]]


def read(documentation: str) -> Documentation:
    """Divide a docstring of Google's style; text after a section belongs to the rest."""
    sections: dict[str, list[Entry]] = {}
    texts = []
    rest = documentation
    while (found := SECTION.search(rest)) is not None:
        texts.append(rest[: found.start()])
        lines = rest[found.end() :].split("\n")[1:]
        end = next((at for at, line in enumerate(lines) if line and not line.startswith(" ")), len(lines))
        sections[found[1]] = entries(
            textwrap.dedent("\n".join(lines[:end])), is_named=found[1] not in ("Returns", "Yields")
        )
        rest = "\n".join(lines[end:])
    texts.append(rest)
    return Documentation("\n\n".join(text.strip() for text in texts if text.strip()), sections)


def entries(section: str, *, is_named: bool) -> list[Entry]:
    """Return the lines of a section, continuation lines joined."""
    if not is_named:
        return [Entry("", " ".join(section.split()))]
    found = []
    for item in re.split(r"\n(?=\S)", section.strip()):
        name, _, text = item.partition(":")
        found.append(Entry(name.strip(), " ".join(text.split())))
    return found


def documentation_of(value: Any) -> Documentation:
    """Return what is said of a value; what its docstring leaves to another is taken from there."""
    own = read(inspect.getdoc(value) or "")
    sources = list(value.__mro__[1:-1]) if inspect.isclass(value) else []
    if (reference := INHERITED.search(own.text)) is not None:
        other = reference[1] or reference[2]
        sources += [getattr(home, other) for home in (inspect.getmodule(value), salon) if hasattr(home, other)]
        own = own._replace(text=INHERITED.sub("", own.text).strip())
    for source in sources:
        if getattr(source, "__module__", "").startswith("salon"):
            inherited = read(inspect.getdoc(source) or "")
            for section in ("Args", "Attributes", "Raises"):
                known = {entry.name for entry in own.sections.get(section, [])}
                more = [entry for entry in inherited.sections.get(section, []) if entry.name not in known]
                if more:
                    own.sections.setdefault(section, []).extend(more)
    return own


def shown_type(annotation: Any) -> str:
    """Return a type as an author would write it."""
    if annotation is inspect.Parameter.empty:
        return ""
    if typing.get_origin(annotation) in (
        typing.Union,
        types.UnionType,
    ):  # versions of Python differ in how they write it
        return " | ".join(map(shown_type, typing.get_args(annotation)))
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"\b(?:[a-z_]+\.)+([A-Za-z]\w*)", r"\1", text).replace("NoneType", "None").replace("~", "")
    return re.sub(r"\b_([A-Z])", r"\1", text).replace("'", '"')


def shown_default(parameter: inspect.Parameter, owner: Any) -> str:
    """Return the default of a parameter; nothing for one that is needed."""
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) or parameter.default is parameter.empty:
        return ""
    fields = {field.name: field for field in dataclasses.fields(owner)} if dataclasses.is_dataclass(owner) else {}
    field = fields.get(parameter.name)
    if field is not None and field.default_factory is not dataclasses.MISSING:
        made = field.default_factory()
        return repr(made) if type(made).__module__ == "builtins" else f"{type(made).__name__}()"
    return repr(parameter.default).replace("'", '"')


def signature(name: str, function: Any, owner: Any) -> tuple[str, list[inspect.Parameter]]:
    """Return a call as it is written, and its parameters."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except ValueError:  # exceptions of Python's own kind
        return f"{name}()", []
    parameters = [parameter for parameter in found if parameter.name != "self"]
    words, is_named = [], False
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY and not is_named:
            is_named = True
            words.append("*")
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        default = shown_default(parameter, owner)
        words.append(f"{star}{parameter.name}" + (f"={default}" if default else ""))
    line = f"{name}({', '.join(words)})"
    if len(line) > WIDTH:
        wrapped = textwrap.wrap(", ".join(words), WIDTH - 4, break_long_words=False, break_on_hyphens=False)
        line = "\n".join((f"{name}(", *(f"    {each}" for each in wrapped), ")"))
    return line, parameters


def table(parameters: list[inspect.Parameter], said: dict[str, str], owner: Any) -> Iterator[str]:
    """Yield the lines of a table of parameters."""
    yield "| argument | type | default | |"
    yield "| --- | --- | --- | --- |"
    for parameter in parameters:
        cells = (shown_type(parameter.annotation), shown_default(parameter, owner))
        codes = [f"`{cell}`" if cell else "" for cell in cells]
        words = [f"`{parameter.name}`", *codes, capital(said.get(parameter.name, ""))]
        yield f"| {' | '.join(word.replace('|', chr(92) + '|') for word in words)} |"


def capital(text: str) -> str:
    """Return a sentence that begins as one."""
    return text[:1].upper() + text[1:] if text[:1].isalpha() else text


def described(name: str, function: Any, documentation: Documentation, owner: Any) -> Iterator[str]:
    """Yield the lines about something that is called."""
    line, parameters = signature(name, function, owner)
    yield from ("```python", line, "```", "", documentation.text, "")
    sections = documentation.sections
    said = {entry.name: entry.text for entry in sections.get("Args", []) + sections.get("Attributes", [])}
    if parameters:
        yield from (*table(parameters, said, owner), "")
    for entry in sections.get("Attributes", []):
        if entry.name not in {parameter.name for parameter in parameters}:
            yield f"- `{entry.name}`: {entry.text}"
    if "Attributes" in sections:
        yield ""
    for section in ("Returns", "Yields"):
        for entry in sections.get(section, []):
            yield from (f"{section}: {entry.text}", "")
    if "Raises" in sections:
        yield "Raises:"
        yield ""
        yield from (f"- `{entry.name}`: {entry.text}" for entry in sections["Raises"])
        yield ""


def methods(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties of a class that are its own or its base's of ours."""
    bases = [] if issubclass(cls, Component | Layout | EventData | BaseException) else cls.__mro__
    found: dict[str, Any] = {}
    for base in bases:
        if not base.__module__.startswith("salon"):
            continue
        for name, member in vars(base).items():
            value = getattr(member, "__func__", member)
            is_public = not name.startswith("_") or name == "__call__"
            if is_public and (inspect.isfunction(value) or isinstance(value, property)) and inspect.getdoc(value):
                found.setdefault(name, value)
    yield from found.items()


def events(cls: type) -> list[str]:
    """Return the names of what can happen to a component or a container, its own last."""
    found: dict[str, None] = {}
    for base in reversed(cls.__mro__):
        found |= dict.fromkeys(name for name, member in vars(base).items() if isinstance(member, Event))
    return list(found)


def about(name: str) -> Iterator[str]:
    """Yield the lines about one public name."""
    value = getattr(salon, name)
    yield from (f"## `{name}`", "")
    yield from described(name, value, documentation_of(value), value)
    if not inspect.isclass(value):
        return
    if heard := events(value):
        yield from (f"Events: {', '.join(f'`{event}`' for event in heard)}.", "")
    instance = name.lower()
    for method, function in methods(value):
        title = f"{name}.{method}"
        yield from (f"### `{title}`", "")
        if isinstance(function, property):
            yield from (read(inspect.getdoc(function) or "").text, "")
        else:
            call = instance if method == "__call__" else f"{instance}.{method}"
            yield from described(call, function, documentation_of(function), None)


def first_sentence(name: str) -> str:
    """Return what a public name is, in a line."""
    first = " ".join(documentation_of(getattr(salon, name)).text.split("\n\n")[0].split())
    return re.split(r"(?<=[.;:]) ", first)[0].rstrip(".;:") + "."


def home(name: str) -> str:
    """Return the page that a public name is on."""
    module = getattr(salon, name).__module__.removeprefix("salon.")
    while module:
        if module in HOMES:
            return HOMES[module]
        module = module.rpartition(".")[0]
    return "chat"


def pages() -> dict[str, str]:
    """Return every page by its file's name."""
    names = sorted((name for name in salon.__all__ if not name.startswith("__")), key=str.lower)
    found = {}
    index = [
        "# Reference",
        "",
        "Made from the docstrings by `make reference`; `help(salon.Chatbot)` says the same.",
        "",
    ]
    for page, (title, summary) in PAGES.items():
        own = [name for name in names if home(name) == page]
        lines = [f"# {title}", "", summary, "", "[All names](README.md)", ""]
        for name in own:
            lines += about(name)
        found[f"{page}.md"] = tidy(lines)
        index += [f"## [{title}]({page}.md)", "", summary, "", "| | |", "| --- | --- |"]
        anchors: list[str] = []
        for name in own:
            number = anchors.count(name.lower())
            anchors.append(name.lower())
            anchor = f"{name.lower()}-{number}" if number else name.lower()
            index.append(f"| [`{name}`]({page}.md#{anchor}) | {first_sentence(name)} |")
        index.append("")
    return {"README.md": tidy(index)} | found


def tidy(lines: list[str]) -> str:
    """Return a page without empty lines in a row."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def main() -> int:
    """Write or compare every page; return the process's exit code."""
    wanted = pages()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    if "--check" in sys.argv:
        stale = sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))
        if stale:
            print(f"stale: {', '.join(stale)}; run `make reference` and commit the result")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in there.keys() - wanted.keys():
        (FOLDER / name).unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
