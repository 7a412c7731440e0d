"""Print how much of the Python code the tests have run, and the files of which they ran least, from a JSON report."""

import json
import sys
from pathlib import Path

SHOWN = 10


def main(report: Path) -> None:
    """Print the report of one run; lines that only other processes run count as not run."""
    measured = json.loads(report.read_text("utf-8"))
    files = [(each["summary"], name) for name, each in measured["files"].items() if each["summary"]["missing_lines"]]
    for summary, name in sorted(files, key=lambda each: -each[0]["missing_lines"])[:SHOWN]:
        print(f"{summary['missing_lines']:5} lines not run, {summary['percent_covered']:3.0f} % run: {name}")
    print(f"Python coverage: {measured['summary']['percent_covered']:.1f} % of all lines")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
