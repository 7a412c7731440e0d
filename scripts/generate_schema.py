"""Write `protocol/schema/*.json` from the Python types. `--check` compares instead and fails on a difference."""

import inspect
import json
import sys
from pathlib import Path

import msgspec

from salon.components.catalog import CATALOG
from salon.definition.config import PageConfig
from salon.events.types import RunEvent
from salon.http.problems import Problem
from salon.surfaces.web import wire

SCHEMAS = {
    "events": {"RunEvent": RunEvent},
    "config": {"PageConfig": PageConfig},
    "api": {
        name: getattr(wire, name)
        for name in (
            "TurnRequest",
            "CallRequest",
            "CancelRequest",
            "SwitchRequest",
            "FeedbackRequest",
            "FeedbackKept",
            "FeedbacksView",
            "ConversationView",
            "HeadView",
            "UploadView",
            "EndpointsView",
            "ConversationList",
            "ChangeRequest",
            "AdoptedView",
            "ImportView",
            "DocumentsView",
            "ShareRequest",
            "ShareList",
            "SharedView",
            "ContinueRequest",
        )
    }
    | {"Problem": Problem},
    "components": {props.__name__: props for _, props in CATALOG.values()},
}


def schema(roots: dict[str, object]) -> str:
    """Return one JSON Schema document that defines the types of `roots`."""
    found, components = msgspec.json.schema_components(roots.values(), ref_template="#/$defs/{name}")
    definitions = components | {name: shape for name, shape in zip(roots, found, strict=True) if name not in components}
    for shape in definitions.values():
        if "description" in shape:
            shape["description"] = inspect.cleandoc(shape["description"])
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write or compare every schema; return the process's exit code."""
    folder = Path(__file__).parent.parent / "protocol" / "schema"
    stale = []
    for name, roots in SCHEMAS.items():
        path, text = folder / f"{name}.json", schema(roots)
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path.name)
        else:
            path.write_text(text, encoding="utf-8")
    if stale:
        print(f"stale: {', '.join(stale)}; run `make schema` and commit the result")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
