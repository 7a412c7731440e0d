"""Assert that type checkers know the types of almost all public names: `check_types.py --at-least 99` (per cent)."""

import argparse
import json
import os
import subprocess
import sys
import tempfile


def main() -> int:
    """Print the completeness, and every symbol without a known type where there are too many."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--at-least", type=float, required=True, metavar="PER_CENT")
    at_least: float = parser.parse_args().at_least
    # Pyright asks the first `python` of the path where packages are, and prefers those of the working directory.
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ.get("PATH", "")))  # noqa: PTH120 - not resolved
    command = [sys.executable, "-m", "pyright", "--verifytypes", "salon", "--ignoreexternal", "--outputjson"]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PATH": path}
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)["typeCompleteness"]
    except (json.JSONDecodeError, KeyError):
        print(done.stdout + done.stderr)
        return 1
    completeness = 100 * report["completenessScore"]
    print(f"types of {completeness:.1f} % of the public names are known")
    if completeness >= at_least:
        return 0
    for symbol in report["symbols"]:
        for each in symbol["diagnostics"]:
            if each["severity"] == "error":
                print(f"{symbol['name']}: {each['message'].splitlines()[0]}")
    print(f"at least {at_least:g} % are wanted; annotate what is listed")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
