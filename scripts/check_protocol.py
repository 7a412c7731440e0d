"""Assert that `protocol/schema` breaks no client of the last release, or that the changelog says what it breaks.

`protocol/released` is the schema of the last release; `make release` renews it. Clients ignore fields and tagged kinds
that they do not know, so the server may send more of these. It may not leave a field out that it used to send, nor send
values that a field could not have; and it has to accept everything that it used to accept. A change that does one of
these is named in the changelog, as `Definition.field` in a list below `### Breaking` of the next release.
"""

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
Shape = Mapping[str, Any]
WIDER = {"integer": {"integer", "number"}}


@dataclass(frozen=True)
class Break:
    """A change that not every client survives.

    Attributes:
        name: of the definition, and of its field unless all of it is concerned.
        reason: in which way.
    """

    name: str
    reason: str


@dataclass
class Comparison:
    """Compares what one side may send with what the other side understands.

    Attributes:
        sent: definitions of the side that sends, by name.
        understood: definitions of the side that receives, by name.
        is_request: clients send, and the server heeds every field; otherwise clients ignore what they do not know.
    """

    sent: Mapping[str, Shape]
    understood: Mapping[str, Shape]
    is_request: bool
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def breaks(self, name: str) -> Iterator[Break]:
        """Yield what is wrong with the definition `name`, and with all that it refers to."""
        if name not in self.sent or name not in self.understood:
            yield Break(name, "it is gone")
            return
        reference = {"$ref": f"#/$defs/{name}"}
        yield from self._shape(name, reference, reference)

    def _shape(self, place: str, sent: Shape, understood: Shape) -> Iterator[Break]:
        known, _ = _alternatives(self.understood, understood)
        alternatives, is_tagged = _alternatives(self.sent, sent)
        for name, shape in alternatives:
            matching = [other for other in known if _fits(shape, other[1])]
            if not matching:
                if self.is_request or not (is_tagged and _tag(shape)):
                    yield Break(
                        place, f"it {'no longer takes' if self.is_request else 'may now be'} {_described(shape)}"
                    )
                continue
            other_name, other = matching[0]
            if name and other_name:
                if (name, other_name) in self._seen:
                    continue
                self._seen.add((name, other_name))
            yield from self._content(name or place, shape, other)

    def _content(self, place: str, sent: Shape, understood: Shape) -> Iterator[Break]:
        if extra := set(map(str, sent.get("enum", ()))) - set(map(str, understood.get("enum", ()))):
            values = ", ".join(sorted(extra))
            yield Break(place, f"it {'no longer takes' if self.is_request else 'may now be'} {values}")
        if "items" in sent and isinstance(understood.get("items"), Mapping) and isinstance(sent["items"], Mapping):
            yield from self._shape(place, sent["items"], understood["items"])
        if len(sent.get("prefixItems", ())) != len(understood.get("prefixItems", ())):
            yield Break(place, "it has another number of items")
        for one, other in zip(sent.get("prefixItems", ()), understood.get("prefixItems", ()), strict=False):
            yield from self._shape(place, one, other)
        values, others = sent.get("additionalProperties"), understood.get("additionalProperties")
        if isinstance(values, Mapping) and isinstance(others, Mapping):
            yield from self._shape(place, values, others)
        yield from self._fields(place, sent, understood)

    def _fields(self, place: str, sent: Shape, understood: Shape) -> Iterator[Break]:
        fields, others = sent.get("properties", {}), understood.get("properties", {})
        for name, shape in fields.items():
            if name in others:
                yield from self._shape(f"{place}.{name}", shape, others[name])
            elif self.is_request:
                yield Break(f"{place}.{name}", "it is ignored")
        needed, given = set(understood.get("required", ())), set(sent.get("required", ()))
        for name in others:
            if name in needed and name not in given and name in fields:
                yield Break(f"{place}.{name}", "it is needed" if self.is_request else "it may be missing")
            elif name not in fields and (name in needed or not self.is_request):
                yield Break(f"{place}.{name}", "it is needed" if self.is_request else "it is gone")


def _alternatives(definitions: Mapping[str, Shape], shape: Shape) -> tuple[list[tuple[str, Shape]], bool]:
    """Return what a value may be, each with the name of its definition if it has one, and whether a tag tells which."""
    name = ""
    while "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        shape = definitions[name]
    if "anyOf" not in shape:
        return [(name, shape)], False
    found: list[tuple[str, Shape]] = []
    is_tagged = "discriminator" in shape
    for each in shape["anyOf"]:
        inner, is_inner_tagged = _alternatives(definitions, each)
        found += inner
        is_tagged |= is_inner_tagged
    return found, is_tagged


def _fits(sent: Shape, understood: Shape) -> bool:
    """Tell whether two alternatives are the same kind of value, whatever is different inside."""
    if not understood or understood == sent:
        return True
    if ("enum" in sent) != ("enum" in understood):
        return "enum" in sent and all(_is_of(value, understood.get("type")) for value in sent["enum"])
    if "enum" in sent:
        return bool({*map(str, sent["enum"])} & {*map(str, understood["enum"])})
    kind = sent.get("type")
    if kind != understood.get("type") and understood.get("type") not in WIDER.get(str(kind), ()):
        return False
    return kind != "object" or _tag(sent) == _tag(understood)


def _is_of(value: object, kind: object) -> bool:
    return isinstance(value, {"string": str, "integer": int, "number": int | float}.get(str(kind), ()))


def _tag(shape: Shape) -> object:
    """Return the tag of an object, by which it is told from others; `None` where it has none."""
    values = shape.get("properties", {}).get("type", {}).get("enum", ())
    return values[0] if len(values) == 1 and "type" in shape.get("required", ()) else None


def _described(shape: Shape) -> str:
    return str(_tag(shape) or shape.get("title") or shape.get("type") or shape.get("enum"))


def breaks(old: Mapping[str, Shape], new: Mapping[str, Shape]) -> list[Break]:
    """Return what clients of `old` do not survive in `new`; both are definitions by name."""
    referred = {name for shape in old.values() for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(shape))}
    found: dict[Break, None] = {}
    requests = Comparison(sent=old, understood=new, is_request=True)
    responses = Comparison(sent=new, understood=old, is_request=False)
    for name in sorted(old):
        if name.endswith("Request"):
            found |= dict.fromkeys(requests.breaks(name))
        elif name not in referred:
            found |= dict.fromkeys(responses.breaks(name))
    return list(found)


def undeclared(found: list[Break], changelog: str) -> list[Break]:
    """Return the breaks that the changelog does not name for the next release."""
    unreleased = re.search(r"^## Unreleased$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    breaking = re.search(
        r"^### Breaking$(.*?)(?=^### |\Z)", unreleased[1] if unreleased else "", re.MULTILINE | re.DOTALL
    )
    declared = set(re.findall(r"`([\w.]+)`", breaking[1] if breaking else ""))
    return [each for each in found if each.name not in declared]


def definitions(folder: Path) -> dict[str, Shape]:
    """Return the definitions of all schemas of a folder, by name."""
    found: dict[str, Shape] = {}
    for path in sorted(folder.glob("*.json")):
        found |= json.loads(path.read_text("utf-8"))["$defs"]
    return found


def renew(schema: Path, released: Path) -> None:
    """Have the present schema be the one of the last release."""
    released.mkdir(exist_ok=True)
    for path in released.glob("*.json"):
        path.unlink()
    for path in schema.glob("*.json"):
        (released / path.name).write_bytes(path.read_bytes())


def main() -> int:
    """Print every break that is not declared; return the process's exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the repository")
    parser.add_argument("--renew", action="store_true", help="have the present schema be the one of the last release")
    options = parser.parse_args()
    schema, released = options.root / "protocol" / "schema", options.root / "protocol" / "released"
    if options.renew:
        renew(schema, released)
        return 0
    found = undeclared(
        breaks(definitions(released), definitions(schema)), (options.root / "CHANGELOG.md").read_text("utf-8")
    )
    for each in found:
        print(f"{each.name}: {each.reason}")
    if found:
        print("Clients of the last release do not survive this. Change it back, or name each of these in CHANGELOG.md,")
        print("in a list below `### Breaking` of `## Unreleased`, as `Definition.field`.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
