"""`docs/design.md` names every module, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = {"session", "sync"}


def test_the_drawing_of_the_floors_has_every_module():
    design = (ROOT / "docs" / "design.md").read_text("utf-8")
    drawing = design[design.index("```\n8 facade") : design.index("## Domain model")]
    modules = {
        path.stem
        for path in (ROOT / "src" / "salon").rglob("*.py")
        if path.stem != "__init__" and "_static" not in path.parts
    }
    named = set(re.findall(r"[a-z_]+", drawing.partition("```\n\n")[0]))

    assert modules - named - GENERATED == set()


def test_modules_that_the_design_speaks_of_exist():
    design = (ROOT / "docs" / "design.md").read_text("utf-8")
    packages = "conversations|definition|engine|messages|stores|stores/sql|http|serve|surfaces|components|events"
    named = re.findall(rf"`((?:{packages})/[a-z_/]+?)(?:\.py)?`", design)
    missing = [
        name
        for name in named
        if not (ROOT / "src" / "salon" / f"{name}.py").exists() and not (ROOT / "src" / "salon" / name).is_dir()
    ]

    assert missing == []
