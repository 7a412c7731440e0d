"""Every decision has a record that says when it was made, and what was given up for it."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
RECORDS = sorted((DOCS / "decisions").glob("0*.md"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_complete_and_listed(record):
    text = record.read_text("utf-8")
    title = re.match(r"# (\d+)\. (.+)\n\nDate: \d{4}-\d\d-\d\d\. Status: (accepted|superseded by \d+)\.\n", text)

    assert int(title[1]) == int(record.name[:4])
    assert [heading[3:] for heading in re.findall(r"^## .+", text, re.MULTILINE)] == ["Context", "Decision", "Given up"]
    for page in ("decisions/README.md", "design.md"):
        assert f"[{title[2]}](" in (DOCS / page).read_text("utf-8")


def test_the_numbers_have_no_gaps():
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
