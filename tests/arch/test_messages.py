"""No message of an error is cut off in the middle of a sentence."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "salon"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "raise " in path.read_text("utf-8"))


def ends_of_messages(tree):
    """Yield the line and the last literal text of each argument of a call that makes an error."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Raise) and isinstance(call.exc, ast.Call):
            for argument in call.exc.args:
                last = argument.values[-1] if isinstance(argument, ast.JoinedStr) else argument
                if isinstance(last, ast.Constant) and isinstance(last.value, str):
                    yield last.lineno, last.value


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_messages_of_errors_are_whole(module):
    cut_off = [
        (line, end) for line, end in ends_of_messages(ast.parse(module.read_text("utf-8"))) if end != end.rstrip()
    ]

    assert cut_off == []
