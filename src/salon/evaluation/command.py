"""The commands of `salon` for feedback and recorded tests."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from salon.evaluation.rated_replies import RatedReply, from_records, from_tables
from salon.evaluation.report import as_report
from salon.evaluation.sets import TrainingSet, as_csv, as_jsonl, as_preferences, as_supervised
from salon.evaluation.suites import Step, as_suite, of_disliked, read_export
from salon.serve.settings import read_settings
from salon.serve.storage import feedback_of

_SETS: dict[str, Callable[[Iterable[RatedReply]], TrainingSet]] = {
    "csv": as_csv,
    "jsonl": as_jsonl,
    "dpo": as_preferences,
    "sft": as_supervised,
}
_NEEDED = {
    "csv": "replies with a rating",
    "jsonl": "replies with a rating",
    "dpo": "pairs of a liked and a disliked answer to the same prompt",
    "sft": "liked replies",
    "tests": "replies that were disliked or flagged",
}


def carry_out(options: argparse.Namespace) -> int:
    """Run the command, and return its exit code.

    Raises:
        AuthorError: a file or database of the options does not exist, or cannot be read.
    """
    if options.command == "record":
        talks = [talk for file in options.files for talk in read_export(file)]
        return _write(_suite(talks, options), options.output)
    judged = _rated_replies(options)
    if options.action == "report":
        return _write(as_report(judged, lang=options.lang, title=options.title), options.output)
    if options.format == "tests":
        talks = of_disliked(judged)
        return _export(_suite(talks, options), len(talks), len(judged), options)
    training_set = _SETS[options.format](judged)
    return _export(training_set.text, len(training_set.rows), len(judged), options)


def _export(text: str, count: int, judged: int, options: argparse.Namespace) -> int:
    """Write an export, and print its number of rows."""
    if count == 0:
        opinions = f"{judged} {'rating' if judged == 1 else 'ratings'}"
        sys.stderr.write(
            f"salon: the export is empty: it needs {_NEEDED[options.format]}, and there are none among {opinions}.\n"
        )
    return _write(text, options.output, f"{count} {'row' if count == 1 else 'rows'} to ")


def _rated_replies(options: argparse.Namespace) -> list[RatedReply]:
    if options.flagging_dir is not None:
        return from_tables(options.flagging_dir)
    data_dir = None if options.data_dir is None else str(options.data_dir)
    settings = read_settings({"data_dir": data_dir, "store": options.store})
    return list(from_records(feedback_of(settings.store, Path(settings.data_dir))))


def _suite(talks: list[list[Step]], options: argparse.Namespace) -> str:
    place = Path.cwd() if options.output is None else options.output.resolve().parent
    app = Path(os.path.relpath(options.app.resolve(), place)).as_posix()
    return as_suite(talks, app)


def _write(text: str, output: Path | None, amount: str = "") -> int:
    if output is None:
        sys.stdout.write(text)
        return 0
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    sys.stdout.write(f"Wrote {amount}{output}.\n")
    return 0
